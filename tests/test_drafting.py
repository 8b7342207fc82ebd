"""Edie drafts the next version. Otto, who edits other guidance, and ada, who comments, see nothing of it."""

from datetime import timedelta
from itertools import permutations

import pytest
from django.core.exceptions import ValidationError
from django.utils.timezone import now
from hypothesis import given
from hypothesis import strategies as st

from consult.drafting import actions as drafting
from consult.drafting.keeping import From, KeptElsewhere
from consult.drafting.models import Autosaved, WritingPage
from consult.ledger.models import Entry
from consult.people.permissions import Refused
from guidance.actions import Stale
from guidance.blocks import joined, split_blocks
from guidance.models import Block, LevelText, LevelVersion, Revision


@pytest.fixture
def draft(cast) -> Revision:
    return drafting.open_draft(cast.document, by=cast.edie)


def keys_of(revision: Revision) -> set[str]:
    return set(revision.blocks.values_list("key", flat=True))


def titles_of(revision: Revision) -> list[str]:
    return list(revision.section_texts.order_by("position").values_list("title", flat=True))


def said(draft: Revision, section: str, level: str):
    return draft.section_texts.get(section__key=section).levels.get(level=level)


# --- Opening ----------------------------------------------------------------------------------------------
def test_the_next_draft_begins_with_the_words_and_keys_of_the_published_one(cast, draft):
    assert draft.number == 2
    assert keys_of(draft) == keys_of(cast.revision)
    assert titles_of(draft) == titles_of(cast.revision)
    assert drafting.open_draft(cast.document, by=cast.edie) == draft


def test_nobody_but_its_team_opens_a_draft(cast):
    for someone in (cast.ada, cast.otto, cast.mo):
        with pytest.raises(Refused):
            drafting.open_draft(cast.document, by=someone)
    assert not Entry.objects.filter(verb="draft.opened").exists()


def test_the_public_sees_nothing_of_a_draft(cast, draft, stranger):
    said_before = said(draft, "who", "snapshot")
    drafting.save_level(draft, "who", "snapshot", "A secret plan.", read_version=said_before.version, by=cast.edie)
    drafting.rename_section(draft, "who", "A secret title", by=cast.edie)
    for page in ("/", "/guidance/", "/guidance/social-media/", "/guidance/social-media/who/",
                 "/consultations/draft-1/", "/consultations/draft-1/sections/who/"):  # fmt: skip
        assert b"secret" not in stranger.get(page).content
    assert stranger.get("/guidance/social-media/draft-2/").status_code == 404


# --- Writing ----------------------------------------------------------------------------------------------
def test_edie_writes_and_untouched_paragraphs_keep_their_keys(cast, draft):
    old = list(draft.blocks.filter(section_text__section__key="who", level="snapshot").values_list("key", flat=True))
    text = said(draft, "who", "snapshot")
    markdown = text.markdown + "\n\nAlso for those who volunteer."
    saved = drafting.save_level(draft, "who", "snapshot", markdown, read_version=text.version, by=cast.edie)
    keys = list(draft.blocks.filter(section_text__section__key="who", level="snapshot").values_list("key", flat=True))
    assert keys[:2] == old
    assert len(keys) == 3
    assert saved.version == text.version + 1
    assert Entry.objects.filter(verb="draft.saved").count() == 1


def test_a_paragraph_taken_out_and_put_back_is_the_same_one(cast, draft):
    text = said(draft, "who", "snapshot")
    before = keys_of(draft)
    gone = drafting.save_level(
        draft, "who", "snapshot", text.markdown.split("\n\n")[0], read_version=text.version, by=cast.edie
    )
    assert keys_of(draft) < before
    drafting.save_level(draft, "who", "snapshot", text.markdown, read_version=gone.version, by=cast.edie)
    assert keys_of(draft) == before


def test_a_paragraph_pasted_elsewhere_first_and_cut_afterwards_keeps_its_key(cast, draft):
    who, yourself = said(draft, "who", "snapshot"), said(draft, "yourself", "snapshot")
    first, second = who.markdown.split("\n\n")
    key = draft.blocks.get(text=second).key
    pasted = f"{yourself.markdown}\n\n{second}"
    drafting.save_level(draft, "yourself", "snapshot", pasted, read_version=yourself.version, by=cast.edie)
    drafting.save_level(draft, "who", "snapshot", first, read_version=who.version, by=cast.edie)
    moved = draft.blocks.get(text=second)
    assert (moved.key, moved.section_text.section.key) == (key, "yourself")


def test_who_saves_second_is_shown_what_the_first_one_wrote_and_nothing_is_lost(cast, draft):
    text = said(draft, "who", "overview")
    drafting.save_level(draft, "who", "overview", "Hers.", read_version=text.version, by=cast.edie)
    with pytest.raises(Stale) as stale:
        drafting.save_level(draft, "who", "overview", "His.", read_version=text.version, by=cast.ann)
    assert stale.value.theirs.markdown == "Hers."
    assert stale.value.base == text.markdown
    assert said(draft, "who", "overview").markdown == "Hers."


