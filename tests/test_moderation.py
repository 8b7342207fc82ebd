"""Reporting, deciding and appealing: fair, explained, and reversible."""

from datetime import timedelta

import pytest
from django.core.exceptions import ValidationError
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st

from consult.discussion.actions import withdraw
from consult.discussion.models import PublicComment, Tally
from consult.ledger.models import Entry
from consult.moderation import redacting
from consult.moderation.actions import (
    Ruling,
    appeal,
    claim,
    decide,
    decide_appeal,
    decide_many,
    flag,
    release,
    undo,
)
from consult.moderation.brigades import look_arranged
from consult.moderation.lists import put_on_list, take_off_list
from consult.moderation.models import Decision, Flag, Verb
from consult.moderation.querysets import queue
from consult.people.actions import appoint
from consult.people.models import TeamMember
from consult.people.permissions import Refused
from consult.screening.models import Listed

pytestmark = pytest.mark.django_db
PATIENT = Ruling(Verb.HIDE, rule=2, reason="It names a patient.")


def again(comment) -> PublicComment:
    return PublicComment.objects.select_related("consultation__document", "persona").get(pk=comment.pk)


@pytest.fixture
def max_(cast):
    """Another moderator."""
    return appoint("max@standards.example", role=TeamMember.Role.MODERATOR, document=cast.document)


def test_a_report_brings_a_moderator_and_hides_nothing(say, ben, mo, consultation):
    comment = say()
    flag(comment, rule=2, words="", by=ben)
    flag(comment, rule=1, words="and again", by=ben)
    assert Flag.objects.filter(comment=comment).count() == 1
    assert again(comment).visible
    [waiting] = queue([consultation], "reported", by=mo)
    assert (waiting.pk, waiting.reports) == (comment.pk, 1)


def test_a_report_names_a_rule_or_says_what_is_wrong(say, ben):
    with pytest.raises(ValidationError, match="Say what is wrong"):
        flag(say(), rule=0, words="  ", by=ben)
    with pytest.raises(ValidationError, match="Choose one of the house rules"):
        flag(say(), rule=9, words="", by=ben)


def test_a_decision_names_the_rule_and_the_reason_that_its_writer_reads(say, mo):
    comment = say()
    for ruling, said in (
        (Ruling(Verb.HIDE, reason="because"), "Choose the house rule"),
        (Ruling(Verb.HIDE, rule=2), "Say why"),
        (Ruling(Verb.REDACT, rule=2, reason="why"), "Copy the words"),
    ):
        with pytest.raises(ValidationError, match=said):
            decide(comment, ruling, by=mo)
    decision = decide(comment, PATIENT, by=mo)
    assert decision.rule_words == "Name no patient, pupil or colleague."
    assert not again(comment).visible
    assert Entry.objects.filter(verb="comment.hidden").count() == 1


def test_what_is_hidden_keeps_its_replies_unless_they_are_hidden_too(say, mo, ben_persona, consultation):
    root = say()
    reply = say("I agree.", persona=ben_persona, reply_to=root)
    decide(root, PATIENT, by=mo)
    assert again(reply).visible
    decide(root, Ruling(Verb.HIDE_WITH_REPLIES, rule=2, reason="All of it names a patient."), by=mo)
    assert not again(reply).visible
    assert Decision.objects.last().words_affected == 1
    decide(root, Ruling(Verb.RESTORE), by=mo)
    assert again(root).visible
    assert again(reply).visible
    assert Tally.objects.of_places(consultation).all.comments == 2


def test_what_a_moderator_kept_is_not_reported_away(say, ben, mo, consultation):
    comment = say()
    flag(comment, rule=2, words="", by=ben)
    decide(comment, Ruling(Verb.KEEP), by=mo)
    assert not queue([consultation], "reported", by=mo).exists()
    assert again(comment).visible


def test_nobody_decides_on_their_own_words_or_sees_them_in_the_queue(consultation, section_place, mo):
    from uuid import uuid4

    from consult.discussion.actions import post
    from tests.conftest import named

    mine = post(section_place, text="Mine.", persona=named(consultation, mo, "Quiet Owl"), submission_id=uuid4(), by=mo)
    with pytest.raises(Refused, match="your own words"):
        decide(mine, PATIENT, by=mo)
    assert not queue([consultation], "new", by=mo).exists()


@pytest.mark.parametrize("who", ["ada", "ben", "edie", "otto"])
def test_only_moderators_and_admins_decide(cast, say, who):
    comment = say()
    with pytest.raises(Refused):
        decide(comment, PATIENT, by=getattr(cast, who))
    assert again(comment).visible


def test_of_two_moderators_the_second_is_told(say, mo, max_):
    comment = say()
    decide(comment, PATIENT, by=mo, seen=0)
    with pytest.raises(ValidationError, match="decided on this comment meanwhile"):
        decide(comment, Ruling(Verb.KEEP), by=max_, seen=0)


def test_a_claim_keeps_another_moderator_away_for_a_while(say, mo, max_):
    comment = say()
    claim(comment, by=mo)
    with pytest.raises(ValidationError, match="Another moderator is looking"):
        claim(comment, by=max_)
    with pytest.raises(ValidationError, match="Another moderator is looking"):
        decide(comment, PATIENT, by=max_)
    assert claim(comment, by=max_, at=timezone.now() + timedelta(minutes=11)).account == max_
    release(comment, by=max_)
    assert decide(comment, PATIENT, by=mo).by == mo


