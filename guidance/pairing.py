"""How alike two blocks are, and which pairs are the best (pure).

Likeness is that of word sequences in order, so that a few changed words do not count much (guidance/wording.py); and
for parts of what was split or merged, how much of the shorter one's runs of three words stands in the longer one.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property

from guidance.wording import shingles, similarity, words_of

IN_PLACE = 0.5
"""From here on a paragraph in the same section and level is the same one, edited: half of its words, in order."""
BETWEEN_NEIGHBOURS = 0.3
"""Enough where it stands alone between the same two neighbours as before."""
TELLING = 3
"""So many telling words in common (of four letters or more, or figures) let a paragraph between the same neighbours be
the same one with less in order. Two paragraphs of our own texts that have nothing to do with each other: 0.09 in the
middle, 0.19 at most in 95 of 100, 0.26 in 99; one pair in 120 passes this rule by chance."""
WITH_TELLING_WORDS = 0.2
ANYWHERE = 0.6
"""From here on a paragraph elsewhere is the same one, moved and edited."""
AS_A_PART = 0.75
"""Share of the shorter block's runs of words that must stand in the longer one for it to be a part of it."""
LEAST_PART = 4
"""Words. What is shorter stands everywhere."""
SHORT = 3
"""Words. “Yes.” and “No.” have nothing in common, and between the same neighbours are the same answer, edited."""
PAIRS_AT_MOST = 2_500
"""Pairs that are compared one by one within a section; beyond that only those that share runs of words are."""
COMMON = 40
"""A run of words that stands in so many blocks says nothing about which is which."""
CANDIDATES = 8
ROUNDS = 4


@dataclass(frozen=True)
class Row:
    """A block on either side: where it stands, and what it says. `at` is its index on its side."""

    at: int
    where: str
    text: str

    @cached_property
    def words(self) -> list[str]:
        return words_of(self.text)

    @cached_property
    def telling(self) -> set[str]:
        return {word for word in self.words if len(word) >= 4 or word.isdigit()}

    @cached_property
    def shingles(self) -> set[tuple[str, ...]]:
        return shingles(self.words)


@dataclass(frozen=True)
class Pair:
    """An old and a new block that may be the same one, and how likely that is: 0 to 1."""

    old: int
    new: int
    score: float


def is_alike_between_neighbours(one: Row, other: Row) -> bool:
    if len(one.words) <= SHORT and len(other.words) <= SHORT:
        return True
    enough = WITH_TELLING_WORDS if len(one.telling & other.telling) >= TELLING else BETWEEN_NEIGHBOURS
    return similarity(one.words, other.words) >= enough


def likely_pairs(olds: Sequence[Row], news: Sequence[Row], *, at_least: float) -> list[Pair]:
    """Pairs of blocks that are alike enough. Many with many are compared only where they share runs of words."""
    few = len(olds) * len(news) <= PAIRS_AT_MOST
    compared = ((one, other) for other in news for one in olds) if few else _sharing(olds, news)
    pairs = (Pair(one.at, other.at, _likeness(one, other, at_least)) for one, other in compared)
    return [pair for pair in pairs if pair.score >= at_least]


def _likeness(one: Row, other: Row, at_least: float) -> float:
    """How alike two blocks are in their words; at least `at_least` if one is a part of the other."""
    whole = similarity(one.words, other.words, at_least=at_least)
    if whole:
        return whole
    shorter, longer = sorted((one, other), key=lambda row: len(row.words))
    if len(shorter.words) < LEAST_PART:
        return 0.0
    shared = len(shorter.shingles & longer.shingles) / len(shorter.shingles)
    # of several parts the longest: what it has of the whole is added, and stays below any likeness of the whole
    return at_least + 0.01 * len(shorter.words) / len(longer.words) if shared >= AS_A_PART else 0.0


def _sharing(olds: Sequence[Row], news: Sequence[Row]) -> Iterator[tuple[Row, Row]]:
    """For each new block the few old ones with which it shares most runs of words."""
    standing: dict[tuple[str, ...], list[Row]] = defaultdict(list)
    for row in olds:
        for run in row.shingles:
            standing[run].append(row)
    by_index = {row.at: row for row in olds}
    for row in news:
        shared: Counter[int] = Counter()
        for run in row.shingles:
            there = standing.get(run, ())
            if len(there) <= COMMON:
                shared.update(one.at for one in there)
        best = sorted(shared.items(), key=lambda item: (-item[1], abs(item[0] - row.at), item[0]))
        yield from ((by_index[at], row) for at, _n in best[:CANDIDATES])


def best_pairs(pairs: Iterable[Pair]) -> dict[int, int]:
    """Each block in at most one pair, so that the pairs together are as alike as possible: {new: old}.

    The most alike first, and of equals those that stand nearest; then pairs are exchanged while that makes the whole
    more alike (a local search; the best matching of all would be the Hungarian algorithm's, in cubic time).
    """
    ranked = sorted(pairs, key=lambda pair: (-pair.score, abs(pair.old - pair.new), pair.old, pair.new))
    matching = _Matching()
    for pair in ranked:
        if pair.old not in matching.of_old and pair.new not in matching.of_new:
            matching.put(pair)
    options = _Options(ranked)
    for _round in range(ROUNDS):
        if not sum(_exchange(pair, matching, options) for pair in ranked):
            break
    return {new: pair.old for new, pair in matching.of_new.items()}


class _Matching:
    def __init__(self) -> None:
        self.of_old: dict[int, Pair] = {}
        self.of_new: dict[int, Pair] = {}

    def put(self, pair: Pair) -> None:
        self.of_old[pair.old] = self.of_new[pair.new] = pair

    def drop(self, pair: Pair) -> None:
        del self.of_old[pair.old], self.of_new[pair.new]


class _Options:
    """The pairs that each block could be in, the most alike first."""

    def __init__(self, ranked: Sequence[Pair]) -> None:
        self.of_old: dict[int, list[Pair]] = defaultdict(list)
        self.of_new: dict[int, list[Pair]] = defaultdict(list)
        for pair in ranked:
            self.of_old[pair.old].append(pair)
            self.of_new[pair.new].append(pair)


def _exchange(pair: Pair, matching: _Matching, options: _Options) -> bool:
    """Put a pair in the place of those that hold its blocks, if they find others and all are more alike together."""
    held = {held for held in (matching.of_old.get(pair.old), matching.of_new.get(pair.new)) if held}
    if pair in held or not held:
        return False
    for one in held:
        matching.drop(one)
    before = sum(one.score for one in held)
    matching.put(pair)
    instead = [pair]
    for one in held:
        left = options.of_old[one.old] if one.old != pair.old else options.of_new[one.new]
        free = (p for p in left if p.old not in matching.of_old and p.new not in matching.of_new)
        if found := next(free, None):
            matching.put(found)
            instead.append(found)
    if sum(one.score for one in instead) > before + 1e-9:
        return True
    for one in instead:
        matching.drop(one)
    for one in held:
        matching.put(one)
    return False
