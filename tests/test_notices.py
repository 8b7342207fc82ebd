"""Being told by e-mail: who, of what, when, and what a mail gives away."""

import re
from datetime import datetime, timedelta
from smtplib import SMTPServerDisconnected
from zoneinfo import ZoneInfo

import pytest
from django.core import mail
from django.core.exceptions import ValidationError
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from consult.consultations import actions as consultations
from consult.consultations.calendar.actions import extend, keep_quiet, note_by_the_clock
from consult.consultations.models import Consultation
from consult.discussion.actions import withdraw
from consult.discussion.models import PublicComment
from consult.drafting import actions as drafting
from consult.ledger.actions import record, seal_everything
from consult.moderation.actions import Ruling, decide
from consult.moderation.models import Verb
from consult.notices import kinds, mailing, reading
from consult.notices.actions import MOST_FOLLOWED, follow, last_entry, stop, stop_everything, target_of, wish, wishes_of
from consult.notices.models import Event, Follow, HowOften, Mail, Notice, NoticeBookmark, OrNever
from consult.notices.reading import begin_here, due, read_on, tell_on
from consult.people.actions import open_account
from consult.people.models import Account
from consult.people.permissions import Refused
from consult.publishing.actions import correct_block, publish
from tests.conftest import named

DISCREET = "Something new in a consultation you follow"


def run(*, at: datetime | None = None) -> None:
    """What the worker does every few seconds."""
    seal_everything()
    while read_on():
        pass
    for step in (tell_on, mailing.gather, mailing.send_due):
        while step(at=at):
            pass


@pytest.fixture(autouse=True)
def _from_here_on(db, cast):
    """What the cast did to come into being is told to nobody."""
    seal_everything()
    begin_here()


def to(account: Account) -> list:
    return [one for one in mail.outbox if one.to == [account.email]]


def openly(*accounts: Account) -> None:
    for account in accounts:
        wish(by=account, is_discreet=False)


# --- Following --------------------------------------------------------------------------------------------
def test_who_follows_a_consultation_is_told_of_what_is_said_there(say, consultation, edie):
    follow(consultation, how_often=HowOften.AT_ONCE, by=edie)
    say("The badge test rules out nearly everything.")
    run()
    assert [one.subject for one in to(edie)] == [DISCREET]


@pytest.mark.parametrize("what", ["document", "consultation", "section", "thread"])
def test_whatever_someone_follows_they_are_told_of_a_reply_in_it(what, say, cast, ben):
    root = say("One.")
    run()
    mail.outbox.clear()
    things = {"document": cast.document, "consultation": cast.consultation, "section": root.section, "thread": root}
    follow(things[what], how_often=HowOften.AT_ONCE, by=cast.edie)
    say("Two.", reply_to=root, persona=cast.ben_persona)
    run()
    assert len(to(cast.edie)) == 1


def test_what_is_said_elsewhere_is_not_told(say, cast, section_place, block_place):
    other = say("Another thread.")
    follow(other, how_often=HowOften.AT_ONCE, by=cast.edie)
    follow(cast.ideas, how_often=HowOften.AT_ONCE, by=cast.edie)
    say("On the first draft, in a thread of its own.", place=block_place)
    run()
    assert to(cast.edie) == []


def test_who_follows_it_four_times_is_told_once(say, cast):
    root = say("One.")
    for thing in (cast.document, cast.consultation, root.section, root):
        follow(thing, how_often=HowOften.AT_ONCE, by=cast.edie)
    say("Two.", reply_to=root, persona=cast.ben_persona)
    run()
    run()
    event = Event.objects.get(comment__comment="Two.")
    assert event.notices.filter(account=cast.edie).count() == 1


def test_to_follow_twice_is_to_follow_once_as_often_as_was_said_last(consultation, edie):
    follow(consultation, how_often=HowOften.AT_ONCE, by=edie)
    follow(consultation, how_often=HowOften.WEEKLY, by=edie)
    assert [one.how_often for one in Follow.objects.of(edie)] == ["weekly"]


def test_the_database_keeps_a_follow_single_and_of_one_thing(consultation, section_place, edie):
    follow(consultation, how_often=HowOften.AT_ONCE, by=edie)
    with pytest.raises(IntegrityError), transaction.atomic():
        Follow.objects.create(account=edie, how_often="daily", after=0, **target_of(consultation))
    both = {**target_of(consultation), "section": section_place.section_text.section}
    with pytest.raises(IntegrityError, match="a_follow_is_of_one_thing"), transaction.atomic():
        Follow.objects.create(account=edie, how_often="daily", after=0, **both)


