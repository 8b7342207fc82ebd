"""Changing one's words, and having them removed: nothing is lost by accident, and nothing stays that should go."""

from datetime import timedelta
from io import StringIO
from uuid import uuid4

import pytest
from django.core.cache import cache
from django.core.exceptions import ValidationError
from django.core.management import call_command
from django.test import TestCase
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st

from consult.discussion.actions import Said, post, withdraw
from consult.discussion.mending import change_words, let_change_in, remove_words, turn_change_down
from consult.discussion.models import ProposedChange, PublicComment, Tally
from consult.discussion.quoting import GAP, RUN, without_quotations
from consult.discussion.reactions import react
from consult.exports.actions import ask_for_comments, ask_for_summary_file
from consult.jobs.models import Job
from consult.jobs.running import run_job
from consult.ledger.models import Entry
from consult.moderation.actions import Ruling, appeal, decide, flag
from consult.moderation.models import Verb
from consult.people.models import TeamMember
from consult.people.permissions import Refused
from consult.themes.actions import ask_for_summary
from consult.themes.models import Summary

pytestmark = pytest.mark.django_db
SECTION = "/consultations/draft-1/sections/yourself/"
LONG = "My ward manager told the whole team that we would be watched from Monday on."


def again(comment) -> PublicComment:
    return PublicComment.objects.select_related("consultation__document", "persona").get(pk=comment.pk)


def change(comment, text, by, **more):
    return change_words(again(comment), text=text, wording=again(comment).wording, by=by, **more)


@pytest.fixture
def old(say):
    """A comment whose first minutes are over."""

    def spoken(text="As I first said it.", **more):
        comment = say(text, **more)
        PublicComment.objects.filter(pk=comment.pk).update(submit_date=timezone.now() - timedelta(hours=1))
        return again(comment)

    return spoken


def test_a_slip_is_mended_without_a_trace(say, ada, stranger):
    comment = say("Teh badge test.")
    change(comment, "The badge test.", ada)
    assert again(comment).comment == "The badge test."
    assert not again(comment).versions.exists()
    assert "Changed on" not in stranger.get(SECTION).content.decode()


def test_later_what_it_said_before_stays_one_click_away(old, ada, stranger):
    comment = old()
    change(comment, "As I say it now.", ada)
    page = stranger.get(SECTION).content.decode()
    assert "As I say it now." in page
    assert "Changed on" in page
    before = stranger.get(f"/comments/{comment.pk}/versions/").content.decode()
    assert "As I first said it." in before
    assert Entry.objects.filter(verb="comment.changed").count() == 1


def test_only_its_writer_changes_it_and_only_while_it_is_open(old, ben, ada, consultation):
    comment = old()
    with pytest.raises(Refused):
        change(comment, "Not mine.", ben)
    consultation.closes_at = timezone.now() - timedelta(days=1)
    consultation.save()
    with pytest.raises(Refused):
        change(comment, "Too late.", ada)
    assert again(comment).comment == "As I first said it."


def test_two_windows_do_not_overwrite_each_other(old, ada):
    comment = old()
    change_words(comment, text="From the first window.", wording=1, by=ada)
    with pytest.raises(ValidationError, match="changed meanwhile"):
        change_words(comment, text="From the second.", wording=1, by=ada)
    assert again(comment).comment == "From the first window."


def test_what_a_moderator_decided_on_cannot_be_changed(old, mo, ada):
    comment = old()
    decide(comment, Ruling(Verb.HIDE, rule=1, reason="An insult."), by=mo)
    with pytest.raises(ValidationError, match="A moderator has decided"):
        change(comment, "Kinder.", ada)


def test_slips_are_mended_without_a_trace_only_until_someone_answers(say, ada, ben, ben_persona, stranger):
    comment, other = say("Teh badge test."), say("Teh other test.")
    say("What is teh?", persona=ben_persona, reply_to=comment)
    react(other, agrees=True, persona=ben_persona, by=ben)
    for one in (comment, other):
        change(one, "The badge test.", ada)
        assert again(one).versions.get().text.startswith("Teh")
    assert "Changed on" in stranger.get(SECTION).content.decode()


def test_each_version_can_be_read_with_what_changed(old, ada, stranger):
    comment = old("First words.")
    for text in ("Second words.", "Third words."):
        change(comment, text, ada)
    page = stranger.get(f"/comments/{comment.pk}/versions/").content.decode()
    assert page.count("Changed on") == 2
    assert page.index("Third") < page.index("First") < page.index("First words.")
    assert "<del>" in page
    assert "<ins>" in page


