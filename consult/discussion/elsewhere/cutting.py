"""Cutting what someone wrote into parts that stand at different places (pure)."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import groupby

BLANK_LINES = re.compile(r"\n[^\S\n]*\n\s*")
LEFT_OUT = object()
"""In the place of a place: this paragraph does not go in."""


def paragraphs_of(words: str) -> list[str]:
    """What stands between blank lines."""
    return [paragraph.rstrip() for paragraph in BLANK_LINES.split(words.strip()) if paragraph.strip()]


@dataclass(frozen=True)
class Cut:
    """What goes in, as (place, words) in the order of the letter, and how many paragraphs do not."""

    parts: list[tuple[object, str]]
    left_out: int


def cut(paragraphs: Sequence[str], places: Sequence[object]) -> Cut:
    """Paragraphs that follow one another at one place are one part; what is left out between them divides nothing.

    No word is added, none is changed, and the order is the writer's.
    """
    kept = [(place, words) for place, words in zip(places, paragraphs, strict=True) if place is not LEFT_OUT]
    parts = [
        (place, "\n\n".join(words for _place, words in run)) for place, run in groupby(kept, key=lambda one: one[0])
    ]
    return Cut(parts, len(paragraphs) - len(kept))
