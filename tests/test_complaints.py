"""Complaints by anyone: taken in without an account, answered through the system, and neither side exposed."""

import logging
from datetime import UTC, date, datetime, timedelta
from uuid import uuid4
from zoneinfo import ZoneInfo

import pytest
from django.core import mail
from django.core.exceptions import ValidationError
from django.db import connection
from django.test.utils import CaptureQueriesContext
from hypothesis import given
from hypothesis import strategies as st

from consult.discussion.mending import remove_words
from consult.discussion.models import PublicComment
from consult.ledger.models import Entry
from consult.moderation.actions import Ruling, decide
from consult.moderation.complaints.actions import Told, answer, ask_writer, close, complain, reference_of
from consult.moderation.complaints.clock import (
    after_business_hours,
    bank_holidays,
    easter_sunday,
    end_of_fifth_day_after,
    is_business_day,
)
from consult.moderation.complaints.models import IN_CONFIDENCE, Complaint, Kind
from consult.moderation.models import Verb
from consult.people.permissions import Refused

pytestmark = pytest.mark.django_db
LONDON = ZoneInfo("Europe/London")
INES = "ines.canary@people.example"
LIBEL = Told(
    name="Ines Vidal", email=INES, statement="She lies.", meaning="That I lied to a court.", untrue="I did not.",
    harm="I may lose my post.",
)  # fmt: skip
PRIVATE = Told(words="It tells where I live.")
MOMENTS = st.datetimes(datetime(2020, 1, 1), datetime(2039, 12, 1), timezones=st.just(UTC))


# --- The clock ----------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("year", "days"),
    [  # as gov.uk/bank-holidays lists them for England and Wales
        (2020, "01-01 04-10 04-13 05-08 05-25 08-31 12-25 12-28"),
        (2021, "01-01 04-02 04-05 05-03 05-31 08-30 12-27 12-28"),
        (2022, "01-03 04-15 04-18 05-02 06-02 06-03 08-29 09-19 12-26 12-27"),
        (2023, "01-02 04-07 04-10 05-01 05-08 05-29 08-28 12-25 12-26"),
        (2024, "01-01 03-29 04-01 05-06 05-27 08-26 12-25 12-26"),
        (2026, "01-01 04-03 04-06 05-04 05-25 08-31 12-25 12-28"),
    ],
)
def test_banks_are_closed_on_the_days_that_the_government_lists(year, days):
    assert sorted(bank_holidays(year)) == [date.fromisoformat(f"{year}-{day}") for day in days.split()]


def test_easter_falls_where_almanacs_have_it():
    known = {2000: (4, 23), 2008: (3, 23), 2011: (4, 24), 2019: (4, 21), 2024: (3, 31), 2038: (4, 25)}
    assert {year: (easter_sunday(year).month, easter_sunday(year).day) for year in known} == known


@pytest.mark.parametrize(
    ("begins", "ends"),
    [
        ("2026-11-24T10:00", "2026-11-26T10:00"),  # a Tuesday
        ("2026-11-27T14:00", "2026-12-01T14:00"),  # a Friday: the weekend does not count
        ("2026-11-28T09:00", "2026-12-02T00:00"),  # a Saturday: it begins on Monday at midnight
        ("2026-12-24T15:00", "2026-12-30T15:00"),  # Christmas Day, a weekend, and the day for Boxing Day
        ("2027-03-25T12:00", "2027-03-31T12:00"),  # Good Friday, a weekend and Easter Monday
    ],
)
def test_weekends_and_bank_holidays_do_not_count(begins, ends):
    begun = datetime.fromisoformat(begins).replace(tzinfo=LONDON)
    assert after_business_hours(begun) == datetime.fromisoformat(ends).replace(tzinfo=LONDON)


@given(begins=MOMENTS)
def test_just_48_hours_of_business_days_pass(begins):
    ends = after_business_hours(begins)
    passed = timedelta()
    at = begins
    while at < ends:  # hour by hour, as someone with a calendar would
        step = min(at.replace(minute=0, second=0, microsecond=0) + timedelta(hours=1), ends)
        if is_business_day(at.astimezone(LONDON).date()):
            passed += step - at
        at = step
    assert passed == timedelta(hours=48)


@given(first=MOMENTS, later=st.integers(0, 10_000))
def test_who_complains_later_is_never_due_earlier(first, later):
    assert after_business_hours(first) <= after_business_hours(first + timedelta(minutes=later))


def test_the_writer_has_the_whole_of_the_fifth_day():
    asked = datetime(2026, 11, 27, 23, 30, tzinfo=LONDON)
    assert end_of_fifth_day_after(asked) == datetime(2026, 12, 3, tzinfo=LONDON)


# --- Complaining --------------------------------------------------------------------------------------
@pytest.fixture
def libel(say):
    return complain(say("She lies."), Kind.DEFAMATION, LIBEL, submission_id=uuid4())


def test_a_complaint_hides_nothing_and_names_nobody_in_the_history(libel):
    assert PublicComment.objects.get(pk=libel.comment_id).visible
    entry = Entry.objects.get(verb="complaint.made")
    assert entry.private_side.account_id is None
    assert INES not in entry.facts + entry.subject
    assert "Ines" not in entry.facts + entry.subject


