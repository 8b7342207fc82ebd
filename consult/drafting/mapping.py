"""What became of each paragraph, as editors look it through before a draft is published."""

from collections.abc import Iterable
from dataclasses import dataclass

from django.core.exceptions import ValidationError

from guidance.diffs import Piece, changed
from guidance.fates import Fate, FateKind, Passage
from guidance.models import BlockFate, FateByHand, Revision
from guidance.tracing import fates_between, passages_of
from guidance.wording import similarity, words_of

MOST_SHOWN = 200
"""Fates on one page; a longer list is read section by section."""
MOST_LIKELY = 8
"""Paragraphs that are offered first: those that have most words in common with the old one."""


@dataclass(frozen=True)
class FateRow:
    """One fate, with the words that it is about."""

    fate: Fate
    old: list[Passage]
    new: list[Passage]
    is_by_hand: bool

    @property
    def label(self) -> str:
        return BlockFate.Kind(self.fate.kind).label

    @property
    def pieces(self) -> list[Piece]:
        """The difference in words, where one paragraph became one other."""
        return changed(self.old[0].source, self.new[0].source) if self.fate.kind == FateKind.EDITED else []


@dataclass(frozen=True)
class Mapped:
    """Every paragraph of the published text and of the draft, and what became of the former."""

    old: dict[str, Passage]
    new: dict[str, Passage]
    fates: list[Fate]
    by_hand: dict[str, tuple[str, ...]]
    contradiction: str = ""
    """Why what editors said no longer holds, now that the draft has changed. Then there are no fates."""

    def rows(self, section: str = "") -> list[FateRow]:
        """What is worth looking at: all that did not stay the same, or that an editor spoke of."""
        return [row for row in map(self._row, self.fates) if self._is_worth_a_look(row, section)]

    def _row(self, fate: Fate) -> FateRow:
        return FateRow(
            fate,
            [self.old[key] for key in fate.old],
            [self.new[key] for key in fate.new],
            any(key in self.by_hand for key in fate.old),
        )

    @staticmethod
    def _is_worth_a_look(row: FateRow, section: str) -> bool:
        if section and all(passage.section != section for passage in (*row.old, *row.new)):
            return False
        return row.is_by_hand or row.fate.kind != FateKind.SAME

    @property
    def unchanged(self) -> int:
        return sum(fate.kind == FateKind.SAME for fate in self.fates)

    def became(self, key: str) -> tuple[str, ...]:
        """The keys of what an old paragraph became, as far as found or said."""
        if key in self.by_hand:
            return self.by_hand[key]
        return next((fate.new for fate in self.fates if key in fate.old), ())


def mapped(draft: Revision) -> Mapped:
    """What became of the published text in its draft; five questions to the database."""
    current = draft.document.current
    by_hand = {row.old_key: tuple(row.new_keys) for row in FateByHand.objects.filter(revision=draft)}
    old, new = _by_key(passages_of(current)), _by_key(passages_of(draft))
    try:
        return Mapped(old, new, fates_between(current, draft), by_hand)
    except ValidationError as error:
        return Mapped(old, new, [], by_hand, " ".join(error.messages))


def _by_key(passages: Iterable[Passage]) -> dict[str, Passage]:
    return {passage.key: passage for passage in passages}


def likely(old: Passage, found: Mapped) -> list[Passage]:
    """Paragraphs of the draft that it may have become: what was found first, then by words in common."""
    said = words_of(old.text)
    became = found.became(old.key)
    close = sorted(found.new.values(), key=lambda passage: -similarity(said, words_of(passage.text)))
    return [*(found.new[key] for key in became if key in found.new),
            *(passage for passage in close[:MOST_LIKELY] if passage.key not in became)]  # fmt: skip
