"""Comments out of a table (CSV), one in a row. The person says which column holds what; nothing is guessed."""

import csv
import hashlib
import io
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from typing import BinaryIO

from django.utils import timezone
from django.utils.translation import gettext as _

from consult.discussion.elsewhere.files import refuse_unfit_size, refuse_wrong_encoding
from consult.discussion.elsewhere.found import BadRow, Found, FoundComment, LeftOut, Reading, Unreadable
from consult.discussion.elsewhere.words import plain

MOST_COLUMNS = 1_000
MOST_CELLS_IN_A_LINE = 1_000_000
LONGEST_CELL = 20_000_000
"""Characters. Longer than any comment by far: what goes on for so long is a quotation mark that was never closed."""
LONGEST_MARKUP = 200_000
UNIX_SECONDS, UNIX_MILLISECONDS, ISO = "unix", "unix-ms", "iso"


@dataclass(frozen=True)
class Columns:
    """Which column holds what, and how it is written. Empty: the table has no such column."""

    text: str
    key: str = ""
    date: str = ""
    author: str = ""
    parent: str = ""
    date_format: str = ISO
    where: dict[str, set[str]] = field(default_factory=dict)
    delimiter: str = ","
    encoding: str = "utf-8-sig"
    is_html: bool = False

    @property
    def named(self) -> list[str]:
        return [name for name in (self.text, self.key, self.date, self.author, self.parent, *self.where) if name]


def read_table(file: BinaryIO, columns: Columns) -> Reading:
    """The rows of a CSV file, in their order. Raises Unreadable, saying what to mend, when it is no such table."""
    refuse_unfit_size(file)
    _refuse_unmarked_utf_16(file, columns.encoding)
    refuse_wrong_encoding(file, columns.encoding)
    lines = io.TextIOWrapper(file, encoding=columns.encoding, newline="")
    try:
        yield from _read(lines, columns)
    finally:
        lines.detach()


def _refuse_unmarked_utf_16(file: BinaryIO, encoding: str) -> None:
    start = file.read(4)
    file.seek(0)
    if start.startswith((b"\xff\xfe", b"\xfe\xff")) and not encoding.lower().replace("_", "-").startswith("utf-16"):
        raise Unreadable(_("This file is in UTF-16. Save it as UTF-8, or say that its encoding is utf-16."))


def _read(lines: Iterable[str], columns: Columns) -> Iterator[Found]:
    rows = _rows(_refusing_endless(lines, columns.delimiter), columns.delimiter)
    _line, header = next(rows, (0, []))
    place = _places(header, columns)
    seen: Counter[str] = Counter()
    anything = False
    for line, row in rows:
        anything = True
        if len(row) != len(header):
            yield BadRow(
                line,
                _("it has %(cells)s cells where the header has %(columns)s")
                % {"cells": f"{len(row):,}", "columns": len(header)},
            )
        elif any(row[place[name]].strip() not in values for name, values in columns.where.items()):
            yield LeftOut(line)
        else:
            yield _comment({name: row[at] for name, at in place.items()}, columns, line, seen)
    if not anything:
        raise Unreadable(_("There is nothing below the header of this table."))


def _refusing_endless(lines: Iterable[str], delimiter: str) -> Iterator[str]:
    """The lines, unless one has more cells than memory should hold."""
    for number, line in enumerate(lines, start=1):
        cells = line.count(delimiter)
        if cells >= (MOST_COLUMNS if number == 1 else MOST_CELLS_IN_A_LINE):
            raise Unreadable(
                _("Line %(line)s has %(cells)s cells; %(most)s columns are the most. Save the table with those needed.")
                % {"line": f"{number:,}", "cells": f"{cells + 1:,}", "most": f"{MOST_COLUMNS:,}"}
            )
        yield line


def _rows(lines: Iterator[str], delimiter: str) -> Iterator[tuple[int, list[str]]]:
    """Rows with the line each begins on. Empty lines are nothing."""
    csv.field_size_limit(max(csv.field_size_limit(), LONGEST_CELL))
    reader = csv.reader(lines, delimiter=delimiter, strict=True)
    while True:
        line = reader.line_num + 1
        try:
            row = next(reader, None)
        except csv.Error as error:
            raise Unreadable(
                _(
                    "The row that begins on line %(line)s cannot be read (%(problem)s). Look there for a quotation "
                    "mark that is not closed; one inside a text is written twice."
                )
                % {"line": f"{line:,}", "problem": error}
            ) from None
        if row is None:
            return
        if row:
            yield line, row


def _places(header: list[str], columns: Columns) -> dict[str, int]:
    names = [name.strip() for name in header]
    for name in columns.named:
        if name not in names:
            raise Unreadable(
                _("There is no column “%(name)s”. The columns are: %(names)s")
                % {"name": name, "names": ", ".join(names[:30]) or _("none")}
            )
        if names.count(name) > 1:
            raise Unreadable(_("There are several columns “%(name)s”. Rename all but one.") % {"name": name})
    return {name: names.index(name) for name in columns.named}


def _comment(cells: dict[str, str], columns: Columns, line: int, seen: Counter[str]) -> Found:
    written = cells[columns.date].strip() if columns.date else ""
    try:
        said_on = _day(written, columns.date_format) if written else None
    except (ValueError, OverflowError, OSError):
        return BadRow(
            line,
            _("its date “%(date)s” is not written as %(format)s")
            % {"date": written[:40], "format": columns.date_format},
        )
    text = cells[columns.text]
    if columns.is_html:
        if len(text) > LONGEST_MARKUP:
            return BadRow(line, _("it has %(length)s characters") % {"length": f"{len(text):,}"})
        text = plain(text)
    author = cells[columns.author] if columns.author else ""
    key = cells[columns.key].strip() if columns.key else _made_key(text, author, written, seen)
    parent = cells[columns.parent].strip() if columns.parent else ""
    return FoundComment(line, key, text, author, said_on, parent)


def _made_key(text: str, author: str, written: str, seen: Counter[str]) -> str:
    """Where the table has no ids: the same words by the same person on the same day, counted, are the same comment."""
    whole = "\x1f".join((text.strip(), author.strip(), written))
    digest = hashlib.sha256(whole.encode(errors="surrogatepass")).hexdigest()[:32]
    seen[digest] += 1
    return f"{digest}-{seen[digest]}"


def _day(written: str, date_format: str) -> date:
    """The day; a moment that is given as a number becomes the day it was here."""
    if date_format in {UNIX_SECONDS, UNIX_MILLISECONDS}:
        seconds = int(written) / (1000 if date_format == UNIX_MILLISECONDS else 1)
        return timezone.localdate(datetime.fromtimestamp(seconds, tz=UTC))
    if date_format == ISO:
        return datetime.fromisoformat(written).date()
    return datetime.strptime(written, date_format).date()
