"""Measures while writing: words, minutes, sides of A4, readability, long sentences, and a budget for them."""

import math
from itertools import pairwise

import pytest
from django.core.exceptions import ValidationError
from hypothesis import given
from hypothesis import strategies as st

from consult.management.demo import content
from guidance.fates import Passage
from guidance.measures import (
    WORDS_A_SIDE,
    Budget,
    Ease,
    Measured,
    ease_of,
    longest_sentences,
    measure,
    measure_block,
    minutes_to_read,
    over_budget,
    reading_age,
    reading_ease,
    school_grade,
    sides_of_a4,
    syllables_in,
    words_in,
)
from guidance.measures.sentences import sentences
from guidance.models import Level

# Counted by hand, with a dictionary beside it.
SYLLABLES = {
    1: "a the note notes rule rules made eyes asked liked played called crawled through strength year queue league "
    "whole style fire are were there clothes once don't can't aren't field piece friend toe blue guide build moves",
    2: "table tables handled people little bottled centre hundred sacred wanted needed places pages boxes wishes "
    "published agreed useful useless careful lately safely statement movement before someone something "
    "somewhere household guideline guidelines workplace science client quiet fuel poem doing being trying saying "
    "player beyond loyal nation special anxious patient unique colleague argue didn't mustn't issue value rhythm "
    "region brilliant language equal create whereas website trial reply replied café",
    3: "anyone everyone everything media radio period idea area actual usual influence continue agreement "
    "employer employees enjoying carrying studying management completely settlement violence "
    "easier earliest creative video audience government medium important genuine",
    4: "situation experience criticism society variety reality ability everybody evaluate operating "
    "january original information authority coordinate actually material reliable",
    5: "association university opportunity ambiguity individual organisation  examination",
    6: "responsibility accountability accessibility",
    7: "confidentiality",
}
BY_HAND = [(word, count) for count, words in SYLLABLES.items() for word in words.split()]


@pytest.mark.parametrize(("word", "count"), BY_HAND)
def test_syllables_are_counted_as_they_are_said(word, count):
    assert syllables_in(word) == count


@pytest.mark.parametrize(
    ("word", "count"),
    [("NHS", 3), ("www", 3), ("BBC", 3), ("UK", 2), ("WHO", 5), ("2014", 4), ("30", 2), ("well-being", 3), ("AND", 3)],
)
def test_initials_figures_and_hyphens_are_read_aloud(word, count):
    assert syllables_in(word) == count


@given(st.text(max_size=60))
def test_whatever_is_counted_has_a_syllable_and_not_more_than_letters(word):
    assert 1 <= syllables_in(word) <= max(1, 3 * len(word))


def test_a_word_without_end_is_counted_in_no_time():
    assert syllables_in("a" * 1_000_000) >= 1
    assert syllables_in("na" * 500_000) <= 200


# --- Sentences ----------------------------------------------------------------------------------------
SENTENCES = [
    ("One. Two! Three? Four", ["One.", "Two!", "Three?", "Four"]),
    ("Ask Dr. Ellis, e.g. today. She knows.", ["Ask Dr. Ellis, e.g. today.", "She knows."]),
    ("It costs 3.5 per cent (see p. 4). Pay it.", ["It costs 3.5 per cent (see p. 4).", "Pay it."]),
    ("She wrote: “Stop it!” and left. “Go.” He went.", ["She wrote: “Stop it!” and left.", "“Go.”", "He went."]),
    ("You must not:\npost it\nshare it", ["You must not:", "post it", "share it"]),
    ("J. Smith and I. So it is.", ["J. Smith and I.", "So it is."]),
    ("www.gov.uk is down… again.", ["www.gov.uk is down… again."]),
    ("", []),
    (" \n . \n", ["."]),
]


@pytest.mark.parametrize(("text", "expected"), SENTENCES)
def test_sentences_end_where_a_reader_takes_a_breath(text, expected):
    assert [text[start:end] for start, end in sentences(text)] == expected


def test_each_cell_of_a_table_stands_for_itself():
    text = "You may | You must not\nPost | Pry"
    assert [text[s:e] for s, e in sentences(text, kind="table")] == ["You may", "You must not", "Post", "Pry"]


@given(st.text(alphabet="abM. !?\n“”()|eg.Dr1", max_size=80), st.sampled_from(["paragraph", "list"]))
def test_sentences_hold_everything_but_white_space_once_and_in_order(text, kind):
    spans = sentences(text, kind=kind)
    assert all(start < end for start, end in spans)
    assert all(before[1] <= after[0] for before, after in pairwise(spans))
    assert "".join("".join(text[s:e].split()) for s, e in spans) == "".join(text.split())


# --- Readability --------------------------------------------------------------------------------------
def test_the_formulas_are_those_of_flesch_and_kincaid():
    """A hundred words in five sentences with 150 syllables, worked out by hand."""
    assert reading_ease(100, 5, 150) == pytest.approx(206.835 - 20.3 - 126.9)
    assert school_grade(100, 5, 150) == pytest.approx(7.8 + 17.7 - 15.59)
    assert reading_age(100, 5, 150) == 15


def test_an_easy_text_is_easier_than_a_hard_one():
    easy = measure_block("The cat sat on the mat. It was a warm day, and the sun was up. " * 8)
    hard = measure_block(
        "Notwithstanding organisational accountability, communications necessitate authorisation. " * 20
    )
    assert easy.ease == Ease.VERY_EASY
    assert hard.ease == Ease.VERY_HARD
    assert easy.reading_age < 8 < 18 < hard.reading_age


