"""What a file would become: shown before anything is saved (pure)."""

from collections.abc import Iterator
from dataclasses import dataclass, field

from guidance.blocks import BlockSource, split_blocks
from guidance.importing import rests_on
from guidance.importing.escaping import in_a_heading
from guidance.importing.rests_on import RestsOn
from guidance.measures import words_in
from guidance.models import Level

LEVEL_HEADINGS = {
    "overview": Level.OVERVIEW,
    "snapshot": Level.SNAPSHOT,
    "full story": Level.FULL,
}
HEADING_OF = {level.value: words.capitalize() for words, level in LEVEL_HEADINGS.items()}
"""As it is written in files, which are the same in every language: {"full": "Full story", …}."""


@dataclass
class ImportedSection:
    key: str
    title: str
    levels: dict[str, str] = field(default_factory=dict)
    """Markdown by level, in the order of the file. It stands alone: no link rests on a definition elsewhere."""
    has_own_key: bool = False
    """Whether the file gives the key as {#key}; otherwise it was made from the title."""
    rests_on: list[RestsOn] = field(default_factory=list)

    def blocks(self, level: str) -> list[BlockSource]:
        """What people will comment on at this level, in order."""
        return split_blocks(self.levels.get(level, ""))

    @property
    def is_empty(self) -> bool:
        """A title with nothing to read below it. A text may be published so, and is taken away and brought in so."""
        return not any(self.blocks(level) for level in self.levels)

    def words(self, level: str) -> int:
        return sum(words_in(block.text) for block in self.blocks(level))


@dataclass
class Imported:
    """A document before it is stored. `summary` is Markdown."""

    title: str
    summary: str
    sections: list[ImportedSection]
    warnings: list[str] = field(default_factory=list)


def write_markdown(imported: Imported, *, with_made_keys: bool = True) -> str:
    """The one file that `read_markdown` reads back as the same title, summary, keys, sections and levels.

    `with_made_keys` also writes keys that were made from titles, which then are the file's own.
    """
    return "\n\n".join(part for part in _written(imported, with_made_keys) if part) + "\n"


def _written(imported: Imported, with_made_keys: bool) -> Iterator[str]:
    yield f"# {in_a_heading(imported.title)}"
    yield imported.summary
    for section in imported.sections:
        key = f" {{#{section.key}}}" if with_made_keys or section.has_own_key else ""
        yield f"## {in_a_heading(section.title)}{key}"
        for level, markdown in section.levels.items():
            yield f"### {HEADING_OF[level]}"
            yield markdown
        if section.rests_on:
            yield f"### {rests_on.HEADING}"
            yield rests_on.written(section.rests_on)
