"""Keys, fates and sentences: the cases that lead astray, one by one."""

from itertools import pairwise

import pytest
from django.core.exceptions import ValidationError
from hypothesis import given
from hypothesis import strategies as st

from guidance.anchors import Quote, find_again, find_alike, find_exactly, quote_at
from guidance.continuity import continuity
from guidance.fates import FateKind, Passage, fates, fates_over, follow
from guidance.matching import keep_keys
from guidance.pairing import Pair, best_pairs
from guidance.sentences import Part, lead_of, sentences_of
from guidance.wording import made_plain, plain, similarity, words_of

LAMPS = "The first sentence is about lamps and wires."
DOORS = "The second sentence speaks of doors and windows and roofs."
GARDENS = "Something about gardens and trees and hedges all around."


def passages(*rows: tuple[str, str], section: str = "s") -> list[Passage]:
    return [Passage(key, section, "full", at, "paragraph", text, text) for at, (key, text) in enumerate(rows, start=1)]


def kinds(found) -> dict[tuple[str, ...], FateKind]:
    return {fate.old or fate.new: fate.kind for fate in found}


# --- Keys -------------------------------------------------------------------------------------------------
def test_a_line_that_stands_a_hundred_times_keeps_its_hundred_keys():
    before = [(f"k{i}", f"s{i} full", "Talk to your line manager first.") for i in range(100)]
    after = [(where, text) for _key, where, text in before]
    del after[40]
    after[70] = (after[70][0], "Talk to your line manager and your union first.")
    assert keep_keys(before, after) == [f"k{i}" for i in range(100) if i != 40]


def test_among_copies_in_one_section_it_is_known_which_one_went():
    before = [(f"k{i}", "s full", "If in doubt, ask." if i % 2 else f"Rule {i} is about {i}.") for i in range(9)]
    after = [(where, text) for key, where, text in before if key != "k3"]
    assert keep_keys(before, after) == [f"k{i}" for i in range(9) if i != 3]


def test_the_part_that_keeps_most_keeps_the_key():
    after = [("s full", LAMPS), ("s full", f"{DOORS} {GARDENS}")]
    assert keep_keys([("k", "s full", f"{LAMPS} {DOORS} {GARDENS}")], after)[1] == "k"


def test_of_four_parts_one_still_keeps_the_key():
    parts = [
        f"Part {i} says {word} and nothing that the others say." for i, word in enumerate(["one", "two", "six", "ten"])
    ]
    keys = keep_keys([("k", "s full", " ".join(parts))], [("s full", part) for part in parts])
    assert keys.count("k") == 1


def test_the_block_that_gives_most_gives_its_key():
    before = [("short", "s full", LAMPS), ("long", "s full", f"{DOORS} {GARDENS}")]
    assert keep_keys(before, [("s full", f"{LAMPS} {DOORS} {GARDENS}")]) == ["long"]


def test_an_only_paragraph_that_was_reworded_keeps_its_key():
    before = [("k", "s overview", "You may say what you think, but not in the name of your office.")]
    assert keep_keys(
        before, [("s overview", "Say what you think in your own name, never in that of your office.")]
    ) == ["k"]


def test_a_paragraph_about_the_same_is_the_same_one_between_its_neighbours():
    old = ["Ask first.", "Children under 16 cannot say yes for themselves. Ask a parent, in writing.", "Wait."]
    new = [
        old[0],
        "Children under 16 need the written consent of a parent. Ask the child too: a yes is no order.",
        old[2],
    ]
    keys = keep_keys([(f"k{i}", "s full", text) for i, text in enumerate(old)], [("s full", text) for text in new])
    assert keys == ["k0", "k1", "k2"]


def test_must_not_and_must_are_one_paragraph_edited():
    before = [("a", "s full", "You must name the patient."), ("b", "s full", "You must not name the pupil.")]
    after = [("s full", "You must not name the patient."), ("s full", "You must name the pupil.")]
    assert keep_keys(before, after) == ["a", "b"]


def test_pairs_are_exchanged_where_that_makes_the_whole_more_alike():
    pairs = [Pair(1, 2, 0.75), Pair(1, 1, 0.5), Pair(2, 2, 0.5)]
    assert best_pairs(pairs) == {1: 1, 2: 2}


