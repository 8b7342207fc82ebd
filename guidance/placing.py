"""Where an anchor stands in a later revision (pure).

The rule behind all rules: nothing claims to stand *in place* unless the words it was about stand there, the same, in
the same place. In doubt the text has changed.
"""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace
from enum import StrEnum

from guidance.anchors import Quote, find_again, find_alike, find_exactly, find_in_own
from guidance.continuity import Continuity, Stretch, continuity
from guidance.fates import Fate, FateKind, Passage
from guidance.ground import Ground
from guidance.sentences import Part, sentences_of
from guidance.wording import plain, similarity, words_of

LEAST_QUOTED = 4
"""Words a quote must have to be looked for outside the block that it stood in."""
LIKE_ELSEWHERE = 85.0
LEAST_LIKE_ELSEWHERE = 8
"""Percent of likeness, and words, from which reworded quotes are found outside of their block."""
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
    words = words_of(at.words)
    best = max(parts, key=lambda part: similarity(words_of(part.text), words))
    is_one_to_one = len(fate.old) == len(fate.new) == 1
    leads = plain(ground.old_parts[at.key].lead), plain(ground.new_parts[best.key].lead)
    if best.text != at.words or not is_one_to_one or leads[0] != leads[1]:
        return _there(Standing.CHANGED, best)
    return _there(Standing.MOVED if _has_moved(at, fate, best) else Standing.IN_PLACE, best)


def _there(standing: Standing, passage: Passage, start: int | None = None, end: int | None = None) -> Found:
    return Found(standing, passage.section, passage.level, passage.key, start, end)


def _has_moved(at: At, fate: Fate, now: Passage) -> bool:
    is_another = fate.kind in {FateKind.SPLIT, FateKind.MERGED} and now.key != at.key
    return is_another or fate.has_moved or (now.section, now.level) != (at.section, at.level)


# --- Words in a block -------------------------------------------------------------------------------------
def _quote(at: At, ground: Ground) -> Found:
    """The quoted words, in what their block became, or else where they are new in the text."""
    fate = ground.fate_of.get(at.key)
    if fate is None:
        return GONE
    was = find_in_own(at.quote, at.words)
    found = _in_heirs(at, was, fate, ground) or _elsewhere(at, was, fate, ground)
    if found:
        return found
    return _there(Standing.REMOVED, ground.there[fate.new[0]]) if fate.new else GONE


def _in_heirs(at: At, was: tuple[int, int] | None, fate: Fate, ground: Ground) -> Found | None:
    """In what the block became: whole sentences that are the same, or else what stands for the words now."""
    if not fate.new:
        return None
    heirs = [ground.there[key] for key in fate.new]
    if was is None:  # it was never quoted from these words: be careful
        found = find_again(at.quote, [(heir.key, heir.text) for heir in heirs])
        return _there(Standing.CHANGED, ground.there[found.key], found.start, found.end) if found else None
    part, whole = fate.old.index(at.key), _continuity(at, fate, ground)
    stretch = whole.same(part, *was) or _in_changed(at, was, part, whole, heirs)
    if stretch is None:
        return None
    now = heirs[stretch.part]
    if not stretch.is_same:
        return _there(Standing.CHANGED, now, stretch.start, stretch.end)
    return _there(Standing.MOVED if _has_moved(at, fate, now) else Standing.IN_PLACE, now, stretch.start, stretch.end)


def _continuity(at: At, fate: Fate, ground: Ground) -> Continuity:
    """The fate's, but with the words on which the anchor was made, which a correction may have changed since."""
    if ground.old_parts[at.key].text == at.words:
        return ground.continuity(fate)
    parts = ground.old_parts | {at.key: replace(ground.old_parts[at.key], text=at.words)}
    return continuity(tuple(parts[key] for key in fate.old), tuple(ground.new_parts[key] for key in fate.new))


