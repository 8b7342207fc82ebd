"""Two revisions compared: what became of each paragraph, in reading order of the newer one (pure).

What was removed stands behind the paragraph that it followed; where a paragraph moved away, a word says where to.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence

from guidance.comparison import Change, Comparison, Counts, Elsewhere, Entry, Place, PlaceKey
from guidance.diffs import Op, Piece, changed, words_changed
from guidance.fates import Fate, FateKind, Passage
from guidance.models import Level
from guidance.rendering import render

LEVELS = {level.value: place for place, level in enumerate(Level)}
COUNTED_AS = {
    FateKind.SAME: "same",
    FateKind.MOVED: "moved",
    FateKind.NEW: "new",
    FateKind.REMOVED: "removed",
    FateKind.EDITED: "changed",
    FateKind.SPLIT: "changed",
    FateKind.MERGED: "changed",
}
At = tuple[int, int, int]
"""A place in the newer text's order: a position there, whether behind it, and a position in the older text."""


def compare(
    old: Sequence[Passage],
    new: Sequence[Passage],
    fates: Sequence[Fate],
    *,
    old_sections: Sequence[str] | None = None,
    new_sections: Sequence[str] | None = None,
) -> Comparison:
    """What changed, section by section and level by level.

    `fates` name each key of `old` and of `new` once. The sections' keys, in order, give the numbers that are printed
    beside paragraphs (4.2); without them sections are numbered as they come. Raises ValueError if the fates
    do not account for each passage once.
    """
    _refuse_gaps(old, new, fates)
    before, after = _Text(old, old_sections), _Text(new, new_sections)
    entries: dict[PlaceKey, list[tuple[At, Entry]]] = defaultdict(list)
    counts: dict[PlaceKey, Counter[str]] = defaultdict(Counter)
    stood = _where_the_old_stood(before, after, fates)
    for change in _changes(before, after, fates):
        for passage in change.new or change.old:
            counts[passage.where][COUNTED_AS[change.kind]] += 1
        for where, at in _whereabouts(change, stood).items():
            entries[where].append((at, change if where == change.where else Elsewhere(change)))
    return Comparison(tuple(_places(before, after, entries, counts)))


def _refuse_gaps(old: Sequence[Passage], new: Sequence[Passage], fates: Sequence[Fate]) -> None:
    for passages, named in (
        (old, [key for fate in fates for key in fate.old]),
        (new, [k for f in fates for k in f.new]),
    ):
        if Counter(passage.key for passage in passages) != Counter(named):
            raise ValueError("The fates must name each passage of both texts once.")


class _Text:
    """One revision: its passages by key and in order, and its sections' numbers."""

    def __init__(self, passages: Sequence[Passage], sections: Sequence[str] | None) -> None:
        in_order = sections if sections is not None else [passage.section for passage in passages]
        self.positions = {key: place for place, key in enumerate(dict.fromkeys(in_order), start=1)}
        self.passages = {passage.key: passage for passage in sorted(passages, key=self._order)}

    def _order(self, passage: Passage) -> At:
        return (self.positions[passage.section], LEVELS[passage.level], passage.position)

    def those(self, keys: Iterable[str]) -> tuple[Passage, ...]:
        return tuple(sorted((self.passages[key] for key in keys), key=self._order))

    def numbers(self, passages: Iterable[Passage]) -> tuple[str, ...]:
        return tuple(f"{self.positions[passage.section]}.{passage.position}" for passage in passages)


def _changes(before: _Text, after: _Text, fates: Sequence[Fate]) -> Iterator[Change]:
    """One for each fate. Should a removed paragraph's key be used again, the new words are numbered first."""
    used: Counter[str] = Counter()
    for fate in sorted(fates, key=lambda fate: not fate.new):
        old, new = before.those(fate.old), after.those(fate.new)
        kind, pieces, in_marks = _difference(fate, old, new)
        change = Change(
            kind=kind,
            key=(new or old)[0].key,
            old=old,
            new=new,
            old_numbers=before.numbers(old),
            new_numbers=after.numbers(new),
            has_moved=fate.has_moved or kind == FateKind.MOVED,
            pieces=tuple(pieces),
            first_number=used[(new or old)[0].key] + 1,
            in_marks=in_marks,
        )
        used[change.key] += len(change.numbers)
        yield change


