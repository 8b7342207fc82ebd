"""A whole text in order: headings of sections and levels, and the blocks below them (pure)."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby

from guidance.downloads.lines import HEADING, LEVEL, SECTION, Line, Table, line, lines_of
from guidance.fates import Passage
from guidance.importing.imported import HEADING_OF


@dataclass(frozen=True)
class Part:
    """A heading or a block. Two versions of a heading have the same key, as two of a block may have."""

    key: str
    lines: tuple[Line | Table, ...]
    is_heading: bool = False


def parts_of(titles: Mapping[str, str], passages: Sequence[Passage], base: str = "") -> list[Part]:
    """A revision, given the titles of its sections by their keys, in order, and its blocks in reading order."""
    there = {key: list(own) for key, own in groupby(passages, key=lambda passage: passage.section)}
    return [part for key, title in titles.items() for part in _section(key, title, there.get(key, []), base)]


def _section(key: str, title: str, passages: Sequence[Passage], base: str) -> Iterator[Part]:
    yield Part(f"section {key}", (line(HEADING.format(SECTION), title),), is_heading=True)
    for level, blocks in groupby(passages, key=lambda passage: passage.level):
        yield Part(f"level {key} {level}", (line(HEADING.format(LEVEL), HEADING_OF[level]),), is_heading=True)
        for block in blocks:
            yield Part(block.key, lines_of(block.source, base))