def _in_changed(at: At, was: tuple[int, int], part: int, whole: Continuity, heirs: Sequence[Passage]) -> Stretch | None:
    """In sentences that changed: the very words, or what stands for them, word by word, or what is like them."""
    allowed = whole.allowed_for(part, *was)
    stretches = whole.stretches(allowed)

    def holds(key: str, start: int, end: int) -> bool:
        return any(str(i) == key and begin <= start and end <= stop for i, begin, stop in stretches)

    texts = [(str(i), heir.text) for i, heir in enumerate(heirs)]
    if found := find_exactly(at.quote, texts, allowed=holds):
        return Stretch(int(found.key), found.start, found.end, False)
    if now := whole.changed(part, *was):
        return replace(now, end=_with_its_stop(at.quote.exact, heirs[now.part].text, now.end))
    slices = [(str(n), heirs[i].text[begin:stop]) for n, (i, begin, stop) in enumerate(stretches)]
    if found := find_alike(at.quote.exact, slices):
        i, begin, _stop = stretches[int(found.key)]
        return Stretch(i, begin + found.start, begin + found.end, False)
    return None


def _with_its_stop(quoted: str, text: str, end: int) -> int:
    """The end moved behind a full stop or a closing mark, if the quote ended with one."""
    while quoted and not quoted[-1].isalnum() and end < len(text) and not (text[end].isalnum() or text[end].isspace()):
        end += 1
    return end


def _elsewhere(at: At, was: tuple[int, int] | None, fate: Fate, ground: Ground) -> Found | None:
    """In a block that is not what its own became, where it did not stand before: the very words, or nearly."""
    words = words_of(at.quote.exact)
    candidates = ground.fresh.candidates(words) if len(words) >= LEAST_QUOTED else []
    candidates = [(key, text) for key, text in candidates if key not in fate.new]
    if found := find_exactly(at.quote, candidates, allowed=ground.fresh.holds):
        now = ground.there[found.key]
        there = _said(ground.new_parts[found.key], found.start, found.end)
        is_same = was is not None and _said(replace(ground.old_parts[at.key], text=at.words), *was) == there
        return _there(Standing.MOVED if is_same else Standing.CHANGED, now, found.start, found.end)
    if len(words) < LEAST_LIKE_ELSEWHERE:
        return None
    stretches = [(key, *span) for key, _text in candidates for span in ground.fresh.stretches[key]]
    slices = [(str(n), ground.there[key].text[begin:stop]) for n, (key, begin, stop) in enumerate(stretches)]
    if found := find_alike(at.quote.exact, slices, like=LIKE_ELSEWHERE):
        key, begin, _stop = stretches[int(found.key)]
        return _there(Standing.CHANGED, ground.there[key], begin + found.start, begin + found.end)
    return None


def _said(part: Part, start: int, end: int) -> list[tuple[str, str]]:
    """What the sentences say that a stretch touches."""
    return [one.said for one in sentences_of(part) if one.start < end and one.end > start]


# --- Sections ---------------------------------------------------------------------------------------------
def _section(at: At, ground: Ground) -> Found:
    """A whole section: in place only if its title and every word of it are the same."""
    if at.section not in ground.new_titles:
        return _absorbed(at, ground)
    if not _says_the_same(at, at.section, ground):
        return Found(Standing.CHANGED, at.section)
    return Found(Standing.MOVED if at.section in ground.moved_sections else Standing.IN_PLACE, at.section)


def _says_the_same(at: At, section: str, ground: Ground) -> bool:
    """Whether the title and every word of the old section are those of a new one."""
    olds, news = ground.in_section.get(at.section, []), ground.in_new_section.get(section, [])
    title = at.words or ground.old_titles.get(at.section, "")
    same_words = [(p.level, p.text) for p in olds] == [(p.level, p.text) for p in news]
    return same_words and title == ground.new_titles.get(section)


def _absorbed(at: At, ground: Ground) -> Found:
    """A retired section: where most of its words stand now, if that is one place; else removed. Under another key,
    but with the same title and words, it has moved."""
    words: Counter[str] = Counter()
    olds = ground.in_section.get(at.section, [])
    for passage in olds:
        fate, said = ground.fate_of.get(passage.key), words_of(passage.text)
        for now in (ground.there[key] for key in (fate.new if fate else ())):
            there = words_of(now.text)
            words[now.section] += round(similarity(said, there) * (len(said) + len(there)) / 2)
    whole = sum(len(words_of(passage.text)) for passage in olds)
    section, most = max(words.items(), key=lambda item: item[1], default=("", 0))
    if not most or most < SECTION_LIVES * whole:
        return GONE
    is_same = section not in ground.old_titles and _says_the_same(at, section, ground)
    return Found(Standing.MOVED if is_same else Standing.CHANGED, section)
