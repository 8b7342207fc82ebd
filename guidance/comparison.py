"""The words in which a comparison of two revisions is told (pure)."""

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property

from guidance.diffs import Piece, edits
from guidance.fates import FateKind, Passage

PlaceKey = tuple[str, str]
"""A section's key and a level."""


@dataclass(frozen=True)
class Counts:
    """Paragraphs by what became of them. They add up to all of the newer text and those that were removed: two that
    were merged count as one, one that was split as several."""

    changed: int = 0
    new: int = 0
    removed: int = 0
    moved: int = 0
    same: int = 0

    @property
    def total(self) -> int:
        return self.changed + self.new + self.removed + self.moved + self.same

    def __add__(self, other: "Counts") -> "Counts":
        return Counts(
            self.changed + other.changed,
            self.new + other.new,
            self.removed + other.removed,
            self.moved + other.moved,
            self.same + other.same,
        )


@dataclass(frozen=True)
class Edit:
    """One spot where a paragraph's words changed. With the revision and the paragraph's key, the number is its
    address."""

    number: int
    pieces: tuple[Piece, ...]


@dataclass(frozen=True)
class Change:
    """What became of a paragraph, or of several that were split or merged, with the difference in their words."""

    kind: FateKind
    key: str
    """Of the first paragraph of the newer text, or of the one that was removed."""
    old: tuple[Passage, ...]
    new: tuple[Passage, ...]
    old_numbers: tuple[str, ...]
    """As printed: 4.2."""
    new_numbers: tuple[str, ...]
    has_moved: bool
    pieces: tuple[Piece, ...]
    first_number: int = 1
    in_marks: bool = False
    """Whether only marks changed (bold, a link's address, a list's kind): then the pieces are Markdown."""
    is_elsewhere = False

    @property
    def where(self) -> PlaceKey:
        return (self.new or self.old)[0].where

    @property
    def is_same(self) -> bool:
        return self.kind == FateKind.SAME

    @cached_property
    def edits(self) -> tuple[Edit, ...]:
        """The spots that changed, numbered from `first_number`. A paragraph that only moved has none."""
        spots = [tuple(stretch) for is_edit, stretch in edits(self.pieces) if is_edit]
        return tuple(Edit(number, spot) for number, spot in enumerate(spots, start=self.first_number))

    @property
    def numbers(self) -> range:
        """The numbers that are addresses here: one for each edit, and one for a move without any."""
        return range(self.first_number, self.first_number + max(1, len(self.edits)))


@dataclass(frozen=True)
class Elsewhere:
    """A word where a paragraph stood, or where part of it stands, on a change that is told in another place."""

    change: Change
    is_elsewhere = True
    is_same = False


Entry = Change | Elsewhere


@dataclass(frozen=True)
class Place:
    """A section at one level."""

    section: str
    level: str
    old_position: int | None
    """The section's number in the older text; None if it is new."""
    new_position: int | None
    """In the newer text; None if it was taken out."""
    entries: tuple[Entry, ...]
    counts: Counts

    @property
    def has_changed(self) -> bool:
        return any(not entry.is_same for entry in self.entries)


@dataclass(frozen=True)
class Comparison:
    """Two revisions, place by place, in reading order of the newer text."""

    places: tuple[Place, ...]

    @property
    def counts(self) -> Counts:
        return sum((place.counts for place in self.places), start=Counts())

    @property
    def changes(self) -> Iterable[Change]:
        """Each one once, in reading order, those that are the same as well."""
        return (entry for place in self.places for entry in place.entries if isinstance(entry, Change))

    def change_at(self, key: str, number: int) -> Change | None:
        """The change at an address, whose revision the caller knows."""
        return next((change for change in self.changes if change.key == key and number in change.numbers), None)
