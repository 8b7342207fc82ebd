"""People who comment with nothing but a confirmed e-mail address."""

import re
from datetime import timedelta
from uuid import uuid4

import pytest
from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from django.core import mail, signing
from django.core.exceptions import ValidationError
from django.urls import reverse
from django.utils import timezone

from consult.consultations.models import Consultation
from consult.discussion.actions import Said, withdraw
from consult.discussion.guests.actions import (
    KEPT_FOR,
    MAILS_AN_HOUR,
    confirm,
    discard,
    forget_guests,
    guest_for,
    leave_as_guest,
    send_link,
    token_for,
)
from consult.discussion.guests.models import GuestComment
from consult.discussion.models import PublicComment, Tally
from consult.ledger.models import Entry
from consult.pages.views import guests
from consult.people.models import Account, Persona
from consult.people.permissions import Refused

pytestmark = pytest.mark.django_db
FORM = "/consultations/draft-1/guest/section/yourself/"
SENT = "/consultations/draft-1/guest/sent/"
SECTION = "/consultations/draft-1/sections/yourself/"
WREN = "wren@people.example"
NAMES = {"name": "Winter Wren", "is_pen_name": True, "capacity": "personal", "organisation": "", "profession": "",
         "profession_is_shown": False}  # fmt: skip


@pytest.fixture(autouse=True)
def guests_are_welcome(consultation):
    Consultation.objects.filter(pk=consultation.pk).update(takes_guests=True)
    consultation.takes_guests = True


@pytest.fixture
def leave(section_place):
    def leaving(words="A guest's word.", *, email=WREN, name="Winter Wren", **more) -> GuestComment:
        wanted = {"submission_id": uuid4(), "names": {**NAMES, "name": name}, **more}
        return leave_as_guest(section_place, Said(words), email=email, **wanted)

    return leaving


def link_of(guest: GuestComment) -> str:
    return reverse("guest_confirm", args=[token_for(guest)])


# --- Waiting ------------------------------------------------------------------------------------------
def test_until_it_is_confirmed_it_is_no_comment_at_all(leave, stranger, consultation):
    leave("canary-guest-zq7")
    assert not PublicComment.objects.exists()
    assert not Account.objects.filter(email=WREN).exists()
    assert Tally.objects.of_places(consultation).all.comments == 0
    assert "canary-guest" not in stranger.get(SECTION).content.decode()


def test_confirmed_it_is_a_comment_like_any_other(leave, stranger):
    comment = confirm(leave())
    assert comment.persona.name == "Winter Wren"
    assert comment.visible
    html = stranger.get(SECTION).content.decode()
    assert "A guest&#x27;s word." in html
    assert "Winter Wren" in html
    assert WREN not in html


def test_what_is_confirmed_keeps_neither_words_nor_address(leave):
    guest = leave()
    confirm(guest)
    guest.refresh_from_db()
    assert (guest.email, guest.said, guest.place, guest.names) == ("", {}, {}, {})
    assert WREN not in str(list(Entry.objects.values_list("facts", flat=True)))


def test_pressed_twice_it_is_one_comment(leave):
    guest = leave()
    assert confirm(guest) == confirm(guest)
    assert PublicComment.objects.count() == 1


def test_sent_twice_it_waits_once(leave):
    twice = uuid4()
    assert leave(submission_id=twice) == leave(submission_id=twice)


def test_where_guests_are_not_taken_nobody_leaves_anything(leave, consultation):
    guest = leave()
    Consultation.objects.filter(pk=consultation.pk).update(takes_guests=False)
    consultation.takes_guests = False
    with pytest.raises(Refused):
        leave()
    with pytest.raises(Refused):
        confirm(guest)


def test_what_is_confirmed_after_the_close_is_not_taken(leave, consultation):
    guest = leave()
    Consultation.objects.filter(pk=consultation.pk).update(closes_at=timezone.now() - timedelta(hours=1))
    with pytest.raises(Refused, match="closed"):
        confirm(guest)
    assert not Account.objects.filter(email=WREN).exists(), "what was refused opens no account"


