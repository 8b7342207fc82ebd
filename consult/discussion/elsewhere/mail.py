"""An e-mail file (.eml): its words, and what its head says of it (pure).

Whatever cannot be read is said and stays empty: no sender, day or letter is made up. The work is bounded before the
parser begins: it grows with lines times nesting, and a mail that was made to keep a server busy has much of both.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, timedelta
from email import message_from_bytes, policy
from email.errors import HeaderParseError
from email.header import decode_header
from email.message import Message
from email.utils import parseaddr, parsedate_to_datetime

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from consult.discussion.elsewhere.found import Unreadable
from consult.discussion.elsewhere.words import plain
from guidance.cleaning import clean, clean_line, is_blank
from guidance.importing.encodings import AS_BROWSERS_READ, KNOWN

LARGEST = 10_000_000
"""Bytes of the file."""
LONGEST = 400_000
"""Characters of words. A response of twelve pages has some 40,000."""
LONGEST_HEAD = 262_144
MOST_LINES, MOST_NESTED, MOST_PARTS = 300_000, 20, 500
LONGEST_FIELD = 2_000
"""Characters of a field of the head that are looked at."""
NESTED = re.compile(rb"^content-type[ \t]*:\s{0,200}(?:multipart|message)/", re.IGNORECASE | re.MULTILINE)
END_OF_HEAD = re.compile(rb"\r?\n\r?\n|\r\r")
LOOKS_LIKE_MAIL = re.compile(rb"\A(?:From [^\n]{0,998}\r?\n)?[A-Za-z][A-Za-z0-9-]{0,75}[ \t]*:")
GAPS = re.compile(r"\n\s*\n\s*\n")
OUTLOOKS_OWN = b"\xd0\xcf\x11\xe0"
FIRST_MAIL = date(1990, 1, 1)
"""A clock that says less was never set."""
SOMEWHERE_ELSE_ON_EARTH = timedelta(days=1)


@dataclass(frozen=True)
class Mail:
    """What a mail says. `notes` are for the person who looks at it before it is saved."""

    words: str
    sender: str = ""
    subject: str = ""
    sent_on: date | None = None
    attachments: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()


@dataclass
class _Reading:
    notes: list[str] = field(default_factory=list)
    attachments: list[str] = field(default_factory=list)
    parts: int = 0

    def note(self, words: str) -> None:
        if words not in self.notes:
            self.notes.append(words)


def read_mail(data: bytes, *, today: date) -> Mail:
    """Raises Unreadable, saying what to do instead, when it is no mail, too much, or has no words."""
    _refuse_unfit(data)
    try:
        message = message_from_bytes(data, policy=policy.compat32)
    except RecursionError:
        raise Unreadable(_too_nested()) from None
    reading = _Reading()
    words = clean("\n\n".join(_texts(message, reading))).text
    if is_blank(words):
        raise Unreadable(
            _("There are no words in this mail that we can read. If it is encrypted or a scan, type the words instead.")
        )
    if len(words) > LONGEST:
        raise Unreadable(
            _("This mail has %(length)s characters. %(most)s are the most. Enter it in parts.")
            % {"length": f"{len(words):,}", "most": f"{LONGEST:,}"}
        )
    sent_on = _sent_on(message, reading, today)
    if reading.attachments:
        reading.notes.insert(0, _left_out(reading.attachments))
    return Mail(
        words, _sender(message), _field(message, "Subject")[:200], sent_on,
        tuple(reading.attachments), tuple(reading.notes),
    )  # fmt: skip


def _refuse_unfit(data: bytes) -> None:
    if not data.strip():
        raise Unreadable(_("This file is empty."))
    if len(data) > LARGEST:
        raise Unreadable(_("This file has more than 10 MB. Save the mail without its attachments, or type the words."))
    if data.startswith(OUTLOOKS_OWN):
        raise Unreadable(_("This is Outlook’s own kind of file (.msg). Save the mail as .eml, or copy its words."))
    if not LOOKS_LIKE_MAIL.match(data.lstrip(b"\xef\xbb\xbf\r\n")):
        raise Unreadable(_("This is not an e-mail file. Save the mail as .eml, or copy its words."))
    end = END_OF_HEAD.search(data, 0, LONGEST_HEAD)
    if end is None and len(data) > LONGEST_HEAD:
        raise Unreadable(_("The head of this mail is longer than that of any mail we know. Copy its words instead."))
    if max(data.count(b"\n"), data.count(b"\r")) > MOST_LINES:
        raise Unreadable(_("This mail has more lines than we read. Save it without its attachments."))
    if sum(1 for _found in NESTED.finditer(data)) > MOST_NESTED:
        raise Unreadable(_too_nested())


def _too_nested() -> str:
    return _("This mail has too many mails and parts inside one another. Copy its words instead.")


# --- Its words ----------------------------------------------------------------------------------------
def _texts(part: Message, reading: _Reading) -> Iterator[str]:
    """The words of a part and of those in it; of alternatives, the plain ones. What is attached is noted by name."""
    reading.parts += 1
    if reading.parts > MOST_PARTS:
        raise Unreadable(_too_nested())
    kind = part.get_content_type()
    if kind.startswith("message/") or part.get_content_disposition() == "attachment" or part.get_filename():
        reading.attachments.append(_name_of(part))
    elif part.is_multipart():
        inner = part.get_payload()
        yield from _alternative(inner, reading) if kind == "multipart/alternative" else _each(inner, reading)
    elif kind in {"text/plain", "text/html"}:
        words = _decoded(part, reading)
        yield GAPS.sub("\n\n", plain(words)) if kind == "text/html" else words
    elif part.get_content_maintype() not in {"multipart"}:
        reading.attachments.append(_name_of(part))


def _each(parts: list[Message], reading: _Reading) -> Iterator[str]:
    for part in parts:
        yield from _texts(part, reading)


def _alternative(parts: list[Message], reading: _Reading) -> Iterator[str]:
    """The same words several times over: the first form that has any, plain before HTML."""
    readable = [part for part in parts if part.is_multipart() or part.get_content_maintype() == "text"]
    for part in sorted(readable, key=lambda one: one.get_content_type() != "text/plain"):
        words = list(_texts(part, reading))
        if not is_blank("".join(words)):
            yield from words
            return


def _decoded(part: Message, reading: _Reading) -> str:
    """The letters as the part says they are written, or as they must be if it is wrong; and then that is said."""
    data = part.get_payload(decode=True) or b""
    said = str(part.get_param("charset", "utf-8") if isinstance(part.get_param("charset"), str) else "utf-8").lower()
    for encoding in (AS_BROWSERS_READ.get(said, said) if KNOWN.fullmatch(said) else "utf-8", "utf-8"):
        try:
            return data.decode(encoding)
        except (UnicodeDecodeError, LookupError):
            reading.note(
                _("The mail says that it is written in “%(said)s”, and it is not. Look for letters that are wrong.")
                % {"said": clean_line(said)[:40]}
            )
    return data.decode("cp1252", "replace")


def _name_of(part: Message) -> str:
    name = clean_line(_in_letters(part.get_filename() or ""))[:100]
    return name or {"message": _("a forwarded mail"), "image": _("an image")}.get(
        part.get_content_maintype(), _("something without a name")
    )


def _left_out(names: list[str]) -> str:
    shown = ", ".join(names[:10]) + (" …" if len(names) > 10 else "")
    return ngettext(
        "%(n)d attachment is left out: %(names)s. Keep it in your own files.",
        "%(n)d attachments are left out: %(names)s. Keep them in your own files.",
        len(names),
    ) % {"n": len(names), "names": shown}


# --- Its head -----------------------------------------------------------------------------------------
def _field(message: Message, name: str) -> str:
    return clean_line(_in_letters(str(message.get(name, ""))[:LONGEST_FIELD]))


def _in_letters(raw: object) -> str:
    """A field of the head without its wrapping (RFC 2047). What is wrongly wrapped stays as it is."""
    raw = str(raw)[:LONGEST_FIELD]
    try:
        return "".join(
            part if isinstance(part, str) else part.decode(said if KNOWN.fullmatch(said or "") else "utf-8", "replace")
            for part, said in decode_header(raw)
        )
    except (HeaderParseError, LookupError, ValueError):
        return raw


def _sender(message: Message) -> str:
    """The name in “From”. An address is not a name, and is not kept."""
    name, _address = parseaddr(_field(message, "From"))
    return "" if "@" in name else name[:120]


def _sent_on(message: Message, reading: _Reading, today: date) -> date | None:
    raw = str(message.get("Date", ""))[:LONGEST_FIELD].strip()
    if not raw:
        reading.note(_("The mail does not say when it was sent."))
        return None
    try:
        day = parsedate_to_datetime(raw).date()
    except (ValueError, TypeError, IndexError, OverflowError):
        reading.note(_("The mail’s date cannot be read."))
        return None
    if not FIRST_MAIL <= day <= today + SOMEWHERE_ELSE_ON_EARTH:
        reading.note(_("The mail’s date, %(day)s, cannot be right. It is left empty.") % {"day": day.isoformat()})
        return None
    return day
