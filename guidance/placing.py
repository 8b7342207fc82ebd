"""Where an anchor stands in a later revision (pure).

The rule behind all rules: nothing claims to stand *in place* unless the words it was about stand there, the same, in
the same place. In doubt the text has changed.
"""

import re
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from functools import cached_property

from guidance import anchors
from guidance.anchors import Quote, find_again, plain
from guidance.fates import Fate, FateKind, Passage, longest_rising
from guidance.matching import shingles, similarity, words_of

SENTENCE_END = re.compile(r"(?<=[.!?…:;])[\"'”’)]*\s+|\n+")
LEAST_QUOTED = 4
"""Words a quote must have to be looked for outside the block that it stood in."""
SECTION_LIVES = 0.5
"""Share of a retired section's words that must stand in one other section for comments to follow them there."""


class Standing(StrEnum):
    IN_PLACE = "in_place"
    MOVED = "moved"
    CHANGED = "changed"
    REMOVED = "removed"


@dataclass(frozen=True)
class At:
    """Where an anchor points in the older text: a section, a block of it, or words in the block."""

    section: str
    level: str = ""
    key: str = ""
    quote: Quote | None = None
    words: str = ""
    """What the block (or the section's title) said when the anchor was made."""


@dataclass(frozen=True)
class Found:
    """Where it stands now. What was removed has no section, unless the block that it was quoted from lives on."""

    standing: Standing
    section: str = ""
    level: str = ""
    key: str = ""
    start: int | None = None
    end: int | None = None


GONE = Found(Standing.REMOVED)


@dataclass(frozen=True)
class Ground:
    """The two texts, and what became of each block."""

    old: Sequence[Passage]
    new: Sequence[Passage]
    fates: Sequence[Fate]
    old_titles: Mapping[str, str]
    """Titles of sections by their keys, in their order."""
    new_titles: Mapping[str, str]

    def made_ready(self) -> "Ground":
        """Itself, with everything that is looked up often laid out, so that placing a few anchors takes no time."""
        for name in ("there", "fate_of", "in_section", "in_new_section", "standing_where", "moved_sections"):
            getattr(self, name)
        return self

    @cached_property
    def there(self) -> dict[str, Passage]:
        return {passage.key: passage for passage in self.new}

    @cached_property
    def fate_of(self) -> dict[str, Fate]:
        return {key: fate for fate in self.fates for key in fate.old}

    @cached_property
    def in_section(self) -> dict[str, list[Passage]]:
        found: dict[str, list[Passage]] = defaultdict(list)
        for passage in self.old:
            found[passage.section].append(passage)
        return found

    @cached_property
    def in_new_section(self) -> dict[str, list[Passage]]:
        found: dict[str, list[Passage]] = defaultdict(list)
        for passage in self.new:
            found[passage.section].append(passage)
        return found

    @cached_property
    def standing_where(self) -> dict[tuple[str, ...], list[Passage]]:
        """New blocks by their runs of words, for quotes whose own block is gone."""
        found: dict[tuple[str, ...], list[Passage]] = defaultdict(list)
        for passage in self.new:
            for run in shingles(words_of(plain(passage.text))):
                found[run].append(passage)
        return found

    @cached_property
    def moved_sections(self) -> set[str]:
        """Sections that passed one of their neighbours."""
        both = [key for key in self.old_titles if key in self.new_titles]
        order = {key: i for i, key in enumerate(self.new_titles)}
        stayed = longest_rising([order[key] for key in both])
        return {key for i, key in enumerate(both) if i not in stayed}


def place(at: At, ground: Ground) -> Found:
    """Where an anchor of the older text stands in the newer one."""
    if not at.key:
        return _section(at, ground)
    return _quote(at, ground) if at.quote else _block(at, ground)


# --- Blocks -----------------------------------------------------------------------------------------------
def _block(at: At, ground: Ground) -> Found:
    fate = ground.fate_of.get(at.key)
    if fate is None or not fate.new:
        return GONE
    parts = [ground.there[key] for key in fate.new]
    best = max(parts, key=lambda part: similarity(words_of(part.text), words_of(at.words)))
    if best.text != at.words or len(parts) > 1 or len(fate.old) > 1:
        return _there(Standing.CHANGED, best)
    return _there(Standing.MOVED if _has_moved(at, fate, best) else Standing.IN_PLACE, best)


