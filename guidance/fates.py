"""What became of each block between two revisions (pure).

Keys tell most of it: a key that both revisions hold is the same block. What is left are keys that vanished and keys
that are new; they are parts of a block that was split, or what was merged into one, if enough of their words are found
there, and removed or new otherwise.
"""

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from guidance.order import longest_rising
from guidance.wording import runs_of, similarity, words_of


class FateKind(StrEnum):
    """What became of a block. `moved` means the same words in another place; what moved and changed was edited."""

    SAME = "same"
    MOVED = "moved"
    EDITED = "edited"
    SPLIT = "split"
    MERGED = "merged"
    REMOVED = "removed"
    NEW = "new"


@dataclass(frozen=True)
class Passage:
    """A block as it stands in one revision."""

    key: str
    section: str
    """The section's key."""
    level: str
    position: int
    """In its section, at its level, counted from 1."""
    kind: str
    source: str
    """Markdown."""
    text: str
    """The words alone, one line for each paragraph, list item or table row."""

    @property
    def where(self) -> tuple[str, str]:
        return (self.section, self.level)


@dataclass(frozen=True)
class Fate:
    """What became of some blocks: one to one, one to several (split), several to one (merged), one to none, none to
    one. Over all fates of two revisions each old key and each new key occurs exactly once."""

    kind: FateKind
    old: tuple[str, ...]
    """Keys in the older revision, in its order."""
    new: tuple[str, ...]
    """Keys in the newer revision, in its order."""
    has_moved: bool = False
    """Whether it also stands in another section or level, or on the other side of a neighbour that stayed."""


CONTAINED = 0.6
"""A block came out of another, or went into it, if so much of it (its runs of three words) is found there, and was not
found there otherwise: more than half, so that no block can be claimed by two that share nothing."""
LEAST_WORDS = 4
"""Shorter blocks are not looked for inside others: “Yes.” stands everywhere."""
COMMON = 60
"""Runs of words that stand in so many blocks say nothing about where one came from."""


def fates(
    old: Sequence[Passage], new: Sequence[Passage], *, by_hand: Mapping[str, tuple[str, ...]] | None = None
) -> list[Fate]:
    """What became of every block, in the order of the new text; what was removed stands behind what it followed.

    `by_hand` is an editor's word: {old key: new keys}, with nothing for what was removed. Raises ValidationError when
    it names blocks that are not there, or makes one block both split and merged. Each key occurs exactly once.
    """
    links = _Links(old, new)
    links.by_hand(by_hand or {})
    links.by_key()
    links.by_words()
    return _in_order(old, new, links)


def fates_over(old: Sequence[Passage], new: Sequence[Passage], steps: Sequence[Sequence[Fate]]) -> list[Fate]:
    """What became of every block over several revisions, of which each step's fates are known.

    Every step was a split or a merger; several may be both (a part of one paragraph that went into another). Then the
    ties that hold most are kept: a key that lasted, and else most words in common. Each key occurs exactly once.
    """
    links = _Links(old, new)
    ties = [(key, to) for key in links.old for to in follow(key, steps) if to in links.new]
    said = {key: words_of(links.old[key].text) for key, _to in ties}
    says = {to: words_of(links.new[to].text) for _key, to in ties}
    for key, to in sorted(ties, key=lambda tie: (tie[0] != tie[1], -similarity(said[tie[0]], says[tie[1]]), tie)):
        links.add(key, to)
    return _in_order(old, new, links)


def follow(key: str, steps: Sequence[Sequence[Fate]]) -> tuple[str, ...]:
    """The keys under which a block's words stand after several revisions; none if they were removed on the way."""
    here: tuple[str, ...] = (key,)
    for fates_of_step in steps:
        became = {old: fate.new for fate in fates_of_step for old in fate.old}
        here = tuple(dict.fromkeys(new for old in here for new in became.get(old, ())))
    return here