def test_where_a_moderator_reads_first_a_guest_waits_too(leave, consultation):
    guest = leave()
    Consultation.objects.filter(pk=consultation.pk).update(moderation="first")
    assert confirm(guest).waits


@pytest.mark.parametrize("words", ["", " ", "x" * 4_001])
def test_what_nobody_could_post_a_guest_cannot_leave(leave, words):
    with pytest.raises(ValidationError):
        leave(words)


@pytest.mark.parametrize("name", ["Night Heron", "NIGHT HERON", "N1ght Her0n", "Moderator", WREN])
def test_the_rules_for_names_are_those_of_everyone(leave, name):
    with pytest.raises(ValidationError):
        leave(name=name)


# --- One account, one name ----------------------------------------------------------------------------
def test_a_second_word_stands_under_the_first_name(leave):
    first = confirm(leave())
    second = confirm(leave("And another.", name="Some Other Bird"))
    assert first.persona == second.persona
    assert Persona.objects.filter(account__email=WREN).count() == 1


def test_someone_with_an_account_speaks_under_the_name_they_have(leave, ada, ada_persona):
    comment = confirm(leave(email=ada.email.upper(), name="A Second Heron"))
    assert comment.persona == ada_persona


def test_whoever_signs_in_with_the_address_finds_everything_there(leave, stranger, browser_of):
    """Becoming a full account is signing in: there is nothing to convert."""
    comment = confirm(leave())
    assert EmailAddress.objects.get(email=WREN).verified
    page = stranger.post(reverse("account_login"), {"login": WREN})
    assert page.status_code == 302
    code = re.search(r"^\s+([A-Z0-9]{3,4}-[A-Z0-9]{3,4})\s*$", mail.outbox[-1].body, re.MULTILINE)[1]
    stranger.post(reverse("account_confirm_login_code"), {"code": code})
    html = stranger.get("/your-contributions/").content.decode()
    assert "A guest&#x27;s word." in html
    withdraw(comment, by=Account.objects.get(email=WREN))
    assert not PublicComment.objects.get().visible


@pytest.mark.parametrize("who", ["ann", "edie", "mo"])
def test_a_link_does_not_speak_for_the_house(leave, cast, who):
    with pytest.raises(Refused, match="more than a link"):
        confirm(leave(email=getattr(cast, who).email))


def test_a_link_does_not_speak_for_someone_with_a_second_step(leave, ada):
    Authenticator.objects.create(user=ada, type=Authenticator.Type.TOTP, data={})
    with pytest.raises(Refused, match="more than a link"):
        confirm(leave(email=ada.email))


def test_a_link_does_not_speak_for_an_account_that_was_closed(leave, ada):
    Account.objects.filter(pk=ada.pk).update(is_active=False)
    with pytest.raises(Refused):
        confirm(leave(email=ada.email))


def test_a_name_that_was_taken_meanwhile_can_be_chosen_anew(leave, stranger):
    first, second = leave(), leave(email="second@people.example")
    confirm(first)
    answer = stranger.post(link_of(second), {"verdict": "confirm"})
    assert answer.status_code == 422
    assert "Someone here has this name" in answer.content.decode()
    assert stranger.post(link_of(second), {"verdict": "confirm", "name": "Summer Wren"}).status_code == 302
    assert PublicComment.objects.filter(persona__name="Summer Wren").exists()


# --- The link -----------------------------------------------------------------------------------------
def test_opening_the_link_changes_nothing_however_often_and_by_whom(leave, stranger, browser_of, ben):
    """Scanners of mail open every link, and some send HEAD first."""
    guest = leave()
    for browser in (stranger, browser_of(ben)):
        for _time in range(3):
            assert browser.get(link_of(guest)).status_code == 200
            assert browser.head(link_of(guest)).status_code == 200
    assert not PublicComment.objects.exists()
    assert GuestComment.objects.filter(comment__isnull=True).count() == 1