def test_saving_the_same_words_again_is_no_conflict_and_no_event(cast, draft):
    text = said(draft, "who", "overview")
    saved = drafting.save_level(
        draft, "who", "overview", text.markdown + "\r\n", read_version=text.version, by=cast.edie
    )
    assert saved.version == text.version
    assert not Entry.objects.filter(verb="draft.saved").exists()


def test_every_version_of_a_level_is_kept(cast, draft):
    text = said(draft, "who", "overview")
    for n in range(3):
        text = drafting.save_level(draft, "who", "overview", f"Take {n}.", read_version=text.version, by=cast.edie)
    kept = LevelVersion.objects.filter(level_text=text).order_by("version").values_list("markdown", flat=True)
    assert list(kept)[1:] == ["Take 0.", "Take 1.", "Take 2."]


@pytest.mark.parametrize(("markdown", "words"), [("x" * 1_000_001, "too long"), ("y" * 20_001, "Line 1 is longer")])
def test_what_cannot_stand_is_refused_with_what_to_mend(cast, draft, markdown, words):
    with pytest.raises(ValidationError, match=words):
        drafting.save_level(draft, "who", "overview", markdown, read_version=1, by=cast.edie)


def test_a_section_that_a_colleague_retired_takes_no_words(cast, draft):
    drafting.retire_section(draft, "who", by=cast.ann)
    with pytest.raises(ValidationError, match="not in the draft any more"):
        drafting.save_level(draft, "who", "overview", "Words.", read_version=1, by=cast.edie)


def test_unsaved_words_are_kept_for_who_wrote_them_and_go_when_they_are_saved(cast, draft):
    section = draft.section_texts.get(section__key="who").section
    drafting.keep_autosaved(draft, section, "overview", "Half a sent", read_version=1, by=cast.edie)
    drafting.keep_autosaved(draft, section, "overview", "Half a sentence", read_version=1, by=cast.edie)
    assert Autosaved.objects.of(cast.edie, draft).get().markdown == "Half a sentence"
    assert not Autosaved.objects.of(cast.ann, draft).exists()
    drafting.save_level(draft, "who", "overview", "A whole one.", read_version=1, by=cast.edie)
    assert not Autosaved.objects.exists()


# --- The outline ------------------------------------------------------------------------------------------
def test_sections_are_added_moved_and_renamed_and_keep_their_keys(cast, draft):
    new = drafting.add_section(draft, "Pen names", after="who", by=cast.edie)
    assert titles_of(draft) == ["Who this is for", "Pen names", "When you post as yourself"]
    drafting.move_section(draft, new.section.key, to=1, by=cast.edie)
    drafting.rename_section(draft, new.section.key, "Names", applies_to="Nurses", by=cast.edie)
    assert titles_of(draft) == ["Names", "Who this is for", "When you post as yourself"]
    text = draft.section_texts.get(position=1)
    assert (text.section.key, text.applies_to) == ("pen-names", "Nurses")


def test_a_new_section_never_takes_the_key_of_one_that_was_retired(cast, draft):
    old = drafting.add_section(draft, "Pen names", by=cast.edie)
    drafting.retire_section(draft, old.section.key, by=cast.edie)
    assert drafting.add_section(draft, "Pen names", by=cast.edie).section.key == "pen-names-2"


def test_a_section_that_is_split_and_merged_again_is_what_it_was(cast, draft):
    text = said(draft, "yourself", "snapshot")
    keys = list(draft.blocks.filter(level="snapshot").values_list("key", flat=True))
    second = draft.blocks.get(section_text=text.section_text, level="snapshot", position=2)
    new = drafting.split_section(draft, "yourself", at=second.key, title="Assume an audience", by=cast.edie)
    assert new.blocks.count() == 2
    assert said(draft, "yourself", "snapshot").markdown == text.markdown.split("\n\n")[0]
    drafting.merge_sections(draft, new.section.key, into="yourself", by=cast.edie)
    assert said(draft, "yourself", "snapshot").markdown == text.markdown
    assert list(draft.blocks.filter(level="snapshot").values_list("key", flat=True)) == keys


def test_the_first_paragraph_does_not_begin_a_new_section(cast, draft):
    first = draft.blocks.get(section_text__section__key="who", level="snapshot", position=1)
    with pytest.raises(ValidationError, match="not the first one"):
        drafting.split_section(draft, "who", at=first.key, title="Nothing", by=cast.edie)


ACTS = st.sampled_from(["add", "move", "split", "merge", "retire"])


