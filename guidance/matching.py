"""Which block is which: keys that last from save to save (pure).

Each block of a text is matched to the text before it: exact twins first, then what was edited in its place, then what
was edited and moved. Similarity is that of word sequences (Indel, normalised: twice the length of the longest common
subsequence over both lengths), so that order counts and a few changed words do not.
"""

import re
import secrets
from collections import Counter, defaultdict, deque
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from rapidfuzz.distance import Indel

ALPHABET = "23456789abcdefghjkmnpqrstvwxyz"
WORD = re.compile(r"\w+(?:['’.,-]\w+)*|[^\w\s]")
IN_PLACE = 0.5
"""From here on a paragraph in the same section and level is the same one, edited: half of its words, in order."""
BETWEEN_NEIGHBOURS = 0.3
"""Enough where it stands between the same two neighbours as before, with nothing else between them."""
ANYWHERE = 0.6
"""From here on a paragraph elsewhere is the same one, moved and edited."""
PAIRS_AT_MOST = 40_000
"""Pairs that are compared one by one within a section; beyond that only those that share shingles are."""
SHINGLE = 3
COMMON = 40
"""A shingle that stands in so many blocks says nothing about which is which."""
CANDIDATES = 8


def new_key() -> str:
    """A fresh block key: 10 characters, about 49 random bits."""
    return "".join(secrets.choice(ALPHABET) for _ in range(10))


def words_of(text: str) -> list[str]:
    """Its words and signs, for comparing: case folded, curly quotes made straight."""
    return WORD.findall(text.casefold().replace("’", "'"))


def similarity(one: Sequence[str], other: Sequence[str]) -> float:
    """How much of two word lists is the same, in order: 0 to 1."""
    return Indel.normalized_similarity(one, other)


def shingles(words: Sequence[str]) -> set[tuple[str, ...]]:
    """Every three words in a row; of shorter texts the whole."""
    if len(words) <= SHINGLE:
        return {tuple(words)} if words else set()
    return {tuple(words[i : i + SHINGLE]) for i in range(len(words) - SHINGLE + 1)}


@dataclass(frozen=True)
class Row:
    """A block on either side: where it stands, and its words. `at` is its index on its side."""

    at: int
    where: str
    text: str
    words: tuple[str, ...]


def keep_keys(before: Iterable[tuple[str, str, str]], after: list[tuple[str, str]]) -> list[str]:
    """Keys for `after`, a list of (where, text), given `before`, rows of (key, where, text), both in reading order.

    `where` is a section and level. Each key is given once; what is new gets a fresh key. A block that did not change
    keeps its key wherever it moved to; one that was edited keeps it where enough of its words are left.
    """
    rows = list(before)
    old = [Row(i, where, text, ()) for i, (_key, where, text) in enumerate(rows)]
    new = [Row(i, where, text, ()) for i, (where, text) in enumerate(after)]
    matched = match(old, new)
    return [rows[matched[i]][0] if i in matched else new_key() for i in range(len(after))]


def match(old: Sequence[Row], new: Sequence[Row]) -> dict[int, int]:
    """Which old block each new one is: {index of the new: index of the old}, each at most once."""
    found: dict[int, int] = {}
    _twins(old, new, found, key=lambda row: (row.where, row.text))
    _twins(old, new, found, key=lambda row: row.text)
    _edited_in_place(old, new, found)
    _edited_anywhere(old, new, found)
    return found


def _twins(old: Sequence[Row], new: Sequence[Row], found: dict[int, int], *, key) -> None:
    """Equal ones, first to first: of many twins each keeps its turn."""
    taken = set(found.values())
    free: dict[object, deque[int]] = defaultdict(deque)
    for row in old:
        if row.at not in taken:
            free[key(row)].append(row.at)
    for row in new:
        if row.at not in found and (waiting := free.get(key(row))):
            found[row.at] = waiting.popleft()


def _left(rows: Sequence[Row], taken: Iterable[int]) -> list[Row]:
    gone = set(taken)
    return [Row(row.at, row.where, row.text, tuple(words_of(row.text))) for row in rows if row.at not in gone]


