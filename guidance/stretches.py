"""Long stretches that stayed the same, told in one line (pure)."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import groupby

from django.utils.translation import gettext as _

from guidance.comparison import Change, Entry, Place


@dataclass(frozen=True)
class Stretch:
    """Neighbours that stayed the same."""

    changes: tuple[Change, ...]
    is_stretch = True

    @property
    def in_words(self) -> str:
        return the_same_in_words([number for change in self.changes for number in change.new_numbers])


def without_the_same(entries: Sequence[Entry], shortest: int = 1) -> list[Entry | Stretch]:
    """What changed, with each stretch of at least `shortest` paragraphs that stayed the same as one."""
    shown: list[Entry | Stretch] = []
    for is_same, run in groupby(entries, key=lambda entry: entry.is_same):
        neighbours = tuple(run)
        shown += [Stretch(neighbours)] if is_same and len(neighbours) >= shortest else neighbours
    return shown


def same_numbers(place: Place) -> list[str]:
    """The numbers of all paragraphs of a section and level that stayed the same, for one line below what changed."""
    return [number for entry in place.entries if entry.is_same for number in entry.new_numbers]


def the_same_in_words(numbers: Sequence[str]) -> str:
    """“Paragraphs 4.1, 4.3 to 4.5 and 4.8 are the same.” Nothing for no numbers."""
    if not numbers:
        return ""
    if len(numbers) == 1:
        return _("Paragraph %(number)s is the same.") % {"number": numbers[0]}
    spans = _spans(numbers)
    if len(spans) == 1:
        return _("Paragraphs %(numbers)s are the same.") % {"numbers": spans[0]}
    listed = {"numbers": ", ".join(spans[:-1]), "last": spans[-1]}
    return _("Paragraphs %(numbers)s and %(last)s are the same.") % listed


def _spans(numbers: Sequence[str]) -> list[str]:
    """Three or more in a row as “4.3 to 4.5”."""
    rows: list[list[str]] = []
    for number in numbers:
        if rows and _follows(rows[-1][-1], number):
            rows[-1].append(number)
        else:
            rows.append([number])
    return [span for row in rows for span in (row if len(row) < 3 else [_span(row)])]


def _span(row: list[str]) -> str:
    return _("%(first)s to %(last)s") % {"first": row[0], "last": row[-1]}


def _follows(one: str, other: str) -> bool:
    (section, place), (other_section, other_place) = one.rsplit(".", 1), other.rsplit(".", 1)
    return section == other_section and int(place) + 1 == int(other_place)
