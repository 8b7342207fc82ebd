"""Which section of a file is which section of a document that is here already (pure).

Keys last: comments hang on them. A section that is found again takes the key that it has here.
"""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, field, replace
from enum import StrEnum
from functools import cached_property
from typing import TypeVar

from guidance.blocks import BlockSource, split_blocks
from guidance.importing.imported import Imported, ImportedSection
from guidance.importing.resemblance import Named, resembling
from guidance.importing.rests_on import RestsOn
from guidance.measures import words_in
from guidance.models import Level


class By(StrEnum):
    """How a section was found again."""

    KEY = "key"
    TITLE = "title"
    GUESS = "guess"
    NEW = "new"


class Change(StrEnum):
    NEW = "new"
    UNCHANGED = "unchanged"
    CHANGED = "changed"
    GONE = "gone"
    """Here, and not in the file."""


@dataclass(frozen=True)
class ExistingSection:
    """A section of the document as it is here. `levels` is Markdown by level."""

    key: str
    title: str
    levels: dict[str, str]
    rests_on: tuple[RestsOn, ...] = ()


@dataclass(frozen=True)
class LevelChange:
    """What the file would make of one level."""

    level: str
    change: Change
    before: str
    """Markdown; empty for a new one."""
    after: str
    """Markdown; empty for one that goes."""

    @property
    def label(self) -> str:
        return str(Level(self.level).label)

    @cached_property
    def blocks_after(self) -> list[BlockSource]:
        return split_blocks(self.after)

    @cached_property
    def words_before(self) -> int:
        return sum(words_in(block.text) for block in split_blocks(self.before))

    @cached_property
    def words_after(self) -> int:
        return sum(words_in(block.text) for block in self.blocks_after)


@dataclass(frozen=True)
class SectionChange:
    """A section of the file, and which one it is here."""

    section: ImportedSection
    """With the key that it will have."""
    by: By
    existing: ExistingSection | None
    similarity: int
    """Of 100; 100 for what is certain, 0 for what is new."""
    levels: list[LevelChange]
    position_before: int | None
    """In the document, from 1."""

    @property
    def is_guess(self) -> bool:
        return self.by == By.GUESS

    @property
    def is_renamed(self) -> bool:
        return self.existing is not None and self.existing.title != self.section.title

    @cached_property
    def newly_rests_on(self) -> list[RestsOn]:
        """References that the section does not rest on yet. What it rests on here and not in the file stays."""
        here = {one.as_found for one in self.existing.rests_on} if self.existing else set()
        return [one for one in self.section.rests_on if one.as_found not in here]

    @property
    def change(self) -> Change:
        if self.existing is None:
            return Change.NEW
        same = (
            not self.is_renamed
            and not self.newly_rests_on
            and all(level.change == Change.UNCHANGED for level in self.levels)
        )
        return Change.UNCHANGED if same else Change.CHANGED


@dataclass(frozen=True)
class Mapping_:
    """What importing a file over a document would do. Nothing is decided yet."""

    imported: Imported
    """As the file has it."""
    sections: list[SectionChange]
    """Every section of the file, in its order."""
    missing: list[ExistingSection] = field(default_factory=list)
    """Sections of the document that are not in the file: a person says whether each is kept or retired."""
    existing: Sequence[ExistingSection] = ()

    @property
    def guesses(self) -> list[SectionChange]:
        return [section for section in self.sections if section.is_guess]

    @property
    def changes_nothing(self) -> bool:
        """In its sections; the document's title and summary are not looked at here."""
        in_order = [section.position_before for section in self.sections] == list(range(1, len(self.existing) + 1))
        return in_order and all(section.change == Change.UNCHANGED for section in self.sections)


Thing = TypeVar("Thing")
Found = dict[int, tuple[str, By, int]]
"""{number of a section in the file: (key of the one it is here, how it was found, similarity)}"""


