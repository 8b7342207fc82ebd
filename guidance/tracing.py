"""Two revisions side by side: their blocks as passages, and what became of them."""

from collections.abc import Sequence
from itertools import pairwise

from guidance.fates import Fate, FateKind, Passage, fates, fates_over
from guidance.models import Block, BlockFate, FateByHand, Revision


def passages_of(revision: Revision) -> list[Passage]:
    """All blocks of a revision in reading order: section by section, overview before snapshot before full story."""
    blocks = Block.objects.filter(revision=revision).select_related("section_text__section").order_by(
        "section_text__position", *Block._meta.ordering[1:]
    )  # fmt: skip
    return [block.as_passage(block.section_text.section.key) for block in blocks]


def titles_of(revision: Revision) -> dict[str, str]:
    """Titles of its sections by their keys, in order."""
    return dict(revision.section_texts.order_by("position").values_list("section__key", "title"))


def fates_between(old: Revision, new: Revision) -> list[Fate]:
    """What became of each block from one revision to a later one of the same document.

    Between neighbours it is what was written down when the later one was published; for an open draft it is found
    now, with what editors said by hand. Over several revisions blocks are followed step by step.
    """
    if not new.is_draft and (stored := _stored(old, new)):
        return stored
    before, after = passages_of(old), passages_of(new)
    steps = _steps(old, new)
    if not steps:
        return fates(before, after, by_hand=_said_by_hand(new, before, after))
    return fates_over(before, after, steps)


def _steps(old: Revision, new: Revision) -> list[list[Fate]]:
    """The fates from neighbour to neighbour, if there is more than one step and all are known; else nothing."""
    between = Revision.objects.readable().filter(document=old.document_id, number__gt=old.number, number__lt=new.number)
    way = [old, *between.order_by("number"), new]
    if len(way) < 3:
        return []
    return [fates_between(first, then) for first, then in pairwise(way)]


def _stored(old: Revision, new: Revision) -> list[Fate]:
    """The fates as they were written down, put together again from their rows."""
    rows = list(BlockFate.objects.filter(revision=new, since=old).order_by("pk"))
    together: dict[str, tuple[list[str], list[str], BlockFate]] = {}
    for row in rows:
        handle = f"new {row.new_key}" if row.kind in {FateKind.MERGED, FateKind.NEW} else f"old {row.old_key}"
        olds, news, _first = together.setdefault(handle, ([], [], row))
        olds += [row.old_key] if row.old_key and row.old_key not in olds else []
        news += [row.new_key] if row.new_key and row.new_key not in news else []
    return [Fate(FateKind(row.kind), tuple(olds), tuple(news), row.has_moved) for olds, news, row in together.values()]


def _said_by_hand(new: Revision, before: Sequence[Passage], after: Sequence[Passage]) -> dict[str, tuple[str, ...]]:
    """What editors said of this draft, as far as it still holds blocks that they spoke of."""
    old_keys, new_keys = {passage.key for passage in before}, {passage.key for passage in after}
    return {
        row.old_key: tuple(row.new_keys)
        for row in FateByHand.objects.filter(revision=new)
        if row.old_key in old_keys and set(row.new_keys) <= new_keys
    }