def test_nobody_follows_without_end(consultation, document, edie, monkeypatch):
    monkeypatch.setattr("consult.notices.actions.MOST_FOLLOWED", 1)
    follow(consultation, how_often=HowOften.AT_ONCE, by=edie)
    with pytest.raises(ValidationError, match="You follow 1 things"):
        follow(document, how_often=HowOften.AT_ONCE, by=edie)
    assert MOST_FOLLOWED == 500


def test_who_follows_later_is_not_told_of_what_was_before(say, consultation, edie):
    say("Before.")
    seal_everything()
    follow(consultation, how_often=HowOften.AT_ONCE, by=edie)
    run()
    assert to(edie) == []


def test_who_stops_is_told_no_more_not_even_of_what_waited(say, consultation, edie):
    following = follow(consultation, how_often=HowOften.DAILY, by=edie)
    say("One.")
    run()
    assert Notice.objects.filter(account=edie).count() == 1
    stop(following, by=edie)
    say("Two.")
    run(at=timezone.now() + timedelta(days=2))
    assert to(edie) == []
    assert not Notice.objects.filter(account=edie).exists()


def test_nobody_stops_what_another_one_follows(consultation, edie, ben):
    following = follow(consultation, how_often=HowOften.DAILY, by=edie)
    stop(following, by=ben)
    assert Follow.objects.of(edie).exists()


def test_following_leaves_no_trace_in_the_ledger(consultation, edie):
    from consult.ledger.models import Entry

    before = Entry.objects.count()
    follow(consultation, how_often=HowOften.DAILY, by=edie)
    wish(by=edie, is_discreet=False)
    stop_everything(by=edie)
    assert Entry.objects.count() == before


def test_who_is_not_signed_in_follows_nothing(consultation):
    with pytest.raises(Refused):
        follow(consultation, how_often=HowOften.DAILY, by=None)


# --- What concerns someone without their following it -----------------------------------------------------
def test_a_reply_is_told_to_whom_it_answers(say, ada, ben_persona):
    root = say("One.")
    say("Two.", reply_to=root, persona=ben_persona)
    run()
    assert len(to(ada)) == 1


def test_nobody_is_told_of_what_they_did_themselves(say, consultation, ada, ben_persona):
    follow(consultation, how_often=HowOften.AT_ONCE, by=ada)
    root = say("One.")
    say("And I answer myself.", reply_to=root)
    run()
    assert mail.outbox == []


def test_an_answer_under_ones_other_name_is_told_to_nobody(say, consultation, ada):
    """The two names are one person's. A mail “someone replied to you” would tell whoever reads it that they are not."""
    council = named(consultation, ada, "Harbour Council", capacity="organisation", organisation="Harbour Council")
    root = say("One.")
    say("We agree.", reply_to=root, persona=council)
    run()
    assert mail.outbox == []


@pytest.mark.parametrize("discreet", [True, False])
def test_no_mail_names_the_reader(say, ada, ben_persona, discreet):
    wish(by=ada, is_discreet=discreet)
    root = say("One.")
    say("Two.", reply_to=root, persona=ben_persona)
    run()
    (one,) = to(ada)
    assert "Night Heron" not in one.message().as_string()


def test_who_wishes_to_hear_of_no_replies_hears_of_none(say, ada, ben_persona):
    wish(by=ada, replies=OrNever.NEVER)
    root = say("One.")
    say("Two.", reply_to=root, persona=ben_persona)
    run()
    assert mail.outbox == []


# --- What is not public is not told -----------------------------------------------------------------------
def test_what_waits_for_a_moderator_is_told_once_it_is_let_in(say, consultation, edie, mo):
    Consultation.objects.filter(pk=consultation.pk).update(moderation="first")
    consultation.refresh_from_db()
    follow(consultation, how_often=HowOften.AT_ONCE, by=edie)
    held = PublicComment.objects.get(pk=say("A first word.", place=_place(consultation)).pk)
    run()
    assert (held.visible, mail.outbox) == (False, [])
    decide(held, Ruling(Verb.KEEP), by=mo)
    run()
    run()
    assert len(to(edie)) == 1


def _place(consultation):
    from consult.discussion.places import place_in_section

    return place_in_section(consultation, "yourself")