def test_the_button_does(leave, stranger):
    guest = leave()
    answer = stranger.post(link_of(guest), {"verdict": "confirm"}, follow=True)
    assert "Your comment is public" in answer.content.decode()
    assert "Your comment is public" in stranger.post(link_of(guest), {"verdict": "confirm"}).content.decode()
    assert PublicComment.objects.count() == 1


def test_the_page_behind_the_link_is_kept_nowhere(leave, stranger):
    answer = stranger.get(link_of(leave()))
    assert "no-store" in answer["Cache-Control"]
    assert "noindex" in answer.content.decode()


def test_who_did_not_write_it_deletes_it_at_once(leave, stranger):
    guest = leave()
    assert "It is deleted" in stranger.post(link_of(guest), {"verdict": "discard"}).content.decode()
    assert not GuestComment.objects.exists()
    assert Entry.objects.filter(verb="guests.discarded").count() == 1
    assert stranger.get(link_of(guest)).status_code == 410


def test_what_is_confirmed_is_not_discarded_any_more(leave, stranger):
    guest = leave()
    confirm(guest)
    discard(guest)
    stranger.post(link_of(guest), {"verdict": "discard"})
    assert PublicComment.objects.get().visible


@pytest.mark.parametrize("change", ["cut", "other key", "old", "made up", "pickle", "nothing", "long"])
def test_a_link_that_is_not_ours_or_too_old_leads_nowhere(leave, stranger, change, settings, monkeypatch):
    guest = leave()
    token = token_for(guest)
    match change:
        case "cut":
            token = token[:-2]
        case "other key":
            token = signing.TimestampSigner(key="x" * 50, salt="consult.guests").sign(str(guest.public_id))
        case "made up":
            token = f"{guest.public_id}:1abcde:{'x' * 43}"
        case "pickle":
            token = signing.TimestampSigner(salt="another").sign("gASVAA==")
        case "nothing":
            token = ":"
        case "long":
            token = "x" * 3_000
        case "old":
            later = signing.time.time() + KEPT_FOR.total_seconds() + 5
            monkeypatch.setattr(signing.time, "time", lambda: later)
    assert guest_for(token) is None
    assert stranger.get(reverse("guest_confirm", args=[token])).status_code == 410
    assert stranger.post(reverse("guest_confirm", args=[token]), {"verdict": "confirm"}).status_code == 410
    assert not PublicComment.objects.exists()


def test_the_button_is_proof_against_forged_posts(leave):
    from django.test import Client

    answer = Client(enforce_csrf_checks=True).post(link_of(leave()), {"verdict": "confirm"})
    assert answer.status_code == 403
    assert not PublicComment.objects.exists()


# --- The mail -----------------------------------------------------------------------------------------
def test_the_mail_tells_neither_what_nor_where_nor_under_which_name(leave):
    guest = leave("Words of mine.")
    send_link(guest, f"http://testserver{link_of(guest)}")
    (sent,) = mail.outbox
    assert sent.to == [WREN]
    everything = f"{sent.subject}\n{sent.body}\n{sent.from_email}"
    for private in ("Winter Wren", "Words of mine", "draft-1", "Social media", "section"):
        assert private not in everything
    assert link_of(guest) in sent.body


def test_nobodys_mailbox_is_filled(leave):
    guest = leave()
    for _time in range(MAILS_AN_HOUR + 3):
        send_link(guest, "http://testserver/x")
    assert len(mail.outbox) == MAILS_AN_HOUR


# --- What expires -------------------------------------------------------------------------------------
def test_what_nobody_confirmed_is_deleted_and_counted(leave, consultation):
    kept, confirmed = leave(), leave("Confirmed.", name="Summer Wren", email="summer@people.example")
    comment = confirm(confirmed)
    leave("Another.")
    assert forget_guests() == 0
    assert forget_guests(at=timezone.now() + KEPT_FOR + timedelta(minutes=1)) == 2
    assert not GuestComment.objects.exists()
    entry = Entry.objects.get(verb="guests.expired")
    assert '"count":2' in entry.facts
    assert entry.subject == f"consultation:{consultation.pk}"
    assert PublicComment.objects.get() == comment
    assert guest_for(token_for(kept)) is None


