"""The second step of signing in: an app, a passkey, recovery codes; and staff, who must have one."""

import json
import re

import pytest
from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import TOTP, format_hotp_value, hotp_value, yield_hotp_counters_from_time
from django.core import mail
from django.urls import reverse

from consult.people.actions import appoint
from consult.people.factors import has_second_factor
from consult.people.permissions import Can, may
from tests.test_signing_in import code_in

SECRET = "JBSWY3DPEHPK3PXP"


def digits(secret: str = SECRET) -> str:
    """What the app shows now."""
    return format_hotp_value(hotp_value(secret, next(iter(yield_hotp_counters_from_time()))))


@pytest.fixture
def ada(ada):
    """ada, who has signed in before: her address is confirmed."""
    EmailAddress.objects.filter(user=ada).update(verified=True)
    return ada


@pytest.fixture
def with_an_app(ada):
    TOTP.activate(ada, SECRET)
    return ada


def by_mail(browser, account) -> str:
    """Sign in with a code by e-mail; where that leads."""
    asked = browser.post(reverse("account_request_login_code"), {"email": account.email})
    return browser.post(asked.url, {"code": code_in(mail.outbox[-1])}).url


def signed_in(browser) -> bool:
    return "_auth_user_id" in browser.session


# --- The app ------------------------------------------------------------------------------------------
@pytest.mark.django_db(transaction=True, databases=["default", "steady"])
def test_ada_sets_up_an_app_and_gets_codes_for_the_day_she_loses_it(browser_of, ada):
    browser = browser_of(ada)
    page = browser.get(reverse("mfa_activate_totp")).content.decode()
    assert '<svg class="consult-qr"' in page
    assert "data:image" not in page
    key = re.search(r'consult-key">([A-Z2-7]+)<', page)[1]
    answer = browser.post(reverse("mfa_activate_totp"), {"code": digits(key)})
    assert answer.url == reverse("mfa_view_recovery_codes")
    assert len(re.findall(r'receipt__code">\d{8}<', browser.get(answer.url).content.decode())) == 10
    assert not re.search(r"receipt__code", browser.get(answer.url).content.decode()), "they are shown once"
    assert has_second_factor(ada)
    assert mail.outbox[-1].subject == "An authenticator app was set up"


def test_the_key_of_the_app_is_sealed_in_the_database(with_an_app):
    assert SECRET not in json.dumps(Authenticator.objects.get(type="totp").data)


def test_a_key_sealed_with_another_key_opens_nothing(with_an_app, settings, stranger):
    settings.RECEIPT_KEY = "another key"
    stranger.post(by_mail(stranger, with_an_app), {"code": digits()})
    assert not signed_in(stranger)


def test_a_code_by_mail_is_not_enough_any_more(with_an_app, stranger):
    there = by_mail(stranger, with_an_app)
    assert there == reverse("mfa_authenticate")
    assert not signed_in(stranger)
    stranger.post(there, {"code": "000000"})
    assert not signed_in(stranger)
    stranger.post(there, {"code": digits()})
    assert signed_in(stranger)


def test_a_recovery_code_opens_once(with_an_app, stranger, browser_of, settings):
    from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes

    code = RecoveryCodes.activate(with_an_app).get_unused_codes()[0]
    stranger.post(by_mail(stranger, with_an_app), {"code": code})
    assert signed_in(stranger)
    stranger.post(reverse("account_logout"))
    stranger.post(by_mail(stranger, with_an_app), {"code": code})
    assert not signed_in(stranger)


def test_a_wrong_code_is_explained(browser_of, ada):
    browser = browser_of(ada)
    browser.get(reverse("mfa_activate_totp"))
    assert "not right, or too old" in browser.post(reverse("mfa_activate_totp"), {"code": "000000"}).content.decode()
    assert "Type the code." in browser.post(reverse("mfa_activate_totp"), {}).content.decode()


# --- Passkeys that no device has made -------------------------------------------------------------------
MADE_UP = [
    "", "{", "[]", "null", "7", '"words"', "{}", '{"id": 1}', '{"response": []}',
    '{"id":"AA","rawId":"AA","response":{}}',
    '{"id":"AA","rawId":"AA","type":"public-key","response":{"userHandle":"MQ","clientDataJSON":"e30",'
    '"authenticatorData":"AA","signature":"AA"}}',
    '{"id":"AA","rawId":"AA","type":"public-key","response":{"userHandle":"MQ","clientDataJSON":"bm9uZQ",'
    '"authenticatorData":"","signature":""},"clientExtensionResults":{}}',
    '{"id":"AA","rawId":"AA","type":"public-key","response":{"clientDataJSON":"e30","attestationObject":"oA"},'
    '"clientExtensionResults":{}}',
]  # fmt: skip


