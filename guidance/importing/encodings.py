"""Bytes to text, when a file says how it is written or does not (pure)."""

import codecs
import re

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

MARKS = [(codecs.BOM_UTF8, "utf-8"), (codecs.BOM_UTF16_LE, "utf-16-le"), (codecs.BOM_UTF16_BE, "utf-16-be")]
DECLARED = re.compile(rb"""<meta[^>]{0,300}?charset\s*=\s*["']?\s*([A-Za-z0-9_:.-]{1,40})""", re.IGNORECASE)
LOOK_AT = 4096
"""Bytes in which a page's declaration must stand; browsers look at 1,024."""
KNOWN = re.compile(
    r"utf-?8|us-ascii|ascii|iso-?8859-?\d{1,2}|latin-?1|windows-125\d|cp125\d|koi8-[ru]|macintosh|mac-roman|"
    r"gbk|gb2312|gb18030|big5|euc-jp|euc-kr|shift[_-]jis|iso-2022-jp|windows-874|tis-620",
    re.IGNORECASE,
)
"""Encodings of text. Python knows others that unpack or run what they are given."""
AS_BROWSERS_READ = {"iso-8859-1": "cp1252", "latin1": "cp1252", "latin-1": "cp1252", "us-ascii": "cp1252",
                    "ascii": "cp1252", "macintosh": "mac-roman", "windows-874": "cp874"}  # fmt: skip


def decode_text(data: bytes) -> str:
    """UTF-8, or what the mark at its beginning says. Raises ValidationError that names the line and byte."""
    mark, encoding = next(((mark, name) for mark, name in MARKS if data.startswith(mark)), (b"", "utf-8"))
    return _decoded(data[len(mark) :], encoding)


def decode_page(data: bytes) -> str:
    """A web page: by its mark, its <meta charset>, or else as UTF-8."""
    if any(data.startswith(mark) for mark, _name in MARKS):
        return decode_text(data)
    declared = DECLARED.search(data[:LOOK_AT])
    label = declared[1].decode("ascii").lower() if declared else "utf-8"
    if label.startswith("utf-16"):  # whoever can read this declaration is not reading UTF-16
        label = "utf-8"
    if not KNOWN.fullmatch(label):
        raise ValidationError(
            _("This page says that it is written in “%(name)s”. Save it as UTF-8 and choose it again.")
            % {"name": label}
        )
    return _decoded(data, AS_BROWSERS_READ.get(label, label))


def _decoded(data: bytes, encoding: str) -> str:
    try:
        return data.decode(encoding)
    except LookupError:
        raise ValidationError(_("This file is in an encoding that we do not know. Save it as UTF-8.")) from None
    except UnicodeDecodeError as error:
        line = data[: error.start].count(b"\n") + 1
        name = {"utf-8": "UTF-8"}.get(encoding, encoding)
        raise ValidationError(
            _("Line %(line)d (byte %(byte)d) is not %(name)s. Save the file as UTF-8 and try again.")
            % {"line": line, "byte": error.start + 1, "name": name}
        ) from None
