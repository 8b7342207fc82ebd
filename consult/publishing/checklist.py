"""What is still open in a draft: each point a sentence that could stand in public."""

from collections.abc import Iterator
from dataclasses import dataclass
from math import ceil

from django.utils.translation import gettext as _

from consult.consultations.models import Consultation
from consult.drafting.models import Autosaved
from guidance.measures import sides_of_a4
from guidance.models import Block, Level, Revision
from guidance.references.reading import references_of


@dataclass(frozen=True)
class OpenPoint:
    """Something that an editor may want to mend first, and the address at which it can be looked at."""

    kind: str
    sentence: str
    section: str = ""
    level: str = ""


def open_points(draft: Revision) -> list[OpenPoint]:
    """Everything that the checklist finds, in the order of the text. An empty list is a clean draft."""
    blocks = list(
        draft.blocks.select_related("section_text__section").order_by("section_text__position", "level", "position")
    )
    return [
        *_over_budget(draft, blocks),
        *_missing_levels(draft, blocks),
        *_headings_out_of_order(blocks),
        *_changed_alone(draft, blocks),
        *_not_to_be_looked_up(draft),
        *_unsaved(draft),
        *_still_asked(draft),
    ]


def _over_budget(draft: Revision, blocks: list[Block]) -> Iterator[OpenPoint]:
    document = draft.document
    for level, most, name in (
        (Level.SNAPSHOT, document.sides, _("The snapshot")),
        (Level.OVERVIEW, document.overview_sides, _("The overview")),
    ):
        sides = ceil(sides_of_a4(sum(block.words for block in blocks if block.level == level)))
        if most and sides > most:
            yield OpenPoint(
                "budget",
                _("%(name)s takes %(sides)d sides of A4; %(most)d were meant.")
                % {"name": name, "sides": sides, "most": most},
            )


def _missing_levels(draft: Revision, blocks: list[Block]) -> Iterator[OpenPoint]:
    used = {block.level for block in blocks}
    for text in draft.section_texts.select_related("section").order_by("position"):
        there = {block.level for block in blocks if block.section_text_id == text.pk}
        for level in Level:
            if level in used and level not in there:
                yield OpenPoint(
                    "level",
                    _("Section “%(title)s” has no %(level)s.")
                    % {"title": text.title, "level": str(level.label).lower()},
                    text.section.key,
                    level.value,
                )


def _headings_out_of_order(blocks: list[Block]) -> Iterator[OpenPoint]:
    """A heading that is more than one step deeper than the one before it, within a section and level."""
    depth: dict[tuple[int, str], int] = {}
    for block in blocks:
        if block.kind != Block.Kind.HEADING:
            continue
        here = len(block.source) - len(block.source.lstrip("#"))
        before = depth.get((block.section_text_id, block.level))
        depth[block.section_text_id, block.level] = here
        if before and here > before + 1:
            yield OpenPoint(
                "heading",
                _("In section “%(title)s” the heading “%(heading)s” skips a step.")
                % {"title": block.section_text.title, "heading": block.text[:80]},
                block.section_text.section.key,
                block.level,
            )


def _changed_alone(draft: Revision, blocks: list[Block]) -> Iterator[OpenPoint]:
    """A level of a section that changed while its other levels did not: do they still say the same?"""
    if not draft.document.current_id:
        return
    before: dict[tuple[str, str], list[str]] = {}
    for key, level, text in (
        Block.objects.filter(revision_id=draft.document.current_id)
        .order_by("section_text__position", "level", "position")
        .values_list("section_text__section__key", "level", "text")
    ):
        before.setdefault((key, level), []).append(text)
    now: dict[tuple[str, str], list[str]] = {}
    titles = {}
    for block in blocks:
        key = block.section_text.section.key
        titles[key] = block.section_text.title
        now.setdefault((key, block.level), []).append(block.text)
    for key, title in titles.items():
        levels = [level for level in Level if (key, level) in before and (key, level) in now]
        changed = [level for level in levels if before[key, level] != now[key, level]]
        if changed and len(changed) < len(levels):
            yield OpenPoint(
                "siblings",
                _("In section “%(title)s” only one of several levels changed: %(changed)s.")
                % {"title": title, "changed": ", ".join(str(level.label).lower() for level in changed)},
                key,
            )


def _not_to_be_looked_up(draft: Revision) -> Iterator[OpenPoint]:
    for row in references_of(draft):
        if not row.reference.address:
            yield OpenPoint(
                "reference",
                _("“%(name)s” has no address at which readers could look it up.") % {"name": row.reference.name},
                row.sections[0].text.section.key,
            )


def _unsaved(draft: Revision) -> Iterator[OpenPoint]:
    for kept in Autosaved.objects.filter(revision=draft).select_related("section").order_by("section__key", "level"):
        yield OpenPoint(
            "unsaved",
            _("An editor has unsaved words in section “%(section)s”.") % {"section": kept.section.key},
            kept.section.key,
            kept.level,
        )


def _still_asked(draft: Revision) -> Iterator[OpenPoint]:
    for consultation in Consultation.objects.announced().filter(revision=draft.document.current_id):
        if draft.document.current_id and consultation.allows("comment"):
            yield OpenPoint(
                "consultation",
                _("People are still asked about the version before, in “%(title)s”.") % {"title": consultation.title},
            )
