"""The list of every must, should and may: nothing left out, nothing that is something else."""

import re
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from guidance.blocks import split_blocks, without_code
from guidance.fates import Passage
from guidance.obligations import Word, by_word, counted, find_obligations, obligations
from tests.test_measures import demo_passages

FOUND = [
    ("You must ask.", ["must"]),
    ("You must not ask, and you must never tell.", ["must not", "must not"]),
    ("You mustn't, shouldn’t and can't.", ["must not", "should not", "cannot"]),
    ("You should ask. You should not guess.", ["should", "should not"]),
    ("You may ask. You may not guess.", ["may", "may not"]),
    ("You may not only ask but answer.", ["may"]),
    ("You need to ask. She needs to know.", ["need to", "need to"]),
    ("You need not ask, you needn't and you do not need to.", ["need not", "need not", "need not"]),
    ("You cannot know. You can not know.", ["cannot", "cannot"]),
    ("MUST, SHOULD NOT and MAY are words of RFC 2119.", ["must", "should not", "may"]),
    ("May I post this?", ["may"]),
    ("“May we use your post?” They may.", ["may", "may"]),
    ("The rule: May be broken by nobody.", ["may"]),
    ("must\nmust not\nmay", ["must", "must not", "may"]),
    ("must\nnot", ["must"]),
    ("Must\u00a0not.", ["must not"]),
    ("You (may) and “should” and *must*.", ["may", "should", "must"]),
]
NOT_FOUND = [
    "It begins in May.",
    "May 2026 was dry.",
    "On 4 May, and on the 5th May too.",
    "Since May nobody asked.",
    "From 3 May-9 June.",
    "Ask Theresa May about it.",
    "April, May and June are warm.",
    "A must-have, a may-fly and a should-be.",
    "That is a must.",
    "The mustard, the mayor, a shoulder: dismay.",
    "I need a pen. There is no need for it.",
    "maybe Mayday",
    "canto",
    "",
]


@pytest.mark.parametrize(("text", "words"), FOUND)
def test_it_is_listed(text, words):
    assert [found.word for found in find_obligations(text)] == words


@pytest.mark.parametrize("text", NOT_FOUND)
def test_something_else_is_not_listed(text):
    assert find_obligations(text) == []


def passage(markdown: str) -> Passage:
    (block,) = split_blocks(markdown)
    return Passage("key", "section", "full", 1, block.kind, block.source, block.text)


def test_what_stands_in_code_is_not_listed():
    assert obligations([passage("```\nyou must\n```")]) == []
    listed = obligations([passage("Write `must not` where you *must* mean it, not ` may `.")])
    assert [(found.word, found.before) for found in listed] == [("must", "Write must not where you ")]


def test_each_has_its_sentence_and_its_block():
    (first, second) = obligations(
        [passage("Read this. You **must** ask first. Then you may [go on](https://a.example/).")]
    )
    assert (first.before, first.verbatim, first.behind) == ("You ", "must", " ask first.")
    assert (second.sentence, second.key) == ("Then you may go on.", "key")


def test_a_cell_of_a_table_is_a_sentence_of_its_own():
    (found,) = obligations([passage("| a | b |\n|---|---|\n| You must not | Pry |")])
    assert found.sentence == "You must not"


PIECES = st.lists(
    st.sampled_from(
        ["must", "must not", "should", "may", "May", "MAY", "cannot", "need to", " ", ". ", "\n", "`", "“", "-", "a",
         "2026", "in ", "n't", "can’t", "𝒎ust", "e\u0301", "| "]
    ),
    max_size=30,
).map("".join)  # fmt: skip


@given(PIECES, st.sampled_from(["paragraph", "list", "table"]))
def test_every_hit_is_a_verbatim_slice_in_its_sentence_and_in_order(text, kind):
    found = find_obligations(text, kind=kind)
    for one in found:
        assert one.from_ <= one.start < one.end <= one.to
        assert one.word.value[:3] in text[one.start : one.end].lower()
    assert [one.start for one in found] == sorted({one.start for one in found})
    assert all(before.end <= after.start for before, after in pairwise(found))


@given(st.text(alphabet="a `*\n-mustno|>", max_size=60))
def test_blotting_out_code_moves_nothing(markdown):
    for block in split_blocks(markdown):
        blotted = without_code(block.source, block.text)
        assert len(blotted) == len(block.text)
        assert all(b in {t, "\u00b7"} for b, t in zip(blotted, block.text, strict=True))


def test_the_groups_hold_every_one_once():
    listed = obligations(demo_passages())
    assert sum(counted(listed).values()) == len(listed)
    assert [one for group in by_word(listed).values() for one in group] == sorted(
        listed, key=lambda one: list(Word).index(one.word)
    )
    assert list(by_word([])) == list(Word)


def test_in_the_demonstration_none_is_left_out_that_a_plain_search_finds():
    plain = re.compile(r"\b(?:must|should|may|cannot)\b", re.IGNORECASE)
    expected = sum(len(plain.findall(p.text)) for p in demo_passages() if p.kind != "code")
    words = counted(obligations(demo_passages()))
    assert sum(n for word, n in words.items() if word not in {Word.NEED_TO, Word.NEED_NOT}) == expected


def test_a_long_text_is_searched_in_no_time():
    assert len(find_obligations("you must not " * 100_000)) == 100_000
    assert find_obligations("need " * 100_000 + "must" * 100_000) == []
