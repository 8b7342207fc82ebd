"""A draft by numbers: each section at each level, each level, and the whole, against the budget."""

from collections.abc import Sequence
from dataclasses import dataclass
from math import ceil

from guidance.fates import Passage
from guidance.measures import LongSentence, Measured, longest_sentences, measure
from guidance.models import Level, Revision
from guidance.obligations import Obligation, Word, by_word, obligations
from guidance.tracing import passages_of, titles_of

MOST_LISTED = 1_000
"""Sentences with must, should or may on one page. A guidance of two hundred sections has more."""


@dataclass(frozen=True)
class Length:
    """How long something is, and how long it may be: None where the team has set no limit."""

    name: str
    measured: Measured
    limit: int | None = None

    @property
    def words(self) -> int:
        return self.measured.words

    @property
    def minutes(self) -> int:
        return self.measured.minutes if self.words else 0

    @property
    def sides(self) -> int:
        """Sides of A4, begun ones counted whole."""
        return ceil(self.measured.sides)

    @property
    def is_over(self) -> bool:
        return self.limit is not None and self.sides > self.limit


@dataclass(frozen=True)
class SectionLength:
    """A section, level by level, and all its levels together."""

    key: str
    title: str
    number: int
    levels: list[Length]
    all: Length


@dataclass(frozen=True)
class DraftMeasured:
    sections: list[SectionLength]
    levels: list[Length]
    whole: Length
    longest: list[LongSentence]


def measured(draft: Revision) -> DraftMeasured:
    """All the numbers, in two questions to the database."""
    passages, titles = passages_of(draft), titles_of(draft)
    found = measure(passages)
    limits = {Level.OVERVIEW: draft.document.overview_sides, Level.SNAPSHOT: draft.document.sides}
    sections = [
        SectionLength(
            key,
            title,
            number,
            [Length(str(level.label), found.at(key, level)) for level in Level],
            Length(title, sum((found.at(key, level) for level in Level), Measured())),
        )
        for number, (key, title) in enumerate(titles.items(), start=1)
    ]
    levels = [Length(str(level.label), found.level(level), limits.get(level)) for level in Level]
    return DraftMeasured(sections, levels, Length("", found.whole), longest_sentences(passages))


@dataclass(frozen=True)
class Duties:
    """Sentences that say what must, should or may be done, under the word that they say it with."""

    groups: list[tuple[Word, list[Obligation]]]
    total: int
    titles: dict[str, str]

    @property
    def is_cut(self) -> bool:
        return self.total > MOST_LISTED


def duties(draft: Revision, section: str = "") -> Duties:
    """Every must, should and may of a draft, or of one of its sections, in the order of the text."""
    titles = titles_of(draft)
    found = obligations(_of_section(passages_of(draft), section if section in titles else ""))
    groups = [(word, group) for word, group in by_word(found[:MOST_LISTED]).items() if group]
    return Duties(groups, len(found), titles)


def _of_section(passages: Sequence[Passage], section: str) -> list[Passage]:
    return [passage for passage in passages if not section or passage.section == section]
