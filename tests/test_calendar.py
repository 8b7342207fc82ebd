"""Dates: extending and shortening, pre-election periods, times when the service was away, the calendar file."""

from datetime import UTC, date, datetime, timedelta
from uuid import uuid4

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.urls import reverse
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st

from consult.consultations import actions as consultations
from consult.consultations.calendar.actions import (
    NotSure,
    call_off,
    extend,
    keep_quiet,
    note_by_the_clock,
    note_outage,
)
from consult.consultations.calendar.ics import LONGEST_LINE, Dated, calendar_of, folded
from consult.consultations.calendar.models import DateChange, Outage, QuietPeriod
from consult.consultations.models import Consultation, Noted
from consult.discussion.closing import move_close
from consult.discussion.elsewhere.letters import Provenance, enter_letter
from consult.drafting.actions import open_draft
from consult.jobs.running import run_job
from consult.ledger.models import Entry
from consult.people.permissions import Refused
from consult.publishing.actions import ask_to_publish, publish_due
from guidance.models import Revision

WEEK = timedelta(days=7)


def later(consultation: Consultation, by=WEEK) -> datetime:
    return consultation.closes_at + by


def verbs(consultation: Consultation) -> list[str]:
    return list(Entry.objects.about(consultation).values_list("verb", flat=True))


# --- Extending and shortening -----------------------------------------------------------------------------
def test_an_extension_is_on_the_page_with_both_dates_and_the_reason(cast, stranger, django_capture_on_commit_callbacks):
    was, now = cast.consultation.closes_at, later(cast.consultation)
    stranger.get("/consultations/draft-1/")
    with django_capture_on_commit_callbacks(execute=True):
        extend(cast.consultation, closes_at=now, reason="Schools were closed.", by=cast.ann)
    html = stranger.get("/consultations/draft-1/").content.decode()
    for moment in (was, now):
        assert f"{timezone.localtime(moment):%-d %B %Y}" in html
    assert "Schools were closed." in html
    assert verbs(cast.consultation)[-1] == "consultation.extended"
    assert "Schools" not in "".join(Entry.objects.values_list("facts", flat=True))


def test_a_consultation_that_has_closed_opens_again(cast, say):
    Consultation.objects.filter(pk=cast.consultation.pk).update(closes_at=timezone.now() - WEEK, noted=Noted.CLOSED)
    extend(cast.consultation, closes_at=timezone.now() + WEEK, reason="x", by=cast.ann)
    opened = Consultation.objects.get(pk=cast.consultation.pk)
    assert (opened.is_open, opened.noted) == (True, Noted.OPEN)


def test_shortening_has_to_be_confirmed(cast):
    sooner = later(cast.consultation, -WEEK)
    with pytest.raises(NotSure):
        extend(cast.consultation, closes_at=sooner, reason="A new law.", by=cast.ann)
    assert not DateChange.objects.exists()
    change = extend(cast.consultation, closes_at=sooner, reason="A new law.", by=cast.ann, confirmed=True)
    assert not change.is_extension
    assert verbs(cast.consultation)[-1] == "consultation.shortened"


@pytest.mark.parametrize("confirmed", [True, False])
@pytest.mark.parametrize(
    ("by", "reason", "message"),
    [
        (WEEK, "", "Say why"),
        (WEEK, " \n ", "Say why"),
        (timedelta(0), "x", "already"),
        (-timedelta(days=20), "x", "has passed"),
        (-timedelta(days=400), "x", "has passed"),
        (timedelta(days=90), "x", "before it would close"),
    ],
)
def test_a_date_that_cannot_be_is_refused(by, reason, message, confirmed, cast):
    with pytest.raises(ValidationError, match=message):
        extend(
            cast.consultation, closes_at=later(cast.consultation, by), reason=reason, by=cast.ann, confirmed=confirmed
        )
    assert not DateChange.objects.exists()


@pytest.mark.parametrize("who", ["ada", "edie", "otto", "mo"])
def test_only_an_admin_moves_a_date(who, cast):
    with pytest.raises(Refused):
        extend(cast.consultation, closes_at=later(cast.consultation), reason="x", by=getattr(cast, who))