Beside = Callable[[str], Passage | None]
"""The block on the other side that a block is, if there is one."""


class _Links:
    """Which old blocks became which new ones. A block is split or merged, never both."""

    def __init__(self, old: Sequence[Passage], new: Sequence[Passage]) -> None:
        self.old = {passage.key: passage for passage in old}
        self.new = {passage.key: passage for passage in new}
        if len(self.old) != len(old) or len(self.new) != len(new):
            raise ValueError("Two blocks of one revision have the same key.")
        self.became: dict[str, list[str]] = {key: [] for key in self.old}
        self.came_from: dict[str, list[str]] = {key: [] for key in self.new}
        self.settled: set[str] = set()
        """Old keys of which an editor said what became of them."""

    def add(self, old: str, new: str) -> bool:
        """Link the two, unless that made one of them part of a split and of a merger at once."""
        if new in self.became[old]:
            return True
        splits = bool(self.became[old]) and (
            bool(self.came_from[new]) or any(len(self.came_from[other]) > 1 for other in self.became[old])
        )
        merges = bool(self.came_from[new]) and any(len(self.became[other]) > 1 for other in self.came_from[new])
        if splits or merges:
            return False
        self.became[old].append(new)
        self.came_from[new].append(old)
        return True

    def by_hand(self, said: Mapping[str, tuple[str, ...]]) -> None:
        for old, news in said.items():
            if old not in self.old or not set(news) <= set(self.new):
                raise ValidationError(_("A paragraph that was named is not there any more. Look again."))
            self.settled.add(old)
            for new in dict.fromkeys(news):
                if not self.add(old, new):
                    raise ValidationError(
                        _("A paragraph can be split or merged, not both at once. Say it in two steps.")
                    )

    def by_key(self) -> None:
        """A key that both hold is the same block. What an editor said of others makes it a merger, if need be."""
        for key in self.old:
            if key in self.new and key not in self.settled and not self.add(key, key):
                raise ValidationError(
                    _("“%(words)s” still stands in the draft. It cannot also be a part of a paragraph that was split.")
                    % {"words": shortened(self.old[key].text)}
                )

    def by_words(self) -> None:
        """Parts of what was split, and what was merged into something, by their words; the surest first."""
        fresh = [self.new[key] for key, olds in self.came_from.items() if not olds]
        gone = [self.old[key] for key, news in self.became.items() if not news and key not in self.settled]
        givers = [p for p in self.old.values() if p.key not in self.settled and self._has_changed(p, self._successor)]
        takers = [p for p in self.new.values() if self._has_changed(p, self._predecessor)]
        parts = _found_in(fresh, givers, beside=self._successor)
        mergers = _found_in(gone, takers, beside=self._predecessor)
        claims = [(share, old, new) for share, new, old in parts] + [(share, old, new) for share, old, new in mergers]
        for _share, old, new in sorted(claims, key=lambda claim: (-claim[0], claim[1], claim[2])):
            if not self.came_from[new] or not self.became[old]:
                self.add(old, new)

    def _has_changed(self, passage: Passage, beside: Beside) -> bool:
        """Whether words can have left it or come to it: none did where it says the same on the other side."""
        other = beside(passage.key)
        return other is None or other.text != passage.text

    def _successor(self, key: str) -> Passage | None:
        news = self.became[key]
        return self.new[news[0]] if news else None

    def _predecessor(self, key: str) -> Passage | None:
        olds = self.came_from[key]
        return self.old[olds[0]] if olds else None


def shortened(text: str) -> str:
    """Its first words, to name it by."""
    words = text.split()
    return " ".join(words[:8]) + ("…" if len(words) > 8 else "")