def test_words_are_taken_out_and_nobody_sees_them_again(say, mo, stranger):
    comment = say("Ask Mrs Canary in ward 9, she knows.")
    decide(comment, Ruling(Verb.REDACT, rule=2, reason="It names someone.", passages=["Mrs Canary in ward 9"]), by=mo)
    assert again(comment).comment == f"Ask {redacting.GAP}, she knows."
    page = stranger.get("/consultations/draft-1/sections/yourself/").content.decode()
    assert "Canary" not in page
    assert "taken out by a moderator" in page
    decide(comment, Ruling(Verb.RESTORE), by=mo)
    assert again(comment).comment == "Ask Mrs Canary in ward 9, she knows."


def test_what_does_not_stand_there_cannot_be_taken_out(say, mo):
    with pytest.raises(ValidationError, match="does not stand in the comment"):
        decide(say("Short."), Ruling(Verb.REDACT, rule=2, reason="x", passages=["long"]), by=mo)
    with pytest.raises(ValidationError, match="Nothing would be left"):
        decide(say("Short."), Ruling(Verb.REDACT, rule=2, reason="x", passages=["Short"]), by=mo)


@given(st.text("abc .[to]", max_size=40), st.lists(st.text("abc .", min_size=1, max_size=6), max_size=4))
def test_no_passage_remains(text, passages):
    left = redacting.without(text, passages)
    if redacting.GAP not in text:
        for part in left.split(redacting.GAP):
            longest = max(passages, key=len, default="")
            assert not longest or longest not in part


def test_another_moderator_answers_an_appeal(say, mo, max_, ada):
    decision = decide(say(), PATIENT, by=mo)
    asked = appeal(decision, words="It is my own story.", by=ada)
    assert appeal(decision, words="Again.", by=ada).pk == asked.pk
    with pytest.raises(Refused, match="You decided this yourself"):
        decide_appeal(asked, is_upheld=False, reason="No.", by=mo)
    with pytest.raises(ValidationError, match="Say why"):
        decide_appeal(asked, is_upheld=True, reason=" ", by=max_)
    decide_appeal(asked, is_upheld=True, reason="It is her own story.", by=max_)
    assert again(decision.comment).visible
    with pytest.raises(ValidationError, match="answered this appeal meanwhile"):
        decide_appeal(asked, is_upheld=False, reason="No.", by=max_)


def test_only_the_writer_appeals_and_only_against_what_took_words_away(say, mo, ada, ben):
    comment = say()
    kept = decide(comment, Ruling(Verb.KEEP), by=mo)
    with pytest.raises(ValidationError, match="nothing to appeal"):
        appeal(kept, words="", by=ada)
    with pytest.raises(Refused):
        appeal(decide(comment, PATIENT, by=mo), words="", by=ben)


def test_many_are_decided_in_one_act_and_taken_back_in_one(say, mo, ada, consultation):
    comments = [say(f"campaign {i}") for i in range(4)]
    done = decide_many(comments, Ruling(Verb.HIDE, rule=1, reason="The same text four times."), by=mo)
    assert len(done.decisions) == 4
    decide(comments[0], Ruling(Verb.RESTORE), by=mo)
    assert undo(done.batch, by=mo) == 3
    assert undo(done.batch, by=mo) == 0
    assert Tally.objects.of_places(consultation).all.comments == 4


def test_in_a_batch_each_refusal_is_named(say, mo, max_):
    comments = [say("one"), say("two")]
    claim(comments[0], by=max_)
    done = decide_many(comments, PATIENT, by=mo)
    assert [comment.pk for comment, _why in done.refused] == [comments[0].pk]
    assert len(done.decisions) == 1


def test_what_its_writer_withdrew_is_not_waited_for(say, mo, ada, ben, consultation):
    comment = say()
    flag(comment, rule=2, words="", by=ben)
    withdraw(comment, by=ada)
    assert not queue([consultation], "reported", by=mo).exists()


def test_many_reports_by_new_accounts_at_one_moment_look_arranged():
    noon = timezone.now()
    new, old = noon - timedelta(hours=1), noon - timedelta(days=90)
    assert look_arranged([(noon + timedelta(minutes=i), new) for i in range(5)])
    assert not look_arranged([(noon + timedelta(minutes=i), old) for i in range(5)])
    assert not look_arranged([(noon + timedelta(hours=i), new) for i in range(5)])
    assert not look_arranged([])


def test_a_comment_with_personal_data_waits_for_a_moderator(say, mo, consultation, stranger):
    comment = say("Ring her on 07700 900461.")
    assert (comment.waits, comment.screened) == (True, ["phone"])
    [waiting] = queue([consultation], "waiting", by=mo)
    assert waiting.pk == comment.pk
    decide(comment, Ruling(Verb.KEEP), by=mo)
    assert again(comment).visible


def test_what_is_listed_is_let_through_or_waits(say, ann, mo, django_capture_on_commit_callbacks):
    put_on_list("public", "07700 900 461", by=ann)
    put_on_list("waits", "Project Kestrel", by=ann)
    assert say("Ring her on 07700 900461.").visible
    assert say("What about project  KESTREL?").screened == ["listed"]
    assert say("A kestrel is a bird.").visible
    with django_capture_on_commit_callbacks(execute=True):
        for listed in Listed.objects.all():
            take_off_list(listed, by=ann)
    assert say("Again: Project Kestrel.").visible
    with pytest.raises(Refused):
        put_on_list("waits", "x", by=mo)


def test_the_contact_of_the_consultation_is_public(say, consultation):
    assert say(f"Write to {consultation.contact} instead.").visible
