"""A file of any kind that we take, read by what it holds and not only by how its name ends (pure)."""

import re

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from guidance.importing.encodings import decode_text
from guidance.importing.imported import Imported
from guidance.importing.markdown import read_markdown

MOST_BYTES = 20_000_000
OLD_OFFICE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
"""How an OLE file begins: .doc, and any .docx that a password protects."""
PAGE = re.compile(
    rb"\s*(<\?xml[^>]{0,200}>\s*)?(<!--.{0,2000}?-->\s*){0,9}<(!doctype\s+html|html|head|body)\b",
    re.IGNORECASE | re.DOTALL,
)
TAG = re.compile(rb"<(p|div|h[1-6]|body|ul|ol|table|article|main|section)\b", re.IGNORECASE)
LOOK_AT = 8192


def read(name: str, data: bytes) -> Imported:
    """What a file would become. `name` is what its owner calls it; it is believed only where content leaves doubt.

    Takes Word documents (.docx), web pages and Markdown. Raises ValidationError that says what to mend.
    """
    if len(data) > MOST_BYTES:
        raise ValidationError(
            _("This file is larger than 20 MB. Take out its images, or save the text alone, and choose it again.")
        )
    if not data.strip():
        raise ValidationError(_("This file is empty."))
    _refuse_what_we_know_and_do_not_take(data)
    if data.startswith((b"PK\x03\x04", b"PK\x05\x06")):
        from guidance.importing.docx import read_docx  # loaded when the first Word document comes

        return read_docx(name, data)
    if _is_page(name, data):
        from guidance.importing.html import read_html

        return read_html(name, data)
    text = decode_text(data)
    if "\x00" in text:
        raise ValidationError(_("This is not a text. Choose a Word document (.docx), a web page or Markdown."))
    return read_markdown(text)


def _refuse_what_we_know_and_do_not_take(data: bytes) -> None:
    if data.startswith(OLD_OFFICE):
        raise ValidationError(
            _("This is an old Word file (.doc), or a password protects it. Save it as .docx without a password.")
        )
    if data.startswith(b"%PDF-"):
        raise ValidationError(_("This is a PDF, which holds no headings. Choose the document that it was made from."))
    if data.startswith(b"{\\rtf"):
        raise ValidationError(_("This is an RTF file. Save it as .docx and choose it again."))
    if data[:LOOK_AT].lstrip().startswith((b"MIME-Version:", b"From: <Saved by")):
        raise ValidationError(_("This is a web archive. Save the page as “HTML only” and choose it again."))


def _is_page(name: str, data: bytes) -> bool:
    head = data[:LOOK_AT].lstrip(b"\xef\xbb\xbf\xff\xfe").replace(b"\x00", b"")
    if PAGE.match(head):
        return True
    return name.lower().endswith((".html", ".htm", ".xhtml")) and TAG.search(data) is not None
