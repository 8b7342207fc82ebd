"""A new version is published: every comment has an honest place in it, whoever posts at that moment."""

from datetime import timedelta
from uuid import uuid4

import pytest
from django.core.exceptions import ValidationError
from django.db.models import Count, Sum
from django.utils import timezone

from consult.discussion.actions import fold_tallies, post
from consult.discussion.anchoring import unplaced
from consult.discussion.models import Anchor, Placement, PublicComment, Tally
from consult.discussion.places import Place, place_at_block, place_in_section
from consult.drafting import actions as drafting
from consult.jobs.models import Job
from consult.jobs.running import run_job
from consult.ledger.models import Entry
from consult.people.permissions import Refused
from consult.publishing import actions as publishing
from consult.publishing.models import Publication
from guidance.anchors import quote_at
from guidance.models import BlockFate

IN_PLACE, MOVED, CHANGED, REMOVED = Placement.Standing
SECOND = "Assume that your manager, a journalist and the people you serve could all read what you post."


@pytest.fixture
def draft(cast):
    return drafting.open_draft(cast.document, by=cast.edie)


@pytest.fixture
def rewrite(cast, draft):
    """Edie rewrites a level of a section in the draft."""

    def write(section: str, level: str, markdown: str) -> None:
        there = draft.section_texts.get(section__key=section).levels.filter(level=level).first()
        version = there.version if there else 0
        drafting.save_level(draft, section, level, markdown, read_version=version, by=cast.edie)

    return write


@pytest.fixture
def comment_on(cast, say):
    """ada comments on the paragraph that says this, or on words of it."""

    def speak(text: str, *, words: str = "") -> PublicComment:
        block = cast.consultation.revision.blocks.get(text__startswith=text, level="snapshot")
        place = place_at_block(cast.consultation, block.key)
        if words:
            start = block.text.index(words)
            place = Place(
                place.consultation, place.section_text, block, quote=quote_at(block.text, start, start + len(words))
            )
        return say(f"On {text}", place=place)

    return speak


def publish(draft, cast, **more):
    return publishing.publish(draft, changelog="The second draft.", by=cast.edie, **more)


def standing_of(comment: PublicComment, revision) -> str:
    return Placement.objects.get(anchor=comment.anchor_id, revision=revision).standing


# --- Anchors ----------------------------------------------------------------------------------------------
def test_comments_at_one_place_share_an_anchor_and_replies_have_their_roots(say, comment_on):
    first, second = comment_on(SECOND), comment_on(SECOND)
    reply = say("And I.", reply_to=second)
    elsewhere = say("On the section.")
    assert first.anchor_id == second.anchor_id == reply.anchor_id != elsewhere.anchor_id
    assert Anchor.objects.get(pk=first.anchor_id).words == SECOND


def test_what_is_said_on_the_whole_points_at_no_text(cast, say):
    assert say("On all of it.", place=Place(cast.consultation)).anchor_id is None


def test_each_anchor_is_counted_and_folding_changes_nothing(say, comment_on):
    comments = [comment_on(SECOND), comment_on(SECOND, words="a journalist"), say("Section.")]
    for _time in range(2):
        counted = dict(
            Tally.objects.filter(thread__isnull=True).values_list("anchor").annotate(n=Sum("comments")).order_by()
        )
        assert counted == {comment.anchor_id: 1 for comment in comments}
        fold_tallies()


# --- Placements -------------------------------------------------------------------------------------------
def test_each_comment_has_an_honest_place_in_the_next_version(cast, draft, rewrite, comment_on, say):
    kept = comment_on("You keep a private life")
    changed = comment_on(SECOND)
    removed = comment_on("anything from which")
    moved = comment_on("It does not take your private life away.")
    rewrite("who", "snapshot", "This guidance is for everyone who works in a public service.")
    rewrite(
        "yourself",
        "snapshot",
        "You keep a private life when you join a public service.\n\n"
        + SECOND.replace("all read", "one day read")
        + "\n\nIt does not take your private life away.",
    )
    revision = publish(draft, cast)
    assert [standing_of(one, revision) for one in (kept, changed, removed, moved)] == [
        IN_PLACE, CHANGED, REMOVED, MOVED,
    ]  # fmt: skip
    there = Placement.objects.get(anchor=moved.anchor_id, revision=revision)
    assert there.section.key == "yourself"
    assert revision.blocks.get(key=there.block_key).text == "It does not take your private life away."


def test_quoted_words_that_still_stand_are_found_in_an_edited_paragraph(cast, draft, rewrite, comment_on):
    there = comment_on(SECOND, words="the people you serve")
    gone = comment_on(SECOND, words="a journalist")
    rewrite(
        "yourself",
        "snapshot",
        "You keep a private life when you join a public service.\n\n"
        "Assume that your manager and the people you serve could all read what you post. It may be years later.\n\n"
        "- anything from which a patient could be recognised\n- material from a live case",
    )
    revision = publish(draft, cast)
    found = Placement.objects.get(anchor=there.anchor_id, revision=revision)
    text = revision.blocks.get(key=found.block_key).text
    assert text[found.start : found.end] == "the people you serve"
    assert found.standing == CHANGED  # the sentence around it is another one now
    assert standing_of(gone, revision) in {CHANGED, REMOVED}


