"""Tables of a web page or a Word document as Markdown's simple ones (pure)."""

from collections import Counter
from collections.abc import Iterator

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from lxml.etree import _Element as Element

from guidance.importing.bounds import MOST_CELLS
from guidance.importing.escaping import in_a_cell
from guidance.importing.left_out import Lost

MOST_COLUMNS = 200
Row = list[Element | None]
"""Its cells; None where a merged cell goes on."""


def rows_of(table: Element, lost: Counter[Lost]) -> list[Row]:
    """All rows, equally wide. A cell that spans several places stands in its first. Raises ValidationError when there
    are more columns or cells than anyone could read."""
    rows: list[Row] = []
    reaching_down: dict[int, int] = {}
    for element in _row_elements(table):
        rows.append(_row(element, reaching_down, lost))
    width = max(map(len, rows), default=0)
    if width > MOST_COLUMNS or width * len(rows) > MOST_CELLS:
        raise ValidationError(
            _("A table has %(rows)d rows and %(columns)d columns. Split it, or keep it in a file of its own.")
            % {"rows": len(rows), "columns": width}
        )
    return [row + [None] * (width - len(row)) for row in rows]


def _row_elements(table: Element) -> Iterator[Element]:
    for child in table:
        if child.tag in {"thead", "tbody", "tfoot"}:
            yield from (row for row in child if row.tag == "tr")
        elif child.tag == "tr":
            yield child


def _row(element: Element, reaching_down: dict[int, int], lost: Counter[Lost]) -> Row:
    """One row. `reaching_down` says for each column how many more rows a cell above it takes."""
    row: Row = []
    for cell in element:
        if cell.tag not in {"td", "th"}:
            continue
        _continue_down(row, reaching_down)
        wide, high = _span(cell, "colspan"), _span(cell, "rowspan")
        lost[Lost.MERGED_CELL] += wide > 1 or high > 1
        for column in range(len(row), len(row) + wide if high > 1 else len(row)):
            reaching_down[column] = high - 1
        row += [cell] + [None] * (wide - 1)
    _continue_down(row, reaching_down)
    return row


def _continue_down(row: Row, reaching_down: dict[int, int]) -> None:
    while reaching_down.get(len(row), 0) > 0:
        reaching_down[len(row)] -= 1
        row.append(None)


def _span(cell: Element, name: str) -> int:
    raw = cell.get(name, "")
    return max(1, min(int(raw), MOST_COLUMNS)) if raw.isascii() and raw.isdigit() and len(raw) < 6 else 1


def is_for_layout(rows: list[Row]) -> bool:
    """A box around paragraphs, or columns beside one another: no table in which a row means something."""
    return len(rows) < 2 or len(rows[0]) < 2


def written_table(texts: list[list[str]]) -> list[str]:
    """Its first row becomes the header: Markdown's tables have one. Empty rows and columns go."""
    rows = [row for row in texts if any(row)]
    filled = [column for column in range(len(texts[0])) if any(row[column] for row in rows)]
    if not rows or not filled:
        return []
    lines = ["| " + " | ".join(in_a_cell(row[column]) for column in filled) + " |" for row in rows]
    return ["\n".join([lines[0], "|" + "---|" * len(filled), *lines[1:]])]