@pytest.mark.parametrize("missing", ["name", "email", "statement", "meaning", "untrue", "harm"])
def test_a_complaint_about_libel_says_what_the_law_asks_for(say, missing):
    from dataclasses import replace

    with pytest.raises(ValidationError) as wrong:
        complain(say(), Kind.DEFAMATION, replace(LIBEL, **{missing: " "}), submission_id=uuid4())
    assert set(wrong.value.error_dict) == {missing}


def test_any_other_complaint_needs_words_and_no_address(say):
    with pytest.raises(ValidationError):
        complain(say(), Kind.PRIVACY, Told(words="\u200b "), submission_id=uuid4())
    assert complain(say(), Kind.PRIVACY, PRIVATE, submission_id=uuid4()).email == ""


def test_what_is_sent_twice_is_one_complaint(say):
    comment, submission = say(), uuid4()
    first = complain(comment, Kind.PRIVACY, PRIVATE, submission_id=submission)
    assert complain(comment, Kind.PRIVACY, PRIVATE, submission_id=submission).pk == first.pk
    assert Entry.objects.filter(verb="complaint.made").count() == 1


def test_libel_has_48_hours_and_a_threat_has_none(say):
    at = datetime(2026, 11, 27, 14, tzinfo=LONDON)
    libel = complain(say(), Kind.DEFAMATION, LIBEL, submission_id=uuid4(), at=at)
    threat = complain(say(), Kind.DANGER, PRIVATE, submission_id=uuid4(), at=at)
    assert (libel.act_by, threat.act_by) == (datetime(2026, 12, 1, 14, tzinfo=LONDON), at)


def test_a_stranger_complains_on_a_page_and_follows_it_by_its_number(say, stranger, form_of):
    comment = say("She lies.")
    page = stranger.get(f"/comments/{comment.pk}/report/", follow=True)
    assert f"/comments/{comment.pk}/complain/defamation/" in page.content.decode()
    address = f"/comments/{comment.pk}/complain/defamation/"
    words = {"name": "Ines Vidal", "email": INES, "statement": "She lies.", "meaning": "That I lie.",
             "untrue": "I do not.", "harm": "My post."}  # fmt: skip
    fields = {**form_of(stranger.get(address)), **words}
    assert stranger.post(address, fields).status_code == 422, "a box is to be ticked"
    answers = [stranger.post(address, {**fields, "cannot_sue": "on"}) for _time in range(2)]
    assert answers[0].status_code == 302
    assert answers[0].url == answers[1].url
    receipt = stranger.get(answers[0].url).content.decode()
    assert reference_of(Complaint.objects.get()) in receipt
    for told in (INES, "Ines Vidal", "She lies.", "Night Heron"):
        assert told not in receipt
    assert len({message.body for message in mail.outbox}) == 1
    assert mail.outbox[0].to == [INES]


def test_nobody_finds_a_complaint_by_guessing(libel, stranger):
    for guess in ("7K2M-QX4D-9TBH-3F", "1", "x" * 300, reference_of(libel)[:-1]):
        assert stranger.get(f"/complaints/{guess}/").status_code == 404


# --- Asking the writer --------------------------------------------------------------------------------
def test_the_writer_is_asked_and_neither_side_learns_the_others_address(libel, cast, browser_of, stranger, caplog):
    caplog.set_level(logging.DEBUG)
    browser = browser_of(cast.mo)
    address = f"/team/moderation/complaints/{libel.pk}/"
    assert browser.post(address, {"ask": "1"}).status_code == 302
    to_writer = next(message for message in mail.outbox if message.to == [cast.ada.email])
    for told in (INES, "Ines", "Night Heron", "She lies", cast.consultation.title):
        assert told not in to_writer.body + to_writer.subject
    asked = browser_of(cast.ada).get(f"/complaints/{libel.pk}/answer/").content.decode()
    assert "That I lied to a court." in asked
    assert INES not in asked
    assert "Ines Vidal" not in asked, "she did not say that her name may be told"
    followed = stranger.get(f"/complaints/{reference_of(libel)}/")
    for page in (browser.get(address), browser.get("/team/moderation/complaints/"), followed):
        assert cast.ada.email not in page.content.decode()
    assert INES not in caplog.text
    assert cast.ada.email not in caplog.text


def test_the_writer_takes_it_back_or_says_why_not(libel, cast, say):
    ask_writer(libel, by=cast.mo)
    libel.refresh_from_db()
    with pytest.raises(ValidationError, match="Say why you stand by it"):
        answer(libel, wish="stands", words=" ", by=cast.ada)
    answered = answer(libel, wish="withdraws", words="", by=cast.ada)
    assert answered.state == "answered"
    assert PublicComment.objects.get(pk=libel.comment_id).is_withdrawn
    with pytest.raises(Refused, match="does not wait for an answer"):
        answer(libel, wish="withdraws", words="", by=cast.ada)