def test_the_four_counts_add_up_to_all_comments_on_the_text(cast, draft, rewrite, comment_on, say):
    for text in (SECOND, SECOND, "anything from which", "You keep a private life"):
        comment_on(text)
    say("On the section.")
    rewrite("yourself", "snapshot", "You keep a private life when you join a public service.")
    revision = publish(draft, cast)
    counted = Placement.objects.filter(revision=revision).values_list("standing").annotate(n=Count("anchor__comments"))
    assert sum(dict(counted).values()) == PublicComment.objects.filter(section__isnull=False).count()


def test_over_several_versions_a_comment_is_followed_step_by_step(cast, draft, rewrite, comment_on):
    comment = comment_on(SECOND)
    rewrite("yourself", "snapshot", SECOND.replace("Assume", "You should assume"))
    second = publish(draft, cast)
    third = drafting.open_draft(cast.document, by=cast.edie)
    text = third.section_texts.get(section__key="yourself").levels.get(level="snapshot")
    drafting.save_level(third, "yourself", "snapshot", SECOND, read_version=text.version, by=cast.edie)
    third = publish(third, cast)
    assert standing_of(comment, second) == CHANGED
    there = Placement.objects.get(anchor=comment.anchor_id, revision=third)
    assert third.blocks.get(key=there.block_key).text == SECOND
    assert there.standing in {IN_PLACE, MOVED}


def test_fates_are_written_down_and_account_for_every_block(cast, draft, rewrite):
    rewrite("who", "snapshot", "Something else altogether, about bicycles.")
    revision = publish(draft, cast)
    rows = BlockFate.objects.filter(revision=revision)
    assert {row.old_key for row in rows if row.old_key} == set(cast.revision.blocks.values_list("key", flat=True))
    assert {row.new_key for row in rows if row.new_key} == set(revision.blocks.values_list("key", flat=True))


def test_an_editors_word_overrules_what_was_found(cast, draft, rewrite, comment_on):
    comment = comment_on("It does not take your private life away.")
    rewrite(
        "who",
        "snapshot",
        "Bicycles are parked behind the house.\n\nThis guidance is for everyone who works in a public service.",
    )
    old, new = Anchor.objects.get(pk=comment.anchor_id).block_key, draft.blocks.get(text__startswith="Bicycles").key
    drafting.say_fate_by_hand(draft, {old: (new,)}, by=cast.edie)
    revision = publish(draft, cast)
    there = Placement.objects.get(anchor=comment.anchor_id, revision=revision)
    assert (there.standing, there.block_key) == (CHANGED, new)


# --- Late comments ----------------------------------------------------------------------------------------
def test_a_comment_made_between_preparation_and_flip_is_placed_by_the_flip(cast, draft, rewrite, comment_on):
    rewrite("yourself", "snapshot", "You keep a private life when you join a public service.")
    tomorrow = timezone.now() + timedelta(days=1)
    publication = publishing.ask_to_publish(draft, changelog="Shorter.", by=cast.edie, due_at=tomorrow)
    run_job(publication.job_id)
    late = comment_on(SECOND)
    publication.refresh_from_db()
    assert publication.is_ready
    assert publishing.publish_due(at=tomorrow) == 1
    assert standing_of(late, draft) in {CHANGED, REMOVED}
    assert not list(unplaced(draft))


def test_a_comment_on_an_older_version_is_placed_as_it_is_made(cast, draft, rewrite, comment_on):
    rewrite("yourself", "snapshot", "You keep a private life when you join a public service.")
    revision = publish(draft, cast)
    assert standing_of(comment_on("You keep a private life"), revision) == IN_PLACE
    assert standing_of(comment_on(SECOND), revision) in {CHANGED, REMOVED}


# --- The way to everyone ----------------------------------------------------------------------------------
def test_asked_for_it_is_prepared_and_shown(cast, draft, stranger, django_capture_on_commit_callbacks):
    publication = publishing.ask_to_publish(draft, changelog="The second draft.", by=cast.edie)
    assert b"The second draft." not in stranger.get("/guidance/social-media/").content
    with django_capture_on_commit_callbacks(execute=True):
        run_job(publication.job_id)
    cast.document.refresh_from_db()
    assert cast.document.current == draft
    assert b"The second draft." in stranger.get("/guidance/social-media/").content
    assert Job.objects.get(pk=publication.job_id).state == "done"


