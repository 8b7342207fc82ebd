"""The badge for a confirmed work address: earned by a code, shown in a batch, and telling no more than it must."""

import re
from datetime import timedelta

import pytest
from django.core import mail
from django.core.exceptions import ValidationError
from django.db import connection
from django.urls import reverse
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st

from consult.ledger.models import Entry, PrivateSide
from consult.people.badges import actions
from consult.people.badges.domains import DEFAULTS, Known, found_in, is_pattern, normalised
from consult.people.badges.models import Badge, PublicBody, WorkAddress, WorkAddressCode
from consult.people.models import Persona
from consult.people.permissions import Refused
from tests.conftest import named

WORK = "ada.lindqvist@trust.nhs.uk"
CODE = re.compile(r"^\s+([A-Z0-9]{4}-[A-Z0-9]{4})\s*$", re.MULTILINE)


@pytest.fixture
def send(django_capture_on_commit_callbacks, ada, ada_persona):
    """ada, or someone else, asks for a code; what the mail says."""

    def ask(address=WORK, *, persona=ada_persona, by=ada) -> str:
        with django_capture_on_commit_callbacks(execute=True):
            actions.send_code(address, persona=persona, by=by)
        return CODE.search(mail.outbox[-1].body)[1]

    return ask


@pytest.fixture
def confirmed(send, ada, ada_persona):
    return actions.confirm(send(), persona=ada_persona, by=ada)


def badge_of(persona) -> str:
    return Persona.objects.get(pk=persona.pk).badge


# --- Earned -------------------------------------------------------------------------------------------
def test_a_code_to_a_work_address_earns_it_and_the_next_batch_shows_it(confirmed, ada_persona):
    assert badge_of(ada_persona) == "", "not before the batch"
    assert actions.show_badges() == 1
    assert badge_of(ada_persona) == "Health service"
    assert actions.show_badges() == 0


def test_the_mail_names_neither_consultation_nor_name(send, ada_persona, consultation):
    send()
    sent = mail.outbox[-1]
    assert sent.to == [WORK]
    words = f"{sent.subject} {sent.body} {sent.from_email}".lower()
    for tells in (ada_persona.name, consultation.title, consultation.slug, "consult", "pen name", "comment", "social"):
        assert tells.lower() not in words.replace("consult.example", "")


def test_the_address_is_kept_nowhere(confirmed):
    tables = connection.introspection.table_names()
    with connection.cursor() as cursor:
        for table in tables:
            cursor.execute(f'SELECT * FROM "{table}"')
            assert "trust.nhs.uk" not in str(cursor.fetchall()), table
    assert all("trust" not in f"{entry.facts}{entry.subject}" for entry in Entry.objects.all())
    assert "trust" not in str(list(PrivateSide.objects.values()))


def test_the_hash_cannot_be_guessed_without_the_key(confirmed, settings):
    kept = WorkAddress.objects.get().address_hash
    assert kept == actions.hash_of(WORK)
    settings.RECEIPT_KEY = "another"
    assert kept != actions.hash_of(WORK)


@pytest.mark.parametrize(
    "again", [WORK, WORK.upper(), " ada.lindqvist+ben@trust.nhs.uk ", "Ada.Lindqvist@Trust.NHS.uk"]
)
def test_one_mailbox_earns_one_account_a_badge(again, confirmed, send, ben, ben_persona):
    code = send(again, persona=ben_persona, by=ben)
    with pytest.raises(ValidationError, match="another account"):
        actions.confirm(code, persona=ben_persona, by=ben)
    assert WorkAddress.objects.count() == 1


@pytest.mark.parametrize("typed", ["", "AAAA-AAAA", "BBBB", "🦉" * 8, "\x00", "x" * 5000])
def test_a_wrong_code_earns_nothing(typed, send, ada, ada_persona):
    send()
    with pytest.raises(ValidationError, match="not right"):
        actions.confirm(typed, persona=ada_persona, by=ada)
    assert not WorkAddress.objects.exists()


def test_a_code_is_read_however_it_is_typed(send, ada, ada_persona):
    assert actions.confirm(f" {send().lower().replace('-', ' ')} ", persona=ada_persona, by=ada).pk


def test_a_code_works_once_for_half_an_hour_and_five_tries(send, ada, ada_persona):
    code = send()
    WorkAddressCode.objects.update(sent_at=timezone.now() - timedelta(minutes=31))
    with pytest.raises(ValidationError):
        actions.confirm(code, persona=ada_persona, by=ada)
    WorkAddressCode.objects.update(sent_at=timezone.now())
    for _try in range(5):
        with pytest.raises(ValidationError):
            actions.confirm("BBBB-BBBB", persona=ada_persona, by=ada)
    with pytest.raises(ValidationError):
        actions.confirm(code, persona=ada_persona, by=ada)
    again = send()
    actions.confirm(again, persona=ada_persona, by=ada)
    with pytest.raises(ValidationError):
        actions.confirm(again, persona=ada_persona, by=ada)


