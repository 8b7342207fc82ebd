"""Whether a file can be read at all: its size and its encoding (pure)."""

import codecs
from typing import BinaryIO

from django.utils.translation import gettext as _

from consult.discussion.elsewhere.found import Unreadable

LARGEST = 100_000_000
CHUNK = 65_536


def refuse_unfit_size(file: BinaryIO) -> None:
    size = file.seek(0, 2)
    file.seek(0)
    if not size:
        raise Unreadable(_("This file is empty."))
    if size > LARGEST:
        raise Unreadable(
            _("This file has %(size)s MB. %(largest)s MB are the most. Split it, and bring the parts in one by one.")
            % {"size": f"{size // 1_000_000:,}", "largest": f"{LARGEST // 1_000_000:,}"}
        )


def refuse_wrong_encoding(file: BinaryIO, encoding: str) -> None:
    """Read the file once to see whether all of it is in this encoding. Leaves it at its beginning."""
    decoder = _decoder(encoding)
    read, line = 0, 1
    while True:
        chunk = file.read(CHUNK)
        try:
            line += decoder.decode(chunk, final=not chunk).count("\n")
        except UnicodeDecodeError as error:
            line += error.object[: error.start].count(b"\n")
            # The decoder was given what waited before and the chunk, and counts from behind a byte order mark.
            looked_at = read + len(chunk) - len(error.object)
            raise _wrong_byte(encoding, looked_at + error.start, line) from None
        except UnicodeError:
            raise _wrong_byte(encoding, read, line) from None
        if not chunk:
            break
        read += len(chunk)
    file.seek(0)


def _decoder(encoding: str) -> codecs.IncrementalDecoder:
    try:
        b"a".decode(encoding, "replace")  # refuses codecs that are not about text, such as hex
        return codecs.getincrementaldecoder(encoding)()
    except (LookupError, UnicodeError):
        raise Unreadable(
            _("“%(encoding)s” is not an encoding. Usual ones are utf-8, cp1252 (older Windows) and utf-16.")
            % {"encoding": encoding}
        ) from None


def _wrong_byte(encoding: str, offset: int, line: int) -> Unreadable:
    return Unreadable(
        _(
            "Line %(line)s (byte %(byte)s) is not in the encoding %(encoding)s. Save the file as UTF-8, or say which "
            "encoding it has: cp1252 for files from older Windows programs, utf-16 for “Unicode text” from Excel."
        )
        % {"line": f"{line:,}", "byte": f"{offset + 1:,}", "encoding": encoding}
    )
