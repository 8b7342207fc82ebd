"""What the reading pages show: a revision's contents, and a section at one of its levels."""

from dataclasses import dataclass
from datetime import date

from django.db.models import Exists, OuterRef, QuerySet, Sum
from django.http import Http404
from django.utils import timezone
from django.utils.safestring import SafeString

from guidance.decision_aids import Tree, find_aid
from guidance.importing import RestsOn
from guidance.importing.mapping import ExistingSection
from guidance.measures import minutes_to_read
from guidance.models import Block, CorrectedBlock, Level, Revision, SectionText
from guidance.references.reading import Cited, rests_on, with_citations
from guidance.rendering import render


@dataclass(frozen=True)
class LevelLink:
    """One of the levels that a section has, with its length."""

    level: Level
    label: str
    words: int
    is_current: bool

    @property
    def minutes(self) -> int:
        return minutes_to_read(self.words)


@dataclass(frozen=True)
class Correction:
    """What was mended in a block, when and why, with what it said before."""

    day: date
    why: str
    old_html: SafeString


@dataclass(frozen=True)
class Paragraph:
    """A block, rendered."""

    key: str
    number: str
    kind: str
    html: SafeString
    text: str
    can_be_commented_on: bool
    corrections: tuple[Correction, ...] = ()


@dataclass(frozen=True)
class SectionPage:
    """A section at one level, with its neighbours."""

    text: SectionText
    level: str
    levels: list[LevelLink]
    paragraphs: list[Paragraph]
    contents: list[SectionText]
    previous: SectionText | None
    following: SectionText | None
    aid: Tree | None
    """The section's decision aid, if it stands at this level."""
    rests_on: list[Cited]

    @property
    def title(self) -> str:
        return f"{self.text.position}. {self.text.title}"


def contents_of(revision: Revision, level: str = "") -> list[SectionText]:
    """Its sections in order. With a level, each says whether it `has_level`, so that links can stay at it."""
    return list(_contents(revision, level))


def _contents(revision: Revision, level: str = "") -> QuerySet[SectionText]:
    texts = revision.section_texts.select_related("section").order_by("position")
    if level:
        texts = texts.annotate(has_level=Exists(Block.objects.filter(section_text=OuterRef("pk"), level=level)))
    return texts


def words_by_section(revision: Revision) -> dict[int, dict[str, int]]:
    """Words of each section text at each level: {section text id: {level: words}}."""
    words: dict[int, dict[str, int]] = {}
    for text, level, count in revision.blocks.order_by().values_list("section_text", "level", "words"):
        by_level = words.setdefault(text, {})
        by_level[level] = by_level.get(level, 0) + count
    return words


def where_to_begin(contents: list[SectionText], words: dict[int, dict[str, int]]) -> dict[str, str]:
    """For each level, the key of the first section that has it."""
    begins: dict[str, str] = {}
    for text in contents:
        for level in words.get(text.pk, {}):
            begins.setdefault(level, text.section.key)
    return begins


def section_page(revision: Revision, key: str, level: str = "") -> SectionPage:
    """A section of a revision at a level; without one, the snapshot or the first that it has. Raises Http404."""
    contents = list(with_citations(_contents(revision, level), key))
    text = next((text for text in contents if text.section.key == key), None)
    if text is None:
        raise Http404(f"This draft has no section “{key}”.")
    mended = CorrectedBlock.objects.filter(revision=revision, block_key=OuterRef("key"))
    blocks = list(Block.objects.filter(section_text=text).annotate(was_corrected=Exists(mended)))
    level = _chosen(blocks, level)
    corrections = _corrections(revision, [block.key for block in blocks if block.was_corrected])
    at = contents.index(text)
    return SectionPage(
        text=text,
        level=level,
        levels=_levels(blocks, level),
        paragraphs=[
            _paragraph(text, block, corrections.get(block.key, ())) for block in blocks if block.level == level
        ],
        contents=contents,
        previous=contents[at - 1] if at else None,
        following=contents[at + 1] if at + 1 < len(contents) else None,
        aid=_aid_at(blocks, level),
        rests_on=rests_on(text),
    )


