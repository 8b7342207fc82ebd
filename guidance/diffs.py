"""Word and block differences (pure)."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum
from itertools import groupby

from guidance.alignment import Pairs, common
from guidance.reading_aloud import readable
from guidance.units import Unit, alike, joined, lines_of, words_of


class Op(StrEnum):
    SAME = "same"
    ADDED = "added"
    REMOVED = "removed"


@dataclass(frozen=True)
class Piece:
    """A stretch of whole words, with the space behind it. Same and removed pieces make the old text, letter by letter;
    same and added ones the new text."""

    op: Op
    text: str


def words_changed(old: str, new: str) -> list[Piece]:
    """The difference of two texts in whole words, so that it can be read aloud.

    Removed words stand before the added ones; a few equal words between two changes are changed with them.
    """
    return _in_one(_words(words_of(old), words_of(new)))


def lines_changed(old: str, new: str) -> list[Piece]:
    """The same for lists, tables and verse, where each line is one thing: lines are paired before words are compared,
    and what is no version of another line is removed or added whole."""
    a, b = lines_of(old), lines_of(new)
    return _in_one(_lines(a, b, common([unit.text for unit in a], [unit.text for unit in b])))


def changed(old: str, new: str) -> list[Piece]:
    """By lines if both texts have several, by words otherwise."""
    return lines_changed(old, new) if "\n" in old and "\n" in new else words_changed(old, new)


def old_text(pieces: Iterable[Piece]) -> str:
    return "".join(piece.text for piece in pieces if piece.op != Op.ADDED)


def new_text(pieces: Iterable[Piece]) -> str:
    return "".join(piece.text for piece in pieces if piece.op != Op.REMOVED)


def edits(pieces: Iterable[Piece]) -> Iterator[tuple[bool, list[Piece]]]:
    """Stretches of pieces, each with whether words changed in it. Space that changed alone cannot be heard, and is
    not called an edit."""
    for is_same, run in groupby(pieces, key=lambda piece: piece.op == Op.SAME):
        stretch = list(run)
        yield not is_same and any(piece.text.strip() for piece in stretch), stretch


def _words(old: Sequence[Unit], new: Sequence[Unit]) -> Iterator[Piece]:
    a, b = [unit.text for unit in old], [unit.text for unit in new]
    return _pieces(old, new, readable(a, b, common(a, b)))


def _pieces(old: Sequence[Unit], new: Sequence[Unit], pairs: Pairs) -> Iterator[Piece]:
    x = y = 0
    same: list[str] = []
    for i, j in [*pairs, (len(old), len(new))]:
        if x < i or y < j:
            yield Piece(Op.SAME, "".join(same))
            yield Piece(Op.REMOVED, joined(old[x:i]))
            yield Piece(Op.ADDED, joined(new[y:j]))
            same = []
        if i < len(old):
            same.append(old[i].text)
            if old[i].behind == new[j].behind:
                same.append(old[i].behind)
            else:
                yield Piece(Op.SAME, "".join(same))
                yield from _space(old[i].behind, new[j].behind)
                same = []
        x, y = i + 1, j + 1
    yield Piece(Op.SAME, "".join(same))


def _space(old: str, new: str) -> Iterator[Piece]:
    if old == new:
        yield Piece(Op.SAME, old)
    else:
        yield Piece(Op.REMOVED, old)
        yield Piece(Op.ADDED, new)


def _lines(old: Sequence[Unit], new: Sequence[Unit], equal: Pairs) -> Iterator[Piece]:
    x = y = 0
    for i, j in [*equal, (len(old), len(new))]:
        yield from _between_lines(old[x:i], new[y:j])
        if i < len(old):
            yield Piece(Op.SAME, old[i].text)
            yield from _space(old[i].behind, new[j].behind)
        x, y = i + 1, j + 1


def _between_lines(old: Sequence[Unit], new: Sequence[Unit]) -> Iterator[Piece]:
    x = y = 0
    for i, j in [*alike(old, new), (len(old), len(new))]:
        yield Piece(Op.REMOVED, joined(old[x:i]))
        yield Piece(Op.ADDED, joined(new[y:j]))
        if i < len(old):
            yield from _words(words_of(old[i].text), words_of(new[j].text))
            yield from _space(old[i].behind, new[j].behind)
        x, y = i + 1, j + 1


def _in_one(pieces: Iterable[Piece]) -> list[Piece]:
    """Neighbours of one kind as one piece, removed before added, and no piece without a letter or space."""
    found: list[Piece] = []
    for is_same, run in groupby((piece for piece in pieces if piece.text), key=lambda piece: piece.op == Op.SAME):
        stretch = list(run)
        if is_same:
            _append(found, Op.SAME, "".join(piece.text for piece in stretch))
        else:
            removed, added = old_text(stretch), new_text(stretch)
            shared = _space_that_stays(removed, added)
            _append(found, Op.REMOVED, removed.removesuffix(shared))
            _append(found, Op.ADDED, added.removesuffix(shared))
            _append(found, Op.SAME, shared)
    return found


def _append(found: list[Piece], op: Op, text: str) -> None:
    if not text:
        return
    if found and found[-1].op == op:
        text = found.pop().text + text
    found.append(Piece(op, text))


def _space_that_stays(removed: str, added: str) -> str:
    """Space at the end of both, if one of them is nothing but space: then only the other's words changed."""
    if removed.strip() and added.strip():
        return ""
    shorter, longer = sorted([removed, added], key=len)
    spaces = shorter[len(shorter.rstrip()) :]
    return next((spaces[i:] for i in range(len(spaces)) if longer.endswith(spaces[i:])), "")
