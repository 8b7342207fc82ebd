"""Which parts of two sequences are the same: words, lines or paragraphs of two texts (pure).

The longest common subsequence is found with whole numbers as rows of bits (Crochemore, Iliopoulos, Pinzon and Reid
2001, “A fast and practical bit-vector algorithm for the longest common subsequence problem”; in the form of Hyyrö
2004, “Bit-parallel LCS-length computation revisited”), in linear space (Hirschberg 1975). It needs no clock: the same
two texts have the same difference on every machine, so that a link to a change stays true.
"""

from bisect import bisect_left
from collections import Counter
from collections.abc import Hashable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from itertools import accumulate

Pairs = list[tuple[int, int]]
"""Places (old, new) of what is the same, both rising."""

LARGE = 4_000_000
"""Above 2,000 by 2,000, what occurs once in both is taken for the same, and the rest is compared between."""
CELLS_IN_MEMORY = 32_000_000
"""Bits that are kept to walk back: 4 MB."""
MOST_CELLS = 2_000_000_000
"""45,000 by 45,000 that are alike in everything but order: about a second. What goes beyond counts as different."""


class Effort:
    """Cells that may still be compared."""

    def __init__(self, cells: int) -> None:
        self.left = cells

    def allows(self, cells: int) -> bool:
        """Spend them, if they are there. Something smaller may still be compared after something too large."""
        if cells > self.left:
            return False
        self.left -= cells
        return True


_shared: ContextVar[Effort | None] = ContextVar("shared effort", default=None)


@contextmanager
def one_effort() -> Iterator[None]:
    """All that is compared inside shares what one comparison may take."""
    token = _shared.set(Effort(MOST_CELLS))
    try:
        yield
    finally:
        _shared.reset(token)


def common(old: Sequence[Hashable], new: Sequence[Hashable]) -> Pairs:
    """A longest common subsequence; a long one, where both are large."""
    head = _alike_at_the_start(old, new)
    tail = _alike_at_the_start(old[head:][::-1], new[head:][::-1])
    last, end = len(old) - tail, len(new) - tail
    pairs = [(i, i) for i in range(head)]
    pairs += ((head + i, head + j) for i, j in _between(old[head:last], new[head:end]))
    pairs += ((last + i, end + i) for i in range(tail))
    return pairs


def _alike_at_the_start(old: Sequence[Hashable], new: Sequence[Hashable]) -> int:
    return next((i for i, (a, b) in enumerate(zip(old, new, strict=False)) if a != b), min(len(old), len(new)))


def _between(old: Sequence[Hashable], new: Sequence[Hashable]) -> Iterator[tuple[int, int]]:
    """Pairs of two sequences, of which only what occurs in both is looked at."""
    shared = set(old) & set(new)
    here = [i for i, item in enumerate(old) if item in shared]
    there = [j for j, item in enumerate(new) if item in shared]
    a, b = [old[i] for i in here], [new[j] for j in there]
    anchors = _once_in_both(a, b) if len(a) * len(b) > LARGE else []
    effort = _shared.get() or Effort(MOST_CELLS)
    start = (0, 0)
    for i, j in [*anchors, (len(a), len(b))]:
        x, y = start
        if effort.allows((i - x) * (j - y)):
            yield from ((here[x + p], there[y + q]) for p, q in _longest(a[x:i], b[y:j]))
        if i < len(a):
            yield here[i], there[j]
        start = (i + 1, j + 1)


def _once_in_both(old: Sequence[Hashable], new: Sequence[Hashable]) -> Pairs:
    """The longest rising row of what occurs once in each (patience sorting, as in Bram Cohen's patience diff)."""
    once_old, once_new = _places_of_the_unique(old), _places_of_the_unique(new)
    return _rising(sorted((i, once_new[item]) for item, i in once_old.items() if item in once_new))


def _places_of_the_unique(items: Sequence[Hashable]) -> dict[Hashable, int]:
    counts = Counter(items)
    return {item: i for i, item in enumerate(items) if counts[item] == 1}


def _rising(pairs: Pairs) -> Pairs:
    """The longest part of `pairs`, which rise in the first place, that rises in the second too."""
    ends: list[int] = []
    at: list[int] = []
    before: list[int] = []
    for place, (_i, j) in enumerate(pairs):
        rank = bisect_left(ends, j)
        ends[rank : rank + 1], at[rank : rank + 1] = [j], [place]
        before.append(at[rank - 1] if rank else -1)
    found: Pairs = []
    place = at[-1] if at else -1
    while place >= 0:
        found.append(pairs[place])
        place = before[place]
    return found[::-1]


def _longest(old: Sequence[Hashable], new: Sequence[Hashable]) -> Iterator[tuple[int, int]]:
    if not old or not new:
        return
    if len(old) * len(new) <= CELLS_IN_MEMORY or len(new) == 1:
        yield from _walked_back(old, new)
        return
    middle = len(new) // 2
    split = _best_split(old, new, middle)
    yield from _longest(old[:split], new[:middle])
    yield from ((split + i, middle + j) for i, j in _longest(old[split:], new[middle:]))


def _rows(old: Sequence[Hashable], new: Iterable[Hashable]) -> Iterator[int]:
    """One number for each item of `new`: bit i is 0 where old[:i + 1] has one more in common with it than old[:i]."""
    places: dict[Hashable, list[int]] = {}
    for i, item in enumerate(old):
        places.setdefault(item, []).append(i)
    masks = {item: _bits(where) for item, where in places.items()}
    full = row = (1 << len(old)) - 1
    for item in new:
        if hit := row & masks.get(item, 0):
            row = ((row + hit) | (row - hit)) & full
        yield row


def _bits(places: list[int]) -> int:
    """The number with these bits set, made in one go: setting them one by one copies the number each time."""
    octets = bytearray(places[-1] // 8 + 1)
    for place in places:
        octets[place >> 3] |= 1 << (place & 7)
    return int.from_bytes(octets, "little")


def _walked_back(old: Sequence[Hashable], new: Sequence[Hashable]) -> Pairs:
    rows = [(1 << len(old)) - 1, *_rows(old, new)]
    i, j = len(old), len(new)
    found: Pairs = []
    while i and j:
        if rows[j] >> (i - 1) & 1:
            i -= 1
        elif j > 1 and not rows[j - 1] >> (i - 1) & 1:
            j -= 1
        else:
            i, j = i - 1, j - 1
            found.append((i, j))
    return found[::-1]


def _best_split(old: Sequence[Hashable], new: Sequence[Hashable], middle: int) -> int:
    """Where to cut `old` if `new` is cut in the middle, so that nothing in common is lost."""
    before = _lengths(old, new[:middle])
    behind = _lengths(old[::-1], new[middle:][::-1])[::-1]
    totals = [a + b for a, b in zip(before, behind, strict=True)]
    return totals.index(max(totals))


def _lengths(old: Sequence[Hashable], new: Sequence[Hashable]) -> list[int]:
    """How much old[:i] has in common with `new`, for each i."""
    row = (1 << len(old)) - 1
    for row in _rows(old, new):  # noqa: B007
        pass
    bits = f"{row:0{len(old)}b}"[::-1]
    return [0, *accumulate(bit == "0" for bit in bits)]
