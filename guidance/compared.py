"""What the compare page shows: two revisions, section by section (reads the database)."""

from dataclasses import dataclass

from django.core.cache import cache
from django.db.models import Count
from django.http import Http404

from guidance.comparing import compare
from guidance.comparison import Comparison, Counts
from guidance.comparison_words import LOOKS, TAGS, pointer, whereabouts
from guidance.models import Document, Level, Revision
from guidance.references.reading import CitedAnew, cited_anew
from guidance.stretches import Stretch, without_the_same
from guidance.templatetags.differences import address_of
from guidance.tracing import fates_between, passages_of, titles_of

KEPT_FOR = 24 * 3600
MOST_SHOWN = 150
"""Changes on one page. Beyond that the page names the sections, and each has a page of its own."""


@dataclass(frozen=True)
class Row:
    """One line of the page: a change, a pointer to one, or a stretch that stayed the same."""

    what: str
    words: str = ""
    change: object = None
    look: str = ""
    tag: tuple[str, str, str] = ("", "", "")
    address: str = ""
    stretch: Stretch | None = None


@dataclass(frozen=True)
class LevelRows:
    level: Level
    counts: Counts
    rows: list[Row]


@dataclass(frozen=True)
class SectionRows:
    """A section of either text, with what changed in it at each level."""

    key: str
    title: str
    old_title: str
    number: int | None
    """In the newer text; None if it was taken out."""
    counts: Counts
    levels: list[LevelRows]
    cited: CitedAnew

    @property
    def is_renamed(self) -> bool:
        return bool(self.old_title) and self.title != self.old_title

    @property
    def has_changed(self) -> bool:
        return self.is_renamed or bool(self.cited) or self.counts.same != self.counts.total


def compared(old: Revision, new: Revision) -> Comparison:
    """The comparison of two revisions. Of published ones it is kept: only a correction changes it."""
    if new.is_draft:
        return _compared(old, new)
    corrected = Revision.objects.filter(pk__in=(old.pk, new.pk)).aggregate(n=Count("corrections"))["n"]
    return cache.get_or_set(f"comparison:{old.pk}:{new.pk}:{corrected}", lambda: _compared(old, new), KEPT_FOR)


def _compared(old: Revision, new: Revision) -> Comparison:
    return compare(
        passages_of(old),
        passages_of(new),
        fates_between(old, new),
        old_sections=list(titles_of(old)),
        new_sections=list(titles_of(new)),
    )


def two_revisions(slug: str, old: int, new: int) -> tuple[Revision, Revision]:
    """Two readable revisions of a document, the older one first. Raises Http404."""
    document = Document.objects.filter(slug=slug).first()
    found = {
        revision.number: revision
        for revision in Revision.objects.readable().filter(document=document, number__in=(old, new))
    }
    if document is None or len(found) != 2 or old >= new:
        raise Http404("There are no such two drafts, one after the other.")
    for revision in found.values():
        revision.document = document
    return found[old], found[new]


def sections_compared(
    comparison: Comparison, old: Revision, new: Revision, *, only: str = "", whole: bool = False
) -> list[SectionRows]:
    """Section by section in the order of the newer text, those that were taken out behind what they followed.

    `only` is the key of the one section that is wanted; `whole` shows what stayed the same as well.
    """
    old_titles, new_titles = titles_of(old), titles_of(new)
    cited = cited_anew(old, new)
    by_section: dict[str, list] = {}
    for place in comparison.places:
        by_section.setdefault(place.section, []).append(place)
    rows = []
    for key, places in by_section.items():
        if only and key != only:
            continue
        counts = sum((place.counts for place in places), start=Counts())
        levels = [
            LevelRows(Level(place.level), place.counts, list(_rows(place, whole=whole)))
            for place in places
            if whole or place.has_changed
        ]
        number = list(new_titles).index(key) + 1 if key in new_titles else None
        title = new_titles.get(key) or old_titles[key]
        anew = cited.get(key, CitedAnew())
        rows.append(SectionRows(key, title, old_titles.get(key, ""), number, counts, levels, anew))
    if only and not rows:
        raise Http404("Neither draft has such a section.")
    return rows


def _rows(place, *, whole: bool):
    for entry in place.entries if whole else without_the_same(place.entries):
        if isinstance(entry, Stretch):
            yield Row("same", entry.in_words, stretch=entry)
        elif entry.is_elsewhere:
            change = entry.change
            yield Row(
                "pointer", pointer(entry, place.section, place.level), change,
                address=address_of(change.key, change.first_number),
            )  # fmt: skip
        else:
            yield Row(
                "change",
                whereabouts(entry),
                entry,
                LOOKS.get(entry.kind, ""),
                TAGS[entry.kind],
                address_of(entry.key, entry.first_number),
            )


def compare_context(old: Revision, new: Revision, *, section: str = "", whole: bool = False) -> dict:
    """What the compare page shows of two revisions."""
    comparison = compared(old, new)
    counts = comparison.counts
    rows = sections_compared(comparison, old, new, only=section, whole=whole)
    shown = sum(row.counts.total if whole else row.counts.total - row.counts.same for row in rows)
    is_long = not section and shown > MOST_SHOWN
    return {
        "document": new.document,
        "old": old,
        "new": new,
        "counts": sum((row.counts for row in rows), start=Counts()) if section else counts,
        "sections": [row for row in rows if whole or section or row.has_changed],
        "unchanged": [row for row in rows if not row.has_changed],
        "section": section,
        "whole": whole,
        "is_long": is_long,
        "revisions": list(Revision.objects.readable().filter(document=new.document_id).order_by("number")),
        "here": "guidance",
    }
