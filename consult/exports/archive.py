"""A ZIP that is the same bytes whenever the same things are put in, and a table that goes into it row by row."""

import csv
import hashlib
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from typing import IO, BinaryIO
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

from consult.exports.cells import guarded

NO_TIME = (1980, 1, 1, 0, 0, 0)
"""The earliest that a ZIP can say. What is inside says itself as of when it is."""
UNIX, READABLE = 3, 0o100644 << 16
BYTE_ORDER_MARK = "\ufeff"
"""Without it, Excel reads UTF-8 as something else."""


@dataclass
class Written:
    """A file inside the archive: what a manifest says of it."""

    into: IO[bytes]
    size: int = 0
    digest: "hashlib._Hash" = field(default_factory=hashlib.sha256)

    def write(self, text: str) -> int:
        data = text.encode()
        self.digest.update(data)
        self.size += len(data)
        return self.into.write(data)

    @property
    def sha256(self) -> str:
        return self.digest.hexdigest()

    def described(self) -> dict[str, int | str]:
        return {"bytes": self.size, "sha256": self.sha256}


@dataclass(frozen=True)
class Made:
    """What an archive holds, for the job's row and the ledger: how many comments it rests on, and the hash of its
    first file. While the fingerprint is the same, it holds nothing that may no longer be shown."""

    rows: int
    sha256: str
    fingerprint: str


class Archive:
    """Files one after the other, in the order in which they are written."""

    def __init__(self, file: BinaryIO) -> None:
        self._zip = ZipFile(file, "w", ZIP_DEFLATED, compresslevel=6)

    def __enter__(self) -> "Archive":
        return self

    def __exit__(self, kind: object, *_rest: object) -> None:
        """Write the table of contents. After an error the file is thrown away, and the first error is the news."""
        with suppress(*([Exception] if kind else [])):
            self._zip.close()

    @contextmanager
    def writing(self, name: str) -> Iterator[Written]:
        """A file of the archive, for text in UTF-8. It may grow beyond four gigabytes."""
        entry = ZipInfo(name, NO_TIME)
        entry.compress_type, entry.create_system, entry.external_attr = ZIP_DEFLATED, UNIX, READABLE
        with self._zip.open(entry, "w", force_zip64=True) as into:
            yield Written(into)

    def add(self, name: str, text: str) -> Written:
        with self.writing(name) as written:
            written.write(text)
        return written


def write_table(into: Written, columns: Iterable[str], rows: Iterable[Iterable[object]]) -> None:
    """Comma-separated values: UTF-8 with a byte order mark, CRLF, every cell quoted, none of them a formula."""
    into.write(BYTE_ORDER_MARK)
    table = csv.writer(into, quoting=csv.QUOTE_ALL, lineterminator="\r\n")
    table.writerow(columns)
    for row in rows:
        table.writerow([_cell(value) for value in row])


def _cell(value: object) -> str:
    return "" if value is None else guarded(str(value))
