"""How long a text is, and how hard to read (pure): words, minutes, sides of A4, readability, and a budget for them."""

from guidance.measures.budget import Budget, Excess, over_budget
from guidance.measures.length import WORDS_A_MINUTE, WORDS_A_SIDE, minutes_to_read, sides_of_a4, words_in
from guidance.measures.measured import LongSentence, Measured, Measures, longest_sentences, measure, measure_block
from guidance.measures.readability import Ease, ease_of, reading_age, reading_ease, school_grade
from guidance.measures.syllables import syllables_in

__all__ = [
    "WORDS_A_MINUTE",
    "WORDS_A_SIDE",
    "Budget",
    "Ease",
    "Excess",
    "LongSentence",
    "Measured",
    "Measures",
    "ease_of",
    "longest_sentences",
    "measure",
    "measure_block",
    "minutes_to_read",
    "over_budget",
    "reading_age",
    "reading_ease",
    "school_grade",
    "sides_of_a4",
    "syllables_in",
    "words_in",
]