@pytest.mark.parametrize("sent", MADE_UP)
def test_an_answer_that_no_device_gave_opens_nothing(sent, stranger, with_an_app, browser_of):
    stranger.get(reverse("mfa_login_webauthn"), headers={"accept": "application/json"})
    assert stranger.post(reverse("mfa_login_webauthn"), {"credential": sent}).status_code < 500
    assert not signed_in(stranger)
    there = by_mail(stranger, with_an_app)
    stranger.get(there)
    assert stranger.post(there, {"credential": sent}).status_code < 500
    assert not signed_in(stranger)


@pytest.mark.parametrize("sent", MADE_UP)
def test_a_passkey_that_no_device_has_made_is_not_kept(sent, browser_of, ada):
    browser = browser_of(ada)
    assert browser.get(reverse("mfa_add_webauthn")).status_code == 200
    answer = browser.post(reverse("mfa_add_webauthn"), {"name": "x", "credential": sent, "passwordless": "True"})
    assert answer.status_code == 200
    assert not Authenticator.objects.filter(user=ada).exists()


# --- Staff ----------------------------------------------------------------------------------------------
@pytest.fixture
def in_production(settings):
    settings.STAFF_SECOND_FACTOR = True


TEAM_PAGES = ["/team/", "/team/house/", "/team/house/appoint/", "/team/consultations/draft-1/", "/team/drafts/"]


@pytest.mark.parametrize("who", ["edie", "otto", "mo", "ann", "lawyer"])
@pytest.mark.parametrize("page", TEAM_PAGES)
def test_staff_without_a_second_step_are_sent_to_set_one_up(who, page, cast, browser_of, in_production):
    account = (
        appoint("lawyer@standards.example", role="reviewer", document=cast.document)
        if who == "lawyer"
        else getattr(cast, who)
    )
    for send in (browser_of(account).get, browser_of(account).post):
        assert send(page).url == reverse("mfa_index")
    told = browser_of(account)
    told.get(page)
    assert "Team pages open once you have one" in told.get(reverse("mfa_index")).content.decode()


def test_their_powers_wait_too_whatever_door_they_come_through(cast, in_production):
    for who, can, thing in (
        (cast.ann, Can.APPOINT, None),
        (cast.edie, Can.DRAFT, cast.document),
        (cast.mo, Can.MODERATE, cast.consultation),
    ):
        assert not may(who, can, thing)
        TOTP.activate(who, SECRET)
        del who._has_second_factor
        assert may(who, can, thing)


def test_with_an_app_the_team_pages_open(cast, browser_of, in_production):
    TOTP.activate(cast.ann, SECRET)
    assert browser_of(cast.ann).get("/team/").status_code == 200


def test_recovery_codes_alone_are_no_second_step(cast, browser_of, in_production):
    from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes

    RecoveryCodes.activate(cast.ann)
    assert browser_of(cast.ann).get("/team/").url == reverse("mfa_index")


def test_for_those_on_no_team_nothing_changes(browser_of, ada, stranger, in_production):
    assert browser_of(ada).get("/team/").status_code == 404
    assert browser_of(ada).get("/").status_code == 200
    assert stranger.get("/team/").url.startswith(reverse("account_login"))


def test_what_is_not_announced_is_not_shown_to_staff_without_one(cast, browser_of, in_production):
    from consult.consultations.models import Consultation

    Consultation.objects.filter(pk=cast.ideas.pk).update(announced_at=None)
    assert browser_of(cast.ann).get("/consultations/ideas/").status_code == 404


def test_the_last_second_step_of_staff_stays(cast, browser_of, in_production):
    TOTP.activate(cast.ann, SECRET)
    browser = browser_of(cast.ann)
    browser.post(reverse("mfa_reauthenticate"), {"code": digits()})
    answer = browser.post(reverse("mfa_deactivate_totp"))
    assert "Add another one first" in answer.content.decode()
    assert Authenticator.objects.filter(user=cast.ann, type="totp").exists()


def test_appointing_asks_for_the_second_step_again(cast, browser_of):
    TOTP.activate(cast.ann, SECRET)
    browser = browser_of(cast.ann)
    asked = browser.get(reverse("appoint"))
    assert asked.url.startswith(reverse("account_reauthenticate")) or "reauthenticate" in asked.url
    browser.post(reverse("mfa_reauthenticate"), {"code": digits()})
    assert browser.get(reverse("appoint")).status_code == 200


def test_on_one_s_own_machine_nothing_is_asked(cast, browser_of):
    assert browser_of(cast.ann).get(reverse("appoint")).status_code == 200