@pytest.mark.parametrize("how", ["withdrawn", "hidden"])
def test_what_is_not_there_any_more_when_the_mail_goes_out_is_dropped(how, say, cast):
    follow(cast.consultation, how_often=HowOften.DAILY, by=cast.edie)
    comment = say("My ward is on the third floor.")
    run()
    if how == "withdrawn":
        withdraw(comment, by=cast.ada)
    else:
        decide(comment, Ruling(Verb.HIDE, rule=2, reason="It names someone."), by=cast.mo)
    run(at=timezone.now() + timedelta(days=2))
    assert mail.outbox == []
    assert Mail.objects.get().state == "dropped"


def test_what_was_hidden_and_is_restored_is_told_after_all_and_once(say, cast):
    follow(cast.consultation, how_often=HowOften.DAILY, by=cast.edie)
    comment = say("Plain words.")
    run()
    decide(comment, Ruling(Verb.HIDE, rule=1, reason="x"), by=cast.mo)
    later = timezone.now() + timedelta(days=2)
    run(at=later)
    assert mail.outbox == []
    decide(PublicComment.objects.get(pk=comment.pk), Ruling(Verb.RESTORE), by=cast.mo)
    run(at=later)
    run(at=later)
    assert len(to(cast.edie)) == 1


def test_words_for_the_editors_are_told_to_nobody(say, cast):
    from consult.discussion.actions import Said

    Consultation.objects.update(takes_words_for_editors=True)
    follow(Consultation.objects.get(slug="draft-1"), how_often=HowOften.AT_ONCE, by=cast.ben)
    say(Said("Between us.", audience="editors"), place=_place(Consultation.objects.get(slug="draft-1")))
    run()
    assert mail.outbox == []


# --- Consultations and texts ------------------------------------------------------------------------------
def test_an_extension_is_told_once_with_the_date_and_the_reason(cast):
    openly(cast.ben)
    follow(cast.consultation, how_often=HowOften.AT_ONCE, by=cast.ben)
    follow(cast.document, how_often=HowOften.AT_ONCE, by=cast.ben)
    closes = cast.consultation.closes_at + timedelta(days=7)
    extend(cast.consultation, closes_at=closes, reason="The holidays.", by=cast.ann)
    run()
    (one,) = to(cast.ben)
    assert one.subject == "It is open for longer: “Social media: draft 1”"
    assert "The holidays." in one.body


def test_pausing_resuming_closing_and_answering_are_told(cast):
    openly(cast.ben)
    follow(cast.consultation, how_often=HowOften.AT_ONCE, by=cast.ben)
    consultations.pause(cast.consultation, by=cast.ann, reason="A flood.")
    run()
    consultations.resume(cast.consultation, by=cast.ann)
    run()
    Consultation.objects.filter(pk=cast.consultation.pk).update(closes_at=timezone.now())
    assert note_by_the_clock() == 1
    run()
    consultations.mark_answered(Consultation.objects.get(pk=cast.consultation.pk), by=cast.ann)
    run()
    firsts = [one.subject.partition(":")[0] for one in to(cast.ben)]
    assert firsts == [
        "New comments are held back", "New comments are let in again", "It has closed", "The answer has been given",
    ]  # fmt: skip
    assert "A flood." not in "".join(one.body for one in mail.outbox), "it is for the team's own history"


def second_draft(cast) -> None:
    """A draft in which the snapshot of “yourself” has other words."""
    draft = drafting.open_draft(cast.document, by=cast.edie)
    text = draft.section_texts.get(section__key="yourself").levels.get(level="snapshot")
    drafting.save_level(draft, "yourself", "snapshot", "Wholly other words.", read_version=text.version, by=cast.edie)
    publish(draft, changelog="Shorter.", by=cast.edie)


def test_who_commented_on_words_that_changed_is_told_and_who_did_not_is_not(say, cast, block_place):
    wish(by=cast.ada, words=OrNever.AT_ONCE)
    wish(by=cast.ben, words=OrNever.AT_ONCE)
    say("Keep this.", place=block_place)
    say("On the whole.", place=block_place.__class__(cast.consultation), persona=cast.ben_persona)
    second_draft(cast)
    run()
    assert (len(to(cast.ada)), len(to(cast.ben))) == (1, 0)


