"""Two revisions compared: every paragraph is accounted for, and stands where a reader looks for it."""

import random

import pytest
from django.template import Context, Template
from hypothesis import given
from hypothesis import strategies as st

from guidance.comparing import compare
from guidance.comparison import Change, Counts, Elsewhere
from guidance.diffs import new_text, old_text
from guidance.fates import Fate, FateKind, Passage
from guidance.stretches import Stretch, same_numbers, the_same_in_words, without_the_same

SAME, MOVED, EDITED = FateKind.SAME, FateKind.MOVED, FateKind.EDITED
SPLIT, MERGED, REMOVED, NEW = FateKind.SPLIT, FateKind.MERGED, FateKind.REMOVED, FateKind.NEW


def passage(key, position, text="", *, section="who", level="full", kind="paragraph", source=None) -> Passage:
    text = text or f"Words of {key}."
    return Passage(key, section, level, position, kind, text if source is None else source, text)


def told(comparison) -> list[str]:
    """Each place's entries in a few letters: `edited b`, `>> c` for a word about c that is told elsewhere."""
    return [
        f">> {entry.change.key}" if entry.is_elsewhere else f"{entry.kind} {entry.key}"
        for place in comparison.places
        for entry in place.entries
    ]


def only(comparison) -> Change:
    [change] = comparison.changes
    return change


# --- Reading order -----------------------------------------------------------------------------------


def test_what_was_removed_stands_where_it_stood():
    old = [passage("a", 1), passage("b", 2), passage("c", 3), passage("d", 4)]
    new = [passage("n", 1), passage("a", 2), passage("m", 3), passage("d", 4)]
    fates = [
        Fate(SAME, ("a",), ("a",)),
        Fate(REMOVED, ("c",), ()),
        Fate(REMOVED, ("b",), ()),
        Fate(SAME, ("d",), ("d",)),
        Fate(NEW, (), ("m",)),
        Fate(NEW, (), ("n",)),
    ]
    assert told(compare(old, new, fates)) == ["new n", "same a", "removed b", "removed c", "new m", "same d"]


def test_what_was_removed_at_the_start_stays_at_the_start():
    old, new = [passage("a", 1), passage("b", 2)], [passage("b", 1)]
    assert told(compare(old, new, [Fate(SAME, ("b",), ("b",)), Fate(REMOVED, ("a",), ())])) == ["removed a", "same b"]


def test_a_paragraph_that_moved_to_another_section_is_told_there_and_leaves_a_word():
    old = [passage("a", 1), passage("b", 2), passage("c", 3), passage("d", 1, section="how")]
    new = [passage("a", 1), passage("c", 2), passage("d", 1, section="how"), passage("b", 2, section="how")]
    fates = [Fate(SAME, (key,), (key,)) for key in "acd"] + [Fate(MOVED, ("b",), ("b",), has_moved=True)]
    comparison = compare(old, new, fates)
    assert told(comparison) == ["same a", ">> b", "same c", "same d", "moved b"]
    moved = comparison.change_at("b", 1)
    assert (moved.old_numbers, moved.new_numbers, moved.has_moved) == (("1.2",), ("2.2",), True)
    assert [place.counts for place in comparison.places] == [Counts(same=2), Counts(same=1, moved=1)]


def test_sections_that_were_taken_out_and_levels_keep_their_order():
    old = [
        passage("a", 1),
        passage("b", 1, section="gone", level="full"),
        passage("c", 1, section="gone", level="overview"),
        passage("d", 1, section="last"),
    ]
    new = [passage("d", 1, section="last"), passage("a", 1), passage("e", 1, section="added", level="snapshot")]
    fates = [Fate(SAME, (key,), (key,)) for key in "ad"]
    fates += [Fate(REMOVED, ("b",), ()), Fate(REMOVED, ("c",), ()), Fate(NEW, (), ("e",))]
    comparison = compare(old, new, fates)
    assert [(place.section, place.level, place.old_position, place.new_position) for place in comparison.places] == [
        ("last", "full", 3, 1),
        ("who", "full", 1, 2),
        ("gone", "overview", 2, None),
        ("gone", "full", 2, None),
        ("added", "snapshot", None, 3),
    ]


def test_numbers_follow_the_sections_that_the_caller_names():
    old, new = [passage("a", 2)], [passage("a", 3, "Other words.")]
    change = only(
        compare(old, new, [Fate(EDITED, ("a",), ("a",))], old_sections=["x", "who"], new_sections=["x", "y", "who"])
    )
    assert (change.old_numbers, change.new_numbers) == (("2.2",), ("3.3",))


# --- What a change says ------------------------------------------------------------------------------


