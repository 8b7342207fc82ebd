"""Two texts, and what became of each block: the ground on which anchors are placed (pure)."""

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

from guidance.continuity import Continuity, continuity
from guidance.fates import Fate, FateKind, Passage
from guidance.order import longest_rising
from guidance.sentences import Part, lead_of
from guidance.wording import shingles, words_of

MOST_CANDIDATES = 12
"""Blocks that are looked through for a quote that left its own."""


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
        for name in ("there", "fate_of", "in_section", "in_new_section", "fresh", "moved_sections"):
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
    def old_parts(self) -> dict[str, Part]:
        return _parts(self.old)

    @cached_property
    def new_parts(self) -> dict[str, Part]:
        return _parts(self.new)

    def continuity(self, fate: Fate) -> Continuity:
        """What became of the sentences of a fate's old blocks in its new ones."""
        return continuity(
            tuple(self.old_parts[key] for key in fate.old), tuple(self.new_parts[key] for key in fate.new)
        )

    @cached_property
    def fresh(self) -> "Fresh":
        """What stands in the new text and did not stand there before."""
        stretches: dict[str, list[tuple[int, int]]] = {}
        for fate in self.fates:
            if fate.new and fate.kind not in {FateKind.SAME, FateKind.MOVED}:
                whole = self.continuity(fate)
                stretches |= {key: found for at, key in enumerate(fate.new) if (found := whole.fresh_in(at))}
        return Fresh(stretches, self.there)

    @cached_property
    def moved_sections(self) -> set[str]:
        """Sections that passed one of their neighbours."""
        both = [key for key in self.old_titles if key in self.new_titles]
        order = {key: i for i, key in enumerate(self.new_titles)}
        stayed = longest_rising([order[key] for key in both])
        return {key for i, key in enumerate(both) if i not in stayed}


class Fresh:
    """Stretches of new blocks in which nothing stood before, to be looked through for words that came from elsewhere.
    What has always stood there is no quote that moved there: “Talk to your line manager” stands in many places."""

    def __init__(self, stretches: Mapping[str, list[tuple[int, int]]], there: Mapping[str, Passage]) -> None:
        self.stretches = stretches
        self.there = there
        self.where: dict[tuple[str, ...], set[str]] = defaultdict(set)
        for key, found in stretches.items():
            for start, end in found:
                for run in shingles(words_of(there[key].text[start:end])):
                    self.where[run].add(key)

    def candidates(self, words: list[str]) -> list[tuple[str, str]]:
        """The blocks (key, text) whose fresh stretches share most with these words."""
        shared = Counter(key for run in shingles(words) for key in sorted(self.where.get(run, ())))
        return [(key, self.there[key].text) for key, _n in shared.most_common(MOST_CANDIDATES)]

    def holds(self, key: str, start: int, end: int) -> bool:
        return any(begin <= start and end <= stop for begin, stop in self.stretches.get(key, ()))


def _parts(passages: Sequence[Passage]) -> dict[str, Part]:
    """The blocks by their keys, each with what leads into it from the block above it in its section and level."""
    parts: dict[str, Part] = {}
    above: dict[tuple[str, str], Part] = {}
    for passage in passages:
        lead = lead_of(above.get(passage.where))
        above[passage.where] = parts[passage.key] = Part(passage.text, passage.kind, lead)
    return parts
