"""Where a block's inline text stands in the lines of its file (pure).

The parser gives inline text without quotation marks, list marks and table bars, and only the lines it came from.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import groupby

from markdown_it.token import Token


@dataclass(frozen=True)
class Cut:
    """Letters of a line to be replaced."""

    line: int
    start: int
    end: int
    by: str
    is_whole_line: bool = False
    """Whether nothing of the text would be left on the line: an empty one would end the paragraph."""


@dataclass(frozen=True)
class Piece:
    """A stretch of inline text that stands letter by letter in one line of the file."""

    start: int
    """In the inline text."""
    length: int
    line: int
    column: int


def cuts_for(pieces: Iterable[Piece], start: int, end: int, by: str) -> Iterator[Cut]:
    """The letters from `start` to `end` of the inline text, replaced where the first of them stands."""
    for piece in pieces:
        first, last = max(start, piece.start), min(end, piece.start + piece.length)
        if first < last:
            column = piece.column - piece.start
            is_whole_line = not by and last - first == piece.length
            yield Cut(piece.line, column + first, column + last, by, is_whole_line)
            by = ""


def pieces_of(lines: list[str], token: Token, cursors: dict[int, int]) -> list[Piece] | None:
    """None when it cannot be found to the letter. `cursors` remembers how far each table row has been read."""
    first, last = token.map
    texts = token.content.split("\n")
    if len(texts) == 1:
        return _in_one_line(lines[first], first, token.content, cursors)
    if len(texts) > last - first:
        return None
    pieces, at = [], 0
    for number, text in enumerate(texts, start=first):
        line = lines[number] if lines[number].endswith(text) else lines[number].rstrip()
        if not line.endswith(text):
            return None
        pieces.append(Piece(at, len(text), number, len(line) - len(text)))
        at += len(text) + 1
    return pieces


def _in_one_line(line: str, number: int, content: str, cursors: dict[int, int]) -> list[Piece] | None:
    """A paragraph of one line, a heading, or a cell, in which a bar that is no border is written with a backslash."""
    column = _column(line, content, cursors.get(number, 0))
    if column is not None:
        cursors[number] = column + len(content)
        return [Piece(0, len(content), number, column)]
    column = _column(line, content.replace("|", "\\|"), cursors.get(number, 0))
    if column is None:
        return None
    pieces, at = [], 0
    for text in content.split("|"):
        pieces.append(Piece(at, len(text), number, column))
        at, column = at + len(text) + 1, column + len(text) + 2
    cursors[number] = column - 2
    return pieces


def _column(line: str, content: str, cursor: int) -> int | None:
    """Behind what was read of this line: at its end, or else (a table's cell, a heading) as soon as possible."""
    at_end = len(line.rstrip()) - len(content)
    if at_end >= cursor and line.startswith(content, at_end):
        return at_end
    found = line.find(content, cursor)
    return None if found < 0 else found


def cut_out(lines: list[str], cuts: Iterable[Cut]) -> list[str | None]:
    """The lines with the cuts made, which do not overlap; None for a line of which nothing is left."""
    made: list[str | None] = list(lines)
    for number, own in groupby(sorted(cuts, key=lambda cut: (cut.line, cut.start)), key=lambda cut: cut.line):
        made[number] = _cut_line(lines[number], list(own))
    return made


def _cut_line(line: str, cuts: list[Cut]) -> str | None:
    if any(cut.is_whole_line for cut in cuts):
        return None
    pieces, at = [], 0
    for cut in cuts:
        pieces += [line[at : cut.start], cut.by]
        at = cut.end
    return "".join([*pieces, line[at:]])
