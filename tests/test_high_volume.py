"""When very many speak at once: brakes that hold at once, words that are never lost, and one decision on many."""

from datetime import UTC, datetime, timedelta
from uuid import uuid4

import pytest
from django.core.exceptions import ValidationError
from django.urls import reverse
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st

from consult.consultations.actions import set_up
from consult.consultations.models import Consultation
from consult.discussion.actions import post
from consult.discussion.models import PublicComment, Tally
from consult.discussion.pace import AN_HOUR, LONGEST_WAIT, free_at
from consult.ledger.models import Entry
from consult.moderation.actions import Ruling, flag, undo
from consult.moderation.high_volume.actions import Brakes, slow_down
from consult.moderation.high_volume.conditions import Condition, decide_by, preview, those
from consult.moderation.high_volume.trends import HOURS, last_hours
from consult.moderation.models import Verb
from consult.people.permissions import Refused
from tests.conftest import named

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 11, 27, 12, tzinfo=UTC)
HIDE = Ruling(Verb.HIDE, rule=1, reason="It argues with the person.")
MINUTES = st.lists(st.integers(0, 90), max_size=30)
PAGE = "/team/moderation/high-volume/draft-1/"


def now_at(consultation: Consultation) -> Consultation:
    return Consultation.objects.select_related("document", "house_rules").get(pk=consultation.pk)


def ago(minutes: list[int]) -> list[datetime]:
    return [NOW - timedelta(minutes=n) for n in minutes]


