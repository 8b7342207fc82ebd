"""Single sign-on: a whole round trip to an identity provider, and what a lying one can do, which is nothing."""

import base64
import json
import time
from urllib.parse import parse_qs, urlsplit

import jwt
import pytest
import requests
from allauth.account.models import EmailAddress
from allauth.mfa.totp.internal.auth import TOTP
from allauth.socialaccount.models import SocialAccount, SocialToken
from cryptography.hazmat.primitives.asymmetric import rsa
from django.core import mail
from django.urls import reverse

from consult.people.models import Account
from tests.identity_provider import CLIENT, SECRET, running
from tests.test_settings import refusal, start
from tests.test_signing_in import code_in

BEGIN = "/account/single-sign-on/sso/"
BACK = "/account/single-sign-on/sso/back/"


@pytest.fixture(scope="module")
def server():
    with running() as provider:
        yield provider


@pytest.fixture
def provider(server, settings):
    """An honest identity provider, of which we have been told."""
    fresh = type(server)()
    for name in ("person", "claims", "told", "discovery", "sign", "asked", "codes"):
        setattr(server, name, getattr(fresh, name))
    server.key, server.keys = fresh.key, fresh.keys
    settings.OIDC = {"name": "Department sign-in", "issuer": server.issuer}
    app = {
        "provider_id": "sso",
        "name": "Department sign-in",
        "client_id": CLIENT,
        "secret": SECRET,
        "settings": {"server_url": server.issuer},
    }
    kept = settings.SOCIALACCOUNT_PROVIDERS["openid_connect"]
    settings.SOCIALACCOUNT_PROVIDERS = {"openid_connect": {**kept, "APPS": [app]}}
    return server


def there_and_back(browser, begin: str = BEGIN, **changed: str):
    """To the identity provider, whom this person does not keep waiting, and back with its answer."""
    asked = browser.get(begin)
    answered = requests.get(asked.url, allow_redirects=False, timeout=5)
    query = {name: values[0] for name, values in parse_qs(urlsplit(answered.headers["Location"]).query).items()}
    return browser.get(BACK, {**query, **changed})


def who(browser) -> str | None:
    pk = browser.session.get("_auth_user_id")
    return Account.objects.get(pk=pk).email if pk else None


# --- The round trip -----------------------------------------------------------------------------------
def test_a_newcomer_comes_in_with_an_address_that_the_provider_has_confirmed(provider, stranger, db):
    answer = there_and_back(stranger, f"{BEGIN}?next=/consultations/draft-1/")
    assert answer.url == "/consultations/draft-1/"
    assert who(stranger) == "wren@dept.example"
    assert EmailAddress.objects.get(email="wren@dept.example").verified


def test_it_asks_with_pkce_and_a_nonce_and_for_no_more_than_the_address(provider, stranger, db):
    asked = parse_qs(urlsplit(stranger.get(BEGIN).url).query)
    assert asked["code_challenge_method"] == ["S256"]
    assert len(asked["nonce"][0]) == 64
    assert set(asked["scope"][0].split()) == {"openid", "email"}
    assert asked["redirect_uri"] == [f"http://testserver{BACK}"]


def test_a_made_up_link_changes_nothing_of_what_is_asked(provider, stranger, db):
    link = f"{BEGIN}?scope=payments&auth_params=redirect_uri%3Dhttps%253A%252F%252Fevil.example%26nonce%3Dx"
    asked = stranger.get(link).url
    assert "evil.example" not in asked
    assert "payments" not in asked


def test_who_comes_again_is_the_same_person_whatever_their_address_is_now(provider, stranger, db):
    there_and_back(stranger)
    stranger.post(reverse("account_logout"))
    provider.person["email"] = "married@dept.example"
    there_and_back(stranger)
    assert who(stranger) == "wren@dept.example"
    assert SocialAccount.objects.count() == 1


def test_nothing_of_their_identity_is_kept_but_a_keyed_hash(provider, stranger, db):
    provider.person |= {"name": "Wren Canary", "picture": "https://dept.example/wren"}
    there_and_back(stranger)
    kept = SocialAccount.objects.get()
    assert kept.extra_data == {}
    assert len(kept.uid) == 64
    assert "u-1" not in kept.uid
    assert not SocialToken.objects.exists()


def test_an_address_that_is_not_confirmed_is_confirmed_by_us(provider, stranger, db):
    for unsure in (False, "false", None, 0, "no"):
        provider.person = {"sub": f"u-{unsure}", "email": f"x{unsure}@dept.example", "email_verified": unsure}
        there_and_back(stranger)
        assert who(stranger) is None
    assert code_in(mail.outbox[-1])


