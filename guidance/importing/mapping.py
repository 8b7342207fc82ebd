"""Which section of a file is which section of a document that is here already (pure).

Keys last: comments hang on them. A section that is found again takes the key that it has here.
"""

import re
from collections import Counter
from collections.abc import Collection, Sequence
from dataclasses import dataclass, field, replace
from enum import StrEnum
from functools import cached_property

from rapidfuzz import fuzz, process

from guidance.blocks import split_blocks
from guidance.importing.imported import Imported, ImportedSection
from guidance.measures import words_in
from guidance.models import Level

SIMILAR_TITLES = 80
"""Of 100, by normalised InDel similarity (rapidfuzz's `ratio`) of case-folded titles: “Pen names” and “Using pen
names” have 75, “Pen names” and “Pen-names” 89. From here on we guess that it is the same section under a new title."""
SIMILAR_WORDS = 60
"""Of 100, the share of words in common (Dice, counted with repetition). Two sections of one guidance that have nothing
to do with each other reach about 40 through words such as “the”."""
FEWEST_WORDS = 20
"""In texts shorter than this a few words in common mean nothing."""
WORD = re.compile(r"\w+")
LOOK_AT = 20_000
"""Characters of a section from which we judge how similar it is."""


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


@dataclass(frozen=True)
class LevelChange:
    """What the file would make of one level."""

    level: str
    change: Change
    before: str
    """Markdown; empty for a new one."""
    after: str
    """Markdown; empty for one that goes."""

    @cached_property
    def words_before(self) -> int:
        return _words(self.before)

    @cached_property
    def words_after(self) -> int:
        return _words(self.after)


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

    @property
    def change(self) -> Change:
        if self.existing is None:
            return Change.NEW
        same = not self.is_renamed and all(level.change == Change.UNCHANGED for level in self.levels)
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
        in_order = [s.position_before for s in self.sections] == list(range(1, len(self.existing) + 1))
        return in_order and all(section.change == Change.UNCHANGED for section in self.sections)


def map_sections(existing: Sequence[ExistingSection], imported: Imported, *, refused: Collection[str] = ()) -> Mapping_:
    """Find each section of a file among those of a document: by the key that the file gives; by the title, without
    regard to case; then, as a guess, by a similar title or similar words. Each is found once.

    `refused` are keys of sections here that a person said to be another one than we guessed.
    """
    found = _certain(existing, imported.sections)
    guessed = _guessed(existing, imported.sections, found, refused)
    by_key = {section.key: section for section in existing}
    position = {section.key: number for number, section in enumerate(existing, start=1)}
    taken = {key for key, _by, _similarity in [*found.values(), *guessed.values()]}
    keys = set(by_key) | {section.key for section in imported.sections if section.has_own_key}
    changes = []
    for number, section in enumerate(imported.sections):
        key, by, similarity = found.get(number) or guessed.get(number) or ("", By.NEW, 0)
        old = by_key.get(key)
        if old is None:
            key = section.key if section.key not in keys or section.has_own_key else _unused(section.key, keys)
            keys.add(key)
        kept = replace(section, key=key, levels=dict(section.levels))
        changes.append(SectionChange(kept, by, old, similarity, _level_changes(old, section), position.get(key)))
    return Mapping_(imported, changes, [section for section in existing if section.key not in taken], existing)


Found = dict[int, tuple[str, By, int]]
"""{number of a section in the file: (key of the one it is, how it was found, similarity)}"""


def _certain(existing: Sequence[ExistingSection], sections: Sequence[ImportedSection]) -> Found:
    """By the file's own keys, then by titles that occur once on either side, then by keys made from titles."""
    keys = {section.key for section in existing}
    found: Found = {
        number: (section.key, By.KEY, 100)
        for number, section in enumerate(sections)
        if section.has_own_key and section.key in keys
    }
    for name_here, name_there in ((_title, _title), (lambda s: s.key, lambda s: s.key)):
        taken = {key for key, _by, _similarity in found.values()}
        here = _once((name_here(section), section.key) for section in existing if section.key not in taken)
        there = _once(
            (name_there(section), number)
            for number, section in enumerate(sections)
            if number not in found and not section.has_own_key
        )
        found |= {number: (here[name], By.TITLE, 100) for name, number in there.items() if name in here}
    return found