def test_nobody_else_answers_and_nobody_is_asked_twice(libel, cast):
    with pytest.raises(Refused, match="does not wait"):
        answer(libel, wish="withdraws", words="", by=cast.ada)
    ask_writer(libel, by=cast.mo)
    for who in (cast.ben, cast.mo, cast.ann):
        with pytest.raises(Refused):
            answer(libel, wish="withdraws", words="", by=who)
    with pytest.raises(ValidationError, match="asked already"):
        ask_writer(libel, by=cast.ann)


def test_a_writer_who_does_not_answer_leaves_48_hours_to_act(libel, cast):
    asked = ask_writer(libel, by=cast.mo, at=datetime(2026, 11, 27, 14, tzinfo=LONDON))
    assert asked.answer_by == datetime(2026, 12, 3, tzinfo=LONDON)
    assert asked.act_by == datetime(2026, 12, 5, tzinfo=LONDON)
    assert asked.is_unanswered(datetime(2026, 12, 3, 0, 1, tzinfo=LONDON))


def test_nobody_handles_a_complaint_about_their_own_words(cast, consultation, section_place):
    from consult.discussion.actions import post
    from tests.conftest import named

    mine = post(
        section_place, text="M.", persona=named(consultation, cast.mo, "Owl"), submission_id=uuid4(), by=cast.mo
    )
    about_mine = complain(mine, Kind.PRIVACY, PRIVATE, submission_id=uuid4())
    with pytest.raises(Refused, match="your own words"):
        close(about_mine, outcome="stays", words="No.", by=cast.mo)
    assert not Complaint.objects.readable_by(cast.mo).exists()
    assert Complaint.objects.readable_by(cast.ann).exists()


# --- What came of it ----------------------------------------------------------------------------------
def test_it_is_closed_with_words_and_only_when_what_they_say_is_so(libel, cast):
    with pytest.raises(ValidationError, match="Say what came of it"):
        close(libel, outcome="stays", words=" ", by=cast.mo)
    with pytest.raises(ValidationError, match="on the page still"):
        close(libel, outcome="taken off", words="It is gone.", by=cast.mo)
    decide(libel.comment, Ruling(Verb.HIDE, rule=1, reason="It argues with the person."), by=cast.mo)
    assert close(libel, outcome="taken off", words="It is gone.", by=cast.mo).closed_at
    with pytest.raises(ValidationError, match="closed this complaint meanwhile"):
        close(libel, outcome="stays", words="No.", by=cast.ann)


# --- In confidence ------------------------------------------------------------------------------------
@pytest.mark.parametrize("kind", IN_CONFIDENCE)
def test_named_staff_alone_read_what_is_told_in_confidence(cast, say, settings, kind, browser_of):
    settings.NAMED_STAFF = [cast.otto.email]
    told = complain(say(), kind, Told(words="canary-child-zq7"), submission_id=uuid4())
    for who in (cast.ann, cast.mo, cast.edie):
        with pytest.raises(Refused):
            close(told, outcome="passed on", words="Done.", by=who)
        assert browser_of(who).get(f"/team/moderation/complaints/{told.pk}/").status_code == 404
    page = browser_of(cast.otto).get(f"/team/moderation/complaints/{told.pk}/").content.decode()
    assert "canary-child-zq7" in page
    with pytest.raises(ValidationError, match="cannot be asked"):
        ask_writer(told, by=cast.otto)
    assert close(told, outcome="passed on", words="Done.", by=cast.otto).closed_at
    assert "in confidence" in Entry.objects.get(verb="complaint.made").facts
    assert kind not in Entry.objects.get(verb="complaint.made").facts


def test_where_nobody_is_named_admins_read_it(cast, say):
    told = complain(say(), Kind.SAFEGUARDING, PRIVATE, submission_id=uuid4())
    assert list(Complaint.objects.readable_by(cast.ann)) == [told]
    assert not Complaint.objects.readable_by(cast.mo).exists()


# --- Words that their writer removes ------------------------------------------------------------------
def test_removed_words_leave_the_complaints_that_quote_them(say, cast):
    comment = say("I work on the fourth floor of Harbour House, as everybody knows.")
    quoted = Told(words="It says: “I work on the fourth floor of Harbour House, as everybody knows.” That is private.")
    told = complain(comment, Kind.PRIVACY, quoted, submission_id=uuid4())
    ask_writer(told, by=cast.mo)
    answer(told, wish="stands", words="It is my own floor.", by=cast.ada)
    remove_words(PublicComment.objects.get(pk=comment.pk), by=cast.ada)
    told.refresh_from_db()
    assert "fourth floor" not in told.words
    assert "That is private." in told.words
    assert told.answer == ""


def test_the_list_costs_the_same_however_many_complain(say, cast, browser_of):
    browser, costs = browser_of(cast.mo), []
    browser.get("/team/moderation/complaints/")
    for n in (1, 12):
        for _time in range(n):
            complain(say(f"No. {n}"), Kind.PRIVACY, PRIVATE, submission_id=uuid4())
        with CaptureQueriesContext(connection) as asked:
            assert browser.get("/team/moderation/complaints/").status_code == 200
        costs.append(len(asked))
    assert costs[0] == costs[1]