@dataclass(frozen=True)
class WholeSection:
    """A section on the page of the whole: at one level, with nothing if it lacks that."""

    text: SectionText
    paragraphs: list[Paragraph]
    rests_on: list[Cited]


@dataclass(frozen=True)
class WholeText:
    """A revision at one level, all sections on one page."""

    level: str
    levels: list[LevelLink]
    sections: list[WholeSection]


def whole_text(revision: Revision, level: str = "") -> WholeText:
    """All of a revision at a level; without one, at the snapshot or the first that it has. Raises Http404."""
    words = dict(revision.blocks.order_by().values_list("level").annotate(n=Sum("words")))
    there = [one for one in Level if one in words]
    if level and level not in there:
        raise Http404(f"This draft has no level “{level}”.")
    level = level or _usual(there)
    blocks = list(revision.blocks.filter(level=level).order_by("position"))
    corrections = _corrections(revision, None)
    return WholeText(
        level,
        [LevelLink(one, str(one.label), words[one], is_current=one == level) for one in there],
        [
            WholeSection(
                text,
                [
                    _paragraph(text, block, corrections.get(block.key, ()), heading_offset=-1)
                    for block in blocks
                    if block.section_text_id == text.pk
                ],
                rests_on(text),
            )
            for text in with_citations(_contents(revision))
        ],
    )


def _usual(levels: list[str]) -> str:
    return Level.SNAPSHOT.value if Level.SNAPSHOT in levels else next(iter(levels), Level.FULL.value)


def _aid_at(blocks: list[Block], level: str) -> Tree | None:
    """The aid of a section belongs to one level: with a second one at another level, there is none."""
    aid = find_aid([block for block in blocks if block.level == one] for one in Level)
    return aid if aid and any(block.key == aid.key and block.level == level for block in blocks) else None


def _chosen(blocks: list[Block], asked: str) -> str:
    there = [level.value for level in Level if any(block.level == level for block in blocks)]
    if asked:
        if asked not in there:
            raise Http404(f"This section has no level “{asked}”.")
        return asked
    return _usual(there)


def _levels(blocks: list[Block], current: str) -> list[LevelLink]:
    words = {level: sum(block.words for block in blocks if block.level == level) for level in Level}
    return [
        LevelLink(level, str(level.label), words[level], is_current=level == current)
        for level in Level
        if any(block.level == level for block in blocks)
    ]


def _corrections(revision: Revision, keys: list[str] | None) -> dict[str, tuple[Correction, ...]]:
    """The corrections of these blocks, newest first; None for all. Of no blocks no question is asked."""
    found: dict[str, tuple[Correction, ...]] = {}
    if keys is None or keys:
        rows = CorrectedBlock.objects.filter(revision=revision).order_by("-pk")
        for row in rows if keys is None else rows.filter(block_key__in=keys):
            told = Correction(timezone.localdate(row.corrected_at), row.why, render(row.old_source, heading_offset=-2))
            found[row.block_key] = (*found.get(row.block_key, ()), told)
    return found


def _paragraph(
    text: SectionText, block: Block, corrections: tuple[Correction, ...], *, heading_offset: int = -2
) -> Paragraph:
    return Paragraph(
        key=block.key,
        number=f"{text.position}.{block.position}",
        kind=block.kind,
        html=render(block.source, heading_offset=heading_offset),
        text=block.text,
        can_be_commented_on=block.can_be_commented_on,
        corrections=corrections,
    )


def sections_as_written(revision: Revision) -> list[ExistingSection]:
    """A revision's sections in order, each with its Markdown by level."""
    texts = with_citations(revision.section_texts.select_related("section").prefetch_related("levels"))
    return [
        ExistingSection(
            text.section.key,
            text.title,
            {level.level: level.markdown for level in text.levels.all() if level.markdown},
            tuple(RestsOn(*one.as_read) for one in rests_on(text)),
        )
        for text in texts.order_by("position")
    ]