@given(st.lists(st.tuples(st.integers(0, 5), st.integers(0, 5), st.floats(0.1, 1)), max_size=20))
def test_no_block_is_in_two_pairs(rows):
    found = best_pairs(Pair(*row) for row in {row[:2]: row for row in rows}.values())
    assert len(set(found.values())) == len(found)
    assert {(old, new) for new, old in found.items()} <= {row[:2] for row in rows}


# --- Fates ------------------------------------------------------------------------------------------------
def test_a_part_of_one_paragraph_that_went_into_another_is_followed_over_two_versions():
    first = passages(("a", f"{LAMPS} {DOORS}"), ("b", GARDENS))
    second = passages(("a", LAMPS), ("c", DOORS), ("b", GARDENS))
    third = passages(("a", LAMPS), ("b", f"{DOORS} {GARDENS}"))
    steps = [fates(first, second), fates(second, third)]
    assert kinds(steps[0])[("a",)] == FateKind.SPLIT
    assert kinds(steps[1])[("c", "b")] == FateKind.MERGED
    assert follow("a", steps) == ("a", "b")
    assert kinds(fates_over(first, third, steps)) == {("a",): FateKind.EDITED, ("b",): FateKind.EDITED}


def test_an_editor_cannot_make_a_paragraph_that_still_stands_a_part_of_another():
    old = passages(("a", f"{LAMPS} {DOORS}"), ("b", GARDENS))
    new = passages(("a", LAMPS), ("b", GARDENS))
    with pytest.raises(ValidationError, match="still stands in the draft"):
        fates(old, new, by_hand={"a": ("a", "b")})


def test_an_editor_says_that_a_paragraph_is_gone_and_it_is():
    old, new = passages(("a", LAMPS), ("b", GARDENS)), passages(("a", f"{LAMPS} Indeed."), ("b", GARDENS))
    found = [(fate.kind, fate.old, fate.new) for fate in fates(old, new, by_hand={"a": ()})]
    assert (FateKind.REMOVED, ("a",), ()) in found
    assert (FateKind.NEW, (), ("a",)) in found


# --- Typography -------------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("“well, actually…”", '"well, actually..."'),
        ("within a day – sooner", "within a day - sooner"),
        ("a  b\u00a0c", "a b c"),
        ("co\u00adoperate", "cooperate"),
        ("isn’t", "isn't"),
    ],
)
def test_typography_makes_no_difference(one, other):
    assert plain(one) == plain(other)


@pytest.mark.parametrize(("one", "other"), [("re-sign", "resign"), ("its", "it's"), ("25", "250"), ("May", "may")])
def test_letters_figures_and_hyphens_do(one, other):
    assert plain(one) != plain(other)


@given(st.text(alphabet="ab .-–“\n\u00a0\u00ad…", max_size=40), st.integers(0, 40), st.integers(0, 40))
def test_every_stretch_of_a_plain_text_leads_back_to_what_it_was_made_of(text, one, other):
    there = made_plain(text)
    start, end = sorted((min(one, len(there.text)), min(other, len(there.text))))
    begin, stop = there.back(start, end)
    assert 0 <= begin <= stop <= len(text)
    if start < end:
        assert plain(text[begin:stop]) == there.text[start:end]
        assert there.forth(begin) == start


def test_scripts_without_spaces_have_words():
    assert len(words_of("写真を投稿しないでください")) == 13
    assert similarity(words_of("写真を投稿しない"), words_of("写真を投稿する")) > 0.6


# --- Sentences --------------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("text", "count"),
    [
        ("Ask first. Then post.", 2),
        ("Do not post, e.g. On a page, photographs.", 1),
        ("Ask Dr. Vale. She knows.", 2),
        ("See rule no. 7 and para. 3 of it.", 1),
        ("J. R. Okafor speaks. Nobody else does.", 2),
        ("You must not: share it; or like it.", 1),
        ("He said “Never!” and left.", 1),
        ("Really? Yes! (Ask.) Now.", 4),
        ("写真を投稿しないでください。同僚に聞いてください。", 2),
        ("「やめて。」と言う。", 1),
        ("لا تنشر. اسأل مديرك؟ نعم.", 3),
        ("", 0),
        (" \n ", 0),
        ("... … !?", 1),
    ],
)
def test_a_sentence_ends_where_another_can_begin(text, count):
    found = sentences_of(Part(text))
    assert len(found) == count, [one.text for one in found]