def moderated_first(consultation):
    consultation.moderation = consultation.Moderation.FIRST
    consultation.save()


def test_where_a_moderator_reads_first_what_was_said_stays_until_the_change_is_let_in(
    old, ada, mo, consultation, stranger, browser_of, form_of
):
    comment = old()
    moderated_first(consultation)
    change(comment, "Said otherwise.", ada)
    page = stranger.get(SECTION).content.decode()
    assert "As I first said it." in page
    assert "Said otherwise." not in page
    browser = browser_of(mo)
    waiting = ProposedChange.objects.get()
    assert "1 change of a public comment waits" in browser.get("/team/moderation/").content.decode()
    address = f"/team/moderation/changes/{waiting.pk}/"
    browser.post(address, {**form_of(browser.get(address)), "lets_in": "yes", "reason": ""})
    cache.clear()  # nothing is committed in a test, so nobody is nudged
    page = stranger.get(SECTION).content.decode()
    assert "Said otherwise." in page
    assert "Changed on" in page
    assert again(comment).versions.get().text == "As I first said it."


def test_a_change_that_is_turned_down_says_why_to_its_writer_alone(old, ada, mo, consultation, stranger, browser_of):
    comment = old()
    moderated_first(consultation)
    change(comment, "Your manager is a fool.", ada)
    with pytest.raises(ValidationError, match="Say why"):
        turn_change_down(ProposedChange.objects.get(), seen=1, reason=" ", by=mo)
    turn_change_down(ProposedChange.objects.get(), seen=1, reason="It argues with the person.", by=mo)
    assert "It argues with the person." in browser_of(ada).get("/your-contributions/").content.decode()
    assert "argues with" not in stranger.get(SECTION).content.decode()
    assert again(comment).comment == "As I first said it."


def test_a_moderator_lets_in_what_they_have_read_and_nothing_else(old, ada, mo, consultation):
    comment = old()
    moderated_first(consultation)
    change(comment, "Harmless.", ada)
    waiting = ProposedChange.objects.get()
    change(comment, "Not harmless.", ada)
    with pytest.raises(ValidationError, match="changed again"):
        let_change_in(waiting, seen=waiting.number, by=mo)
    assert again(comment).comment == "As I first said it."


def test_nobody_lets_in_a_change_of_their_own_or_of_someone_elses_without_the_office(old, ada, ben, consultation, cast):
    comment = old()
    moderated_first(consultation)
    change(comment, "Said otherwise.", ada)
    TeamMember.objects.create(account=ada, document=cast.document, role="moderator")
    for doer in (ada, ben, cast.otto):
        with pytest.raises(Refused):
            let_change_in(ProposedChange.objects.get(), seen=1, by=doer)


def test_what_waits_for_a_moderator_anyway_is_changed_at_once(say, ada, consultation):
    moderated_first(consultation)
    comment = say("Teh badge test.")
    PublicComment.objects.filter(pk=comment.pk).update(submit_date=timezone.now() - timedelta(days=3))
    change(comment, "The badge test.", ada)
    assert again(comment).comment == "The badge test."
    assert again(comment).waits
    assert not again(comment).versions.exists()


def test_personal_data_put_in_later_is_read_first_too(old, ada):
    comment = old()
    change(comment, "Ring her on 07700 900461.", ada)
    assert again(comment).visible
    assert again(comment).comment == "As I first said it."
    assert ProposedChange.objects.get().waits


def test_what_a_moderator_is_looking_at_stays_as_it_is(old, ada, mo):
    comment = old()
    decide(comment, Ruling(Verb.HOLD, rule=1, reason="I look into it."), by=mo)
    with pytest.raises(ValidationError, match="A moderator is looking"):
        change(comment, "Now harmless.", ada)


def test_words_that_a_moderator_took_out_are_in_no_version_either(old, ada, mo, stranger):
    comment = old("Ask Mrs Field about it.")
    change(comment, "Ask Mrs Field about it soon.", ada)
    decide(again(comment), Ruling(Verb.REDACT, rule=2, reason="Names.", passages=["Mrs Field"]), by=mo)
    assert stranger.get(f"/comments/{comment.pk}/versions/").status_code == 404
    assert "versions/" not in stranger.get(SECTION).content.decode()