def test_without_an_address_the_way_is_shown(provider, stranger, db):
    del provider.person["email"]
    answer = there_and_back(stranger)
    assert "did not tell us one" in stranger.get(answer.url).content.decode()
    assert not Account.objects.filter(email__contains="dept.example").exists()


# --- The same address already -------------------------------------------------------------------------
@pytest.fixture
def as_ada(provider, ada):
    EmailAddress.objects.filter(user=ada).update(verified=True)
    provider.person["email"] = ada.email
    return provider


def test_the_provider_alone_does_not_open_an_account_that_exists(as_ada, stranger, ada):
    answer = there_and_back(stranger)
    assert who(stranger) is None
    page = stranger.get(answer.url).content.decode()
    assert "You have an account already" in page
    assert not SocialAccount.objects.exists()


def test_one_code_connects_the_two_for_ever(as_ada, stranger, ada):
    there_and_back(stranger)
    asked = stranger.post(reverse("sso_known_address"), {"email": ada.email})
    stranger.post(asked.url, {"code": code_in(mail.outbox[-1])})
    assert who(stranger) == ada.email
    assert mail.outbox[-1].subject == "Your account was connected"
    stranger.post(reverse("account_logout"))
    there_and_back(stranger)
    assert who(stranger) == ada.email


def test_who_signs_in_on_the_usual_page_keeps_the_two_apart(as_ada, stranger, ada):
    there_and_back(stranger)
    asked = stranger.post(reverse("account_request_login_code"), {"email": ada.email})
    stranger.post(asked.url, {"code": code_in(mail.outbox[-1])})
    assert who(stranger) == ada.email
    assert not SocialAccount.objects.exists()


def test_someone_else_signing_in_afterwards_is_not_connected(as_ada, stranger, ben):
    there_and_back(stranger)
    asked = stranger.post(reverse("sso_known_address"), {"email": ben.email})
    stranger.post(asked.url, {"code": code_in(mail.outbox[-1])})
    assert who(stranger) == ben.email
    assert not SocialAccount.objects.exists()


def test_ada_connects_it_herself_and_ends_that_again(as_ada, browser_of, ada, stranger):
    browser = browser_of(ada)
    assert "does not open this account" in browser.get(reverse("socialaccount_connections")).content.decode()
    there_and_back(browser, f"{BEGIN}?process=connect")
    assert SocialAccount.objects.filter(user=ada).exists()
    assert "End the connection" in browser.get(reverse("socialaccount_connections")).content.decode()
    browser.post(reverse("socialaccount_connections"))
    assert not SocialAccount.objects.exists()


def test_an_identity_opens_one_account_only(provider, browser_of, ada, ben):
    there_and_back(browser_of(ada), f"{BEGIN}?process=connect")
    there_and_back(browser_of(ben), f"{BEGIN}?process=connect")
    assert SocialAccount.objects.get().user == ada


def test_the_second_step_is_asked_for_all_the_same(as_ada, browser_of, stranger, ada):
    there_and_back(browser_of(ada), f"{BEGIN}?process=connect")
    TOTP.activate(ada, "JBSWY3DPEHPK3PXP")
    assert there_and_back(stranger).url == reverse("mfa_authenticate")
    assert who(stranger) is None


# --- A lying provider, or someone in between ------------------------------------------------------------
def _unsigned(claims: dict) -> str:
    def part(said: dict) -> str:
        return base64.urlsafe_b64encode(json.dumps(said).encode()).rstrip(b"=").decode()

    return f"{part({'alg': 'none', 'typ': 'JWT', 'kid': 'k1'})}.{part(claims)}."


OTHER = rsa.generate_private_key(public_exponent=65537, key_size=2048)
SIGNED_WRONG = {
    "not at all": _unsigned,
    "with another key": lambda claims: jwt.encode(claims, OTHER, algorithm="RS256", headers={"kid": "k1"}),
    "with a key nobody has": lambda claims: jwt.encode(claims, OTHER, algorithm="RS256", headers={"kid": "k9"}),
    "with the client's secret": lambda claims: jwt.encode(claims, SECRET * 3, algorithm="HS256", headers={"kid": "k1"}),
    "no token": None,
    "no text": "not.a.token",
    "nothing between the dots": "..",
    "an empty one": "",
}  # fmt: skip


@pytest.mark.parametrize("how", list(SIGNED_WRONG))
def test_a_token_that_is_not_signed_as_it_should_be_opens_nothing(how, provider, stranger, db):
    provider.sign = SIGNED_WRONG[how]
    if how == "no token":
        provider.sign = ""
        provider.id_token = lambda nonce: ""
    answer = there_and_back(stranger)
    provider.__dict__.pop("id_token", None)
    _nobody_came_in(answer, stranger)


def _nobody_came_in(answer, browser) -> None:
    assert answer.status_code == 401
    assert "Nobody was signed in" in answer.content.decode()
    assert who(browser) is None
    assert not SocialAccount.objects.exists()