def test_a_split_paragraph_shows_all_its_parts_as_one_change():
    old = [passage("a", 1, "Ask first. Then post.")]
    new = [passage("a", 1, "Ask first."), passage("b", 2, "Then post it.")]
    comparison = compare(old, new, [Fate(SPLIT, ("a",), ("a", "b"))])
    change = only(comparison)
    assert (change.key, change.new_numbers) == ("a", ("1.1", "1.2"))
    assert new_text(change.pieces) == "Ask first.\nThen post it."
    assert old_text(change.pieces) == "Ask first. Then post."
    assert comparison.counts == Counts(changed=2)


def test_parts_that_went_to_another_section_are_pointed_at_from_there():
    old = [passage("a", 1, "Ask first. Then post.")]
    new = [passage("a", 1, "Ask first."), passage("b", 1, "Then post.", section="how")]
    comparison = compare(old, new, [Fate(SPLIT, ("a",), ("a", "b"))])
    assert told(comparison) == ["split a", ">> a"]
    assert [place.counts.changed for place in comparison.places] == [1, 1]


def test_merged_paragraphs_are_one_change():
    old = [passage("a", 1, "Ask first."), passage("b", 2, "Then post.")]
    new = [passage("b", 1, "Ask first. Then post.")]
    change = only(compare(old, new, [Fate(MERGED, ("a", "b"), ("b",))]))
    assert (change.key, change.old_numbers, change.new_numbers) == ("b", ("1.1", "1.2"), ("1.1",))
    assert change.edits == ()


def test_each_edit_of_a_paragraph_has_its_own_number():
    old = [passage("a", 1, "You may ask your manager before you ever post on Monday.")]
    new = [passage("a", 1, "You must ask your manager before you ever post on Friday.")]
    comparison = compare(old, new, [Fate(EDITED, ("a",), ("a",))])
    change = only(comparison)
    assert [(edit.number, "".join(p.text for p in edit.pieces)) for edit in change.edits] == [
        (1, "may must "),
        (2, "Monday.Friday."),
    ]
    assert comparison.change_at("a", 2) is change
    assert comparison.change_at("a", 3) is None
    html = Template("{% load differences %}{% change_words change %}").render(Context({"change": change}))
    assert '<del id="change-a-1">' in html
    assert '<del id="change-a-2">' in html
    assert html.count(" id=") == 2


def test_a_key_that_names_other_words_later_gives_each_an_address_of_its_own():
    old, new = [passage("a", 1, "Old words.")], [passage("a", 1, "Something else.")]
    comparison = compare(old, new, [Fate(REMOVED, ("a",), ()), Fate(NEW, (), ("a",))])
    assert [(change.kind, *change.numbers) for change in comparison.changes] == [(REMOVED, 2), (NEW, 1)]


def test_a_moved_paragraph_can_be_linked_to():
    old = [passage("a", 1), passage("b", 2)]
    new = [passage("b", 1), passage("a", 2)]
    fates = [Fate(SAME, ("b",), ("b",)), Fate(MOVED, ("a",), ("a",), has_moved=True)]
    change = compare(old, new, fates).change_at("a", 1)
    html = Template("{% load differences %}{% change_words change %}").render(Context({"change": change}))
    assert html == '<span id="change-a-1"></span>Words of a.'


@pytest.mark.parametrize(
    ("was", "now", "kind"),
    [
        ("Ask [us](https://a.example).", "Ask [us](https://b.example).", EDITED),
        ("Ask **us**.", "Ask us.", EDITED),
        ("Ask\nus.", "Ask us.", SAME),
        ("Ask *us*.", "Ask _us_.", SAME),
    ],
)
def test_marks_that_changed_are_never_called_the_same(was, now, kind):
    old, new = [passage("a", 1, "Ask us.", source=was)], [passage("a", 1, "Ask us.", source=now)]
    for said in (SAME, EDITED):
        change = only(compare(old, new, [Fate(said, ("a",), ("a",))]))
        assert (change.kind, change.in_marks) == (kind, kind == EDITED)
        assert new_text(change.pieces) == (now if kind == EDITED else "Ask us.")


def test_fates_that_forget_a_paragraph_are_refused():
    with pytest.raises(ValueError, match="each passage"):
        compare([passage("a", 1)], [], [])
    with pytest.raises(ValueError, match="each passage"):
        compare([], [], [Fate(NEW, (), ("a",))])


def test_nothing_compared_with_nothing_is_nothing():
    comparison = compare([], [], [])
    assert (comparison.places, comparison.counts.total) == ((), 0)


# --- Whatever the fates: every paragraph is accounted for --------------------------------------------