def _title(section: ExistingSection | ImportedSection) -> str:
    return " ".join(section.title.casefold().split())


def _once(named) -> dict:
    """{name: what has it}, for names that only one has."""
    by_name: dict = {}
    for name, thing in named:
        by_name.setdefault(name, []).append(thing)
    return {name: things[0] for name, things in by_name.items() if len(things) == 1}


def _guessed(
    existing: Sequence[ExistingSection],
    sections: Sequence[ImportedSection],
    found: Found,
    refused: Collection[str],
) -> Found:
    """The most similar pairs first. A key that the file gives itself is its own word: there is nothing to guess."""
    taken = {key for key, _by, _similarity in found.values()}
    here = [section for section in existing if section.key not in taken and section.key not in refused]
    there = [(n, section) for n, section in enumerate(sections) if n not in found and not section.has_own_key]
    if not here or not there:
        return {}
    titles = process.cdist([_title(s) for _n, s in there], [_title(s) for s in here], scorer=fuzz.ratio)
    bags_here, bags_there = [_bag(section) for section in here], [_bag(section) for _n, section in there]
    pairs = []
    for row, (number, _section) in enumerate(there):
        for column, old in enumerate(here):
            by_title, by_words = int(titles[row][column]), _in_common(bags_there[row], bags_here[column])
            if by_title >= SIMILAR_TITLES or by_words >= SIMILAR_WORDS:
                pairs.append((max(by_title, by_words), by_title + by_words, -row, -column, number, old.key))
    guessed: Found = {}
    for similarity, _sum, _row, _column, number, key in sorted(pairs, reverse=True):
        if number not in guessed and key not in taken:
            guessed[number] = (key, By.GUESS, similarity)
            taken.add(key)
    return guessed


def _bag(section: ExistingSection | ImportedSection) -> Counter[str]:
    text = "\n".join(section.levels.values())[:LOOK_AT].casefold()
    return Counter(WORD.findall(text))


def _in_common(one: Counter[str], other: Counter[str]) -> int:
    """Of 100."""
    total = one.total() + other.total()
    if min(one.total(), other.total()) < FEWEST_WORDS:
        return 0
    return round(200 * (one & other).total() / total)


def _unused(key: str, keys: Collection[str]) -> str:
    number = 2
    while f"{key[:74]}-{number}" in keys:
        number += 1
    return f"{key[:74]}-{number}"


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
        change = Change.UNCHANGED if _reads(before) == _reads(after) else Change.CHANGED
    return LevelChange(level, change, before, after)


def _reads(markdown: str) -> list[str]:
    """Its blocks as they are written: empty lines between them say nothing."""
    return [block.source for block in split_blocks(markdown)]


def _words(markdown: str) -> int:
    return sum(words_in(block.text) for block in split_blocks(markdown))


def settle(mapping: Mapping_, *, keep: Collection[str] = ()) -> Imported:
    """The document that comes of it: the file's sections with their lasting keys, and those of the missing ones that
    a person keeps, each behind the section that it stood behind."""
    sections = [change.section for change in mapping.sections]
    kept = {section.key for section in mapping.missing} & set(keep)
    before: str | None = None
    for old in mapping.existing:
        if old.key in kept:
            at = next((n for n, section in enumerate(sections, start=1) if section.key == before), 0)
            sections.insert(at, ImportedSection(old.key, old.title, dict(old.levels), has_own_key=True))
        if any(section.key == old.key for section in sections):
            before = old.key
    return replace(mapping.imported, sections=sections)