@pytest.mark.parametrize("happened", ["signed out", "closed", "hidden"])
def test_a_change_that_comes_too_late_gives_the_words_back(
    happened, old, ada, mo, browser_of, form_of, consultation
):  # fmt: skip
    comment, browser = old(), browser_of(ada)
    address = f"/comments/{comment.pk}/change/"
    fields = {**form_of(browser.get(address)), "comment": "Words that I do not want to lose."}
    match happened:
        case "signed out":
            browser.logout()
        case "closed":
            type(consultation).objects.update(closes_at=timezone.now() - timedelta(days=1))
        case _:
            decide(comment, Ruling(Verb.HIDE, rule=1, reason="An insult."), by=mo)
    answer = browser.post(address, fields)
    assert answer.status_code == 403
    assert "Words that I do not want to lose." in answer.content.decode()
    if happened == "signed out":
        browser.force_login(ada, backend="consult.people.backends.SignedInByCode")
        assert "Words that I do not want to lose." in browser.get(address).content.decode()


def test_a_suggestion_is_changed_and_its_place_stays(block_place, ada, ada_persona, consultation):
    said = Said("Plainer.", kind="suggestion", suggested="Assume that anyone could read what you post.")
    comment = post(block_place, text=said, persona=ada_persona, submission_id=uuid4(), by=ada)
    anchor = comment.anchor_id
    change(comment, "Plainer still.", ada, suggested="Assume that anyone reads what you post.")
    assert again(comment).suggested == "Assume that anyone reads what you post."
    assert again(comment).anchor_id == anchor
    with pytest.raises(ValidationError, match="one paragraph"):
        change(comment, "Worse.", ada, suggested="One.\n\nTwo.")


def test_its_form_gives_the_words_back(old, ada, browser_of, form_of):
    comment = old()
    browser = browser_of(ada)
    page = browser.get(f"/comments/{comment.pk}/change/")
    fields = {**form_of(page), "comment": "x" * 5000}
    answer = browser.post(f"/comments/{comment.pk}/change/", fields)
    assert answer.status_code == 422
    assert "x" * 5000 in answer.content.decode()
    fields["comment"] = "As I say it now."
    assert browser.post(f"/comments/{comment.pk}/change/", fields).status_code == 302
    assert again(comment).comment == "As I say it now."


def test_removed_words_are_gone_from_everywhere(old, say, ada, ben, ben_persona, mo, stranger, consultation):
    comment = old(f"Canaryword. {LONG}")
    change(comment, f"Canarychanged. {LONG}", ada)
    quoting = say(f"You wrote: {LONG.upper()} I was there.", persona=ben_persona, reply_to=comment)
    decide(comment, Ruling(Verb.REDACT, rule=2, reason="Names.", passages=["Canarychanged"]), by=mo)
    remove_words(again(comment), by=ada)
    dumped = StringIO()
    call_command("dumpdata", "consult", "django_comments", "guidance", "sessions", stdout=dumped)
    for word in ("Canary", "watched from Monday", "WATCHED FROM MONDAY"):
        assert word not in dumped.getvalue()
    assert again(quoting).comment == f"You wrote: {GAP}. I was there."
    assert again(quoting).visible
    page = stranger.get(f"/consultations/draft-1/threads/{comment.pk}/").content.decode()
    assert "Its writer removed the words" in page
    assert Tally.objects.of_places(consultation).all.withdrawn == 1


def test_words_are_removed_whatever_the_state(old, ada, ben, consultation):
    first, second = old("One thing."), old("Another thing.")
    withdraw(first, by=ada)
    consultation.closes_at = timezone.now() - timedelta(days=1)
    consultation.save()
    for comment in (first, second):
        remove_words(again(comment), by=ada)
        assert remove_words(again(comment), by=ada).words_are_gone
        assert again(comment).comment == ""
    with pytest.raises(Refused):
        remove_words(again(old("A third.")), by=ben)


WORDS = st.lists(st.sampled_from(["a", "bee", "sea", "dee", "E", "eff’s"]), max_size=30)


@given(WORDS, WORDS)
def test_no_quotation_is_left_and_nothing_else_goes(ours, theirs):
    text, quoted = " ".join(ours), ", ".join(theirs)
    left = without_quotations(text, quoted)
    runs = {tuple(word.casefold() for word in theirs[i : i + RUN]) for i in range(len(theirs) - RUN + 1)}
    for part in left.split(GAP):
        words = [word.casefold() for word in part.split()]
        assert not any(tuple(words[i : i + RUN]) in runs for i in range(len(words) - RUN + 1))
    if not any(tuple(word.casefold() for word in ours[i : i + RUN]) in runs for i in range(len(ours) - RUN + 1)):
        assert left == text