def test_while_it_is_on_its_way_nobody_changes_it_and_stopping_lets_them(cast, draft, rewrite):
    tomorrow = timezone.now() + timedelta(days=1)
    publication = publishing.ask_to_publish(draft, changelog="Soon.", by=cast.edie, due_at=tomorrow)
    run_job(publication.job_id)
    with pytest.raises(ValidationError, match="about to be published"):
        rewrite("who", "overview", "Too late.")
    with pytest.raises(ValidationError, match="about to be published"):
        publishing.ask_to_publish(draft, changelog="Twice.", by=cast.edie)
    publishing.stop_publication(publication, by=cast.edie)
    rewrite("who", "overview", "In time.")
    assert not Placement.objects.filter(revision=draft).exists()
    assert publishing.publish_due(at=tomorrow) == 0


def test_open_points_need_a_reason(cast, draft):
    with pytest.raises(ValidationError, match="Say why"):
        publishing.ask_to_publish(draft, changelog="x", by=cast.edie, open_points=["It is too long."])
    publication = publishing.ask_to_publish(
        draft, changelog="x", by=cast.edie, open_points=["It is too long."], why_anyway="The law comes into force."
    )
    assert publication.open_points == ["It is too long."]


def test_the_wrong_people_publish_nothing(cast, draft):
    for someone in (cast.ada, cast.otto, cast.mo):
        for act in (publishing.ask_to_publish, publishing.publish):
            with pytest.raises(Refused):
                act(draft, changelog="Mine.", by=someone)
    assert not Publication.objects.exists()


def test_a_failed_preparation_lets_editors_go_on(cast, draft, rewrite, monkeypatch):
    def broken(*_what, **_how):
        raise RuntimeError("a bug")

    monkeypatch.setattr(publishing, "prepare", broken)
    publication = publishing.ask_to_publish(draft, changelog="x", by=cast.edie)
    run_job(publication.job_id)
    assert Job.objects.get(pk=publication.job_id).state == "failed"
    publication.refresh_from_db()
    publishing.stop_publication(publication, by=cast.edie)
    rewrite("who", "overview", "On we go.")


# --- Afterwards -------------------------------------------------------------------------------------------
def test_a_withdrawn_version_stays_readable(cast, draft, stranger):
    publish(draft, cast)
    publishing.withdraw_revision(cast.revision, why="It named the wrong office.", by=cast.edie)
    assert stranger.get("/guidance/social-media/draft-1/").status_code == 200
    with pytest.raises(ValidationError, match="Only a published version"):
        publishing.withdraw_revision(cast.revision, why="Again.", by=cast.edie)


def test_a_correction_keeps_the_old_words_and_marks_the_comments_on_them(cast, comment_on):
    before = comment_on(SECOND)
    block = cast.revision.blocks.get(text=SECOND)
    publishing.correct_block(
        cast.revision, block.key, SECOND.replace("a journalist", "a reporter"), why="Wrong word.", by=cast.edie
    )
    after = post(
        place_at_block(cast.consultation, block.key), text="Better.", persona=cast.ada_persona,
        submission_id=uuid4(), by=cast.ada,
    )  # fmt: skip
    assert standing_of(before, cast.revision) == CHANGED
    assert after.anchor_id != before.anchor_id
    assert not Placement.objects.filter(anchor=after.anchor_id).exists()
    corrected = cast.revision.corrections.get()
    assert (corrected.old_text, corrected.why) == (SECOND, "Wrong word.")
    assert Entry.objects.filter(verb="revision.corrected").count() == 1


def test_a_correction_is_no_rewriting(cast):
    block = cast.revision.blocks.get(text=SECOND)
    for source, words in (
        ("Two.\n\nParagraphs.", "one paragraph"),
        ("- a list", "one paragraph"),
        (SECOND, "Nothing would"),
    ):
        with pytest.raises(ValidationError, match=words):
            publishing.correct_block(cast.revision, block.key, source, why="x", by=cast.edie)


def test_a_section_comment_follows_its_section(cast, draft, say, rewrite):
    here = say("On the section.")
    other = say("On the other.", place=place_in_section(cast.consultation, "who"))
    drafting.retire_section(draft, "who", by=cast.edie)
    revision = publish(draft, cast)
    assert standing_of(other, revision) == REMOVED
    assert standing_of(here, revision) in {IN_PLACE, MOVED}


def test_ada_sees_on_her_own_page_what_became_of_each_comment(
    cast, draft, rewrite, comment_on, browser_of, django_assert_num_queries
):
    comment_on(SECOND, words="a journalist")
    rewrite("yourself", "snapshot", SECOND.replace("a journalist", "the papers"))
    publish(draft, cast)
    ada_at = browser_of(cast.ada)
    page = ada_at.get("/your-contributions/").content.decode()
    assert "“a journalist”" in page
    assert "Text changed" in page
    assert f"/consultations/{cast.consultation.slug}/what-became/yourself/" in page
    with django_assert_num_queries(3):
        ada_at.get("/your-contributions/")
    for words in ("your manager", "the people you serve", "all read"):
        comment_on(SECOND, words=words)
    with django_assert_num_queries(3):
        ada_at.get("/your-contributions/")
