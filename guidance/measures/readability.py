"""How hard a text is to read, by the length of its sentences and words.

R. Flesch, “A new readability yardstick”, Journal of Applied Psychology 32 (1948), and J. P. Kincaid, R. P. Fishburne,
R. L. Rogers and B. S. Chissom, “Derivation of new readability formulas for Navy enlisted personnel”, Research Branch
Report 8-75 (1975). Both see length only: a text can score well and be nonsense.
"""

from dataclasses import dataclass
from enum import StrEnum

FEWEST_WORDS = 100
"""Flesch's own samples have a hundred words. What is shorter says little about its readability."""
AGE_OF_FIRST_GRADE = 5
"""A child in grade n of an American school is between n + 5 and n + 6 years old."""


class Ease(StrEnum):
    """Flesch's names for stretches of his scale, in plainer words."""

    VERY_EASY = "very easy"
    EASY = "easy"
    PLAIN = "plain"
    FAIRLY_HARD = "fairly hard"
    HARD = "hard"
    VERY_HARD = "very hard"


@dataclass(frozen=True)
class _Step:
    least: float
    ease: Ease


_STEPS = [
    _Step(80, Ease.VERY_EASY),
    _Step(70, Ease.EASY),
    _Step(60, Ease.PLAIN),
    _Step(50, Ease.FAIRLY_HARD),
    _Step(30, Ease.HARD),
]


def reading_ease(words: int, sentences: int, syllables: int) -> float:
    """Flesch's reading ease: about 100 for the easiest prose, 60 to 70 for plain English, below 30 for the hardest.

    Raises ValueError without a word or a sentence.
    """
    _refuse_nothing(words, sentences)
    return 206.835 - 1.015 * words / sentences - 84.6 * syllables / words


def school_grade(words: int, sentences: int, syllables: int) -> float:
    """The Flesch-Kincaid grade: the year of an American school in which most pupils can read it, never below 0.

    Raises ValueError without a word or a sentence.
    """
    _refuse_nothing(words, sentences)
    return max(0.0, 0.39 * words / sentences + 11.8 * syllables / words - 15.59)


def reading_age(words: int, sentences: int, syllables: int) -> int:
    """The age, in years, from which most children can read it: the Flesch-Kincaid grade and five.

    Raises ValueError without a word or a sentence.
    """
    return round(school_grade(words, sentences, syllables)) + AGE_OF_FIRST_GRADE


def ease_of(score: float) -> Ease:
    """A reading ease in words."""
    return next((step.ease for step in _STEPS if score >= step.least), Ease.VERY_HARD)


def _refuse_nothing(words: int, sentences: int) -> None:
    if words < 1 or sentences < 1:
        raise ValueError("A text without a word or a sentence cannot be easy or hard to read.")