# --- How fast -----------------------------------------------------------------------------------------
def test_the_first_few_wait_for_nothing_and_each_next_one_a_little_longer():
    waits = []
    for n in range(3, 8):
        said = ago(list(range(n)))
        waits.append((free_at(said, most=3, at=NOW) - NOW) // timedelta(minutes=1))
    assert free_at(ago([1, 2]), most=3, at=NOW) == NOW
    assert waits == [1, 2, 4, 8, 16]


@given(minutes=MINUTES, most=st.sampled_from([3, 5, 10, 20]))
def test_nobody_waits_longer_than_half_an_hour(minutes, most):
    free = free_at(ago(minutes), most=most, at=NOW)
    assert NOW <= free <= NOW + LONGEST_WAIT


@given(minutes=MINUTES, most=st.sampled_from([3, 5, 10, 20]))
def test_whoever_said_little_in_the_last_hour_waits_for_nothing(minutes, most):
    if sum(timedelta(minutes=n) < AN_HOUR for n in minutes) < most:
        assert free_at(ago(minutes), most=most, at=NOW) == NOW


def test_who_posts_too_fast_is_asked_to_wait_and_others_are_not(consultation, section_place, say, ann, ben_persona):
    slow_down(consultation, Brakes(reads_first=False, comments_an_hour=3), reason="A flood.", by=ann)
    section_place.consultation.refresh_from_db()
    for n in range(3):
        say(f"Number {n}.")
    with pytest.raises(ValidationError, match="again in 1 minute"):
        say("Number 3.")
    assert say("Somebody else.", persona=ben_persona).visible
    assert PublicComment.objects.count() == 4


def test_a_second_name_of_the_same_account_gets_round_nothing(consultation, section_place, say, ann, ada):
    council = named(consultation, ada, "Council", capacity="organisation", organisation="A council")
    slow_down(consultation, Brakes(reads_first=False, comments_an_hour=3), reason="A flood.", by=ann)
    section_place.consultation.refresh_from_db()
    for n in range(3):
        say(f"Number {n}.")
    with pytest.raises(ValidationError, match="Very many comments"):
        post(section_place, text="More.", persona=council, submission_id=uuid4(), by=ada)


def test_a_form_that_is_sent_twice_is_one_comment_though_it_would_have_to_wait(section_place, consultation, say, ann):
    slow_down(consultation, Brakes(reads_first=False, comments_an_hour=3), reason="A flood.", by=ann)
    section_place.consultation.refresh_from_db()
    for n in range(2):
        say(f"Number {n}.")
    submission = uuid4()
    first = say("Once.", submission_id=submission)
    assert say("Once.", submission_id=submission).pk == first.pk


# --- The brakes ---------------------------------------------------------------------------------------
def test_only_an_admin_pulls_the_brakes_and_says_why(cast, consultation):
    for who in (cast.mo, cast.edie, cast.ada):
        with pytest.raises(Refused):
            slow_down(consultation, Brakes(reads_first=True), reason="A flood.", by=who)
    with pytest.raises(ValidationError, match="Say why"):
        slow_down(consultation, Brakes(reads_first=True), reason=" ", by=cast.ann)
    with pytest.raises(ValidationError, match="how many"):
        slow_down(consultation, Brakes(reads_first=True, comments_an_hour=7), reason="A flood.", by=cast.ann)
    assert not now_at(consultation).is_moderated_first


def test_read_first_holds_from_now_on_and_leaves_what_was_said(consultation, section_place, say, ann):
    before = say("Before.")
    slow_down(consultation, Brakes(reads_first=True), reason="A flood.", by=ann)
    section_place.consultation.refresh_from_db()
    assert not say("After.").visible
    assert PublicComment.objects.get(pk=before.pk).visible
    assert Entry.objects.filter(verb="consultation.slowed").count() == 1


def test_while_new_comments_are_stopped_people_read_the_notice_and_keep_their_words(
    consultation, ann, ada, browser_of, form_of
):
    browser, address = browser_of(ada), reverse("comment_on_section", args=["draft-1", "yourself"])
    form = form_of(browser.get(address))
    slow_down(consultation, Brakes(False, stop_notice="Until 6pm no new comments."), reason="A flood.", by=ann)
    refused = browser.post(address, {**form, "comment": "My long words."})
    assert refused.status_code == 403
    assert "Until 6pm no new comments." in refused.content.decode()
    assert "My long words." in refused.content.decode()
    slow_down(now_at(consultation), Brakes(reads_first=False), reason="It is over.", by=ann)
    assert "My long words." in browser.get(address).content.decode()


def test_the_notice_stands_on_the_consultations_page(consultation, ann, stranger):
    slow_down(consultation, Brakes(False, stop_notice="Until 6pm no new comments."), reason="A flood.", by=ann)
    assert "Until 6pm no new comments." in stranger.get("/consultations/draft-1/").content.decode()


def test_while_new_comments_are_stopped_people_can_withdraw_and_report(consultation, say, ann, ada, ben):
    from consult.discussion.actions import withdraw

    mine, other = say("Mine."), say("Another.")
    slow_down(consultation, Brakes(False, stop_notice="Later."), reason="A flood.", by=ann)
    assert withdraw(mine, by=ada).is_withdrawn
    other = PublicComment.objects.select_related("consultation__document", "persona").get(pk=other.pk)
    assert flag(other, rule=1, words="", by=ben)


def test_who_sets_a_consultation_up_anew_does_not_let_go_of_the_brakes(consultation, ann):
    stale = now_at(consultation)
    slow_down(consultation, Brakes(False, comments_an_hour=5, stop_notice="Later."), reason="A flood.", by=ann)
    questions = [{"text": one.text} for one in stale.questions.all()]
    set_up(stale, questions=questions, by=ann)
    after = now_at(consultation)
    assert (after.comments_an_hour, after.stop_notice) == (5, "Later.")


def test_an_admin_pulls_the_brakes_on_a_page_and_a_moderator_only_sees_them(consultation, ann, mo, browser_of, form_of):
    browser = browser_of(ann)
    fields = {
        **form_of(browser.get(PAGE)), "moderation": "first", "comments_an_hour": "5", "takes": "no",
        "stop_notice": "", "reason": "A flood.",
    }  # fmt: skip
    assert browser.post(PAGE, fields).status_code == 422, "a stop needs a notice"
    assert browser.post(PAGE, {**fields, "stop_notice": "Later."}).status_code == 302
    after = now_at(consultation)
    assert (after.is_moderated_first, after.comments_an_hour, after.stop_notice) == (True, 5, "Later.")
    assert "Save, from now on" not in browser_of(mo).get(PAGE).content.decode()
    assert browser_of(mo).post(PAGE, fields).status_code == 403


# --- One decision on many -----------------------------------------------------------------------------
@pytest.fixture
def flood(say, ben_persona):
    """Five of the same by ben, one of ada's that only looks like it."""
    return [say(f"You are a LIAR, {n}.", persona=ben_persona) for n in range(5)] + [say("Nobody here is a crook.")]


def test_a_condition_finds_what_it_says_and_nothing_else(flood, consultation, mo):
    def found(**said):
        return {one.pk for one in those(consultation, Condition(**said), Verb.HIDE, by=mo)}

    five = {one.pk for one in flood[:5]}
    assert found(words="liar") == found(name="chalk AND talk") == found(name="Chalk and Talk", words="a LIAR") == five
    assert found(since=timezone.now() + timedelta(minutes=1)) == found(name="Nobody of that name") == set()
    with pytest.raises(ValidationError, match="which comments you mean"):
        those(consultation, Condition(name=" "), Verb.HIDE, by=mo)


def test_what_comes_after_the_look_is_not_decided_on_unseen(flood, consultation, say, ben_persona, mo):
    condition = Condition(words="liar")
    seen = preview(consultation, condition, Verb.HIDE, by=mo)
    assert (seen.count, seen.names) == (5, 1)
    late = say("A liar, again.", persona=ben_persona)
    done, left = decide_by(consultation, condition, HIDE, up_to=seen.up_to, by=mo)
    assert (len(done.decisions), left) == (5, 0)
    assert PublicComment.objects.get(pk=late.pk).visible
    assert Tally.objects.of_places(consultation).all.hidden == 5


def test_many_decisions_are_taken_back_in_one_step(flood, consultation, mo):
    seen = preview(consultation, Condition(words="liar"), Verb.HIDE, by=mo)
    done, _left = decide_by(consultation, Condition(words="liar"), HIDE, up_to=seen.up_to, by=mo)
    assert undo(done.batch, by=mo) == 5
    assert PublicComment.objects.filter(visible=True).count() == 6


def test_more_than_can_be_done_at_once_is_done_in_two_presses(flood, consultation, mo, monkeypatch):
    from consult.moderation.high_volume import conditions

    monkeypatch.setattr(conditions, "AT_ONCE", 3)
    seen = preview(consultation, Condition(words="liar"), Verb.HIDE, by=mo)
    lefts = [decide_by(consultation, Condition(words="liar"), HIDE, up_to=seen.up_to, by=mo)[1] for _press in range(2)]
    assert lefts == [2, 0]


def test_nobody_decides_on_their_own_words_by_a_condition(consultation, section_place, mo):
    post(section_place, text="You liar.", persona=named(consultation, mo, "Quiet Owl"), submission_id=uuid4(), by=mo)
    assert preview(consultation, Condition(words="liar"), Verb.HIDE, by=mo).count == 0


@pytest.mark.parametrize("who", ["ada", "edie", "otto"])
def test_only_moderators_decide_by_a_condition(cast, flood, who):
    with pytest.raises(Refused):
        decide_by(cast.consultation, Condition(words="liar"), HIDE, up_to=2**40, by=getattr(cast, who))


def test_what_is_pressed_is_what_was_seen(flood, mo, browser_of, form_of):
    browser, address = browser_of(mo), f"{PAGE}by-condition/"
    fields = {"name": "", "words": "liar", "hours": "", "verb": "hide", "rule": "1", "reason": "It insults."}
    shown = browser.post(address, fields)
    assert "5 comments" in shown.content.decode()
    looked = {name: form_of(shown)[name] for name in ("up_to", "looked_at")}
    changed = browser.post(address, {**fields, **looked, "words": "o", "sure": "1"})
    assert changed.status_code == 200, "other words: one more look"
    assert PublicComment.objects.filter(visible=True).count() == 6
    assert browser.post(address, {**fields, **looked, "sure": "1"}).status_code == 302
    assert PublicComment.objects.filter(visible=True).count() == 1
    assert "Take it back" in browser.get(PAGE).content.decode()


# --- How it goes --------------------------------------------------------------------------------------
def test_the_last_hours_are_counted_quiet_ones_too(consultation, say, ben, django_assert_num_queries):
    at = timezone.now()
    comment = say(at=at)
    flag(comment, rule=1, words="", by=ben)
    say("Long ago.", at=at - timedelta(days=2))
    with django_assert_num_queries(2):
        hours = last_hours(consultation, at=timezone.now())
    assert len(hours) == HOURS
    assert (hours[0].comments, hours[0].reports) == (None, None), "a few are not told apart"
    assert {hour.comments for hour in hours[1:]} == {0}


def test_many_are_counted(consultation, say):
    at = timezone.now()
    for n in range(6):
        say(f"No. {n}", at=at - timedelta(minutes=90))
    hours = last_hours(consultation, at=at)
    assert [hour.comments for hour in hours] == [0, 6] + [0] * (HOURS - 2)
