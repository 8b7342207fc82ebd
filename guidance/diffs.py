"""Word and block differences (pure)."""

from dataclasses import dataclass
from enum import StrEnum


class Op(StrEnum):
    SAME = "same"
    ADDED = "added"
    REMOVED = "removed"


@dataclass(frozen=True)
class Piece:
    """A stretch of whole words, with the space behind it. Same and removed pieces make the old text, letter by letter;
    same and added ones the new text."""

    op: Op
    text: str
