"""Differences in words: nothing is lost or made up, and they can be read aloud."""

from itertools import pairwise

import pytest
from django.template import Context, Template
from hypothesis import given
from hypothesis import strategies as st

from guidance import alignment
from guidance.alignment import common
from guidance.diffs import Op, Piece, changed, edits, lines_changed, new_text, old_text, words_changed
from guidance.units import alike, joined, lines_of, paragraphs_of, words_of

WORDS = st.sampled_from(["you", "may", "must", "ask.", "ask", "the", "press", "Post", "職", "é", "|", "-", "🏳️‍🌈"])
SPACES = st.sampled_from([" ", " ", " ", "\n", "  ", "\t", "\n\n", "\u00a0", ""])
TEXTS = st.lists(st.tuples(WORDS, SPACES), max_size=25).map(lambda found: "".join(a + b for a, b in found))
ANY_TEXT = TEXTS | st.text(max_size=40)
BOTH = pytest.mark.parametrize("difference", [words_changed, lines_changed, changed])
SIGNS = {Op.SAME: "{}", Op.ADDED: "[+{}+]", Op.REMOVED: "[-{}-]"}


def marked(old: str, new: str, difference=words_changed) -> str:
    return "".join(SIGNS[piece.op].format(piece.text) for piece in difference(old, new))


def longest_by_the_book(old: str, new: str) -> int:
    row = [0] * (len(new) + 1)
    for a in old:
        row, above = [0], row
        for j, b in enumerate(new):
            row.append(above[j] + 1 if a == b else max(row[j], above[j + 1]))
    return row[-1]


# --- What is the same --------------------------------------------------------------------------------


@given(st.text("abcd", max_size=30), st.text("abcd", max_size=30), st.sampled_from([1, 20, 10**6]))
def test_the_longest_common_part_is_found_however_little_memory_there_is(old, new, cells):
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(alignment, "CELLS_IN_MEMORY", cells)
        pairs = common(old, new)
    assert all(old[i] == new[j] for i, j in pairs)
    assert all(a < c and b < d for (a, b), (c, d) in pairwise(pairs))
    assert len(pairs) == longest_by_the_book(old, new)


@given(st.text("abcdefgh", max_size=30), st.text("abcdefgh", max_size=30), st.integers(0, 300))
def test_large_texts_are_compared_more_coarsely_and_never_wrongly(old, new, most):
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(alignment, "LARGE", 0)
        patch.setattr(alignment, "MOST_CELLS", most)
        pairs = common(old, new)
    assert all(old[i] == new[j] for i, j in pairs)
    assert all(a < c and b < d for (a, b), (c, d) in pairwise(pairs))


@given(ANY_TEXT)
@pytest.mark.parametrize("cut", [words_of, lines_of, paragraphs_of])
def test_cutting_a_text_loses_no_letter(cut, text):
    units = cut(text)
    assert joined(units) == text
    assert all(unit.text for unit in units[1:])


def test_paragraphs_are_what_stands_between_empty_lines():
    assert [unit.text for unit in paragraphs_of("\n  A\nb\n \n\n- c\n\td\n")] == ["", "  A\nb", "- c\n\td"]


def test_versions_of_a_line_find_each_other_in_order():
    old = lines_of("- Ask your manager first\n- Be kind to everyone\n- |")
    new = lines_of("- Something new\n- Ask your line manager first\n- Be kind to each and everyone\n- |")
    assert alike(old, new) == [(0, 1), (1, 2)]


# --- Properties of every difference ------------------------------------------------------------------


@BOTH
@given(ANY_TEXT, ANY_TEXT)
def test_the_pieces_make_both_texts_letter_by_letter(difference, old, new):
    pieces = difference(old, new)
    assert old_text(pieces) == old
    assert new_text(pieces) == new


@BOTH
@given(TEXTS, TEXTS)
def test_removed_stands_before_added_and_neighbours_are_one_piece(difference, old, new):
    ops = [piece.op for piece in difference(old, new)]
    assert not {(a, b) for a, b in pairwise(ops)} & {(Op.ADDED, Op.REMOVED), *((op, op) for op in Op)}


@BOTH
@given(TEXTS)
def test_a_text_does_not_differ_from_itself(difference, text):
    assert difference(text, text) == ([Piece(Op.SAME, text)] if text else [])


@given(TEXTS, TEXTS)
def test_only_whole_words_are_removed_or_added(old, new):
    was, now = [unit.text for unit in words_of(old)], [unit.text for unit in words_of(new)]
    pieces = words_changed(old, new)
    assert [w for p in pieces if p.op != Op.ADDED for w in words_alone(p.text)] == [w for w in was if w]
    assert [w for p in pieces if p.op != Op.REMOVED for w in words_alone(p.text)] == [w for w in now if w]


def words_alone(text: str) -> list[str]:
    return [unit.text for unit in words_of(text) if unit.text]


