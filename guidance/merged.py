"""What comes of merging three texts: agreed parts, and conflicts with all their sides (pure)."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace


@dataclass(frozen=True)
class Agreed:
    """Text that nobody disputes, with the space behind it."""

    text: str


@dataclass(frozen=True)
class Conflict:
    """The same words (or paragraphs, or lines) changed in two ways. A side that took them out is empty."""

    base: str
    mine: str
    theirs: str
    behind: str = ""
    """The space that follows, whichever side is chosen, unless nothing is."""


Part = Agreed | Conflict


class NotClean(ValueError):
    """Someone has to choose first."""


@dataclass(frozen=True)
class Merged:
    """A merge: its parts in order, agreed ones and conflicts."""

    parts: tuple[Part, ...]

    @property
    def conflicts(self) -> tuple[Conflict, ...]:
        return tuple(part for part in self.parts if isinstance(part, Conflict))

    @property
    def is_clean(self) -> bool:
        return not self.conflicts

    @property
    def text(self) -> str:
        """Raises NotClean while there are conflicts."""
        if not self.is_clean:
            raise NotClean(f"There are {len(self.conflicts)} conflicts: choose with `with_choices`.")
        return self.with_choices([])

    def with_choices(self, choices: Sequence[str]) -> str:
        """The text with these words where the conflicts are, one choice for each, in order. A choice may be a side, or
        anything that a person wrote instead. Raises ValueError if there are more or fewer choices than conflicts."""
        if len(choices) != len(self.conflicts):
            raise ValueError(f"{len(self.conflicts)} conflicts need as many choices, not {len(choices)}.")
        left = iter(choices)
        return "".join(part.text if isinstance(part, Agreed) else _chosen(next(left), part) for part in self.parts)


def _chosen(choice: str, conflict: Conflict) -> str:
    return choice.rstrip() + conflict.behind if choice.strip() else ""


def in_order(parts: Iterable[Part], tail: str) -> tuple[Part, ...]:
    """Agreed neighbours as one part, nothing empty, and `tail` as the only space at the end of the text."""
    found: list[Part] = []
    for part in parts:
        if isinstance(part, Agreed) and found and isinstance(found[-1], Agreed):
            found[-1] = Agreed(found[-1].text + part.text)
        elif part != Agreed(""):
            found.append(part)
    if found:
        found[-1] = _ended(found[-1], tail)
    return tuple(found)


def _ended(part: Part, tail: str) -> Part:
    return replace(part, behind=tail) if isinstance(part, Conflict) else Agreed(part.text.rstrip() + tail)