def test_who_commented_on_a_sentence_is_told_when_it_is_corrected(say, cast, block_place):
    wish(by=cast.ada, words=OrNever.AT_ONCE)
    openly(cast.ada)
    say("Is that right?", place=block_place)
    run()
    correct_block(cast.revision, block_place.block.key, "Another figure.", why="A wrong figure.", by=cast.edie)
    run()
    assert "Words that you commented on were changed" in to(cast.ada)[0].subject


def test_a_new_draft_is_told_to_who_follows_the_guidance_but_not_to_its_editor(cast):
    openly(cast.ben)
    for someone in (cast.ben, cast.edie):
        follow(cast.document, how_often=HowOften.AT_ONCE, by=someone)
    second_draft(cast)
    run()
    assert [one.subject for one in mail.outbox] == ["“Social media for public servants”, draft 2, was published"]


# --- When -------------------------------------------------------------------------------------------------
LONDON = ZoneInfo("Europe/London")


@pytest.mark.parametrize(
    ("often", "now", "then"),
    [
        ("at_once", (2026, 11, 27, 14, 0), (2026, 11, 27, 14, 0)),
        ("daily", (2026, 11, 27, 14, 0), (2026, 11, 28, 7, 0)),
        ("daily", (2026, 11, 27, 6, 59), (2026, 11, 27, 7, 0)),
        ("weekly", (2026, 11, 27, 14, 0), (2026, 11, 30, 7, 0)),
        ("weekly", (2026, 11, 30, 7, 0), (2026, 12, 7, 7, 0)),
        ("daily", (2026, 3, 28, 12, 0), (2026, 3, 29, 7, 0)),  # the clocks go forward in between
    ],
)
def test_a_digest_is_due_in_the_morning(often, now, then):
    assert due(often, datetime(*now, tzinfo=LONDON)) == datetime(*then, tzinfo=LONDON)


def test_a_day_of_talk_is_one_mail(say, consultation, edie):
    follow(consultation, how_often=HowOften.DAILY, by=edie)
    for n in range(5):
        say(f"Thing {n}.")
    run()
    assert mail.outbox == []
    run(at=timezone.now() + timedelta(days=1))
    (one,) = to(edie)
    assert "There are 5 new things for you." in one.body


def test_nobody_gets_more_mails_an_hour_than_the_bound_and_nothing_is_lost(say, consultation, edie, settings):
    settings.NOTICES_AN_HOUR = 2
    openly(edie)
    follow(consultation, how_often=HowOften.AT_ONCE, by=edie)
    for n in range(6):
        say(f"Thing number {n}.")
        run()
    assert len(to(edie)) == 2
    run(at=timezone.now() + timedelta(hours=1, minutes=1))
    words = "".join(one.body for one in to(edie))
    assert len(to(edie)) == 3
    assert [words.count(f"Thing number {n}.") for n in range(6)] == [1] * 6


def test_a_pre_election_period_holds_digests_and_lets_through_what_is_told_at_once(say, cast):
    today = timezone.localdate()
    keep_quiet(begins_on=today, ends_on=today + timedelta(days=3), why="Local elections", by=cast.ann)
    follow(cast.consultation, how_often=HowOften.DAILY, by=cast.edie)
    follow(cast.consultation, how_often=HowOften.AT_ONCE, by=cast.otto)
    say("One.")
    run()
    run(at=timezone.now() + timedelta(days=2))
    assert (len(to(cast.edie)), len(to(cast.otto))) == (0, 1)
    run(at=timezone.now() + timedelta(days=5))
    assert len(to(cast.edie)) == 1


@pytest.mark.parametrize(("which", "held"), [("draft-1", True), ("ideas", False)])
def test_a_period_for_one_consultation_holds_its_digests_alone(which, held, say, cast):
    today, period = timezone.localdate(), Consultation.objects.get(slug=which)
    keep_quiet(begins_on=today, ends_on=today + timedelta(9), why="Elections", consultation=period, by=cast.ann)
    follow(cast.consultation, how_often=HowOften.DAILY, by=cast.edie)
    say("One.")
    run()
    run(at=timezone.now() + timedelta(days=2))
    assert (to(cast.edie) == []) is held


# --- The mail ---------------------------------------------------------------------------------------------
def test_a_discreet_mail_gives_nothing_away(say, consultation, edie, ben_persona):
    follow(consultation, how_often=HowOften.AT_ONCE, by=edie)
    say("My ward is on the third floor.", persona=ben_persona)
    run()
    whole = to(edie)[0].message().as_string()
    for words in ("Social media", "third floor", "Chalk", "draft-1", "badge"):
        assert words not in whole
    assert to(edie)[0].subject == DISCREET
    assert reverse("whats_new") in whole