def map_sections(existing: Sequence[ExistingSection], imported: Imported, *, refused: Collection[str] = ()) -> Mapping_:
    """Find each section of a file among those of a document: by the key that the file gives; by the title, without
    regard to case; then, as a guess, by a similar title or similar words. Each is found once.

    `refused` are keys of sections here that a person said to be another one than we guessed.
    """
    found = _certain(existing, imported.sections)
    found |= _guessed(existing, imported.sections, found, refused)
    here = {section.key: (place, section) for place, section in enumerate(existing, start=1)}
    keys = set(here) | {section.key for section in imported.sections if section.has_own_key}
    changes = []
    for number, section in enumerate(imported.sections):
        key, by, similarity = found.get(number, ("", By.NEW, 0))
        place, old = here.get(key, (None, None))
        if old is None:
            key = section.key if section.has_own_key or section.key not in keys else _unused(section.key, keys)
            keys.add(key)
        kept = replace(section, key=key, levels=dict(section.levels))
        changes.append(SectionChange(kept, by, old, similarity, _level_changes(old, section), place))
    taken = {key for key, _by, _similarity in found.values()}
    return Mapping_(imported, changes, [section for section in existing if section.key not in taken], existing)


def settle(mapping: Mapping_, *, keep: Collection[str] = ()) -> Imported:
    """The document that comes of it: the file's sections with their lasting keys, and those of the missing ones that
    a person keeps, each behind the section that it stood behind."""
    sections = [change.section for change in mapping.sections]
    kept = {section.key for section in mapping.missing} & set(keep)
    before = ""
    for old in mapping.existing:
        if old.key in kept:
            behind = next((n for n, section in enumerate(sections, start=1) if section.key == before), 0)
            sections.insert(behind, ImportedSection(old.key, old.title, dict(old.levels), has_own_key=True))
        if any(section.key == old.key for section in sections):
            before = old.key
    return replace(mapping.imported, sections=sections)


# --- Finding them again -----------------------------------------------------------------------------------
def _certain(existing: Sequence[ExistingSection], sections: Sequence[ImportedSection]) -> Found:
    """By the file's own keys, then by titles that occur once on either side."""
    keys = {section.key for section in existing}
    found: Found = {
        number: (section.key, By.KEY, 100)
        for number, section in enumerate(sections)
        if section.has_own_key and section.key in keys
    }
    taken = {key for key, _by, _similarity in found.values()}
    here = _once((_named(section).name, section.key) for section in existing if section.key not in taken)
    there = _once((_named(section).name, number) for number, section in enumerate(sections) if not section.has_own_key)
    return found | {number: (here[name], By.TITLE, 100) for name, number in there.items() if name in here}


def _guessed(
    existing: Sequence[ExistingSection], sections: Sequence[ImportedSection], found: Found, refused: Collection[str]
) -> Found:
    """By similar titles and words. A key that the file gives itself is its own word: there is nothing to guess."""
    taken = {key for key, _by, _similarity in found.values()} | set(refused)
    here = [_named(section) for section in existing if section.key not in taken]
    there = [number for number, section in enumerate(sections) if number not in found and not section.has_own_key]
    return {
        there[pair.first]: (here[pair.second].key, By.GUESS, pair.similarity)
        for pair in resembling([_named(sections[number]) for number in there], here)
    }


def _named(section: ExistingSection | ImportedSection) -> Named:
    return Named(section.key, section.title, "\n".join(section.levels.values()))


def _once(named: Iterable[tuple[str, Thing]]) -> dict[str, Thing]:
    """{name: what has it}, for names that only one has."""
    by_name: dict[str, list[Thing]] = {}
    for name, thing in named:
        by_name.setdefault(name, []).append(thing)
    return {name: things[0] for name, things in by_name.items() if len(things) == 1}


def _unused(key: str, keys: Collection[str]) -> str:
    number = 2
    while f"{key[:74]}-{number}" in keys:
        number += 1
    return f"{key[:74]}-{number}"


# --- What would change ------------------------------------------------------------------------------------
def _level_changes(old: ExistingSection | None, new: ImportedSection) -> list[LevelChange]:
    """Every level that the section has before or after, in their order."""
    before, after = (old.levels if old else {}), new.levels
    return [
        _level_change(level.value, before.get(level.value, ""), after.get(level.value, ""))
        for level in Level
        if before.get(level.value) or after.get(level.value)
    ]


def _level_change(level: str, before: str, after: str) -> LevelChange:
    if not before:
        change = Change.NEW
    elif not after:
        change = Change.GONE
    else:
        change = Change.UNCHANGED if _written(before) == _written(after) else Change.CHANGED
    return LevelChange(level, change, before, after)


def _written(markdown: str) -> list[str]:
    """Its blocks: empty lines between them say nothing."""
    return [block.source for block in split_blocks(markdown)]
