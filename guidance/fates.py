"""What became of each block between two revisions (pure)."""

from dataclasses import dataclass
from enum import StrEnum


class FateKind(StrEnum):
    """What became of a block. `moved` means the same words in another place; what moved and changed was edited."""

    SAME = "same"
    MOVED = "moved"
    EDITED = "edited"
    SPLIT = "split"
    MERGED = "merged"
    REMOVED = "removed"
    NEW = "new"


@dataclass(frozen=True)
class Passage:
    """A block as it stands in one revision."""

    key: str
    section: str
    """The section's key."""
    level: str
    position: int
    """In its section, at its level, counted from 1."""
    kind: str
    source: str
    """Markdown."""
    text: str
    """The words alone, one line for each paragraph, list item or table row."""

    @property
    def where(self) -> tuple[str, str]:
        return (self.section, self.level)


@dataclass(frozen=True)
class Fate:
    """What became of some blocks: one to one, one to several (split), several to one (merged), one to none, none to
    one. Over all fates of two revisions each old key and each new key occurs exactly once."""

    kind: FateKind
    old: tuple[str, ...]
    """Keys in the older revision, in its order."""
    new: tuple[str, ...]
    """Keys in the newer revision, in its order."""
    has_moved: bool = False
    """Whether it also stands in another section or level, or on the other side of a neighbour that stayed."""


def fates(old, new, *, by_hand=None):
    raise RuntimeError("waits for the merge")


def follow(key, steps):
    raise RuntimeError("waits for the merge")
