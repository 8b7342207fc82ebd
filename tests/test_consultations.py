"""Consultations: their states, the timetable of who may do what, dates in words, setting up."""

from datetime import UTC, datetime, timedelta

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st

from consult.consultations import actions, timetable
from consult.consultations.dates import moment_in_words
from consult.consultations.models import Consultation
from consult.consultations.timetable import TABLE, State
from consult.discussion.places import Place
from consult.ledger.models import Entry
from consult.pages.where import where
from consult.people.permissions import Refused

PUBLIC = {
    # verb            before  open  paused closed answered
    "read":        "  yes     yes   yes    yes    yes",
    "take a name": "  no      yes   no     no     no",
    "comment":     "  no      yes   no     no     no",
    "agree":       "  no      yes   no     no     no",
    "change words": " no      yes   no     no     no",
    "withdraw":    "  no      yes   yes    yes    yes",
    "report":      "  no      yes   yes    yes    yes",
    "enter":       "  no      no    no     no     no",
    "summarise":   "  no      no    no     no     no",
    "moderate":    "  no      no    no     no     no",
    "export":      "  no      no    no     no     no",
    "change":      "  no      no    no     no     no",
    "extend":      "  no      no    no     no     no",
    "pause":       "  no      no    no     no     no",
    "resume":      "  no      no    no     no     no",
    "answer":      "  no      no    no     no     no",
}  # fmt: skip
STAFF = {
    "enter":     "  no      yes   yes    yes    no",
    "summarise": "  no      yes   yes    yes    yes",
    "moderate":  "  no      yes   yes    yes    yes",
    "export":    "  no      yes   yes    yes    yes",
    "change":    "  yes     yes   yes    yes    no",
    "extend":    "  yes     yes   yes    yes    no",
    "pause":     "  no      yes   no     no     no",
    "resume":    "  no      no    yes    no     no",
    "answer":    "  no      no    no     yes    no",
}  # fmt: skip


def in_state(consultation: Consultation, state: State) -> Consultation:
    now = timezone.now()
    opens, closes = now - timedelta(days=2), now + timedelta(days=2)
    if state == State.BEFORE:
        opens = now + timedelta(days=1)
    if state in {State.CLOSED, State.ANSWERED}:
        closes = now - timedelta(seconds=1)
    consultation.opens_at, consultation.closes_at = opens, closes
    consultation.paused_at = now if state == State.PAUSED else None
    consultation.answered_at = now if state == State.ANSWERED else None
    consultation.save()
    return consultation


@pytest.mark.parametrize("verb", list(TABLE))
def test_the_table_says_who_may_do_what(verb):
    assert set(PUBLIC) == set(TABLE)
    for state, allowed in zip(State, PUBLIC[verb].split(), strict=True):
        assert timetable.allows_public(verb, state) == (allowed == "yes"), (verb, state)
    for state, allowed in zip(State, STAFF.get(verb, "").split(), strict=False):
        assert timetable.allows_staff(verb, state) == (allowed == "yes"), (verb, state)


@pytest.mark.parametrize("state", list(State))
def test_people_comment_only_while_it_is_open(state, say, consultation, ada_persona):
    in_state(consultation, state)
    ada_persona.consultation = consultation
    if state == State.OPEN:
        assert say("Now.").pk
    else:
        with pytest.raises(Refused):
            say("Not now.")


@pytest.mark.parametrize("state", [State.CLOSED, State.PAUSED])
def test_the_refusal_says_why(state, say, consultation, ada_persona):
    in_state(consultation, state)
    ada_persona.consultation = consultation
    with pytest.raises(Refused, match=r"closed at|paused"):
        say()


@given(st.datetimes(min_value=datetime(2000, 1, 1), max_value=datetime(2100, 1, 1), timezones=st.just(UTC)))
def test_at_every_moment_there_is_exactly_one_state_and_a_true_line(at):
    consultation = Consultation(
        announced_at=at,
        opens_at=datetime(2040, 1, 1, tzinfo=UTC),
        closes_at=datetime(2050, 1, 1, tzinfo=UTC),
        decision_by=datetime(2050, 2, 1).date(),
        kind="ideas",
    )
    assert consultation.state_at(at) in State
    line = where(consultation, at)
    assert line.true_until > at
    assert line.sentence


@pytest.mark.parametrize(
    ("moment", "words"),
    [
        (datetime(2025, 6, 8, 22, 59, tzinfo=UTC), "11:59pm on Sunday 8 June 2025"),
        (datetime(2026, 12, 11, 17, 0, tzinfo=UTC), "5pm on Friday 11 December 2026"),
        (datetime(2026, 12, 11, 12, 0, tzinfo=UTC), "midday on Friday 11 December 2026"),
        (datetime(2026, 12, 11, 0, 0, tzinfo=UTC), "midnight on Friday 11 December 2026"),
        (datetime(2026, 12, 11, 9, 5, tzinfo=UTC), "9:05am on Friday 11 December 2026"),
    ],
)
def test_moments_are_said_with_day_and_time(moment, words):
    assert moment_in_words(moment) == words


def test_a_consultation_closes_after_it_opens(consultation):
    consultation.closes_at = consultation.opens_at - timedelta(days=1)
    with pytest.raises(IntegrityError, match="it_closes_after_it_opens"), transaction.atomic():
        consultation.save()


def test_only_an_admin_sets_one_up(cast):
    with pytest.raises(Refused):
        actions.set_up(cast.consultation, questions=[], by=cast.edie)


def test_a_question_that_was_asked_cannot_be_taken_back(cast):
    with pytest.raises(ValidationError, match="cannot be taken back"):
        actions.set_up(cast.consultation, questions=[], by=cast.ann)
    assert cast.consultation.questions.count() == 2


def test_each_change_of_state_is_in_the_ledger(cast):
    actions.pause(cast.consultation, by=cast.ann, reason="Too many at once")
    actions.resume(cast.consultation, by=cast.ann)
    verbs = list(Entry.objects.about(cast.consultation).values_list("verb", flat=True))
    assert verbs[-2:] == ["consultation.paused", "consultation.resumed"]
    assert "Too many" not in "".join(Entry.objects.values_list("facts", flat=True))


def test_what_is_not_open_cannot_be_paused(cast):
    in_state(cast.consultation, State.CLOSED)
    with pytest.raises(Refused):
        actions.pause(cast.consultation, by=cast.ann, reason="")


def test_a_call_for_ideas_needs_a_question(cast):
    now = timezone.now()
    empty = Consultation(
        slug="empty", title="Empty", kind="ideas", document=cast.document, about="a", open_to_change="b",
        decides="c", decision_by=now.date(), contact="x@y.example", opens_at=now, closes_at=now + timedelta(days=1),
        house_rules=cast.consultation.house_rules, privacy_notice=cast.consultation.privacy_notice,
    )  # fmt: skip
    actions.set_up(empty, questions=[], by=cast.ann)
    with pytest.raises(ValidationError, match="at least one question"):
        actions.announce(empty, by=cast.ann)


def test_the_draft_must_be_published_and_of_the_same_guidance(cast):
    cast.consultation.document = cast.other_document
    with pytest.raises(ValidationError, match="same guidance"):
        actions.set_up(cast.consultation, questions=[{"text": "a"}, {"text": "b"}], by=cast.ann)


def test_a_place_names_itself(cast, block_place, section_place):
    assert (block_place.name, section_place.name) == ("paragraph 2.2", "section 2, When you post as yourself")
    assert Place(cast.consultation).name == "the draft as a whole"