# --- Read aloud --------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("old", "new", "read"),
    [
        ("", "", ""),
        ("Ask first.", "", "[-Ask first.-]"),
        ("", "Ask first.", "[+Ask first.+]"),
        ("You may post.", "You must post.", "You [-may -][+must +]post."),
        ("You may post", "You may", "You may[- post-]"),
        ("You may", "You may post", "You may[+ post+]"),
        ("paid 5 pounds on 6 May", "paid 7 pounds on 8 May", "paid [-5 -][+7 +]pounds on [-6 -][+8 +]May"),
        ("page 1 to 2", "page 3 to 4", "page [-1 to 2-][+3 to 4+]"),
        ("the cat sat", "the big cat quietly sat", "the [+big +]cat [+quietly +]sat"),
        ("One. You may ask. Two.", "One. You may ask. You may tell. Two.", "One. You may ask. [+You may tell. +]Two."),
        ("One. You may ask. You may tell. Two.", "One. You may tell. Two.", "One. [-You may ask. -]You may tell. Two."),
        ("你可以发帖。", "你不可以发帖。", "你[+不+]可以发帖。"),
        ("one\ntwo", "one two", "one[-\n-][+ +]two"),
    ],
)  # fmt: skip
def test_differences_read_like_this(old, new, read):
    assert marked(old, new) == read


def test_a_rewritten_sentence_is_one_change_although_some_words_stayed():
    old = "All could read it. If you would not say it at a public meeting with your name badge on, do not post it."
    new = (
        "All could read it. Picture it read out with your name badge on. If that would harm the people you serve, or "
        "their trust in your service, do not post it. Liking and sharing count as posting."
    )
    assert marked(old, new) == (
        "All could read it. [-If you would not say it at a public meeting with your name badge on, -]"
        "[+Picture it read out with your name badge on. If that would harm the people you serve, or their trust in "
        "your service, +]do not post it.[+ Liking and sharing count as posting.+]"
    )


def test_a_list_is_compared_item_by_item():
    old = "Ask your manager\nTell nobody\nBe kind"
    new = "Ask your line manager\nBe kind to people\nTake a break"
    assert marked(old, new, lines_changed) == (
        "Ask your [+line +]manager\n[-Tell nobody\n-]Be kind[+ to people\nTake a break+]"
    )


def test_rows_that_changed_places_are_removed_and_added_whole():
    assert marked("a | 1\nb | 2\nc | 3", "b | 2\nc | 3\na | 1", lines_changed) == "[-a | 1\n-]b | 2\nc | 3[+\na | 1+]"


def test_space_that_changed_alone_is_no_edit():
    assert [is_edit for is_edit, _run in edits(words_changed("one\ntwo three", "one two 3"))] == [
        False,
        False,
        False,
        True,
    ]


# --- Bounds ------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("may must " * 10_000, "must may " * 10_001),
        (" ".join(str(n) for n in range(20_000)), " ".join(str(n) for n in reversed(range(20_000)))),
        (" ".join(str(n * n % 997) for n in range(20_000)), " ".join(str(n * 7 % 991) for n in range(20_000))),
        ("x" * 500_000, "x" * 500_001),
        (" " * 200_000 + "x", "\n" * 200_000 + "x"),
        ("a\n" * 30_000, "b\n" + "a\n" * 29_990 + "c"),
        ("職" * 20_000, "員" + "職" * 20_000 + "員"),
        ("e\u0301" * 20_000, "\u0301e" * 20_000),
    ],
    ids=["two words", "reversed", "unrelated", "one long word", "space", "one line", "unspaced", "marks"],
)
@BOTH
def test_long_texts_end(difference, old, new):
    pieces = difference(old, new)
    assert (old_text(pieces), new_text(pieces)) == (old, new)


# --- On a page ---------------------------------------------------------------------------------------


def page(pieces) -> str:
    return Template("{% load differences %}{% pieces pieces %}").render(Context({"pieces": pieces}))


def test_a_screen_reader_hears_what_was_removed_and_added():
    assert page(words_changed("You may post.", "You must post.")) == (
        'You <del><span class="govuk-visually-hidden">removed: </span>may'
        '<span class="govuk-visually-hidden"> end of removed. </span></del> '
        '<ins><span class="govuk-visually-hidden">added: </span>must'
        '<span class="govuk-visually-hidden"> end of added. </span></ins> post.'
    )


def test_words_in_a_difference_are_never_markup():
    html = page(words_changed("<b>one</b> <i>two", "<b>one</b> <script>alert(1)</script> {{ x }} &amp;"))
    assert "<script" not in html
    assert "<b>" not in html
    assert "&lt;script&gt;alert(1)&lt;/script&gt; {{ x }} &amp;amp;" in html


def test_items_of_a_list_stay_on_lines_of_their_own():
    html = page(changed("one\ntwo", "one\nthree four\ntwo"))
    assert html.startswith("one<br><ins>")
    assert html.endswith("</ins><br>two")


def test_words_at_the_end_do_not_run_into_each_other():
    assert "</del> <ins>" in page(words_changed("see page one", "see page two"))


def test_space_that_changed_is_printed_as_it_is_now():
    assert page(words_changed("one\ntwo", "one two")) == "one two"
    assert page(words_changed("one two", "one\ntwo")) == "one<br>two"
