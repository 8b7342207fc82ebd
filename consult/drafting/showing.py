"""What the desk's pages show of a draft."""

from dataclasses import dataclass, field
from datetime import timedelta

from django.utils import timezone
from django.utils.safestring import SafeString

from consult.drafting.models import Autosaved
from consult.people.models import Account
from guidance.blocks import split_blocks
from guidance.fates import Passage
from guidance.models import Block, Level, Revision
from guidance.rendering import render

LATELY = timedelta(minutes=10)


@dataclass
class SectionRow:
    """A section in the outline: where it stands and how many words it has at each level."""

    key: str
    title: str
    position: int
    applies_to: str
    words: dict[str, int] = field(default_factory=dict)
    texts: dict[str, list[SafeString]] = field(default_factory=dict)

    @property
    def levels(self) -> list[dict]:
        return [
            {"level": level, "words": self.words.get(level, 0), "blocks": self.texts.get(level, [])} for level in Level
        ]


@dataclass(frozen=True)
class Rendered:
    """A preview: blocks as readers will see them."""

    blocks: list[SafeString]


def rendered(markdown: str) -> Rendered:
    return Rendered([render(block.source, -2) for block in split_blocks(markdown)])


def passages_in(markdown: str, section: str, level: str) -> list[Passage]:
    """The blocks of a text that is still being written, for what measures passages. They have no keys yet."""
    return [
        Passage(str(at), section, level, at, block.kind, block.source, block.text)
        for at, block in enumerate(split_blocks(markdown), start=1)
    ]


def outline_of(draft: Revision, *, with_text: bool = False) -> list[SectionRow]:
    """The sections in their order, in two questions."""
    rows = {
        text.pk: SectionRow(text.section.key, text.title, text.position, text.applies_to)
        for text in draft.section_texts.select_related("section").order_by("position")
    }
    for block in Block.objects.filter(revision=draft).order_by("level", "position"):
        row = rows[block.section_text_id]
        row.words[block.level] = row.words.get(block.level, 0) + block.words
        if with_text:
            row.texts.setdefault(block.level, []).append(render(block.source, -1))
    return list(rows.values())


def written_by_others(draft: Revision, reader: Account, key: str = "") -> list[Autosaved]:
    """Colleagues who wrote within the last minutes and have not saved: editors of one draft know each other."""
    found = Autosaved.objects.filter(revision=draft, saved_at__gte=timezone.now() - LATELY).exclude(account=reader)
    return list((found.filter(section__key=key) if key else found).select_related("account", "section"))
