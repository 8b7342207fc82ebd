"""Two versions of a text as one with tracked changes (pure).

By construction: what is the same or added, paragraph by paragraph, is the new text; what is the same or removed is the
old one. Versions of a paragraph are told word by word where they stand in the same order; what moved past them is taken
out here and put in there.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace

from guidance.alignment import Pairs, common
from guidance.diffs import Op, words_changed
from guidance.downloads.lines import Line, Run, Table
from guidance.downloads.parts import Part
from guidance.order import longest_rising
from guidance.units import Unit, alike

END = Run("\n")
"""Where one paragraph ends and the next begins, when several are compared in one."""
Told = tuple[tuple[Op, Run], ...]
Tie = tuple[Sequence[str], Sequence[str]]
"""The keys of what became of what: one of one, several of one (split), one of several (merged)."""


@dataclass(frozen=True)
class MarkedLine:
    """A paragraph of either text or of both. `end` is what became of its end: without one it runs into the next."""

    like: Line
    words: Told
    end: Op = Op.SAME
    is_whole: bool = False
    """Whether all of it is in one text alone."""


@dataclass(frozen=True)
class MarkedRow:
    op: Op
    cells: tuple[Told, ...]
    is_header: bool


@dataclass(frozen=True)
class MarkedTable:
    rows: tuple[MarkedRow, ...]
    width: int
    op: Op = Op.SAME
    """Of the table itself, and of the empty paragraph below it."""


Marked = MarkedLine | MarkedTable


def unmarked(parts: Iterable[Part]) -> Iterator[Marked]:
    """A text in which nothing changed."""
    for part in parts:
        yield from _whole(_own(part), Op.SAME)


def redline(old: Sequence[Part], new: Sequence[Part], ties: Iterable[Tie]) -> Iterator[Marked]:
    """Both texts in one, in the order of the new one; what is gone stands where it stood."""
    x = y = 0
    for (first, last), (start, end) in [*_kept(old, new, ties), ((len(old),) * 2, (len(new),) * 2)]:
        for part in old[x:first]:
            yield from _whole(_own(part, "old"), Op.REMOVED)
        for part in new[y:start]:
            yield from _whole(_own(part), Op.ADDED)
        yield from _versions(old[first:last], new[start:end])
        x, y = last, end


def _own(part: Part, side: str = "new") -> list[Line | Table]:
    """Its paragraphs, with lists that no other part has."""
    return [
        replace(one, item=replace(one.item, which=(side, part.key, one.item.which)))
        if isinstance(one, Line) and one.item
        else one
        for one in part.lines
    ]


# --- Which parts are told as versions of each other -------------------------------------------------------
Stretch = tuple[int, int]


def _kept(old: Sequence[Part], new: Sequence[Part], ties: Iterable[Tie]) -> list[tuple[Stretch, Stretch]]:
    """Stretches of both texts that are versions of each other, and rise in both."""
    here = {part.key: place for place, part in enumerate(old)}
    there = {part.key: place for place, part in enumerate(new)}
    found = sorted(_stretches(here, there, olds, news) for olds, news in ties if olds and news)
    rising = longest_rising([start for _old, (start, _end) in found])
    return [pair for place, pair in enumerate(found) if place in rising]


def _stretches(
    here: dict[str, int], there: dict[str, int], olds: Sequence[str], news: Sequence[str]
) -> tuple[Stretch, Stretch]:
    """Where the two stand. If either is scattered, only one paragraph of each is told as the other's version."""
    a, b = sorted(here[key] for key in olds), sorted(there[key] for key in news)
    if a[-1] - a[0] < len(a) and b[-1] - b[0] < len(b):
        return (a[0], a[-1] + 1), (b[0], b[-1] + 1)
    lasting = next((key for key in olds if key in news), None)
    i, j = (here[lasting], there[lasting]) if lasting else (a[0], b[0])
    return (i, i + 1), (j, j + 1)


# --- Versions ---------------------------------------------------------------------------------------------
def _versions(olds: Sequence[Part], news: Sequence[Part]) -> Iterator[Marked]:
    a = [one for part in olds for one in _own(part, "old")]
    b = [one for part in news for one in _own(part)]
    shapes = {one.shape if isinstance(one, Line) else None for one in (*a, *b)}
    if len(olds) != len(news) and len(shapes) == 1 and None not in shapes:
        yield from _run_together(a, b)
    else:
        yield from _side_by_side(a, b)


def _run_together(old: Sequence[Line], new: Sequence[Line]) -> Iterator[MarkedLine]:
    """Paragraphs that were split or merged, in one: where they end is a word like any other."""
    words: list[tuple[Op, Run]] = []
    at = 0
    for op, run in _words(_joined(old), _joined(new)):
        if run.text == END.text:
            yield MarkedLine(new[at], tuple(words), op)
            words, at = [], at + (op != Op.REMOVED)
        else:
            words.append((op, run))
    yield MarkedLine(new[at], tuple(words))


def _joined(lines: Sequence[Line]) -> tuple[Run, ...]:
    return tuple(run for line in lines for run in (*line.runs, END))[:-1]


