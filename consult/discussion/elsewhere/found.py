"""What a reader finds in a file, before anything is stored (pure)."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from django.core.exceptions import ValidationError


class Unreadable(ValidationError):
    """The file as a whole cannot be read. The message says what to mend; nothing of it goes in."""


@dataclass(frozen=True, slots=True)
class FoundComment:
    """A comment as its source gives it: what the source does not say is empty. `key` is its id there."""

    line: int
    key: str
    text: str
    author: str = ""
    said_on: date | None = None
    parent: str = ""
    url: str = ""


@dataclass(frozen=True, slots=True)
class FoundMention:
    """A page elsewhere that links to what was discussed: a pingback or trackback."""

    line: int
    key: str
    title: str
    url: str = ""
    excerpt: str = ""
    seen_on: date | None = None


@dataclass(frozen=True, slots=True)
class BadRow:
    """Something that cannot go in, and why."""

    line: int
    why: str


@dataclass(frozen=True, slots=True)
class LeftOut:
    """Something that nobody asked for: not approved at its source, or not chosen."""

    line: int


Found = FoundComment | FoundMention | BadRow | LeftOut
Reading = Iterator[Found]