# --- The pages ----------------------------------------------------------------------------------------
def filled(form_of, page, **changes) -> dict:
    sent = {"comment": "A guest's word.", "email": WREN, "kind": "pen", "name": "Winter Wren", "capacity": "personal",
            "accepts": "on"}  # fmt: skip
    return {**form_of(page), **sent, **changes}


def test_a_guest_comes_from_comment_to_the_guests_form(stranger, say):
    answer = stranger.get("/consultations/draft-1/comment/section/yourself/")
    assert (answer.status_code, answer.url) == (302, FORM)
    reply = stranger.get(reverse("reply", args=[say().pk]))
    assert stranger.get(reply.url).status_code == 200
    assert "Sign in instead" in stranger.get(FORM).content.decode()


def test_the_answer_is_the_same_whoever_the_address_belongs_to(stranger, form_of, ada, ann, block_place):
    """With an account or without, admin or nobody: same status, same page, same mail."""
    seen, mails = set(), set()
    for n, email in enumerate((WREN, ada.email, ann.email, "nobody@nowhere.example")):
        page = stranger.get(FORM)
        answer = stranger.post(FORM, filled(form_of, page, email=email, name=f"Guest {'abcd'[n]}"))
        shown = stranger.get(answer.url).content
        seen.add((answer.status_code, answer.url, shown))
        mails.add(re.sub(r"/confirm/\S+", "", mail.outbox[-1].body) + mail.outbox[-1].subject)
    assert len(seen) == len(mails) == 1
    assert len(mail.outbox) == 4


def test_no_question_is_asked_about_the_address(stranger, form_of, django_assert_num_queries):
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    page = stranger.get(FORM)
    with CaptureQueriesContext(connection) as asked:
        stranger.post(FORM, filled(form_of, page))
    assert not [query for query in asked.captured_queries if "consult_account" in query["sql"]]


def test_the_whole_way(stranger, form_of):
    answer = stranger.post(FORM, filled(form_of, stranger.get(FORM)), follow=True)
    assert "Look into your mail" in answer.content.decode()
    link = re.search(r"http://testserver(\S+)", mail.outbox[-1].body)[1]
    page = stranger.get(link)
    assert "A guest&#x27;s word." in page.content.decode()
    done = stranger.post(link, {**form_of(page), "verdict": "confirm"}, follow=True)
    assert "Your reference number" in done.content.decode()
    assert PublicComment.objects.get().comment == "A guest's word."


@pytest.mark.parametrize(
    "changes",
    [{"comment": ""}, {"comment": "x" * 4_001}, {"email": ""}, {"email": "wren"}, {"name": ""}, {"name": "Night Heron"},
     {"accepts": ""}, {"honeypot": "x"}, {"security_hash": "x" * 64}, {"email": WREN, "name": WREN}],
)  # fmt: skip
def test_what_is_missing_is_said_and_the_words_come_back(stranger, form_of, changes):
    answer = stranger.post(FORM, filled(form_of, stranger.get(FORM), **changes))
    assert answer.status_code == 422
    html = answer.content.decode()
    assert "govuk-error-summary" in html
    if "comment" not in changes:
        assert "A guest&#x27;s word." in html
    assert not GuestComment.objects.exists()
    assert mail.outbox == []


def test_personal_data_is_asked_about_before_it_is_kept(stranger, form_of):
    page = stranger.get(FORM)
    asked = stranger.post(FORM, filled(form_of, page, comment="Write to me at heron@hospital.example, please."))
    assert asked.status_code == 422
    assert not GuestComment.objects.exists()
    checked = re.search(r'name="checked" value="([^"]+)"', asked.content.decode())[1]
    sent = filled(form_of, asked, comment="Write to me at heron@hospital.example, please.", checked=checked)
    assert stranger.post(FORM, sent).status_code == 302
    assert not confirm(GuestComment.objects.get()).visible, "a moderator reads it first"