def test_what_was_answered_is_not_extended(cast):
    Consultation.objects.filter(pk=cast.consultation.pk).update(
        closes_at=timezone.now() - WEEK, answered_at=timezone.now()
    )
    with pytest.raises(Refused, match="answered"):
        extend(cast.consultation, closes_at=timezone.now() + WEEK, reason="x", by=cast.ann)


def test_once_announced_a_closing_date_is_changed_in_the_open_only(cast):
    moved = Consultation.objects.get(pk=cast.consultation.pk)
    moved.closes_at = later(moved)
    questions = [{"text": question.text} for question in moved.questions.all()]
    with pytest.raises(ValidationError, match="announced with this date"):
        consultations.set_up(moved, questions=questions, by=cast.ann)


def test_the_database_keeps_the_reason(cast):
    now = timezone.now()
    with pytest.raises(IntegrityError, match="a_change_of_dates_is_explained"), transaction.atomic():
        DateChange.objects.create(
            consultation=cast.consultation, closed_was=now, closes_now=now + WEEK, reason="", on=now.date()
        )


def test_shortening_asks_twice_on_the_page(cast, browser_of, form_of):
    browser, page = browser_of(cast.ann), reverse("extend", args=["draft-1"])
    sooner = f"{timezone.localtime(later(cast.consultation, -WEEK)):%Y-%m-%dT%H:%M}"
    said = {**form_of(browser.get(page)), "closes_at": sooner, "reason": "A new law."}
    asked = browser.post(page, said)
    assert "Take time away from people?" in asked.content.decode()
    again = form_of(asked)
    assert browser.post(page, again).status_code == 422
    assert browser.post(page, {**again, "sure": "on", "again": "2099-01-01T00:00"}).status_code == 422
    assert not DateChange.objects.exists()
    assert browser.post(page, {**again, "sure": "on", "again": sooner}).status_code == 302
    assert DateChange.objects.get().reason == "A new law."


def test_extending_asks_once_and_can_name_the_outage(cast, browser_of, form_of):
    now = timezone.now()
    outage = note_outage(began_at=now - WEEK, ended_at=now - WEEK / 2, what="No mail went out.", by=cast.ann)
    browser, page = browser_of(cast.ann), reverse("extend", args=["draft-1"])
    new = f"{timezone.localtime(later(cast.consultation)):%Y-%m-%dT%H:%M}"
    said = {**form_of(browser.get(page)), "closes_at": new, "reason": "It was away.", "outage": outage.pk}
    assert browser.post(page, said).status_code == 302
    assert DateChange.objects.get().outage == outage


# --- Late -------------------------------------------------------------------------------------------------
def test_what_came_after_the_close_is_in_time_once_that_is_later(cast, section_place):
    closed = timezone.now() - timedelta(days=5)
    Consultation.objects.filter(pk=cast.consultation.pk).update(closes_at=closed)
    parts = [
        enter_letter(
            cast.consultation, [(section_place, "Said.")], submission_id=uuid4(), by=cast.edie,
            came=Provenance(route="letter", received_on=timezone.localdate() - timedelta(days=ago)),
        ).parts.get()
        for ago in (6, 3)
    ]  # fmt: skip
    assert [part.is_late for part in parts] == [False, True]
    move_close(cast.consultation, closes_at=timezone.now() + WEEK, reason="x", by=cast.ann)
    for part in parts:
        part.refresh_from_db()
    assert [part.is_late for part in parts] == [False, False]


# --- What the clock does ----------------------------------------------------------------------------------
def test_opening_and_closing_are_written_once_each(cast):
    now = timezone.now()
    Consultation.objects.filter(pk=cast.consultation.pk).update(
        opens_at=now + timedelta(hours=1), closes_at=now + timedelta(hours=2), noted=Noted.BEFORE
    )
    written = [note_by_the_clock(at=now + timedelta(hours=hours)) for hours in (0, 1, 1, 2, 3)]
    assert written == [0, 1, 0, 1, 0]
    assert verbs(cast.consultation)[-2:] == ["consultation.opened", "consultation.closed"]