def test_the_guidances_own_words_stay_whoever_quoted_them(block_place, ada, ada_persona, ben, ben_persona):
    old_words = block_place.block.text
    said = Said(
        "Canary of mine that says a few words more than eight.", kind="suggestion", suggested=f"{old_words} Canary."
    )
    suggestion = post(block_place, text=said, persona=ada_persona, submission_id=uuid4(), by=ada)
    reply = post(block_place, text=f"It says “{old_words}” now.", persona=ben_persona, submission_id=uuid4(), by=ben,
                 reply_to=suggestion)  # fmt: skip
    remove_words(again(suggestion), by=ada)
    assert again(reply).comment == f"It says “{old_words}” now."
    assert again(suggestion).suggested == ""


def test_words_go_from_the_whole_thread_and_from_wording_that_was_suggested_there(
    block_place, old, say, ada, ada_persona, ben, ben_persona
):
    said = Said(f"As she wrote: {LONG}", kind="suggestion", suggested=f"{LONG} Assume that.")
    root = post(block_place, text=said, persona=ben_persona, submission_id=uuid4(), by=ben)
    reply = post(block_place, text=LONG, persona=ada_persona, submission_id=uuid4(), by=ada, reply_to=root)
    cousin = say(f"“{LONG}”, he says", place=block_place, persona=ben_persona, reply_to=root)
    remove_words(again(reply), by=ada)
    assert again(root).comment == f"As she wrote: {GAP}."
    assert "watched" not in again(root).suggested
    assert "watched" not in again(cousin).comment
    assert again(cousin).quotes_removed_on


def test_what_was_written_about_removed_words_does_not_repeat_them(old, say, ada, ben, mo, browser_of):
    comment = old(LONG)
    flag(comment, rule=0, words=f"It says: {LONG}", by=ben)
    decision = decide(comment, Ruling(Verb.HIDE, rule=2, reason=f"You wrote: {LONG} Name nobody."), by=mo)
    appeal(decision, words=f"I only said: {LONG}", by=ada)
    remove_words(again(comment), by=ada)
    dumped = StringIO()
    call_command("dumpdata", "consult", stdout=dumped)
    assert "watched from" not in dumped.getvalue()
    assert "Name nobody." in dumped.getvalue()


def test_who_withdrew_before_had_withdrawn_then(old, ada):
    comment = withdraw(old(), by=ada)
    PublicComment.objects.filter(pk=comment.pk).update(withdrawn_on=timezone.localdate() - timedelta(days=9))
    remove_words(again(comment), by=ada)
    assert again(comment).withdrawn_on == timezone.localdate() - timedelta(days=9)


@pytest.mark.parametrize("who", ["ben", "mo", "edie", "ann"])
def test_nobody_else_has_her_words_removed(who, old, cast, browser_of):
    comment = old()
    with pytest.raises(Refused):
        remove_words(comment, by=getattr(cast, who))
    assert browser_of(getattr(cast, who)).post(f"/comments/{comment.pk}/remove/").status_code == 404
    assert again(comment).visible


def test_no_file_summary_or_cached_page_keeps_what_was_removed(
    old, ada, ann, consultation, stranger, settings, tmp_path, long_reads_see_the_test
):
    """Canaries in every place that may hold a copy: the database as it is dumped, the files, and what is served."""
    settings.FILES_ROOT = tmp_path
    comment = old(f"Canaryword. {LONG} Nobody else says anything like this in the whole consultation.")
    run_job(ask_for_summary(consultation, by=ann).pk)
    for job in (ask_for_comments(consultation, by=ann), ask_for_summary_file(consultation, by=ann)):
        run_job(job.pk)
        assert Job.objects.get(pk=job.pk).path.exists()
    assert LONG in Summary.objects.get().body
    assert "Canaryword" in stranger.get(SECTION).content.decode()
    with TestCase.captureOnCommitCallbacks(execute=True):
        remove_words(comment, by=ada)
    dumped = StringIO()
    call_command("dumpdata", "consult", "django_comments", "django_comments_xtd", "sessions", stdout=dumped)
    assert "Canaryword" not in dumped.getvalue()
    assert "watched from" not in dumped.getvalue()
    assert not list(tmp_path.rglob("*.zip"))
    assert "Canaryword" not in stranger.get(SECTION).content.decode()