def test_who_is_not_discreet_is_told_who_said_what_where_and_not_more_than_an_excerpt(say, consultation, edie):
    openly(edie)
    follow(consultation, how_often=HowOften.AT_ONCE, by=edie)
    comment = say("Words. " + "long " * 200 + "THE END")
    run()
    one = to(edie)[0]
    assert one.subject == "Night Heron in “Social media: draft 1”"
    assert comment.get_absolute_url() in one.body
    assert "THE END" not in one.message().as_string()


def test_a_mail_has_text_and_html_and_nothing_that_is_fetched(say, consultation, edie):
    openly(edie)
    follow(consultation, how_often=HowOften.AT_ONCE, by=edie)
    say("<img src=x onerror=alert(1)> & <b>bold</b>")
    run()
    message = to(edie)[0].message()
    kinds_of_parts = [part.get_content_type() for part in message.walk()]
    html = message.get_payload()[1].get_payload(decode=True).decode()
    assert kinds_of_parts == ["multipart/alternative", "text/plain", "text/html"]
    assert not re.search(r"<(img|link|script|style|iframe|[^<>]*\bsrc=)", html)
    assert "&lt;img src=x" in html


def test_no_words_become_a_header(say, cast):
    openly(cast.edie)
    Consultation.objects.filter(pk=cast.consultation.pk).update(title="A\r\nBcc: all@people.example\r\n\r\nB")
    follow(Consultation.objects.get(pk=cast.consultation.pk), how_often=HowOften.AT_ONCE, by=cast.edie)
    say("One.")
    run()
    message = to(cast.edie)[0].message()
    assert message["Bcc"] is None
    assert "\n" not in message["Subject"]