def test_a_worker_that_was_away_catches_up_in_order(cast):
    now = timezone.now()
    Consultation.objects.filter(pk=cast.consultation.pk).update(
        opens_at=now - WEEK, closes_at=now - timedelta(hours=1), noted=Noted.BEFORE
    )
    assert note_by_the_clock(at=now) == 2
    assert verbs(cast.consultation)[-2:] == ["consultation.opened", "consultation.closed"]


def test_what_was_open_when_it_was_announced_is_not_said_to_open_again(cast):
    assert note_by_the_clock() == 0


# --- Pre-election periods ---------------------------------------------------------------------------------
def quiet(cast, days=3, **more) -> QuietPeriod:
    today = timezone.localdate()
    return keep_quiet(begins_on=today, ends_on=today + timedelta(days=days), why="Local elections", by=cast.ann, **more)


def test_no_answer_is_given_in_a_pre_election_period(cast):
    Consultation.objects.filter(pk=cast.consultation.pk).update(closes_at=timezone.now() - WEEK)
    period = quiet(cast)
    with pytest.raises(Refused, match="pre-election period"):
        consultations.mark_answered(cast.consultation, by=cast.ann)
    call_off(period, by=cast.ann)
    assert consultations.mark_answered(cast.consultation, by=cast.ann).answered_at


@pytest.mark.parametrize("everywhere", [True, False])
def test_no_draft_is_published_in_it_and_what_waits_follows(everywhere, cast):
    quiet(cast, **({} if everywhere else {"consultation": cast.consultation}))
    draft = open_draft(cast.document, by=cast.edie)
    publication = ask_to_publish(draft, changelog="Two.", by=cast.edie)
    run_job(publication.job_id)
    assert publish_due() == 0
    assert publish_due(at=timezone.now() + timedelta(days=3)) == 0
    assert Revision.objects.get(pk=draft.pk).is_draft
    assert publish_due(at=timezone.now() + timedelta(days=4)) == 1
    assert Revision.objects.get(pk=draft.pk).is_published


def test_a_period_elsewhere_holds_nothing_here(cast):
    document = cast.other_document
    quiet(cast, consultation=cast.consultation)
    assert QuietPeriod.objects.last_day_over(document, on=timezone.localdate()) is None
    assert QuietPeriod.objects.last_day_over(cast.document, on=timezone.localdate()) is not None


def test_readers_are_told_and_can_go_on_commenting(cast, say, stranger):
    quiet(cast)
    html = stranger.get("/consultations/draft-1/").content.decode()
    assert "Pre-election period" in html
    assert "Local elections" in html
    assert say("I go on.").visible


@pytest.mark.parametrize("who", ["ada", "edie", "mo"])
def test_only_an_admin_keeps_the_calendar(who, cast):
    today, by = timezone.localdate(), getattr(cast, who)
    with pytest.raises(Refused):
        keep_quiet(begins_on=today, ends_on=today, why="x", by=by)
    with pytest.raises(Refused):
        call_off(quiet(cast), by=by)
    with pytest.raises(Refused):
        note_outage(began_at=timezone.now() - WEEK, ended_at=timezone.now(), what="x", by=by)


@pytest.mark.parametrize(("first", "last"), [(2, 1), (-9, -1)])
def test_a_period_that_is_none_is_refused(first, last, cast):
    today = timezone.localdate()
    with pytest.raises(ValidationError):
        keep_quiet(begins_on=today + timedelta(first), ends_on=today + timedelta(last), why="x", by=cast.ann)


@pytest.mark.parametrize(("began", "ended", "what"), [(-1, -2, "x"), (-1, 1, "x"), (-2, -1, "  ")])
def test_an_outage_that_cannot_be_is_refused(began, ended, what, cast):
    now = timezone.now()
    with pytest.raises(ValidationError):
        note_outage(began_at=now + timedelta(began), ended_at=now + timedelta(ended), what=what, by=cast.ann)


