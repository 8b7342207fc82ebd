"""Where a block's inline text stands in the lines of its file (pure).

The parser gives inline text without quotation marks, list marks and table bars, and only the lines it came from.
"""

from collections.abc import Iterator
from dataclasses import dataclass

from markdown_it.token import Token


@dataclass(frozen=True)
class Cut:
    """Letters of a line to be replaced."""

    line: int
    start: int
    end: int
    by: str


@dataclass(frozen=True)
class Place:
    """The inline text's lines, each with its line and column in the file."""

    starts: list[int]
    """Where each of its lines starts in the inline text."""
    lines: list[int]
    columns: list[int]
    lengths: list[int]

    def cut(self, start: int, end: int, by: str) -> Iterator[Cut]:
        """The letters from `start` to `end` of the inline text, replaced where the first of them stands."""
        for at, line, column, length in zip(self.starts, self.lines, self.columns, self.lengths, strict=True):
            first, last = max(start, at), min(end, at + length)
            if first < last:
                yield Cut(line, column + first - at, column + last - at, by)
                by = ""


def place_in_lines(lines: list[str], token: Token, cursors: dict[int, int]) -> Place | None:
    """None when it cannot be found to the letter. `cursors` remembers how far each table row has been read."""
    first, last = token.map
    texts = token.content.split("\n")
    if len(texts) == 1:
        column = _column(lines[first], token.content, cursors.get(first, 0))
        cursors[first] = (column or 0) + len(token.content)
        return None if column is None else Place([0], [first], [column], [len(token.content)])
    if len(texts) > last - first:
        return None
    starts, columns, at = [], [], 0
    for number, text in enumerate(texts):
        line = lines[first + number]
        line = line if line.endswith(text) else line.rstrip()
        if not line.endswith(text):
            return None
        starts.append(at)
        columns.append(len(line) - len(text))
        at += len(text) + 1
    return Place(starts, list(range(first, first + len(texts))), columns, [len(text) for text in texts])


def _column(line: str, content: str, cursor: int) -> int | None:
    """Behind what was read of this line: at its end, or else (a table's cell, a heading) as soon as possible."""
    at_end = len(line.rstrip()) - len(content)
    if at_end >= cursor and line.startswith(content, at_end):
        return at_end
    found = line.find(content, cursor)
    return None if found < 0 else found


def cut_out(lines: list[str], cuts: list[Cut]) -> list[str]:
    """The lines with the cuts made. No line goes, even if nothing is left on it but a quotation mark."""
    lines = list(lines)
    for cut in sorted(cuts, key=lambda cut: (cut.line, cut.start), reverse=True):
        line = lines[cut.line]
        lines[cut.line] = line[: cut.start] + cut.by + line[cut.end :]
    return lines
