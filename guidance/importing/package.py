"""The parts of a Word file, taken out without trusting what it says about itself (pure)."""

import io
import zipfile
import zlib
from xml.parsers import expat

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

MOST_ENTRIES = 5_000
MOST_UNPACKED = 300_000_000
"""Bytes that all parts together may say they have. We unpack only the few that hold text."""
MOST_IN_A_PART = 60_000_000
MOST_TIMES_LARGER = 400
"""Deflate makes anything at most 1,032 times smaller; XML of real documents about 30 times."""
SMALL = 1_000_000
"""Bytes of a part below which its ratio says nothing: an empty style sheet packs very well."""
MOST_ELEMENTS = 1_500_000
DEEPEST = 100
AT_ONCE = 65_536


class Package:
    """An opened ZIP file. Raises ValidationError for one that is broken, locked, or made to burst."""

    def __init__(self, data: bytes) -> None:
        try:
            self._zip = zipfile.ZipFile(io.BytesIO(data))
        except (zipfile.BadZipFile, ValueError, NotImplementedError, OverflowError):
            raise broken() from None
        self.names = [entry.filename for entry in self._zip.infolist()]
        self._refuse_tricks()

    def _refuse_tricks(self) -> None:
        entries = self._zip.infolist()
        if len(entries) > MOST_ENTRIES or len(set(self.names)) < len(entries):
            raise broken()
        if any(name.startswith("/") or ".." in name.split("/") or "\\" in name or ":" in name for name in self.names):
            raise broken()
        if any(entry.flag_bits & 0x1 for entry in entries):
            raise ValidationError(_("A password protects this file. Save it as .docx without one."))
        if sum(entry.file_size for entry in entries) > MOST_UNPACKED:
            raise bursting()

    def read(self, name: str) -> bytes | None:
        """A part's bytes, or None if there is none. What it says about its size is not believed."""
        if name not in self.names:
            return None
        entry = self._zip.getinfo(name)
        most = min(MOST_IN_A_PART, max(SMALL, entry.compress_size * MOST_TIMES_LARGER))
        if entry.compress_type not in {zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED} or entry.file_size > most:
            raise bursting()
        unpacked = bytearray()
        try:
            with self._zip.open(entry) as part:
                while piece := part.read(AT_ONCE):
                    unpacked += piece
                    if len(unpacked) > most:
                        raise bursting()
        except (zipfile.BadZipFile, EOFError, OSError, ValueError, NotImplementedError, zlib.error):
            raise broken() from None
        return bytes(unpacked)

    def read_xml(self, name: str) -> bytes | None:
        """A part's bytes, after a look at them: no document type, which is where entities are defined, not too deep,
        not too many elements."""
        data = self.read(name)
        if data is not None:
            _refuse_monsters(data)
        return data


def _refuse_monsters(data: bytes) -> None:
    parser = expat.ParserCreate()
    depth = elements = 0

    def opened(_name: str, _attributes: dict) -> None:
        nonlocal depth, elements
        depth, elements = depth + 1, elements + 1
        if depth > DEEPEST or elements > MOST_ELEMENTS:
            raise ValidationError(_("This document is built of more parts inside one another than we can read."))

    def closed(_name: str) -> None:
        nonlocal depth
        depth -= 1

    def typed(*_about: object) -> None:
        raise ValidationError(_("This file defines parts of its own (entities). Save it anew in Word as .docx."))

    parser.StartElementHandler, parser.EndElementHandler, parser.StartDoctypeDeclHandler = opened, closed, typed
    try:
        parser.Parse(data, True)
    except (expat.ExpatError, LookupError, ValueError):
        raise broken() from None


def broken() -> ValidationError:
    return ValidationError(_("This file is damaged, or no Word document. Open it in Word and save it as .docx anew."))


def bursting() -> ValidationError:
    return ValidationError(
        _("This file unpacks to far more than it should. Open it in Word and save it as .docx anew.")
    )