def test_an_outage_is_shown_where_it_fell_into_the_time_and_nowhere_else(cast, stranger):
    Consultation.objects.filter(slug="ideas").update(closes_at=timezone.now() - 2 * WEEK)
    now = timezone.now()
    note_outage(began_at=now - timedelta(days=2), ended_at=now - timedelta(days=1), what="All was dark.", by=cast.ann)
    assert "All was dark." in stranger.get("/consultations/draft-1/").content.decode()
    assert "All was dark." not in stranger.get("/consultations/ideas/").content.decode()


def test_the_calendar_page_takes_both_and_says_what_is_wrong(cast, browser_of):
    browser, page = browser_of(cast.ann), reverse("team_calendar")
    today = timezone.localdate().isoformat()
    assert browser.post(page, {"do": "quiet"}).status_code == 422
    wrong = {"outage-began_at": "2026-01-02T10:00", "outage-ended_at": "2026-01-01T10:00", "outage-what": "x"}
    response = browser.post(page, {"do": "outage", **wrong})
    assert (response.status_code, "ended after it began" in response.content.decode()) == (422, True)
    browser.post(page, {"do": "quiet", "quiet-begins_on": today, "quiet-ends_on": today, "quiet-why": "A by-election"})
    browser.post(page, {"do": "outage", **wrong, "outage-ended_at": "2026-01-02T11:00"})
    html = browser.get(page).content.decode()
    assert "A by-election" in html
    assert Outage.objects.count() == 1
    assert browser.post(page, {"do": "call off", "period": "x"}).status_code == 404
    browser.post(page, {"do": "call off", "period": QuietPeriod.objects.get().pk})
    assert "Called off" in browser.get(page).content.decode()


# --- The calendar file ------------------------------------------------------------------------------------
def lines_of(file: bytes) -> list[str]:
    """As a calendar reads it: folded lines put together again."""
    return file.decode().replace("\r\n ", "").split("\r\n")


def test_the_dates_go_into_a_calendar_and_a_new_one_takes_the_old_ones_place(cast, stranger):
    address = reverse("consultation_dates", args=["draft-1"])
    response = stranger.get(address)
    before = lines_of(response.content)
    assert response["Content-Type"] == "text/calendar; charset=utf-8"
    assert before.count("BEGIN:VEVENT") == 3
    extend(cast.consultation, closes_at=later(cast.consultation), reason="x", by=cast.ann)
    after = lines_of(stranger.get(address).content)
    uids = [[line for line in lines if line.startswith("UID:")] for lines in (before, after)]
    assert uids[0] == uids[1]
    assert ("SEQUENCE:0" in before, "SEQUENCE:1" in after) == (True, True)
    closes = later(cast.consultation).astimezone(UTC)
    assert f"DTSTART:{closes:%Y%m%dT%H%M%SZ}" in after


def test_what_nobody_was_told_of_has_no_calendar(cast, browser_of):
    Consultation.objects.filter(slug="ideas").update(announced_at=None)
    assert browser_of(cast.ann).get(reverse("consultation_dates", args=["ideas"])).status_code == 404


@given(st.text(max_size=300))
def test_whatever_stands_in_a_title_the_file_has_its_lines_and_no_others(title):
    made = datetime(2026, 1, 1, tzinfo=UTC)
    file = calendar_of(
        [Dated("a", title, made, title), Dated("b", title, date(2026, 2, 1))],
        name=title, address="https://x.example/", host="x.example", made=made, version=0,
    )  # fmt: skip
    assert all(len(line) <= LONGEST_LINE for line in file.split(b"\r\n"))
    names = [line.partition(":")[0].partition(";")[0] for line in lines_of(file)]
    assert names.count("BEGIN") == names.count("END") == 3
    assert (names.count("SUMMARY"), names.count("ATTENDEE"), names.count("")) == (2, 0, 1)


@given(st.text(alphabet=st.characters(exclude_categories=["Cs"], exclude_characters="\r\n"), max_size=400))
def test_folding_loses_nothing(words):
    assert folded(words).replace("\r\n ", "") == words
