"""How long the team wants its text to be: “four sides of A4; the overview on one”."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from types import MappingProxyType

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from guidance.measures.length import WORDS_A_SIDE
from guidance.measures.measured import Measured, Measures
from guidance.models import Level

MOST_SIDES = 1_000


@dataclass(frozen=True)
class Budget:
    """The most sides of A4, where the team has set a limit. Raises ValidationError for a limit that is none."""

    whole: float | None = None
    """All sections at all levels."""
    levels: Mapping[str, float] = field(default_factory=lambda: MappingProxyType({}))
    """All sections at one level: {"overview": 1, "full": 4}."""
    sections: Mapping[str, float] = field(default_factory=lambda: MappingProxyType({}))
    """Any one section at one level: {"full": 2}."""

    def __post_init__(self) -> None:
        limits = [*([] if self.whole is None else [self.whole]), *self.levels.values(), *self.sections.values()]
        if not all(0 < limit <= MOST_SIDES for limit in limits):
            raise ValidationError(_("Set each budget to more than nothing and at most 1,000 sides of A4."))
        if unknown := (set(self.levels) | set(self.sections)) - set(Level.values):
            raise ValidationError(_("There is no level “%(level)s”.") % {"level": min(unknown)})


@dataclass(frozen=True)
class Excess:
    """A limit that the text is over."""

    level: str
    """Empty for the whole."""
    section: str
    """The section's key; empty for a limit on all of them."""
    words: int
    limit: float
    """Sides of A4."""

    @property
    def words_too_many(self) -> int:
        return self.words - words_within(self.limit)

    @property
    def sides(self) -> float:
        return self.words / WORDS_A_SIDE

    def __str__(self) -> str:
        return _("%(what)s: %(sides)s sides of A4, where %(limit)s was the aim. %(words)s") % {
            "what": self._what(),
            "sides": _figure(self.sides),
            "limit": _figure(self.limit),
            "words": ngettext("That is %(n)s word too many.", "That is %(n)s words too many.", self.words_too_many)
            % {"n": f"{self.words_too_many:,}"},
        }

    def _what(self) -> str:
        level = str(Level(self.level).label) if self.level else ""
        if self.section:
            return _("Section “%(section)s”, %(level)s") % {"section": self.section, "level": level.lower()}
        return _("%(level)s of all sections") % {"level": level} if level else _("The whole guidance")


def words_within(sides: float) -> int:
    """How many words fit on so many sides."""
    return int(sides * WORDS_A_SIDE + 1e-9)


def over_budget(measures: Measures, budget: Budget) -> list[Excess]:
    """Every limit that the text is over: the whole first, then levels, then single sections. Empty if it keeps all."""
    return [excess for excess in _compared(measures, budget) if excess.words > words_within(excess.limit)]


def _compared(measures: Measures, budget: Budget) -> Iterator[Excess]:
    if budget.whole is not None:
        yield _excess("", "", measures.whole, budget.whole)
    for level in Level.values:
        if level in budget.levels:
            yield _excess(level, "", measures.level(level), budget.levels[level])
    for (section, level), measured in measures.by_place.items():
        if level in budget.sections:
            yield _excess(level, section, measured, budget.sections[level])


def _excess(level: str, section: str, measured: Measured, limit: float) -> Excess:
    return Excess(level, section, measured.words, limit)


def _figure(sides: float) -> str:
    """One decimal, and none where there is nothing behind the point."""
    return f"{sides:,.1f}".removesuffix(".0")
