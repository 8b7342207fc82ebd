"""Changing one's words, and having them removed: nothing is lost by accident, and nothing stays that should go."""

from datetime import timedelta
from io import StringIO

import pytest
from django.core.exceptions import ValidationError
from django.core.management import call_command
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st

from consult.discussion.actions import withdraw
from consult.discussion.mending import change_words, remove_words
from consult.discussion.models import PublicComment, Tally
from consult.discussion.quoting import GAP, RUN, without_quotations
from consult.ledger.models import Entry
from consult.moderation.actions import Ruling, decide
from consult.moderation.models import Verb
from consult.people.permissions import Refused

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


def test_where_a_moderator_reads_first_a_change_is_read_first_too(old, ada, mo, consultation, stranger):
    comment = old()
    consultation.moderation = consultation.Moderation.FIRST
    consultation.save()
    change(comment, "Said otherwise.", ada)
    assert not again(comment).visible
    assert "A moderator is looking at it" in stranger.get(SECTION).content.decode()
    decide(again(comment), Ruling(Verb.KEEP), by=mo)
    assert again(comment).visible


def test_personal_data_put_in_later_is_found_too(old, ada):
    comment = old()
    change(comment, "Ring her on 07700 900461.", ada)
    assert (again(comment).visible, again(comment).screened) == (False, ["phone"])


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