LIES = {
    "another issuer": {"iss": "https://evil.example"},
    "for another service": {"aud": "someone-else"},
    "for several, and not for us": {"aud": [CLIENT, "other"], "azp": "other"},
    "for several, nobody says for whom": {"aud": [CLIENT, "other"]},
    "for us, on behalf of another": {"azp": "other"},
    "too old": {"exp": int(time.time()) - 3600},
    "made tomorrow": {"iat": int(time.time()) + 86_400},
    "not valid yet": {"nbf": int(time.time()) + 86_400},
    "of another visit": {"nonce": "0" * 64},
    "without a nonce": {"nonce": None},
    "without an end": {"exp": None},
    "without anyone": {"sub": None},
    "of nobody": {"sub": ""},
    "of a number": {"sub": 7},
    "without an audience": {"aud": None},
}


@pytest.mark.parametrize("lie", list(LIES))
def test_a_token_with_a_lie_in_it_opens_nothing(lie, provider, stranger, db):
    provider.claims = LIES[lie]
    _nobody_came_in(there_and_back(stranger), stranger)


def test_userinfo_of_someone_else_opens_nothing(provider, stranger, db):
    provider.told = {"sub": "u-2", "email": "victim@dept.example"}
    _nobody_came_in(there_and_back(stranger), stranger)


def test_a_provider_that_says_it_is_another_is_not_believed(provider, stranger, db):
    provider.discovery = {"issuer": "https://evil.example"}
    _nobody_came_in(stranger.get(BEGIN), stranger)


def test_a_provider_that_is_away_is_no_crash(provider, stranger, settings, db):
    settings.SOCIALACCOUNT_PROVIDERS["openid_connect"]["APPS"][0]["settings"]["server_url"] = "http://127.0.0.1:9"
    _nobody_came_in(stranger.get(BEGIN), stranger)


def test_an_answer_to_a_question_that_was_not_asked_is_thrown_away(provider, stranger, browser_of, ada, db):
    _nobody_came_in(there_and_back(stranger, state="made-up"), stranger)
    theirs = requests.get(browser_of(ada).get(BEGIN).url, allow_redirects=False, timeout=5).headers["Location"]
    _nobody_came_in(stranger.get(urlsplit(theirs)._replace(scheme="", netloc="").geturl()), stranger)


def test_an_answer_is_good_once(provider, stranger, db):
    asked = requests.get(stranger.get(BEGIN).url, allow_redirects=False, timeout=5).headers["Location"]
    back = urlsplit(asked)._replace(scheme="", netloc="").geturl()
    stranger.get(back)
    stranger.post(reverse("account_logout"))
    assert "Nobody was signed in" in stranger.get(back).content.decode()


def test_who_turns_back_is_told_so(provider, stranger, db):
    state = parse_qs(urlsplit(stranger.get(BEGIN).url).query)["state"][0]
    answer = stranger.get(BACK, {"error": "access_denied", "state": state})
    assert "turned back" in stranger.get(answer.url).content.decode()


# --- Off, on, and half ----------------------------------------------------------------------------------
def test_without_a_provider_its_doors_do_not_exist(stranger, browser_of, ada):
    for door in (BEGIN, BACK, reverse("sso_without_address")):
        assert stranger.get(door).status_code == 404
    assert browser_of(ada).get(reverse("socialaccount_connections")).status_code == 404
    assert "single-sign-on" not in stranger.get(reverse("account_login")).content.decode()


def test_the_way_in_is_on_the_page_with_what_it_costs(provider, stranger, db):
    page = stranger.get(f"{reverse('account_login')}?next=/x/", follow=True).content.decode()
    assert f"{BEGIN}?next=/x/" in page or f"{BEGIN}?next=%2Fx%2F" in page
    assert "perhaps your employer" in page


WHOLE = {"OIDC_NAME": "Dept", "OIDC_ISSUER": "https://id.example", "OIDC_CLIENT_ID": "c", "OIDC_CLIENT_SECRET": "s"}


def test_it_starts_with_all_four_and_with_none(tmp_path):
    assert start(tmp_path, "OIDC", **WHOLE).stdout.strip().startswith("{'name': 'Dept'")
    assert start(tmp_path, "OIDC").stdout.strip() == "{}"


@pytest.mark.parametrize("name", list(WHOLE))
def test_it_refuses_to_start_with_half_of_it(tmp_path, name):
    assert f"Set {name} too" in refusal(tmp_path, **{**WHOLE, name: ""})


def test_an_issuer_without_https_is_refused(tmp_path):
    assert "must begin with https://" in refusal(tmp_path, **{**WHOLE, "OIDC_ISSUER": "http://id.example"})
