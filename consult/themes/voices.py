"""What the pure part reads and what it hands back. Nothing here knows a database."""

from collections.abc import Iterable
from dataclasses import dataclass
from itertools import pairwise


@dataclass(frozen=True, slots=True)
class Voice:
    """One comment as the summary hears it. `who` is a persona's key; None where nobody knows who wrote it."""

    id: int
    text: str
    who: str | None = None
    capacity: str = ""


@dataclass(frozen=True, slots=True)
class Phrase:
    """Words that several comments use: `voices` comments by `people` personas; `ids` are the first of them."""

    text: str
    voices: int
    people: int
    ids: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Quote:
    """A verbatim slice of comment `id`, standing for the `near` comments `ids`, itself among them.

    `copies` of them only repeat what another of them says word for word; `few`: hardly anybody else says this.
    """

    id: int
    start: int
    end: int
    text: str
    near: int
    people: int
    copies: int
    few: bool
    ids: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Quotes:
    """Quotations and what they leave out: near + in_other_groups + not_grouped + without_words = all."""

    quotes: tuple[Quote, ...]
    all: int
    near: int
    in_other_groups: int
    not_grouped: int
    without_words: int

    @property
    def adds_up(self) -> bool:
        """Whether every comment is counted once."""
        parts = self.near + self.in_other_groups + self.not_grouped + self.without_words
        return parts == self.all and self.near == sum(quote.near for quote in self.quotes)


def in_order(voices: Iterable[Voice]) -> list[Voice]:
    """By id, so that the order of arrival never changes a result. Raises ValueError if one comes twice."""
    ordered = sorted(voices, key=lambda voice: voice.id)
    for one, next_one in pairwise(ordered):
        if one.id == next_one.id:
            raise ValueError(f"Comment {one.id} is there twice.")
    return ordered


def people_among(voices: Iterable[Voice]) -> int:
    """How many personas wrote these. Comments by nobody known are comments, but not people."""
    return len({voice.who for voice in voices if voice.who is not None})
