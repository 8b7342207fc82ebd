"""Where an anchor stands in a later revision (pure)."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from guidance.anchors import Quote
from guidance.fates import Fate, Passage


class Standing(StrEnum):
    IN_PLACE = "in_place"
    MOVED = "moved"
    CHANGED = "changed"
    REMOVED = "removed"


@dataclass(frozen=True)
class At:
    section: str
    level: str
    key: str
    quote: Quote | None
    words: str


@dataclass(frozen=True)
class Found:
    standing: Standing
    section: str = ""
    level: str = ""
    key: str = ""
    start: int | None = None
    end: int | None = None


@dataclass(frozen=True)
class Ground:
    old: Sequence[Passage]
    new: Sequence[Passage]
    fates: Sequence[Fate]
    old_titles: dict[str, str]
    new_titles: dict[str, str]


def place(at: At, ground: Ground) -> Found:
    raise RuntimeError("waits for the merge")