def test_a_mail_server_that_is_away_loses_no_words(stranger, form_of, monkeypatch):
    page, calls = stranger.get(FORM), []

    def away(*_args):
        calls.append(1)
        raise ConnectionRefusedError

    with monkeypatch.context() as patch:
        patch.setattr(guests, "send_link", away)
        answer = stranger.post(FORM, filled(form_of, page))
    assert answer.status_code == 422
    assert "A guest&#x27;s word." in answer.content.decode()
    again = stranger.post(FORM, filled(form_of, answer))
    assert again.status_code == 302
    assert GuestComment.objects.count() == 1
    assert len(mail.outbox) == len(calls) == 1


def test_many_guests_from_one_network_are_shown_another_way(stranger, form_of, monkeypatch):
    monkeypatch.setattr(guests, "FROM_ONE_ADDRESS", 0)
    answer = stranger.post(FORM, filled(form_of, stranger.get(FORM)))
    assert answer.status_code == 422
    assert "Sign in instead" in answer.content.decode()
    assert "A guest&#x27;s word." in answer.content.decode()


def test_after_the_close_the_words_come_back(stranger, form_of, consultation):
    page = stranger.get(FORM)
    Consultation.objects.filter(pk=consultation.pk).update(closes_at=timezone.now() - timedelta(hours=1))
    answer = stranger.post(FORM, filled(form_of, page))
    assert answer.status_code == 403
    assert "A guest&#x27;s word." in answer.content.decode()


def test_someone_who_is_signed_in_is_no_guest_and_keeps_their_words(browser_of, ada):
    browser = browser_of(ada)
    answer = browser.post(FORM, {"comment": "Half a thought."}, follow=True)
    assert answer.redirect_chain[-1][0] == "/consultations/draft-1/comment/section/yourself/"
    assert "Half a thought." in answer.content.decode()


def test_where_guests_are_not_taken_the_way_leads_to_signing_in(stranger, consultation):
    Consultation.objects.filter(pk=consultation.pk).update(takes_guests=False)
    assert stranger.get(FORM).url.startswith(reverse("account_login"))
    assert stranger.get("/consultations/draft-1/comment/").url.startswith(reverse("account_login"))


def test_hostile_words_are_shown_and_never_obeyed(leave, stranger):
    html = stranger.get(link_of(leave("<script>alert(1)</script>", name="<b>Wren</b>"))).content.decode()
    assert "<script>alert" not in html
    assert "<b>Wren" not in html


def test_a_reply_stands_below_what_it_answers(say, leave, section_place):
    root = say()
    comment = confirm(leave(reply_to=root))
    assert comment.parent_id == root.pk


def test_what_is_gone_cannot_be_answered_and_the_page_says_so(say, ada, stranger, form_of):
    root = say()
    page = stranger.get(reverse("guest_reply", args=[root.pk]))
    withdraw(root, by=ada)
    for answer in (
        stranger.get(reverse("guest_reply", args=[root.pk])),
        stranger.post(reverse("guest_reply", args=[root.pk]), filled(form_of, page)),
    ):
        assert answer.status_code == 403
        assert "is not there any more" in answer.content.decode()
    assert "A guest&#x27;s word." in answer.content.decode()


def test_a_quote_stays_a_quote(block_place):
    from dataclasses import replace

    from guidance.anchors import places_of, quote_at

    words = block_place.block.text[:20]
    quote = quote_at(block_place.block.text, *places_of(words, block_place.block.text)[0])
    guest = leave_as_guest(
        replace(block_place, quote=quote), Said("On these."), names=NAMES, email=WREN, submission_id=uuid4()
    )
    assert confirm(guest).anchor.exact == quote.exact