@st.composite
def revisions(draw):
    """Two texts with made-up fates between them, of every kind and in every mixture."""
    chance = random.Random(draw(st.integers(0, 10**9)))
    old, new, fates = [], [], []
    for number in range(draw(st.integers(0, 12))):
        kind = draw(st.sampled_from(list(FateKind)))
        olds = {NEW: 0, MERGED: 2}.get(kind, 1)
        news = {REMOVED: 0, SPLIT: 2}.get(kind, 1)
        before = tuple(f"k{number}-{i}" for i in range(olds))
        after = tuple(f"k{number}-{i}" for i in range(news))
        fates.append(Fate(kind, before, after, has_moved=kind == MOVED or draw(st.booleans())))
        words = f"some words number {number}"
        old += [(key, words) for key in before]
        new += [(key, words if kind in (SAME, MOVED) else f"{words} more") for key in after]
    chance.shuffle(new)
    return _set(old, chance), _set(new, chance), fates


def _set(texts, chance) -> list[Passage]:
    """Passages with positions, dealt out to sections and levels."""
    places = [(section, level) for section in ("who", "how") for level in ("overview", "full")]
    positions = dict.fromkeys(places, 0)
    found = []
    for key, text in texts:
        where = chance.choice(places)
        positions[where] += 1
        found.append(passage(key, positions[where], text, section=where[0], level=where[1]))
    return found


@given(revisions())
def test_counts_add_up_and_every_paragraph_is_told_once(given_texts):
    old, new, fates = given_texts
    comparison = compare(old, new, fates)
    changes = list(comparison.changes)
    assert sorted(p.key for change in changes for p in change.old) == sorted(p.key for p in old)
    assert sorted(p.key for change in changes for p in change.new) == sorted(p.key for p in new)
    counts = comparison.counts
    assert counts.total == len(new) + counts.removed
    assert counts.removed == sum(len(fate.old) for fate in fates if fate.kind == REMOVED)
    addresses = [(change.key, number) for change in changes for number in change.numbers]
    assert len(addresses) == len(set(addresses))


@given(revisions())
def test_both_texts_can_be_read_from_the_comparison(given_texts):
    old, new, fates = given_texts
    for change in compare(old, new, fates).changes:
        assert new_text(change.pieces) == "\n".join(p.text for p in change.new)
        assert old_text(change.pieces) == "\n".join(p.text for p in change.old)


@given(revisions())
def test_the_new_text_is_in_reading_order(given_texts):
    comparison = compare(*given_texts)
    for place in comparison.places:
        here = [
            next(p.position for p in entry.new if p.where == (place.section, place.level))
            for entry in place.entries
            if isinstance(entry, Change) and entry.new
        ]
        assert here == sorted(here)


@given(revisions())
def test_every_place_of_either_text_mentions_what_stands_or_stood_there(given_texts):
    old, new, fates = given_texts
    seen = {
        (place.section, place.level, p.key)
        for place in compare(old, new, fates).places
        for entry in place.entries
        for p in [*_told(entry).old, *_told(entry).new]
    }
    assert {(p.section, p.level, p.key) for p in [*old, *new]} <= seen


def _told(entry) -> Change:
    return entry.change if isinstance(entry, Elsewhere) else entry


# --- What stayed the same, in one line ---------------------------------------------------------------


def test_unchanged_stretches_are_told_in_one_line():
    old = [passage(key, place) for place, key in enumerate("abcdef", start=1)]
    new = [passage(key, place, "Other." if key == "c" else "") for place, key in enumerate("abcdef", start=1)]
    fates = [Fate(EDITED if key == "c" else SAME, (key,), (key,)) for key in "abcdef"]
    [place] = compare(old, new, fates).places
    first, changed, last = without_the_same(place.entries)
    assert isinstance(first, Stretch)
    assert first.in_words == "Paragraphs 1.1 and 1.2 are the same."
    assert changed.key == "c"
    assert last.in_words == "Paragraphs 1.4 to 1.6 are the same."
    assert len(without_the_same(place.entries, shortest=3)) == 4
    assert the_same_in_words(same_numbers(place)) == "Paragraphs 1.1, 1.2 and 1.4 to 1.6 are the same."


@pytest.mark.parametrize(
    ("numbers", "words"),
    [
        ([], ""),
        (["4.1"], "Paragraph 4.1 is the same."),
        (["4.1", "4.3", "4.6"], "Paragraphs 4.1, 4.3 and 4.6 are the same."),
        (["4.9", "4.10", "4.11", "5.12"], "Paragraphs 4.9 to 4.11 and 5.12 are the same."),
    ],
)
def test_numbers_in_words(numbers, words):
    assert the_same_in_words(numbers) == words