def _side_by_side(old: Sequence[Line | Table], new: Sequence[Line | Table]) -> Iterator[Marked]:
    pairs = _pairs(old, new)
    lists = {
        old[i].item.which: new[j].item.which for i, j in reversed(pairs) if isinstance(old[i], Line) and old[i].item
    }
    x = y = 0
    for i, j in [*pairs, (len(old), len(new))]:
        yield from _whole([_in_list(one, lists) for one in old[x:i]], Op.REMOVED)
        yield from _whole(new[y:j], Op.ADDED)
        if i < len(old):
            yield _pair(old[i], new[j])
        x, y = i + 1, j + 1


def _in_list(one: Line | Table, lists: dict) -> Line | Table:
    """An item that is gone counts in the list that the others of its list are in now."""
    if isinstance(one, Line) and one.item and one.item.which in lists:
        return replace(one, item=replace(one.item, which=lists[one.item.which]))
    return one


def _pair(old: Line | Table, new: Line | Table) -> Marked:
    if isinstance(old, Line):
        return MarkedLine(new, tuple(_words(old.runs, new.runs)))
    rows: list[MarkedRow] = []
    x = y = 0
    pairs = _pairs([_row(old, place) for place in range(len(old.rows))], [_row(new, j) for j in range(len(new.rows))])
    for i, j in [*pairs, (len(old.rows), len(new.rows))]:
        rows += [_marked_row(old, place, Op.REMOVED) for place in range(x, i)]
        rows += [_marked_row(new, place, Op.ADDED) for place in range(y, j)]
        if i < len(old.rows):
            cells = tuple(tuple(_words(a, b)) for a, b in zip(old.rows[i], new.rows[j], strict=True))
            rows.append(MarkedRow(Op.SAME, cells, j == 0))
        x, y = i + 1, j + 1
    return MarkedTable(tuple(rows), new.width)


def _row(table: Table, place: int) -> Line:
    """A row as a line, to find its other version by: headers are versions of headers alone."""
    words = tuple(run for cell in table.rows[place] for run in (*cell, Run(" | ")))
    return Line("header" if place == 0 else "row", words)


def _pairs(old: Sequence[Line | Table], new: Sequence[Line | Table]) -> Pairs:
    """Which are versions of each other: what says the same, and between those what shares half of its words."""
    found: Pairs = []
    x = y = 0
    for i, j in [*common([_said(one) for one in old], [_said(one) for one in new]), (len(old), len(new))]:
        between = _alike(old[x:i], new[y:j])
        found += [(x + p, y + q) for p, q in between if _shape(old[x + p]) == _shape(new[y + q])]
        if i < len(old):
            found.append((i, j))
        x, y = i + 1, j + 1
    return found


def _alike(old: Sequence[Line | Table], new: Sequence[Line | Table]) -> Pairs:
    if len(old) == len(new) == 1:
        return [(0, 0)]
    return alike([Unit(_said(one)[1], "") for one in old], [Unit(_said(one)[1], "") for one in new])


def _said(one: Line | Table) -> tuple[object, str]:
    if isinstance(one, Line):
        return one.shape, one.text
    return one.width, "\n".join(" | ".join("".join(run.text for run in cell) for cell in row) for row in one.rows)


def _shape(one: Line | Table) -> object:
    """What only versions have in common: a table with another number of columns is another table."""
    return _said(one)[0]


# --- Words ------------------------------------------------------------------------------------------------
def _whole(lines: Iterable[Line | Table], op: Op) -> Iterator[Marked]:
    for one in lines:
        if isinstance(one, Line):
            yield MarkedLine(one, tuple((op, run) for run in one.runs), op, is_whole=op != Op.SAME)
        else:
            yield MarkedTable(tuple(_marked_row(one, place, op) for place in range(len(one.rows))), one.width, op)


def _marked_row(table: Table, place: int, op: Op) -> MarkedRow:
    return MarkedRow(op, tuple(tuple((op, run) for run in cell) for cell in table.rows[place]), place == 0)


def _words(old: Sequence[Run], new: Sequence[Run]) -> Iterator[tuple[Op, Run]]:
    """Word by word. The same words with another look are taken out and put in again."""
    a, b = _Taking(old), _Taking(new)
    for piece in words_changed("".join(run.text for run in old), "".join(run.text for run in new)):
        was = a.take(len(piece.text)) if piece.op != Op.ADDED else []
        now = b.take(len(piece.text)) if piece.op != Op.REMOVED else []
        if piece.op == Op.SAME:
            yield from _same(was, now)
        else:
            yield from ((piece.op, run) for run in (*was, *now))


def _same(was: Sequence[Run], now: Sequence[Run]) -> Iterator[tuple[Op, Run]]:
    a, b = _Taking(was), _Taking(now)
    while a.left:
        length = min(len(a.left[0].text), len(b.left[0].text))
        [one], [other] = a.take(length), b.take(length)
        yield from [(Op.SAME, other)] if one == other else [(Op.REMOVED, one), (Op.ADDED, other)]


class _Taking:
    """Runs, letter by letter."""

    def __init__(self, runs: Sequence[Run]) -> None:
        self.left = [run for run in runs if run.text]

    def take(self, length: int) -> list[Run]:
        taken: list[Run] = []
        while length:
            run = self.left.pop(0)
            if len(run.text) > length:
                self.left.insert(0, replace(run, text=run.text[length:]))
                run = replace(run, text=run.text[:length])
            taken.append(run)
            length -= len(run.text)
        return taken