def test_nobody_s_mailbox_is_filled_and_nobody_asks_without_end(send, ben, ben_persona):
    for _code in range(3):
        send()
    with pytest.raises(ValidationError, match="Several codes went to this address"):
        send(persona=ben_persona, by=ben)
    for n in (1, 2):
        send(f"other{n}@trust.nhs.uk")
    with pytest.raises(ValidationError, match="many codes today"):
        send("other3@trust.nhs.uk")
    assert len(mail.outbox) == 5


def test_nobody_confirms_for_another_s_name(ben, ada_persona, send, ada):
    with pytest.raises(Refused):
        actions.send_code(WORK, persona=ada_persona, by=ben)
    code = send()
    with pytest.raises(Refused):
        actions.confirm(code, persona=ada_persona, by=ben)


# --- Which addresses ------------------------------------------------------------------------------------
COUNTS = {
    "a@beis.gov.uk": "Government or council", "a@b.c.gov.uk": "Government or council", "a@nhs.net": "Health service",
    "a@met.police.uk": "Police",
    "a@mod.gov.uk": "Armed forces and defence", "a@army.mod.gov.uk": "Armed forces and defence",
    "a@parliament.uk": "Parliament", "a@ejudiciary.judiciary.uk": "Judiciary", "a@llyw.cymru": "Government or council",
    "a@A.HSCNI.NET": "Health service", "a@gov.scot": "Government or council", "a@x.nhs.scot": "Health service",
}  # fmt: skip
COUNTS_NOT = [
    "a@gmail.com", "a@gov.uk", "a@police.uk", "a@evilgov.uk", "a@gov.uk.evil.example", "a@x.sch.uk", "a@oxford.ac.uk",
    "a@nhs.uk", "a@notnhs.net", "a@gоv.scot", "a@xn--gv-jbc.scot", "a@nhs.net.", "@nhs.net", "nhs.net", "",
    "a b@nhs.net", "a@b@nhs.net", "a@nhs.net\nBcc: all@nhs.net", "a@nhs.net,b@evil.example", '"a@evil.example"@x',
    "a@[127.0.0.1]",
]  # fmt: skip


@pytest.mark.parametrize("address", list(COUNTS))
def test_these_are_public_bodies(address, send):
    send(address)
    assert WorkAddressCode.objects.get().label == COUNTS[address]


@pytest.mark.parametrize("address", COUNTS_NOT)
def test_these_are_none_and_get_no_mail(address, send):
    with pytest.raises(ValidationError):
        send(address)
    assert not mail.outbox


def test_a_line_of_one_s_own_goes_over_ours_and_the_most_exact_decides(cast, send):
    actions.list_domain("*.sch.uk", label="School", is_on=True, by=cast.ann)
    actions.list_domain("*.pupils.kent.sch.uk", label="Pupils", is_on=False, by=cast.ann)
    send("head@oak.kent.sch.uk")
    with pytest.raises(ValidationError):
        send("kim@oak.pupils.kent.sch.uk")
    actions.unlist_domain("*.sch.uk", by=cast.ann)
    with pytest.raises(ValidationError):
        send("head@oak.kent.sch.uk")


@pytest.mark.parametrize(
    "pattern", ["*", "*.uk", "uk", "*.", "a..b", "gov.uk/x", "*.*.uk", "", "-a.uk", "gоv.uk", "x" * 130 + ".uk"]
)
def test_a_line_that_would_let_everybody_in_is_refused(pattern, cast):
    with pytest.raises(ValidationError):
        actions.list_domain(pattern, label="All", is_on=True, by=cast.ann)
    assert not PublicBody.objects.exists()


def test_only_admins_change_the_list(cast):
    for who in (cast.ada, cast.edie, cast.mo):
        with pytest.raises(Refused):
            actions.list_domain("example.org", label="X", is_on=True, by=who)


@given(st.from_regex(r"[a-z]{1,8}(\.[a-z]{2,8}){1,4}", fullmatch=True))
def test_a_wild_line_covers_what_is_below_it_and_nothing_else(domain):
    wild, exact = Known(f"*.{domain}", "x"), Known(domain, "x")
    assert wild.covers(f"a.{domain}")
    assert not wild.covers(domain)
    assert not wild.covers(f"a{domain}")
    assert exact.covers(domain)
    assert not exact.covers(f"a.{domain}")
    assert is_pattern(domain)
    assert found_in([wild, Known(f"*.a.{domain}", "y", is_on=False)], f"b.a.{domain}").label == "y"


