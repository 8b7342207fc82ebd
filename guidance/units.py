"""A text cut into words, lines or paragraphs, of which no letter is lost (pure)."""

import re
from collections.abc import Iterable, Sequence
from typing import NamedTuple

from guidance.alignment import Pairs, common

# Chinese characters and Japanese kana are written without spaces: each counts as a word.
UNSPACED = "\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0003ffff"
WORD = re.compile(rf"([{UNSPACED}]|[^\s{UNSPACED}]+)(\s*)")
LINE = re.compile(r"([^\n]+)(\n*)")
PARAGRAPH = re.compile(r"((?:[^\n]*\S[^\n]*)(?:\n[^\n]*\S[^\n]*)*)((?:\n[^\S\n]*(?=\n|\Z))*\n?)")
SPACE = re.compile(r"\s*")
EMPTY_LINES = re.compile(r"(?:[^\S\n]*\n)*(?:[^\S\n]+\Z)?")
LETTERS = re.compile(r"\w")


class Unit(NamedTuple):
    """A word, line or paragraph, and the space behind it."""

    text: str
    behind: str


def words_of(text: str) -> list[Unit]:
    """Words as they are printed, with their punctuation. Space before the first is a unit without words."""
    return _cut(text, WORD, SPACE)


def lines_of(text: str) -> list[Unit]:
    """Lines that are not empty; line ends belong to the line before."""
    return _cut(text, LINE, re.compile(r"\n*"))


def paragraphs_of(text: str) -> list[Unit]:
    """What stands between empty lines."""
    return _cut(text, PARAGRAPH, EMPTY_LINES)


def _cut(text: str, unit: re.Pattern, blank: re.Pattern) -> list[Unit]:
    start = blank.match(text).end()
    lead = [Unit("", text[:start])] if start else []
    return [*lead, *(Unit(*found) for found in unit.findall(text, start))]


def joined(units: Iterable[Unit]) -> str:
    return "".join(part for unit in units for part in unit)


def alike(old: Sequence[Unit], new: Sequence[Unit]) -> Pairs:
    """Which lines or paragraphs are versions of each other: half of their words or more are the same, in order.

    Both places rise, and each unit is in one pair at most.
    """
    a, b = _owned_words(old), _owned_words(new)
    shared: dict[tuple[int, int], int] = {}
    for p, q in common([word for word, _i in a], [word for word, _j in b]):
        pair = a[p][1], b[q][1]
        shared[pair] = shared.get(pair, 0) + 1
    sizes, other_sizes = _sizes(a, len(old)), _sizes(b, len(new))
    pairs: Pairs = []
    for (i, j), count in shared.items():
        if 2 * count * 2 >= sizes[i] + other_sizes[j] and (not pairs or (i > pairs[-1][0] and j > pairs[-1][1])):
            pairs.append((i, j))
    return pairs


def _owned_words(units: Sequence[Unit]) -> list[tuple[str, int]]:
    """Words that hold a letter or figure (marks of lists and tables do not), each with the place of its unit."""
    return [(word, i) for i, unit in enumerate(units) for word in unit.text.split() if LETTERS.search(word)]


def _sizes(owned: list[tuple[str, int]], count: int) -> list[int]:
    sizes = [0] * count
    for _word, i in owned:
        sizes[i] += 1
    return sizes