def _found_in(
    looked_for: Sequence[Passage], among: Sequence[Passage], *, beside: Beside
) -> Iterable[tuple[float, str, str]]:
    """Of each block the ones that hold most of its words: (share, its key, their key).

    What also stands on the other side of the block that holds them (`beside`) was not taken from there, and does not
    count: a phrase that a paragraph has always had was not merged into it.
    """
    sought = [(passage.key, runs) for passage in looked_for if (runs := _runs_to_find(passage.text))]
    if not sought:
        return
    here = {passage.key: runs_of(passage.text) for passage in among}
    standing: dict[tuple[str, ...], list[str]] = defaultdict(list)
    for key, runs in here.items():
        for run in runs:
            standing[run].append(key)
    kept: dict[str, set[tuple[str, ...]]] = {}
    for sought_key, runs in sought:
        shared = Counter(key for run in runs if len(there := standing.get(run, ())) <= COMMON for key in there)
        for key, _n in sorted(shared.items(), key=lambda item: (-item[1], item[0]))[:6]:
            if key not in kept:
                other = beside(key)
                kept[key] = runs_of(other.text) if other else set()
            share = len((runs & here[key]) - kept[key]) / len(runs)
            if share >= CONTAINED:
                yield share, sought_key, key


def _runs_to_find(text: str) -> set[tuple[str, ...]]:
    """Its runs of words, unless it is so short that they stand everywhere."""
    return runs_of(text) if len(words_of(text)) >= LEAST_WORDS else set()


# --- From links to fates ----------------------------------------------------------------------------------
def _in_order(old: Sequence[Passage], new: Sequence[Passage], links: _Links) -> list[Fate]:
    old_order = {passage.key: i for i, passage in enumerate(old)}
    new_order = {passage.key: i for i, passage in enumerate(new)}
    moved = _moved(links, old_order, new_order)
    found: dict[tuple[int, int], Fate] = {}
    for key, olds in links.came_from.items():
        fate = _fate(links, key, olds, old_order, new_order, moved)
        if fate.new[0] == key:
            found[new_order[key], 0] = fate
    behind = -1
    for passage in old:
        news = links.became[passage.key]
        if news:
            behind = max(new_order[new] for new in news)
        else:
            found[behind, 1 + old_order[passage.key]] = Fate(FateKind.REMOVED, (passage.key,), ())
    return [found[at] for at in sorted(found)]


def _fate(links: _Links, key: str, olds: list[str], old_order, new_order, moved: set[str]) -> Fate:
    if not olds:
        return Fate(FateKind.NEW, (), (key,))
    if len(olds) > 1:
        several = tuple(sorted(olds, key=old_order.__getitem__))
        return Fate(FateKind.MERGED, several, (key,), any(one in moved for one in several))
    news = tuple(sorted(links.became[olds[0]], key=new_order.__getitem__))
    has_moved = olds[0] in moved
    if len(news) > 1:
        return Fate(FateKind.SPLIT, (olds[0],), news, has_moved)
    one, other = links.old[olds[0]], links.new[key]
    if (one.text, one.kind) != (other.text, other.kind):
        return Fate(FateKind.EDITED, (one.key,), news, has_moved)
    return Fate(FateKind.MOVED if has_moved else FateKind.SAME, (one.key,), news, has_moved)


def _moved(links: _Links, old_order: dict[str, int], new_order: dict[str, int]) -> set[str]:
    """Old keys of blocks that stand elsewhere now: in another section or level, or on the other side of neighbours
    that stayed. Those that stayed are a longest rising run, so that one paragraph that moves does not move all others.
    """
    moved: set[str] = set()
    by_place: dict[tuple[str, str], list[str]] = defaultdict(list)
    for key, news in links.became.items():
        if not news:
            continue
        if any(links.new[new].where != links.old[key].where for new in news[:1]):
            moved.add(key)
        else:
            by_place[links.old[key].where].append(key)
    for keys in by_place.values():
        keys.sort(key=old_order.__getitem__)
        places = [min(new_order[new] for new in links.became[key]) for key in keys]
        stayed = longest_rising(places)
        moved.update(key for i, key in enumerate(keys) if i not in stayed)
    return moved