@given(st.emails())
def test_normalising_twice_is_normalising_once(address):
    assert normalised(normalised(address)) == normalised(address)


def test_what_pupils_share_is_off():
    assert {one.pattern for one in DEFAULTS if not one.is_on} == {"*.sch.uk", "*.ac.uk"}


# --- Shown, and lapsed ----------------------------------------------------------------------------------
def test_of_two_names_of_one_person_one_changes_in_a_batch(confirmed, cast):
    blue = named(cast.ideas, cast.ada, "Blue Lamp")
    actions.wear(blue, by=cast.ada)
    assert actions.show_badges() == 1
    assert sorted([badge_of(cast.ada_persona), badge_of(blue)]) == ["", "Health service"]
    assert actions.show_badges() == 1
    assert badge_of(blue) == "Health service"
    a_year_on = timezone.localdate() + timedelta(days=365)
    assert actions.show_badges(on=a_year_on) == 1
    assert sorted([badge_of(cast.ada_persona), badge_of(blue)]) == ["", "Health service"]
    assert actions.show_badges(on=a_year_on) == 1
    assert not Badge.objects.exists()
    assert not WorkAddress.objects.exists(), "the hash goes with the last badge"


def test_it_lapses_after_a_year_and_can_be_earned_again(confirmed, send, ada, ada_persona):
    actions.show_badges()
    actions.show_badges(on=timezone.localdate() + timedelta(days=364))
    assert badge_of(ada_persona)
    actions.show_badges(on=timezone.localdate() + timedelta(days=365))
    assert not badge_of(ada_persona)
    assert actions.confirm(send(), persona=ada_persona, by=ada)


def test_taken_off_it_goes_with_a_batch(confirmed, ada, ada_persona):
    actions.show_badges()
    actions.take_off(ada_persona, by=ada)
    assert badge_of(ada_persona)
    actions.show_badges()
    assert not badge_of(ada_persona)


def test_readers_see_it_on_cards_without_a_question_more(confirmed, say, stranger, django_assert_num_queries, cast):
    from django.db import reset_queries
    from django.test.utils import CaptureQueriesContext

    for n in range(3):
        say(f"Number {n}.")
    section = reverse("section", args=["draft-1", "yourself"])
    with CaptureQueriesContext(connection) as without:
        page = stranger.get(section).content.decode()
    assert "work address confirmed" not in page
    actions.show_badges()
    reset_queries()
    with CaptureQueriesContext(connection) as with_it:
        page = stranger.get(section).content.decode()
    assert page.count("Health service: work address confirmed") == 3
    assert len(with_it) <= len(without)
    assert timezone.localdate().strftime("%Y") not in page[page.index("work address") - 60 : page.index("work address")]


def test_codes_are_forgotten_after_a_day(send):
    send()
    WorkAddressCode.objects.update(sent_at=timezone.now() - timedelta(hours=25))
    actions.show_badges()
    assert not WorkAddressCode.objects.exists()


# --- The page -------------------------------------------------------------------------------------------
def test_ada_earns_it_on_her_page(browser_of, ada, ada_persona, django_capture_on_commit_callbacks):
    browser, page = browser_of(ada), reverse("own_name", args=["draft-1"])
    assert "do not know this domain" in browser.post(page, {"do": "address", "address": "a@b.example"}).content.decode()
    with django_capture_on_commit_callbacks(execute=True):
        answer = browser.post(page, {"do": "address", "address": WORK})
    code = CODE.search(mail.outbox[-1].body)[1]
    assert "id_code" in browser.get(answer.url.partition("#")[0]).content.decode()
    assert browser.post(page, {"do": "code", "code": "BBBB-BBBB"}).status_code == 422
    assert browser.post(page, {"do": "code", "code": code}).status_code == 302
    html = browser.get(page).content.decode()
    assert "next days" in html
    assert WORK not in html
    assert browser.post(page, {"do": "take_off"}).status_code == 302
    assert not Badge.objects.get().is_wanted
    assert browser.post(page, {"do": "anything"}).status_code == 200


def test_an_admin_looks_after_the_list(browser_of, cast):
    browser, page = browser_of(cast.ann), reverse("public_bodies")
    assert "*.sch.uk" in browser.get(page).content.decode()
    browser.post(page, {"do": "list", "pattern": "*.sch.uk", "label": "School", "is_on": "on"})
    assert PublicBody.objects.get().is_on
    browser.post(page, {"do": "unlist", "pattern": "*.sch.uk"})
    assert not PublicBody.objects.exists()
    assert browser.post(page, {"do": "list", "pattern": "*.uk", "label": "x"}).status_code == 422