def _difference(fate: Fate, old: tuple[Passage, ...], new: tuple[Passage, ...]) -> tuple[FateKind, list[Piece], bool]:
    """What to call it, the pieces, and whether only marks changed. What reads differently is never called the same."""
    if len(old) != 1 or len(new) != 1:
        return fate.kind, _pieces(old, new), False
    [a], [b] = old, new
    stayed = FateKind.MOVED if fate.has_moved or fate.kind == FateKind.MOVED else FateKind.SAME
    if a.text != b.text:
        return FateKind.EDITED, changed(a.text, b.text) if a.kind == b.kind else words_changed(a.text, b.text), False
    if _looks_different(a.source, b.source):
        return FateKind.EDITED, changed(a.source, b.source), True
    return stayed, [Piece(Op.SAME, b.text)] if b.text else [], False


def _pieces(old: tuple[Passage, ...], new: tuple[Passage, ...]) -> list[Piece]:
    return words_changed("\n".join(passage.text for passage in old), "\n".join(passage.text for passage in new))


def _looks_different(old: str, new: str) -> bool:
    """Whether two sources with the same words differ in more than how their lines are broken."""
    return old.split() != new.split() and render(old) != render(new)


def _where_the_old_stood(before: _Text, after: _Text, fates: Sequence[Fate]) -> dict[str, int]:
    """For each old key, the position in its section and level of the newer text behind which it stood."""
    fate_of = {key: fate for fate in fates for key in fate.old}
    reached: dict[PlaceKey, int] = defaultdict(int)
    stood: dict[str, int] = {}
    for key, passage in before.passages.items():
        fate = fate_of.get(key)
        if fate and not fate.has_moved and fate.kind != FateKind.MOVED:
            here = [after.passages[k].position for k in fate.new if after.passages[k].where == passage.where]
            reached[passage.where] = max([reached[passage.where], *here])
        stood[key] = reached[passage.where]
    return stood


def _whereabouts(change: Change, stood: Mapping[str, int]) -> dict[PlaceKey, At]:
    """Each section and level that a change touches, and where in it."""
    found: dict[PlaceKey, At] = {}
    for passage in change.new:
        found.setdefault(passage.where, (passage.position, 0, 0))
    for passage in change.old:
        found.setdefault(passage.where, (stood[passage.key], 1, passage.position))
    return found


def _places(
    before: _Text,
    after: _Text,
    entries: Mapping[PlaceKey, list[tuple[At, Entry]]],
    counts: Mapping[PlaceKey, Counter[str]],
) -> Iterator[Place]:
    rank = _ranks(list(before.positions), list(after.positions))
    for section, level in sorted(entries, key=lambda where: (rank[where[0]], LEVELS[where[1]])):
        found = sorted(entries[section, level], key=lambda entry: entry[0])
        yield Place(
            section=section,
            level=level,
            old_position=before.positions.get(section),
            new_position=after.positions.get(section),
            entries=tuple(entry for _at, entry in found),
            counts=Counts(**counts.get((section, level), {})),
        )


def _ranks(old: list[str], new: list[str]) -> dict[str, At]:
    """Sections in the newer order; one that was taken out stands behind the one that it followed."""
    ranks: dict[str, At] = {key: (place, 0, 0) for place, key in enumerate(new, start=1)}
    reached = 0
    for place, key in enumerate(old):
        if key in ranks and ranks[key][1] == 0:
            reached = ranks[key][0]
        else:
            ranks[key] = (reached, 1, place)
    return ranks
