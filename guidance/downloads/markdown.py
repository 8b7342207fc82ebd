"""A revision as one Markdown file that can be brought in again, anywhere (pure).

What stands in the file is what `read_markdown` makes of each level by itself: its links rest on no definition
elsewhere, its examples are closed, and no heading in it begins a section or a level.
"""

import re
from collections.abc import Iterable, Mapping, Sequence

from django.core.exceptions import ValidationError

from guidance.blocks import BlockSource, joined, parser, split_blocks
from guidance.downloads.facts import Facts
from guidance.fates import Passage
from guidance.importing import Imported, ImportedSection, read_markdown, write_markdown
from guidance.importing.escaping import as_paragraph, in_a_heading
from guidance.importing.imported import LEVEL_HEADINGS
from guidance.importing.mapping import ExistingSection
from guidance.importing.markdown import KEY
from guidance.importing.rests_on import begins_a_list
from guidance.models import Level

DEEPEST_THAT_DIVIDES = 3
"""Headings up to here may begin a section or a level in a file."""
LINE_END = re.compile(r"(?<!\\)((?:\\\\)*)\\\n")
"""The sign for one inside a heading or a paragraph: a backslash that is no letter."""
Blocks = Mapping[tuple[str, str], Sequence[Passage]]
"""What stands in each section at each level: {(section's key, level): passages}."""


def as_markdown(facts: Facts, sections: Iterable[ExistingSection], blocks: Blocks) -> str:
    """The file: a title, what it is, and the sections with their levels."""
    made = [_section(section, blocks) for section in sections]
    return write_markdown(Imported(facts.title, _head(facts), made), with_made_keys=False)


def _section(section: ExistingSection, blocks: Blocks) -> ImportedSection:
    """A key that cannot be written behind a title is the one that is made from the title."""
    levels = {
        level.value: standing_alone(section.levels.get(level.value, ""), blocks[section.key, level.value])
        for level in Level
        if blocks.get((section.key, level.value))
    }
    has_own_key = bool(KEY.fullmatch(f"{{#{section.key}}}"))
    return ImportedSection(section.key, section.title, levels, has_own_key, list(section.rests_on))


def _head(facts: Facts) -> str:
    told = [facts.warning, facts.origin, facts.address, facts.terms]
    origin = " ".join(
        f"<{one}>" if one == facts.address else as_paragraph(" ".join(one.split())) for one in told if one
    )
    return "\n\n".join(part for part in (_summary(facts.summary), origin) if part)


def _summary(summary: str) -> str:
    """As its editors wrote it, if it is read back as that; else its words."""
    if not summary.strip() or _read(summary, "a") == (summary.strip(), "a"):
        return summary.strip()
    return "\n\n".join(as_paragraph(part) for part in summary.split("\n\n") if part.strip())


def standing_alone(markdown: str, blocks: Sequence[Passage]) -> str:
    """A level's Markdown that can stand in a file among others and is read as the same blocks: as its editors wrote
    it, if that will do; else with what would divide the file made harmless; else its words."""
    written = [_closed(markdown), _closed(joined(blocks))]
    for candidate in (text for one in written for text in (one, _without_divisions(one))):
        found = _read("a", candidate)
        if found is not None and _told(split_blocks(found[1])) == _told(blocks):
            return found[1]
    return "\n\n".join(_plainly(block) for block in blocks)


def _told(blocks: Iterable[BlockSource | Passage]) -> list[tuple[str, str]]:
    """What a reader is told. In a file, a heading of two lines stands on one."""
    return [(b.kind, " ".join(b.text.split()) if b.kind == "heading" else b.text) for b in blocks]


def _read(summary: str, level: str) -> tuple[str, str] | None:
    """What a summary and a level are read as where they stand in a file; None if they spoil what is around them."""
    file = f"# T\n\n{summary}\n\n## A {{#a}}\n\n### Snapshot\n\n{level}\n\n### Full story\n\nb\n\n## B {{#b}}\n\nc"
    try:
        found = read_markdown(file)
    except ValidationError:
        return None
    read = found.sections[0].levels.get(Level.SNAPSHOT.value, "")
    expected = [("a", {"snapshot": read, "full": "b"}), ("b", {"full": "c"})]
    is_whole = [(section.key, section.levels) for section in found.sections] == expected
    return (found.summary, read) if is_whole and found.title == "T" else None


def _closed(markdown: str) -> str:
    """With an example that nobody closed closed: what follows must not fall into it."""
    tokens = parser().parse(markdown)
    if not tokens or tokens[-1].type != "fence":
        return markdown
    closed = f"{markdown}\n{tokens[-1].markup}"
    return closed if len(split_blocks(closed)) == len(split_blocks(markdown)) else markdown


def _without_divisions(markdown: str) -> str:
    """With each heading that would begin a part of the file written as one that stands in the text."""
    lines: list[str | None] = list(markdown.split("\n"))
    tokens = parser().parse(markdown)
    for at, token in enumerate(tokens):
        if token.type == "heading_open" and token.level == 0 and _divides(int(token.tag[1]), tokens[at + 1].content):
            first, last = token.map
            heading = " ".join(LINE_END.sub(r"\1 ", tokens[at + 1].content).split())
            lines[first:last] = [f"#### {heading}", *[None] * (last - first - 1)]
    return "\n".join(line for line in lines if line is not None)


def _divides(depth: int, heading: str) -> bool:
    begins = heading.strip().lower() in LEVEL_HEADINGS or begins_a_list(heading)
    return depth < DEEPEST_THAT_DIVIDES or (depth == DEEPEST_THAT_DIVIDES and begins)


def _plainly(block: Passage) -> str:
    """A block's words without its looks, where nothing else is sure to be read back."""
    lines = [as_paragraph(line) for line in block.text.split("\n")]
    match block.kind:
        case "heading":
            return f"#### {in_a_heading(block.text)}"
        case "rule":
            return "---"
        case "code":
            fence = "~" * (3 + block.text.count("~"))
            return f"{fence}\n{block.text}\n{fence}"
        case "list" | "quote":
            mark = "- " if block.kind == "list" else "> "
            return "\n".join(mark + line for line in lines)
    return as_paragraph(block.text)
