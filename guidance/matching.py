"""Which block is which: keys that last from save to save (pure).

Each block of a text is matched to the text before it: exact twins first, then what was edited in its place, then what
was edited and moved. See guidance/pairing.py for how alike is alike enough.
"""

import secrets
from collections import defaultdict, deque
from collections.abc import Callable, Container, Hashable, Iterable, Sequence

from rapidfuzz.distance import Indel

from guidance.pairing import ANYWHERE, IN_PLACE, Row, best_pairs, is_alike_between_neighbours, likely_pairs

ALPHABET = "23456789abcdefghjkmnpqrstvwxyz"


def new_key() -> str:
    """A fresh block key: 10 characters, about 49 random bits."""
    return "".join(secrets.choice(ALPHABET) for _ in range(10))


def keep_keys(before: Iterable[tuple[str, str, str]], after: list[tuple[str, str]]) -> list[str]:
    """Keys for `after`, a list of (where, text), given `before`, rows of (key, where, text), both in reading order.

    `where` is a section and level. Each key is given once; what is new gets a fresh key. A block that did not change
    keeps its key wherever it moved to; one that was edited keeps it where enough of its words are left. Of the parts
    of a block that was split the one with most of its words keeps the key; of merged ones that which gave most.
    """
    rows = list(before)
    old = [Row(i, where, text) for i, (_key, where, text) in enumerate(rows)]
    new = [Row(i, where, text) for i, (where, text) in enumerate(after)]
    matched = match(old, new)
    return [rows[matched[i]][0] if i in matched else new_key() for i in range(len(after))]


def match(old: Sequence[Row], new: Sequence[Row]) -> dict[int, int]:
    """Which old block each new one is: {index of the new: index of the old}, each at most once."""
    found: dict[int, int] = {}
    _twins_in_order(old, new, found)
    _twins(old, new, found, of=lambda row: (row.where, row.text))
    _twins(old, new, found, of=lambda row: row.text)
    for olds, news in _by_place(_left(old, found.values()), _left(new, found)):
        found.update(best_pairs(likely_pairs(olds, news, at_least=IN_PLACE)))
    _retyped_between_neighbours(old, new, found)
    pairs = likely_pairs(_left(old, found.values()), _left(new, found), at_least=ANYWHERE)
    found.update(best_pairs(pairs))
    return found


# --- Twins ------------------------------------------------------------------------------------------------
def _twins_in_order(old: Sequence[Row], new: Sequence[Row], found: dict[int, int]) -> None:
    """Equal ones in their place, in the order of all that stayed: of a line that comes again and again, it is known
    which copy went."""
    for olds, news in _by_place(old, new):
        steps = Indel.opcodes([row.text for row in olds], [row.text for row in news])
        for step in steps:
            if step.tag == "equal":
                pairs = zip(olds[step.src_start : step.src_end], news[step.dest_start : step.dest_end], strict=True)
                found.update((other.at, one.at) for one, other in pairs)


def _twins(old: Sequence[Row], new: Sequence[Row], found: dict[int, int], *, of: Callable[[Row], Hashable]) -> None:
    """Equal ones that are left, first to first: of many twins each keeps its turn."""
    free: dict[Hashable, deque[int]] = defaultdict(deque)
    for row in _left(old, found.values()):
        free[of(row)].append(row.at)
    for row in _left(new, found):
        if waiting := free.get(of(row)):
            found[row.at] = waiting.popleft()


def _left(rows: Sequence[Row], taken: Iterable[int]) -> list[Row]:
    gone = set(taken)
    return [row for row in rows if row.at not in gone]


def _by_place(old: Iterable[Row], new: Iterable[Row]) -> list[tuple[list[Row], list[Row]]]:
    """Old and new ones of each section and level that has both."""
    places: dict[str, tuple[list[Row], list[Row]]] = defaultdict(lambda: ([], []))
    for side, rows in enumerate((old, new)):
        for row in rows:
            places[row.where][side].append(row)
    return [both for both in places.values() if all(both)]


# --- Between neighbours -----------------------------------------------------------------------------------
def _retyped_between_neighbours(old: Sequence[Row], new: Sequence[Row], found: dict[int, int]) -> None:
    """One old and one new block left alone between the same neighbours: less has to be alike."""
    taken = set(found.values())
    for olds, news in _by_place(old, new):
        gone = {_around(olds, i, taken): row for i, row in enumerate(olds) if row.at not in taken}
        for i, row in enumerate(news):
            above, below = _around(news, i, found)
            one = gone.get((_old_of(above, found), _old_of(below, found))) if row.at not in found else None
            if one and is_alike_between_neighbours(one, row):
                found[row.at] = one.at


def _around(rows: Sequence[Row], i: int, matched: Container[int]) -> tuple[int, int]:
    """The indices of its neighbours: -1 for the end of the section, -2 for one that has no counterpart."""
    return tuple((rows[j].at if rows[j].at in matched else -2) if 0 <= j < len(rows) else -1 for j in (i - 1, i + 1))


def _old_of(at: int, found: dict[int, int]) -> int:
    """What a new neighbour was; one without a counterpart stands beside nothing that was there."""
    return found.get(at, -1 if at == -1 else -3)
