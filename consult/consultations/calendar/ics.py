"""A consultation's dates as a calendar file: RFC 5545 (pure)."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta

LONGEST_LINE = 75
"""Octets, without the line break (section 3.1)."""
ESCAPED = str.maketrans({"\\": "\\\\", ";": "\\;", ",": "\\,", "\n": "\\n", "\r": None})


@dataclass(frozen=True)
class Dated:
    """Something that happens at a moment, or on a whole day. `key` stays the same when its date changes."""

    key: str
    title: str
    at: datetime | date
    words: str = ""


def calendar_of(dated: Iterable[Dated], *, name: str, address: str, host: str, made: datetime, version: int) -> bytes:
    """The file. `made` and `version` rise with each change, so that calendars take the new date for the old one."""
    lines = ["BEGIN:VCALENDAR", "VERSION:2.0", f"PRODID:-//{_text(host)}//consult//EN", f"X-WR-CALNAME:{_text(name)}"]
    for one in dated:
        lines += [
            "BEGIN:VEVENT",
            f"UID:{one.key}@{host}",
            f"DTSTAMP:{_moment(made)}",
            f"SEQUENCE:{version}",
            *_when(one.at),
            f"SUMMARY:{_text(one.title)}",
            *([f"DESCRIPTION:{_text(one.words)}"] if one.words else []),
            f"URL:{address}",
            "TRANSP:TRANSPARENT",
            "END:VEVENT",
        ]
    return "".join(f"{folded(line)}\r\n" for line in [*lines, "END:VCALENDAR"]).encode()


def _when(at: datetime | date) -> list[str]:
    if isinstance(at, datetime):
        return [f"DTSTART:{_moment(at)}", f"DTEND:{_moment(at)}"]
    return [f"DTSTART;VALUE=DATE:{at:%Y%m%d}", f"DTEND;VALUE=DATE:{at + timedelta(days=1):%Y%m%d}"]


def _moment(at: datetime) -> str:
    return f"{at.astimezone(UTC):%Y%m%dT%H%M%SZ}"


def _text(words: str) -> str:
    """Words in a line: escaped, and without characters that would end or break it."""
    kept = "".join(c for c in words if c == "\n" or c.isprintable())
    return kept.translate(ESCAPED)


def folded(line: str) -> str:
    """A long line in several, cut between characters: each one after the first begins with a space."""
    pieces, piece, size = [], "", 0
    for character in line:
        octets = len(character.encode())
        if size + octets > LONGEST_LINE:
            pieces.append(piece)
            piece, size = "", 1  # the space counts
        piece, size = piece + character, size + octets
    return "\r\n ".join([*pieces, piece])