def test_what_ends_with_a_colon_leads_into_the_lines_below_it():
    lines = sentences_of(Part("Never:\nname a pupil\nAlways:\nsay who you are", "list", "On duty:"))
    assert [one.lead for one in lines] == ["On duty:", "Never:", "Never:", "Always:"]
    assert lead_of(Part("Be kind. You must not:")) == "You must not:"
    assert lead_of(Part("Be kind.")) == ""


def test_a_tables_head_is_part_of_every_row():
    head, row = sentences_of(Part("You may | You must not\na joke | a name", "table"))
    assert "You may | You must not" in row.lead
    assert not head.lead.strip()


@given(st.text(alphabet="Ab .?:\n“”e", max_size=60), st.sampled_from(["paragraph", "list", "table"]))
def test_sentences_stand_in_their_order_and_hold_all_that_can_be_seen(text, kind):
    found = sentences_of(Part(text, kind))
    assert all(text[one.start : one.end] == one.text for one in found)
    assert all(one.end <= other.start for one, other in pairwise(found))
    assert "".join("".join(one.text.split()) for one in found) == "".join(text.split())


def test_of_two_sentences_that_say_the_same_it_is_known_which_one_stayed():
    old = Part("Wear your badge. Ask first. Lock the door. Ask first.")
    found = continuity((old,), (Part("Wear your badge. Lock the door. Ask first."),))
    first, second = old.text.index("Ask"), old.text.rindex("Ask")
    assert found.same(0, first, first + 10) is None
    assert found.same(0, second, second + 10).start == 32


# --- Quotes -----------------------------------------------------------------------------------------------
def test_the_is_never_taken_from_its_first_place():
    text = "Ask the press office. Tell the nurse on duty. Then ring the ward."
    quote = quote_at(text, text.index("the nurse"), text.index("the nurse") + 3)
    moved = "The office is closed. Ask the press office. Tell the nurse on duty, and the doctor. Then ring the ward."
    found = find_again(quote, [("x", "Before the meal, wash the cups."), ("y", moved)])
    assert (found.key, found.start) == ("y", moved.index("the nurse"))
    assert find_again(quote, [("x", "The cat and the dog sat on the mat by the fire in the hall.")]) is None


def test_half_a_word_is_found_in_the_word_and_not_in_others():
    quote = quote_at("Keep patient confidentiality.", 13, 20)
    assert quote.exact == "confide"
    assert find_exactly(quote, [("x", "Please keep patient confidentiality.")]).start == 20
    assert find_exactly(Quote("the", "Ask ", " nurse"), [("x", "Ask other nurses.")]) is None


def test_a_reworded_quote_is_found_in_whole_words():
    text = "Nobody minds. Messages are answered in two working days by the desk. Fine."
    found = find_alike("answered within two working days", [("x", text)])
    assert text[found.start : found.end] == "answered in two working days"


def test_likeness_has_a_threshold():
    assert find_alike("the works council keeps a list of them", [("x", "Take a picture of your screen first.")]) is None


@given(st.text(max_size=60), st.text(max_size=20), st.text(max_size=20), st.text(max_size=200))
def test_any_quote_is_found_inside_the_text_or_not_at_all(exact, prefix, suffix, text):
    found = find_again(Quote(exact, prefix, suffix), [("x", text)])
    assert found is None or 0 <= found.start < found.end <= len(text)


def test_texts_made_to_be_slow_are_answered():
    for text in ("na " * 33_000, "a" * 100_000, ". A" * 30_000, "\u00a0\n" * 40_000 + "end", "e.g. " * 20_000):
        quote = quote_at(text, len(text) - 900, len(text))
        assert find_again(quote, [("x", text), ("y", text[::-1])])
        changed = continuity((Part(text),), (Part(text[: len(text) // 2]),))
        changed.changed(0, len(text) - 900, len(text))
