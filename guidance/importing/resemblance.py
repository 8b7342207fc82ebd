"""How much two sections are alike, by their titles and by their words (pure)."""

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from rapidfuzz import fuzz, process

SIMILAR_TITLES = 80
"""Of 100, by the normalised InDel similarity (rapidfuzz's `ratio`) of case-folded titles: “Pen names” and “Pen-names”
have 89, “Pen names” and “Using pen names” 75. From here on we guess that it is one section under two titles."""
SIMILAR_WORDS = 60
"""Of 100, the words in common, counted as often as they occur (Dice's coefficient over multisets). Two sections of one
guidance that have nothing to do with each other reach about 40, through words such as “the”."""
FEWEST_WORDS = 20
"""In texts shorter than this a few words in common mean nothing."""
LOOK_AT = 20_000
"""Characters of a section from which we judge it."""
MOST_PAIRS = 40_000
"""Beyond this many pairs (200 sections and 200) only titles are compared."""
WORD = re.compile(r"\w+")


@dataclass(frozen=True)
class Named:
    """A section: its key, its title, all its words."""

    key: str
    title: str
    text: str

    @property
    def name(self) -> str:
        return " ".join(self.title.casefold().split())


@dataclass(frozen=True, order=True)
class Resemblance:
    """Two sections that may be one; the larger, the more so."""

    similarity: int
    """Of 100, by whichever shows more; the same key, made from the title, is 100."""
    by_both: int
    first: int
    """Their places in the two lists that were compared."""
    second: int


def resembling(some: Sequence[Named], others: Sequence[Named]) -> list[Resemblance]:
    """Pairs that reach a threshold, each section at most once, the most similar first."""
    pairs = sorted(_pairs(some, others), key=lambda pair: (-pair.similarity, -pair.by_both, pair.first, pair.second))
    firsts: set[int] = set()
    seconds: set[int] = set()
    chosen = []
    for pair in pairs:
        if pair.first not in firsts and pair.second not in seconds:
            firsts.add(pair.first)
            seconds.add(pair.second)
            chosen.append(pair)
    return chosen


def _pairs(some: Sequence[Named], others: Sequence[Named]) -> Iterator[Resemblance]:
    names = [other.name for other in others]
    reads_words = len(some) * len(others) <= MOST_PAIRS
    bags = [_bag(other.text) for other in others] if reads_words else []
    for first, one in enumerate(some):
        close = process.extract(one.name, names, scorer=fuzz.ratio, score_cutoff=SIMILAR_TITLES, limit=None)
        by_title = {second: int(score) for _name, score, second in close}
        by_title |= {second: 100 for second, other in enumerate(others) if other.key == one.key}
        bag = _bag(one.text)
        by_words = {second: _in_common(bag, other) for second, other in enumerate(bags)}
        for second in {*by_title, *(second for second, score in by_words.items() if score >= SIMILAR_WORDS)}:
            title, words = by_title.get(second, 0), by_words.get(second, 0)
            yield Resemblance(max(title, words), title + words, first, second)


def _bag(text: str) -> Counter[str]:
    return Counter(WORD.findall(text[:LOOK_AT].casefold()))


def _in_common(one: Counter[str], other: Counter[str]) -> int:
    """Of 100."""
    smaller, larger = sorted((one, other), key=Counter.total)
    if smaller.total() < FEWEST_WORDS or 200 * smaller.total() < SIMILAR_WORDS * (smaller.total() + larger.total()):
        return 0
    return round(200 * (one & other).total() / (one.total() + other.total()))
