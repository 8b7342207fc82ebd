"""Differences on a page: words that were removed and added, seen and heard without colour."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from django import template

from guidance.comparison import Change
from guidance.diffs import Op, Piece, edits

register = template.Library()


@dataclass(frozen=True)
class Shown:
    """A piece as it is printed: its words, and outside of them the space behind, which is neither struck nor lined."""

    op: Op
    words: str
    space: str
    address: str = ""

    @property
    def is_removed(self) -> bool:
        return self.op == Op.REMOVED

    @property
    def is_added(self) -> bool:
        return self.op == Op.ADDED


@register.inclusion_tag("guidance/_pieces.html")
def pieces(pieces: Iterable[Piece]) -> dict:
    """A difference in words."""
    return {"shown": list(shown(pieces))}


@register.inclusion_tag("guidance/_pieces.html")
def change_words(change: Change) -> dict:
    """The words of a change, in which each of its numbers can be linked to as #change-KEY-NUMBER."""
    words = list(shown(change.pieces, key=change.key, first_number=change.first_number))
    itself = [] if change.edits else [Shown(Op.SAME, "", "", address_of(change.key, change.first_number))]
    return {"shown": itself + words}


def address_of(key: str, number: int) -> str:
    """The part of an address behind # that names one edit of a paragraph."""
    return f"change-{key}-{number}"


def shown(pieces: Iterable[Piece], key: str = "", first_number: int = 1) -> Iterator[Shown]:
    """Pieces ready to print. Space that changed alone is printed as it is now."""
    number = first_number
    for is_edit, stretch in edits(pieces):
        if is_edit:
            yield from _edit(stretch, address_of(key, number) if key else "")
            number += 1
        else:
            yield from (Shown(Op.SAME, piece.text, "") for piece in stretch if piece.op != Op.REMOVED)


def _edit(run: list[Piece], address: str) -> Iterator[Shown]:
    """One edit; its address is on the first of its pieces that can be seen."""
    for place, piece in enumerate(run):
        words = piece.text.strip()
        if not words:
            if piece.op == Op.ADDED:
                yield Shown(Op.SAME, piece.text, "")
            continue
        lead, tail = piece.text[: piece.text.index(words)], piece.text[piece.text.index(words) + len(words) :]
        if lead:
            yield Shown(Op.SAME, lead, "")
        is_followed = place + 1 < len(run)
        yield Shown(piece.op, words, tail or (" " if is_followed else ""), address)
        address = ""
