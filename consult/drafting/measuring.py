"""A draft by numbers: each section at each level, each level, and the whole, against the budget."""

import math
from dataclasses import dataclass

from consult.drafting.showing import SectionRow, outline_of
from guidance.measures import minutes_to_read, sides_of_a4
from guidance.models import Level, Revision


@dataclass(frozen=True)
class Length:
    """How long something is, and how long it may be: None where the team has set no limit."""

    name: str
    words: int
    limit: int | None = None

    @property
    def minutes(self) -> int:
        return minutes_to_read(self.words) if self.words else 0

    @property
    def sides(self) -> int:
        """Sides of A4, begun ones counted whole."""
        return math.ceil(sides_of_a4(self.words))

    @property
    def is_over(self) -> bool:
        return self.limit is not None and self.sides > self.limit


@dataclass(frozen=True)
class DraftMeasured:
    rows: list[SectionRow]
    levels: list[Length]
    whole: Length


def measured(draft: Revision) -> DraftMeasured:
    """All the numbers, in two questions to the database."""
    rows = outline_of(draft)
    limits = {Level.OVERVIEW: draft.document.overview_sides, Level.SNAPSHOT: draft.document.sides}
    levels = [
        Length(str(level.label), sum(row.words.get(level, 0) for row in rows), limits.get(level)) for level in Level
    ]
    return DraftMeasured(rows, levels, Length("", sum(level.words for level in levels)))