def _there(standing: Standing, passage: Passage, start: int | None = None, end: int | None = None) -> Found:
    return Found(standing, passage.section, passage.level, passage.key, start, end)


def _has_moved(at: At, fate: Fate, now: Passage) -> bool:
    return fate.has_moved or (now.section, now.level) != (at.section, at.level)


# --- Words in a block -------------------------------------------------------------------------------------
def _quote(at: At, ground: Ground) -> Found:
    """The quoted words, in what their block became, or else wherever they stand in the text."""
    fate = ground.fate_of.get(at.key)
    heirs = [ground.there[key] for key in fate.new] if fate else []
    found = find_again(at.quote, [(heir.key, heir.text) for heir in heirs])
    if found is None and len(words_of(at.quote.exact)) >= LEAST_QUOTED:
        found = _elsewhere(at, ground)
        if found:
            fate = None
    if found is None:
        return _there(Standing.REMOVED, heirs[0]) if heirs else GONE
    now = ground.there[found.key]
    return _there(_standing_of(at, fate, now, found), now, found.start, found.end)


def _elsewhere(at: At, ground: Ground) -> anchors.Found | None:
    """In a block that is not what its own became: only the very words count there."""
    runs = shingles(words_of(plain(at.quote.exact)))
    candidates: dict[str, Passage] = {}
    for run in runs:
        for passage in ground.standing_where.get(run, ())[:50]:
            candidates[passage.key] = passage
    found = find_again(at.quote, [(passage.key, passage.text) for passage in candidates.values()])
    return found if found and found.how == "exact" else None


def _standing_of(at: At, fate: Fate | None, now: Passage, found: anchors.Found) -> Standing:
    """In place or moved only if the whole sentence (or sentences) around the words is the same as it was."""
    was = _span_in(at)
    if found.how != "exact" or was is None:
        return Standing.CHANGED
    then, here = sentences_around(at.words, *was), sentences_around(now.text, found.start, found.end)
    if plain(then) != plain(here):
        return Standing.CHANGED
    if fate is None or (fate.kind in {FateKind.SPLIT, FateKind.MERGED} and now.key != at.key):
        return Standing.MOVED
    return Standing.MOVED if _has_moved(at, fate, now) else Standing.IN_PLACE


def _span_in(at: At) -> tuple[int, int] | None:
    found = find_again(at.quote, [(at.key, at.words)])
    return (found.start, found.end) if found and found.how == "exact" else None


def sentences_around(text: str, start: int, end: int) -> str:
    """The sentences that `text[start:end]` touches. A list's item and a table's row are sentences of their own."""
    begin, stop = 0, len(text)
    for boundary in _boundaries(text):
        if boundary[1] <= start:
            begin = boundary[1]
        elif boundary[0] >= end - 1:
            stop = boundary[0]
            break
    return text[begin:stop].strip()


def _boundaries(text: str) -> Iterator[tuple[int, int]]:
    for match in SENTENCE_END.finditer(text):
        yield match.span()


# --- Sections ---------------------------------------------------------------------------------------------
def _section(at: At, ground: Ground) -> Found:
    """A whole section: in place only if its title and every word of it are the same."""
    if at.section not in ground.new_titles:
        return _absorbed(at, ground)
    olds, news = ground.in_section.get(at.section, []), ground.in_new_section.get(at.section, [])
    same_words = [(p.level, p.text) for p in olds] == [(p.level, p.text) for p in news]
    title = at.words or ground.old_titles.get(at.section, "")
    if not same_words or title != ground.new_titles[at.section]:
        return Found(Standing.CHANGED, at.section)
    return Found(Standing.MOVED if at.section in ground.moved_sections else Standing.IN_PLACE, at.section)


def _absorbed(at: At, ground: Ground) -> Found:
    """A retired section: where most of its words stand now, if that is one place; else removed."""
    words: dict[str, int] = defaultdict(int)
    whole = 0
    for passage in ground.in_section.get(at.section, []):
        length = len(words_of(passage.text))
        whole += length
        fate = ground.fate_of.get(passage.key)
        for key in fate.new[:1] if fate else ():
            words[ground.there[key].section] += length
    if not words:
        return GONE
    section, most = max(words.items(), key=lambda item: item[1])
    return Found(Standing.CHANGED, section) if whole and most >= SECTION_LIVES * whole else GONE