def test_the_demonstrations_guidance_is_plain_english():
    whole = measure(demo_passages()).whole
    assert 70 <= whole.reading_ease <= 85
    assert 9 <= whole.reading_age <= 12


def test_what_is_too_short_to_judge_is_not_judged():
    assert measure_block("Say no. " * 49).reading_ease is None
    assert measure_block("Say no. " * 50).reading_ease is not None
    assert (Measured().ease, Measured().reading_age) == (None, None)


@pytest.mark.parametrize(
    ("score", "ease"), [(95, "very easy"), (70, "easy"), (69.9, "plain"), (30, "hard"), (-20, "very hard")]
)
def test_a_score_has_a_name(score, ease):
    assert ease_of(score) == ease


def test_nothing_is_neither_easy_nor_hard():
    with pytest.raises(ValueError, match="without a word"):
        reading_ease(0, 0, 0)


def test_tables_headings_and_code_are_long_but_no_prose():
    for kind in ("table", "heading", "code"):
        assert measure_block("You post | What may happen", kind) == Measured(
            words=words_in("You post | What may happen")
        )


# --- Sums ---------------------------------------------------------------------------------------------
def passage(text: str, section="s", level="full", kind="paragraph", position=1, key="k") -> Passage:
    return Passage(key, section, level, position, kind, text, text)


def demo_passages() -> list[Passage]:
    return [
        Passage(f"{section.key}{level}{i}", section.key, level, i, block.kind, block.source, block.text)
        for section in content.guidance().sections
        for level in section.levels
        for i, block in enumerate(section.blocks(level), start=1)
    ]


PASSAGES = st.lists(
    st.builds(
        passage,
        st.text(alphabet="ab e.\n", max_size=60),
        st.sampled_from(["one", "two"]),
        st.sampled_from(Level.values),
        st.sampled_from(["paragraph", "list", "table"]),
    ),
    max_size=12,
)


@given(PASSAGES)
def test_sections_and_levels_add_up_to_the_whole(passages):
    measures = measure(passages)
    assert sum((measures.section(key) for key in ("one", "two")), Measured()) == measures.whole
    assert sum((measures.level(level) for level in Level.values), Measured()) == measures.whole
    assert measures.whole.words == sum(words_in(p.text) for p in passages)


def test_what_is_not_there_measures_nothing():
    assert measure([]).at("nowhere", "full") == measure([]).whole == Measured()


def test_words_minutes_and_sides():
    assert words_in("It's a 3.5 per cent rise – really.") == 7
    assert [minutes_to_read(n) for n in (0, 238, 239)] == [1, 1, 2]
    assert sides_of_a4(2 * WORDS_A_SIDE) == 2


# --- Long sentences -----------------------------------------------------------------------------------
def test_the_longest_sentences_come_first_and_can_be_found_again():
    long, longer = "Word " * 25 + "end.", "Word " * 30 + "end."
    found = longest_sentences([passage(f"Short. {long}"), passage(f"{longer} Short.", key="other")])
    assert [(s.words, s.passage.key) for s in found] == [(31, "other"), (26, "k")]
    assert [s.text for s in found] == [longer, long]


def test_no_more_sentences_are_given_than_were_asked_for():
    assert len(longest_sentences([passage("word " * 40)] * 9, at_most=3)) == 3
    assert longest_sentences([passage("word " * 40, kind="table")]) == []


# --- Budget -------------------------------------------------------------------------------------------
FOUR_AND_ONE = Budget(whole=4, levels={"overview": 1})


def written(words: int, level="full") -> Passage:
    return passage("word " * words, level=level)


def test_a_text_within_its_budget_hears_nothing():
    assert over_budget(measure([written(WORDS_A_SIDE, "overview"), written(3 * WORDS_A_SIDE)]), FOUR_AND_ONE) == []


def test_a_text_beyond_its_budget_hears_by_how_much():
    said = over_budget(measure([written(WORDS_A_SIDE + 98, "overview"), written(4 * WORDS_A_SIDE)]), FOUR_AND_ONE)
    assert [str(excess) for excess in said] == [
        "The whole guidance: 5.4 sides of A4, where 4 was the aim. That is 343 words too many.",
        "Overview of all sections: 1.4 sides of A4, where 1 was the aim. That is 98 words too many.",
    ]


def test_one_word_too_many_is_said_in_the_singular():
    (said,) = over_budget(measure([written(WORDS_A_SIDE + 1)]), Budget(levels={"full": 1}))
    assert str(said).endswith("That is 1 word too many.")


def test_a_single_section_can_have_a_budget():
    passages = [passage("word " * 200, section="short"), passage("word " * 300, section="long")]
    (said,) = over_budget(measure(passages), Budget(sections={"full": 1}))
    assert (said.section, said.words_too_many) == ("long", 300 - WORDS_A_SIDE)


@given(PASSAGES, st.floats(min_value=0.01, max_value=2))
def test_what_is_over_budget_is_so_by_a_word_at_least(passages, sides):
    measures = measure(passages)
    for excess in over_budget(measures, Budget(whole=sides)):
        assert excess.words_too_many >= 1
        assert measures.whole.words / WORDS_A_SIDE > sides


@pytest.mark.parametrize("sides", [0, -1, math.nan, math.inf, 1_001])
def test_a_budget_is_a_length(sides):
    with pytest.raises(ValidationError, match="more than nothing"):
        Budget(whole=sides)
    with pytest.raises(ValidationError, match="more than nothing"):
        Budget(levels={"full": sides})


def test_a_budget_knows_the_levels():
    with pytest.raises(ValidationError, match="no level “footnotes”"):
        Budget(levels={"footnotes": 1})
