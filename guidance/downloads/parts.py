"""A whole text in order: headings of sections and levels, and the blocks below them (pure)."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby
from types import MappingProxyType

from guidance.downloads.lines import BULLETS, HEADING, LEVEL, SECTION, Line, ListOf, Run, Table, line, lines_of, shown
from guidance.fates import Passage
from guidance.importing.imported import HEADING_OF
from guidance.importing.rests_on import HEADING as RESTS_ON
from guidance.importing.rests_on import RestsOn


@dataclass(frozen=True)
class Part:
    """A heading, a block, or the list of what a section rests on. Two versions of one have the same key; of a block
    they may have."""

    key: str
    lines: tuple[Line | Table, ...]
    is_told_by_key: bool = False
    """Whether its key alone says which part of another version it is: of all but blocks."""


def parts_of(
    titles: Mapping[str, str],
    passages: Sequence[Passage],
    base: str = "",
    *,
    rests_on: Mapping[str, Sequence[RestsOn]] = MappingProxyType({}),
) -> list[Part]:
    """A revision, given the titles of its sections by their keys, in order, its blocks in reading order, and what
    each section rests on."""
    there = {key: list(own) for key, own in groupby(passages, key=lambda passage: passage.section)}
    return [
        part
        for key, title in titles.items()
        for part in (*_section(key, title, there.get(key, []), base), *_foot(key, rests_on.get(key, ())))
    ]


def _section(key: str, title: str, passages: Sequence[Passage], base: str) -> Iterator[Part]:
    yield Part(f"section {key}", (line(HEADING.format(SECTION), title),), is_told_by_key=True)
    for level, blocks in groupby(passages, key=lambda passage: passage.level):
        yield Part(f"level {key} {level}", (line(HEADING.format(LEVEL), HEADING_OF[level]),), is_told_by_key=True)
        for block in blocks:
            yield Part(block.key, lines_of(block.source, base))


def _foot(key: str, cited: Sequence[RestsOn]) -> Iterator[Part]:
    """What the section rests on, in the form that is understood when the file is brought in again."""
    if cited:
        yield Part(f"rests-on {key}", (line(HEADING.format(LEVEL), RESTS_ON),), is_told_by_key=True)
        yield Part(f"rests-on-list {key}", tuple(map(_cited, cited)), is_told_by_key=True)


def _cited(one: RestsOn) -> Line:
    name = Run(shown(one.name), address=one.address, is_strong=not one.address)
    behind = (Run(shown(f", {one.paragraph}")),) if one.paragraph else ()
    return Line(BULLETS, (name, *behind), 1, ListOf(0, is_numbered=False))