def test_a_mail_can_be_stopped_with_one_click_and_its_id_is_its_own(say, consultation, edie):
    follow(consultation, how_often=HowOften.AT_ONCE, by=edie)
    say("One.")
    run()
    one = to(edie)[0]
    assert one.extra_headers["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    assert re.fullmatch(r"<http[^ ]+/stop-mails/[^ ]+/>", one.extra_headers["List-Unsubscribe"])
    assert one.extra_headers["Message-ID"].startswith(f"<{Mail.objects.get().public_id.hex}@")


# --- Stopping from within a mail --------------------------------------------------------------------------
@pytest.fixture
def link(say, consultation, edie) -> str:
    """The link in a mail to edie, who follows the consultation and the guidance."""
    follow(consultation, how_often=HowOften.AT_ONCE, by=edie)
    follow(consultation.document, how_often=HowOften.WEEKLY, by=edie)
    say("One.")
    run()
    return re.search(r"<http://[^/]+(/stop-mails/[^ ]+/)>", to(edie)[0].extra_headers["List-Unsubscribe"])[1]


def strict():
    from django.test import Client

    return Client(enforce_csrf_checks=True)


def test_looking_at_the_link_stops_nothing(link, edie):
    for method in ("get", "head"):
        assert getattr(strict(), method)(link).status_code == 200
    assert Follow.objects.of(edie).count() == 2


def test_sending_it_stops_what_the_mail_was_about_without_a_session_or_a_token(link, edie):
    for _twice in range(2):
        response = strict().post(link, {"List-Unsubscribe": "One-Click"})
        assert (response.status_code, response.cookies) == (200, {})
    assert [one.consultation_id for one in Follow.objects.of(edie)] == [None]


def test_the_other_button_stops_all(link, edie):
    strict().post(link, {"all": "1"})
    assert not Follow.objects.of(edie).exists()
    assert (wishes_of(edie).replies, wishes_of(edie).words) == ("never", "never")


def test_a_mail_about_a_reply_stops_mails_about_replies(say, ada, ben_persona):
    say("Two.", reply_to=say("One."), persona=ben_persona)
    run()
    link = re.search(r"(/stop-mails/[^ ]+/)>", to(ada)[0].extra_headers["List-Unsubscribe"])[1]
    strict().post(link)
    assert (wishes_of(ada).replies, wishes_of(ada).words) == ("never", "daily")


@pytest.mark.parametrize("broken", ["x", "0" * 32, "0" * 32 + ":x", "é"])
def test_a_link_that_is_not_ours_stops_nothing(broken, link, edie):
    assert strict().post(f"/stop-mails/{broken}/").status_code == 404
    assert Follow.objects.of(edie).count() == 2


def test_a_link_that_was_changed_stops_nothing(link, edie):
    wrong = link[:13] + ("0" if link[13] != "0" else "1") + link[14:]
    assert strict().post(wrong).status_code == 404
    assert Follow.objects.of(edie).count() == 2


# --- Each once, whatever dies -----------------------------------------------------------------------------
@pytest.fixture
def crowd(consultation):
    """Many who follow one consultation."""

    def gather(size: int) -> list[Account]:
        people = Account.objects.bulk_create(Account(email=f"reader{n}@people.example") for n in range(size))
        target = target_of(consultation)
        Follow.objects.bulk_create(
            Follow(account=one, how_often=HowOften.AT_ONCE, after=last_entry(), **target) for one in people
        )
        return people

    return gather


def cost_of(act) -> int:
    with CaptureQueriesContext(connection) as asked:
        act()
    return len(asked)


def test_posting_costs_the_same_with_a_thousand_followers_and_each_gets_one_mail(say, crowd):
    say("To warm up.")
    alone = cost_of(lambda: say("With nobody who follows."))
    run()
    crowd(1_000)
    followed = cost_of(lambda: say("With a thousand."))
    assert followed == alone
    run()
    run()
    assert len(mail.outbox) == len({one.to[0] for one in mail.outbox}) == 1_000
    assert set(Mail.objects.values_list("state", flat=True)) == {"sent"}


def test_followers_are_told_a_few_at_a_time(say, crowd, monkeypatch):
    monkeypatch.setattr(reading, "PEOPLE_AT_ONCE", 4)
    crowd(10)
    say("One.")
    seal_everything()
    read_on()
    assert [tell_on() for _batch in range(4)] == [4, 4, 2, 0]
    assert Notice.objects.count() == 10


class Killed(BaseException):
    """The worker is no more."""


def killed(*_arguments, **_more):
    raise Killed


@pytest.mark.parametrize("where", ["reading", "telling", "gathering", "before sending"])
def test_a_worker_that_dies_anywhere_leaves_nothing_out_and_nothing_twice(where, say, crowd, monkeypatch):
    monkeypatch.setattr(reading, "PEOPLE_AT_ONCE", 4)
    monkeypatch.setattr(mailing, "PEOPLE_AT_ONCE", 3)
    crowd(10)
    say("One.")
    place = {
        "reading": (NoticeBookmark, "save"),
        "telling": (Event, "save"),
        "gathering": (Mail.objects, "bulk_create"),
        "before sending": (mailing, "message_of"),
    }[where]
    real, calls = getattr(*place), []

    def dies_at_the_second(*arguments, **more):
        calls.append(1)
        if len(calls) == (1 if where == "reading" else 2):
            raise Killed
        return real(*arguments, **more)

    with monkeypatch.context() as patch:
        patch.setattr(*place, dies_at_the_second)
        with pytest.raises(Killed):
            run()
    run()
    run(at=timezone.now() + mailing.LEASE + timedelta(minutes=1))
    assert len(mail.outbox) == len({one.to[0] for one in mail.outbox}) == 10


def test_a_mail_whose_sender_died_after_handing_it_over_goes_out_again_as_the_same_mail(say, crowd, monkeypatch):
    crowd(1)
    say("One.")
    with monkeypatch.context() as patch:
        patch.setattr(mailing, "_end", killed)
        with pytest.raises(Killed):
            run()
    run()
    assert len(mail.outbox) == 1, "its lease holds: it may still be on its way"
    run(at=timezone.now() + mailing.LEASE + timedelta(minutes=1))
    assert len({one.extra_headers["Message-ID"] for one in mail.outbox}) == 1
    assert (len(mail.outbox), Mail.objects.get().state) == (2, "sent")


def test_two_who_send_at_once_send_it_once(say, crowd):
    crowd(1)
    say("One.")
    seal_everything()
    read_on()
    tell_on()
    mailing.gather()
    at, pk = timezone.now(), Mail.objects.get().pk
    Mail.objects.filter(pk=pk).update(state="sending", lease="0f6f1a50-0000-4000-8000-000000000000", due_at=at)
    lost = mailing._end(Mail.objects.get(pk=pk), "1f6f1a50-0000-4000-8000-000000000000", "sent")
    assert (lost, Mail.objects.get().state) == ("sent", "sending"), "without the lease nothing is written"
    server = mail.get_connection()
    assert [mailing.send(pk, server, at=at), mailing.send(pk, server, at=at)] == ["sent", ""]


def test_a_mail_server_that_is_away_loses_nothing(say, crowd, monkeypatch):
    crowd(1)
    say("One.")

    def away(*_messages):
        raise SMTPServerDisconnected("gone")

    with monkeypatch.context() as patch:
        patch.setattr("django.core.mail.backends.locmem.EmailBackend.send_messages", away)
        run()
        assert Mail.objects.get().state == "waiting"
        at = timezone.now()
        for _day in range(mailing.MOST_TRIES):
            at += timedelta(days=1)
            run(at=at)
    assert (mail.outbox, Mail.objects.get().state) == ([], "failed")


def test_the_log_knows_no_address(say, crowd, monkeypatch, caplog):
    (reader,) = crowd(1)
    say("One.")
    monkeypatch.setattr("django.core.mail.backends.locmem.EmailBackend.send_messages", _refuse(reader.email))
    run()
    assert "could not be sent" in caplog.text
    assert reader.email not in caplog.text


def _refuse(address):
    def refused(*_messages):
        raise SMTPServerDisconnected(f"no such address: {address}")

    return refused


def test_each_entry_is_read_once_and_in_order(say, consultation, edie):
    follow(consultation, how_often=HowOften.AT_ONCE, by=edie)
    for n in range(5):
        say(f"Thing {n}.")
        seal_everything()
    while read_on():
        pass
    assert read_on() == 0
    found = Event.objects.order_by("pk").values_list("comment__comment", flat=True)
    assert list(found) == [f"Thing {n}." for n in range(5)]


def test_what_concerns_nobody_leaves_no_row(say):
    say("To an empty room.")
    run()
    assert not Event.objects.exists()


def test_what_was_told_long_ago_is_forgotten(say, consultation, edie):
    follow(consultation, how_often=HowOften.AT_ONCE, by=edie)
    say("One.")
    run()
    assert mailing.forget_old() == 0
    mailing.forget_old(at=timezone.now() + mailing.KEPT + timedelta(days=1))
    assert not Notice.objects.exists()
    assert not Mail.objects.exists()


# --- The table of kinds -----------------------------------------------------------------------------------
def test_every_kind_reads_verbs_of_its_own():
    verbs = [verb for kind in kinds.KINDS.values() for verb in kind.verbs]
    assert len(verbs) == len(set(verbs))
    with pytest.raises(ValueError, match="on the table already"):
        kinds.register(kinds.KINDS["said"])


def test_a_later_room_tells_people_with_one_row(cast, monkeypatch):
    monkeypatch.setattr(kinds, "KINDS", dict(kinds.KINDS))
    monkeypatch.setattr(reading, "KINDS", kinds.KINDS)
    monkeypatch.setattr(mailing, "KINDS", kinds.KINDS)
    monkeypatch.setattr("consult.notices.message.KINDS", kinds.KINDS)

    def find(entries):
        return [Event(key=f"tea:{one.pk}", entry=one, document=cast.document) for one in entries]

    kinds.register(
        kinds.Kind(
            "tea",
            ("tea.made",),
            find,
            lambda _event: True,
            lambda _event, _why: kinds.Told("Tea", "/tea/"),
            kinds.of_whole_document,
        )  # fmt: skip
    )
    openly(cast.ben)
    follow(cast.document, how_often=HowOften.AT_ONCE, by=cast.ben)
    with transaction.atomic():
        record(None, "tea.made", cast.document)
    run()
    assert [one.subject for one in to(cast.ben)] == ["Tea"]


# --- The pages --------------------------------------------------------------------------------------------
def test_a_consultation_is_followed_with_a_form_and_stopped_with_another(cast, browser_of, form_of):
    browser, page = browser_of(cast.ben), reverse("follow_consultation", args=["draft-1"])
    sent = form_of(browser.get(page))
    assert browser.post(page, sent).url == "/consultations/draft-1/"
    assert [one.how_often for one in Follow.objects.of(cast.ben)] == ["daily"]
    assert "You follow this: once a day." in browser.get(page).content.decode()
    browser.post(page, {"stop": "1"})
    assert not Follow.objects.of(cast.ben).exists()


def test_the_page_is_the_same_for_everyone_whether_they_follow_it_or_not(cast, browser_of):
    browser = browser_of(cast.ben)
    before = browser.get("/consultations/draft-1/").content
    follow(cast.consultation, how_often=HowOften.DAILY, by=cast.ben)
    assert browser.get("/consultations/draft-1/").content == before
    assert reverse("follow_consultation", args=["draft-1"]).encode() in before


def test_a_reply_leads_to_its_thread(say, cast, browser_of):
    root = say("One.")
    reply = say("Two.", reply_to=root)
    browser = browser_of(cast.ben)
    assert browser.get(reverse("follow_thread", args=[reply.pk])).url == reverse("follow_thread", args=[root.pk])


def test_what_is_not_there_cannot_be_followed(say, cast, browser_of):
    hidden = say("One.")
    PublicComment.objects.filter(pk=hidden.pk).update(
        own_state="shown", staff_state="held", once_public=False, listed=False, visible=False
    )
    browser = browser_of(cast.ben)
    for page in (
        reverse("follow_thread", args=[hidden.pk]), reverse("follow_section", args=["draft-1", "nothing"]),
        reverse("follow_section", args=["ideas", "yourself"]), reverse("follow_consultation", args=["nowhere"]),
        reverse("follow_document", args=["gifts"]),
    ):  # fmt: skip
        assert browser.get(page).status_code == 404, page


def test_everything_that_is_followed_stands_on_one_page_in_a_few_questions(say, cast, browser_of):
    root = say("One.")
    browser = browser_of(cast.ben)
    page = reverse("notice_settings")
    assert "Nothing yet." in browser.get(page).content.decode()
    for thing in (cast.document, cast.consultation, root.section, root, cast.ideas):
        follow(thing, how_often=HowOften.WEEKLY, by=cast.ben)
    few = cost_of(lambda: browser.get(page))
    html = browser.get(page).content.decode()
    for words in ("When you post as yourself", "Social media: draft 1", "A thread", "Once a week"):
        assert words in html
    for n in range(5):
        follow(say(f"Thread {n}."), how_often=HowOften.DAILY, by=cast.ben)
    assert cost_of(lambda: browser.get(page)) == few


def test_wishes_are_saved_and_all_is_stopped_on_that_page(cast, browser_of):
    browser, page = browser_of(cast.ben), reverse("notice_settings")
    browser.post(page, {"do": "wish", "replies": "weekly", "words": "never"})
    said = wishes_of(cast.ben)
    assert (said.replies, said.words, said.is_discreet) == ("weekly", "never", False)
    assert browser.post(page, {"do": "wish", "replies": "hourly", "words": "never"}).status_code == 422
    follow(cast.document, how_often=HowOften.WEEKLY, by=cast.ben)
    browser.post(page, {"do": "all"})
    assert not Follow.objects.of(cast.ben).exists()


@pytest.mark.parametrize("number", ["", "x", "９", "1" * 30, "0"])
def test_a_number_that_is_none_stops_nothing(number, cast, browser_of):
    follow(cast.document, how_often=HowOften.WEEKLY, by=cast.ben)
    assert browser_of(cast.ben).post(reverse("notice_settings"), {"stop": number}).status_code == 404
    assert Follow.objects.of(cast.ben).exists()


def test_nobody_stops_for_another_on_that_page(cast, browser_of):
    following = follow(cast.document, how_often=HowOften.WEEKLY, by=cast.ben)
    assert browser_of(cast.edie).post(reverse("notice_settings"), {"stop": following.pk}).status_code == 404
    assert Follow.objects.of(cast.ben).exists()


def test_what_is_new_is_shown_to_whom_it_concerns_while_it_is_public(say, cast, browser_of):
    page = reverse("whats_new")
    follow(cast.consultation, how_often=HowOften.WEEKLY, by=cast.edie)
    first, _second = say("The first word."), say("The second word.")
    run()
    withdraw(first, by=cast.ada)
    html = browser_of(cast.edie).get(page).content.decode()
    assert ("The first word." in html, "The second word." in html) == (False, True)
    assert "The second word." not in browser_of(cast.ben).get(page).content.decode()


def test_an_account_that_was_closed_gets_no_mail(say, consultation, cast):
    gone = open_account("gone@people.example")
    follow(consultation, how_often=HowOften.AT_ONCE, by=gone)
    Account.objects.filter(pk=gone.pk).update(is_active=False)
    say("One.")
    run()
    assert mail.outbox == []
