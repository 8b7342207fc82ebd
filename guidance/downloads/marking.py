"""Marked paragraphs and tables as WordprocessingML (ECMA-376, part 1: 17.3 and 17.4; tracked changes: 17.13.5)."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from itertools import groupby

from docx.oxml.ns import qn
from lxml import etree

from guidance.diffs import Op
from guidance.downloads.lines import BREAK, Line, Run
from guidance.downloads.redline import Marked, MarkedLine, MarkedRow, MarkedTable, Told

CHANGE = {Op.ADDED: "w:ins", Op.REMOVED: "w:del"}
TABLE, CELL, HEADER, BESIDE_TABLE = "TableGrid", "Cell", "HeaderCell", "BesideTable"
TEXT_WIDTH = 9070
"""Twentieths of a point between the margins of a side of A4."""
INDENT = 360
APART = timedelta(minutes=2)
NOTHING = Run("\u00a0")
"""What stands in an empty paragraph: LibreOffice gives one without a letter the looks of what is taken out above it."""
SPACE = "{http://www.w3.org/XML/1998/namespace}space"


@dataclass(frozen=True)
class Signs:
    """By whom and when something changed.

    LibreOffice takes the same words, taken out and put in by one author, for a move, and runs changes of one author and
    minute together; in both cases some ends of paragraphs are lost when all changes are rejected (7.4). So words that
    are put in again have another author where they are taken out, and whole paragraphs another minute.
    """

    by: str
    by_who_puts_in_again: str
    at: datetime

    def sign(self, change: etree._Element, *, is_again: bool, is_whole: bool) -> None:
        at = self.at + APART if is_whole else self.at
        change.set(qn("w:author"), self.by_who_puts_in_again if is_again else self.by)
        change.set(qn("w:date"), at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ"))


class Body:
    """Adds marked paragraphs and tables to a document's body.

    `style_of` gives the id of a style by its name, `number_of` that of a list, `link_to` that of an address.
    """

    def __init__(
        self,
        element: etree._Element,
        *,
        style_of: Callable[[str], str],
        number_of: Callable[[Line], int],
        link_to: Callable[[str], str],
        signs: Signs,
    ) -> None:
        self.element, self.style_of, self.number_of, self.link_to = element, style_of, number_of, link_to
        self.signs = signs
        self.put_in: set[str] = set()
        self.changes = 0
        self.last_end = Op.SAME
        """Of the paragraph written last."""

    def add(self, marked: Sequence[Marked]) -> None:
        self.put_in = {words for one in marked for words in _put_in(one)}
        for one in marked:
            if isinstance(one, MarkedLine):
                self._line(one)
            else:
                self._table(one)

    def _line(self, line: MarkedLine) -> None:
        like = line.like
        paragraph = _sub(self.element, "w:p")
        about = self._about(paragraph, self.style_of(like.style))
        if like.item:
            numbers = _sub(about, "w:numPr")
            _sub(numbers, "w:ilvl", val=min(8, like.depth - 1))
            _sub(numbers, "w:numId", val=self.number_of(like))
        elif like.depth:
            _sub(about, "w:ind").set(qn("w:left"), str(INDENT * like.depth))
        self._fill(paragraph, line.words, line.end, is_whole=line.is_whole)

    def _about(self, paragraph: etree._Element, style: str) -> etree._Element:
        about = _sub(paragraph, "w:pPr")
        _sub(about, "w:pStyle", val=style)
        return about

    def _fill(self, paragraph: etree._Element, words: Told, end: Op, *, is_whole: bool) -> None:
        """The words of a paragraph, and what became of its end."""
        all_of_it = _text(words) if is_whole else ""
        self.last_end = end
        if end != Op.SAME:
            self._change(_sub(paragraph[0], "w:rPr"), end, all_of_it, is_whole=is_whole)
        words = words or ((end, NOTHING),)
        for address, linked in groupby(words, key=lambda told: told[1].address):
            parent = paragraph
            if address:
                parent = _sub(paragraph, "w:hyperlink")
                parent.set(qn("r:id"), self.link_to(address))
            for op, group in groupby(linked, key=lambda told: told[0]):
                told = tuple(group)
                place = parent
                if op != Op.SAME:
                    place = self._change(parent, op, all_of_it or _text(told), is_whole=is_whole)
                for _op, run in told:
                    _run(place, run, is_removed=op == Op.REMOVED)

    def _change(self, parent: etree._Element, op: Op, words: str, *, is_whole: bool) -> etree._Element:
        self.changes += 1
        change = _sub(parent, CHANGE[op])
        change.set(qn("w:id"), str(self.changes))
        self.signs.sign(change, is_again=op == Op.REMOVED and words in self.put_in, is_whole=is_whole)
        return change

    def _table(self, marked: MarkedTable) -> None:
        if self.last_end != Op.SAME:  # the end of a paragraph can be taken out only if no table follows
            self._beside(Op.SAME)
        table = _sub(self.element, "w:tbl")
        about = _sub(table, "w:tblPr")
        _sub(about, "w:tblStyle", val=TABLE)
        width = _sub(about, "w:tblW")
        width.set(qn("w:w"), "5000")
        width.set(qn("w:type"), "pct")
        grid = _sub(table, "w:tblGrid")
        for _column in range(marked.width):
            _sub(grid, "w:gridCol").set(qn("w:w"), str(TEXT_WIDTH // marked.width))
        for row in marked.rows:
            self._row(table, row, marked.width)
        self._beside(marked.op)

    def _beside(self, op: Op) -> None:
        """A paragraph without words: two tables with none between them are one."""
        paragraph = _sub(self.element, "w:p")
        self._about(paragraph, BESIDE_TABLE)
        self._fill(paragraph, (), op, is_whole=op != Op.SAME)

    def _row(self, table: etree._Element, row: MarkedRow, width: int) -> None:
        element = _sub(table, "w:tr")
        about = _sub(element, "w:trPr")
        _sub(about, "w:cantSplit")
        if row.is_header:
            _sub(about, "w:tblHeader")
        is_whole = row.op != Op.SAME
        if is_whole:
            self._change(about, row.op, "", is_whole=True)
        for cell in row.cells:
            place = _sub(element, "w:tc")
            size = _sub(_sub(place, "w:tcPr"), "w:tcW")
            size.set(qn("w:w"), str(TEXT_WIDTH // width))
            size.set(qn("w:type"), "dxa")
            paragraph = _sub(place, "w:p")
            self._about(paragraph, HEADER if row.is_header else CELL)
            self._fill(paragraph, cell, row.op, is_whole=is_whole)


def _put_in(marked: Marked) -> Iterator[str]:
    """The words of each stretch that is put in."""
    paragraphs = (
        [marked.words] if isinstance(marked, MarkedLine) else [cell for row in marked.rows for cell in row.cells]
    )
    for words in paragraphs:
        yield from (_text(told) for op, told in groupby(words, key=lambda one: one[0]) if op == Op.ADDED)


def _text(words: Iterable[tuple[Op, Run]]) -> str:
    return "".join(run.text for _op, run in words).strip()


def _run(parent: etree._Element, run: Run, *, is_removed: bool) -> None:
    element = _sub(parent, "w:r")
    looks = [
        *([("w:rStyle", "Hyperlink")] if run.address else [("w:rStyle", "Code")] if run.is_code else []),
        *([("w:b", None)] if run.is_strong else []),
        *([("w:i", None)] if run.is_emphatic else []),
    ]
    if looks:
        about = _sub(element, "w:rPr")
        for tag, value in looks:
            _sub(about, tag, val=value)
    for number, line in enumerate(run.text.split(BREAK)):
        if number:
            _sub(element, "w:br")
        for column, words in enumerate(line.split("\t")):
            if column:
                _sub(element, "w:tab")
            if words:
                text = _sub(element, "w:delText" if is_removed else "w:t")
                text.set(SPACE, "preserve")
                text.text = words


def _sub(parent: etree._Element, tag: str, val: object = None) -> etree._Element:
    element = etree.SubElement(parent, qn(tag))
    if val is not None:
        element.set(qn("w:val"), str(val))
    return element