@given(st.lists(st.tuples(ACTS, st.integers(0, 20), st.integers(0, 20)), max_size=8))
def test_whatever_is_done_to_the_outline_no_block_of_a_section_that_stays_is_lost(cast, acts):
    draft = drafting.open_draft(cast.document, by=cast.edie)
    expected = dict(draft.blocks.values_list("key", "text"))
    for act, one, other in acts:
        keys = list(draft.section_texts.order_by("position").values_list("section__key", flat=True))
        key = keys[one % len(keys)] if keys else ""
        match act:
            case "add":
                drafting.add_section(draft, f"Section {one}", by=cast.edie)
            case "move" if key:
                drafting.move_section(draft, key, to=other, by=cast.edie)
            case "split" if key:
                at = draft.blocks.filter(section_text__section__key=key, position=2).first()
                if at:
                    drafting.split_section(draft, key, at=at.key, title=f"Part {other}", by=cast.edie)
            case "merge" if len(keys) > 1 and keys[other % len(keys)] != key:
                drafting.merge_sections(draft, key, into=keys[other % len(keys)], by=cast.edie)
            case "retire" if key:
                for block in Block.objects.filter(revision=draft, section_text__section__key=key):
                    expected.pop(block.key)
                drafting.retire_section(draft, key, by=cast.edie)
        positions = list(draft.section_texts.order_by("position").values_list("position", flat=True))
        assert positions == list(range(1, len(positions) + 1))
        assert dict(draft.blocks.values_list("key", "text")) == expected
        for text in draft.section_texts.all():
            for level in text.levels.all():
                stored = text.blocks.filter(level=level.level).order_by("position").values_list("text", flat=True)
                assert [block.text for block in split_blocks(level.markdown)] == list(stored)


LISTS = st.sampled_from(
    ["- one\n- two", "* one", "1. first\n2. second", "1) first", "A paragraph.", "| a |\n|---|\n| b |"]
)


@given(st.lists(LISTS, max_size=6))
def test_blocks_that_are_joined_are_the_same_blocks_again(sources):
    blocks = [split_blocks(source)[0] for source in sources]
    assert [(b.kind, b.text) for b in split_blocks(joined(blocks))] == [(b.kind, b.text) for b in blocks]


# --- In whatever order it arrives ---------------------------------------------------------------------
@pytest.fixture
def page(cast, draft):
    """Edie's open writing page: what it sends, in the order in which it arrives."""
    text = draft.section_texts.get(section__key="who")

    def arrives(what, words, step, name="p1", goes_on=""):
        sent = {"read_version": 1, "by": cast.edie, "sent": From(name, step, goes_on)}
        if what == "save":
            return drafting.save_level(draft, "who", "overview", words, **sent)
        return drafting.keep_autosaved(draft, text.section, "overview", words, **sent)

    return arrives


SENT = [("keep", "One.", 1), ("keep", "One. Two.", 2), ("save", "One. Two. Three.", 3), ("keep", "One. Two. Four.", 4)]


@pytest.mark.parametrize("order", permutations(range(4)))
def test_in_whatever_order_it_arrives_what_was_typed_last_is_kept_and_nothing_older(page, cast, draft, order):
    for place in order:
        page(*SENT[place])
    text = LevelText.objects.get(section_text__revision=draft, section_text__section__key="who", level="overview")
    assert text.markdown == "One. Two. Three."
    assert Autosaved.objects.of(cast.edie, draft).get().markdown == "One. Two. Four."


@pytest.mark.parametrize("order", permutations(range(3)))
def test_in_whatever_order_it_arrives_nothing_is_offered_once_all_is_saved(page, cast, draft, order):
    for place in order:
        page(*SENT[place])
    assert not Autosaved.objects.of(cast.edie, draft).exists()


def test_words_of_another_window_are_not_written_over_nor_dropped_by_a_save(page, cast, draft):
    page("keep", "Typed in the first.", 1, "p1")
    with pytest.raises(KeptElsewhere):
        page("keep", "Typed in the second.", 1, "p2")
    page("save", "Saved in the second.", 2, "p2")
    assert Autosaved.objects.of(cast.edie, draft).get().markdown == "Typed in the first."


def test_a_page_that_goes_on_with_words_takes_them_over(page, cast, draft):
    page("keep", "Half", 5, "p1")
    page("keep", "Half a", 1, "p2", goes_on="p1")
    assert page("keep", "Hal", 4, "p1") is None
    assert Autosaved.objects.of(cast.edie, draft).get().markdown == "Half a"
    page("save", "Half a sentence.", 2, "p2", goes_on="p1")
    assert not Autosaved.objects.of(cast.edie, draft).exists()


def test_pages_are_forgotten_after_some_days(page, cast):
    page("keep", "One.", 1, "p1")
    WritingPage.objects.update(heard_at=now() - timedelta(days=3))
    page("save", "Two.", 1, "p2", goes_on="p1")
    assert [one.page for one in WritingPage.objects.all()] == ["p2"]
