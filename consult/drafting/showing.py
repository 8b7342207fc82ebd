"""What the desk's pages show of a draft."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from math import ceil

from django import forms
from django.utils import timezone
from django.utils.safestring import SafeString
from django.utils.text import Truncator
from django.utils.translation import gettext as _

from consult.drafting.models import Autosaved
from consult.people.models import Account, TeamMember
from guidance.blocks import split_blocks
from guidance.fates import Passage
from guidance.measures import LongSentence, Measured, longest_sentences, measure, minutes_to_read
from guidance.models import Block, Level, Revision, SectionText
from guidance.references.reading import Cited, rests_on, with_citations
from guidance.rendering import render

LATELY = timedelta(minutes=10)


def status_of(form: forms.Form) -> int:
    return 422 if form.is_bound and form.errors else 200


@dataclass(frozen=True)
class LevelRow:
    """A section at one level, as a line of the outline."""

    level: Level
    words: int
    blocks: list[SafeString]

    @property
    def minutes(self) -> int:
        return minutes_to_read(self.words)


@dataclass
class SectionRow:
    """A section in the outline: where it stands and how many words it has at each level."""

    key: str
    title: str
    position: int
    applies_to: str
    words: dict[str, int] = field(default_factory=dict)
    texts: dict[str, list[SafeString]] = field(default_factory=dict)
    cited: list[Cited] = field(default_factory=list)

    @property
    def levels(self) -> list[LevelRow]:
        return [LevelRow(level, self.words.get(level, 0), self.texts.get(level, [])) for level in Level]


@dataclass(frozen=True)
class Rendered:
    """A preview: blocks as readers will see them, how long they are, and how they read."""

    blocks: list[SafeString]
    measured: Measured
    longest: list[LongSentence]

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


def rendered(markdown: str) -> Rendered:
    passages = [
        Passage(str(at), "", "", at, block.kind, block.source, block.text)
        for at, block in enumerate(split_blocks(markdown), start=1)
    ]
    return Rendered(
        [render(passage.source, -1) for passage in passages],
        measure(passages).whole,
        longest_sentences(passages, at_most=5),
    )


def outline_of(draft: Revision, *, with_text: bool = False) -> list[SectionRow]:
    """The sections in their order, in two questions."""
    texts = draft.section_texts.select_related("section").order_by("position")
    rows = {
        text.pk: SectionRow(
            text.section.key, text.title, text.position, text.applies_to, cited=rests_on(text) if with_text else []
        )
        for text in (with_citations(texts) if with_text else texts)
    }
    blocks = Block.objects.filter(revision=draft).order_by("level", "position")
    for block in blocks if with_text else blocks.only("section_text", "level", "words"):
        row = rows[block.section_text_id]
        row.words[block.level] = row.words.get(block.level, 0) + block.words
        if with_text:
            row.texts.setdefault(block.level, []).append(render(block.source, 0))
    return list(rows.values())


def written_by_others(draft: Revision, reader: Account, key: str = "") -> list[Autosaved]:
    """Colleagues who wrote within the last minutes and have not saved: editors of one draft know each other."""
    found = Autosaved.objects.filter(revision=draft, saved_at__gte=timezone.now() - LATELY).exclude(account=reader)
    found = found.filter(section__key=key) if key else found
    return list(found.select_related("account", "section").defer("markdown").order_by("account__email", "section__key"))


def split_places(text: SectionText) -> list[tuple[str, str]]:
    """Paragraphs with which a new section could begin: (key, level, number and first words)."""
    blocks = text.blocks.filter(position__gt=1).order_by(*Block._meta.ordering[1:])
    return [
        (block.key, f"{block.get_level_display()}, {text.position}.{block.position}: {_beginning(block.text)}")
        for block in blocks
    ]


def place_of(passage: Passage, titles: Mapping[str, str]) -> str:
    """Where a paragraph stands, in words."""
    return _("%(section)s, %(level)s, paragraph %(number)d") % {
        "section": titles.get(passage.section, passage.section),
        "level": str(Level(passage.level).label).lower(),
        "number": passage.position,
    }


def named(passage: Passage, titles: Mapping[str, str]) -> str:
    """A paragraph, by where it stands and its first words."""
    return f"{place_of(passage, titles)}: {_beginning(passage.text)}"


def _beginning(text: str) -> str:
    return Truncator(" ".join(text.split())).chars(70)


def drafts_to_read(reader: Account) -> list[Revision] | None:
    """The open drafts that someone may read, by title; None for those whom nobody asked to."""
    drafts = Revision.objects.filter(state=Revision.State.DRAFT).select_related("document").order_by("document__title")
    if reader.is_admin:
        return list(drafts)
    roles = (TeamMember.Role.EDITOR, TeamMember.Role.REVIEWER)
    mine = list(TeamMember.objects.filter(account=reader, role__in=roles).values_list("document", flat=True))
    return list(drafts.filter(document__in=mine)) if mine else None