def _edited_in_place(old: Sequence[Row], new: Sequence[Row], found: dict[int, int]) -> None:
    """Within a section and level: the most alike first, and of equals those that stand nearest."""
    by_place: dict[str, tuple[list[Row], list[Row]]] = defaultdict(lambda: ([], []))
    for row in _left(old, found.values()):
        by_place[row.where][0].append(row)
    for row in _left(new, found):
        by_place[row.where][1].append(row)
    for olds, news in by_place.values():
        if len(olds) * len(news) <= PAIRS_AT_MOST:
            pairs = ((one, other) for other in news for one in olds)
            _take_best(pairs, found, at_least=IN_PLACE)
        else:
            _take_best(_sharing(olds, news), found, at_least=IN_PLACE)
    _retyped_between_neighbours(old, new, found)


def _retyped_between_neighbours(old: Sequence[Row], new: Sequence[Row], found: dict[int, int]) -> None:
    """One old and one new block left alone between the same neighbours: less has to be alike."""
    became = {was: now for now, was in found.items()}
    for one, other in _gaps(old, new, became, found):
        words, others = words_of(one.text), words_of(other.text)
        if similarity(words, others) >= BETWEEN_NEIGHBOURS:
            found[other.at] = one.at


def _gaps(
    old: Sequence[Row], new: Sequence[Row], became: dict[int, int], found: dict[int, int]
) -> Iterator[tuple[Row, Row]]:
    by_place = {row.at: i for i, row in enumerate(new)}
    for i, one in enumerate(old):
        if one.at in became:
            continue
        above = old[i - 1] if i and old[i - 1].where == one.where else None
        below = old[i + 1] if i + 1 < len(old) and old[i + 1].where == one.where else None
        if (above and above.at not in became) or (below and below.at not in became) or not (above or below):
            continue
        at = by_place[became[above.at]] + 1 if above else by_place[became[below.at]] - 1
        if not 0 <= at < len(new) or new[at].at in found or new[at].where != one.where:
            continue
        if above and below and by_place[became[below.at]] != at + 1:
            continue
        yield one, new[at]


def _edited_anywhere(old: Sequence[Row], new: Sequence[Row], found: dict[int, int]) -> None:
    """In the whole text: only those that share shingles are compared (all with all would take most of a minute)."""
    _take_best(_sharing(_left(old, found.values()), _left(new, found)), found, at_least=ANYWHERE)


def _sharing(olds: Sequence[Row], news: Sequence[Row]) -> Iterator[tuple[Row, Row]]:
    """For each new block the few old ones with which it shares most shingles."""
    standing: dict[tuple[str, ...], list[Row]] = defaultdict(list)
    for row in olds:
        for shingle in shingles(row.words):
            standing[shingle].append(row)
    for row in news:
        shared: Counter[int] = Counter()
        rows: dict[int, Row] = {}
        for shingle in shingles(row.words):
            there = standing.get(shingle, ())
            if len(there) <= COMMON:
                for one in there:
                    shared[one.at] += 1
                    rows[one.at] = one
        yield from ((rows[at], row) for at, _n in shared.most_common(CANDIDATES))


def _take_best(pairs: Iterable[tuple[Row, Row]], found: dict[int, int], *, at_least: float) -> None:
    scored = sorted(
        (
            (-score, abs(one.at - other.at), one.at, other.at)
            for one, other in pairs
            if (score := _quick_similarity(one.words, other.words, at_least)) >= at_least
        ),
    )
    taken = set(found.values())
    for _score, _distance, was, now in scored:
        if was not in taken and now not in found:
            found[now] = was
            taken.add(was)


def _quick_similarity(one: Sequence[str], other: Sequence[str], at_least: float) -> float:
    """Similarity, or 0 where the lengths alone rule it out."""
    shorter, longer = sorted((len(one), len(other)))
    if not shorter or 2 * shorter < at_least * (shorter + longer):
        return 0.0
    return Indel.normalized_similarity(one, other, score_cutoff=at_least)
