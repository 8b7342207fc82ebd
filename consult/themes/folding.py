"""Folding identical and nearly identical texts, so that five hundred copies of one campaign text are heard once.

They are still counted: a Point keeps all its comments. Texts are the same only if they have the same numbers and
the same turning words (not, against, must), and neither holds a passage of its own: `screening.likeness` knows how.
"""

import unicodedata
import zlib
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from consult.screening.likeness import Print, bands, fingerprint, same
from consult.screening.sentences import sentences
from consult.screening.words import plain_words
from consult.themes.voices import Voice, in_order

LOOK_AT_MOST = 200  # texts looked at in a bucket; a fuller one holds commonplaces
SHARED_SENTENCE = 6  # words; shorter sentences recur by chance


@dataclass(slots=True)
class Point:
    """One thing said, by one comment or by many copies of it. The leader is the comment with the lowest id."""

    leader: Voice
    voices: list[Voice]
    own: tuple[tuple[int, int], ...] = field(default=())

    @property
    def ids(self) -> tuple[int, ...]:
        return tuple(voice.id for voice in self.voices)

    @property
    def own_text(self) -> str:
        """The leader's text without the sentences that an earlier point already said word for word."""
        return "\n".join(self.leader.text[start:end] for start, end in self.own)


def fold(texts: Sequence[str]) -> list[list[int]]:
    """Groups of positions whose texts say the same; each in order, the groups ordered by their first."""
    exact: dict[str, list[int]] = {}
    for position, text in enumerate(texts):
        exact.setdefault(_normal(text), []).append(position)
    leaders = [positions[0] for positions in exact.values()]
    joined = _join_near([texts[position] for position in leaders])
    groups: dict[int, list[int]] = defaultdict(list)
    for positions, leader in zip(exact.values(), joined, strict=True):
        groups[leaders[leader]] += positions
    return [sorted(groups[first]) for first in sorted(groups)]


def points(voices: Iterable[Voice]) -> list[Point]:
    """The distinct things said, in order of their lowest id, each with the passages that are its own."""
    ordered = in_order(voices)
    folded = [
        Point(ordered[group[0]], [ordered[position] for position in group]) for group in fold([v.text for v in ordered])
    ]
    said: set[int] = set()
    for point in folded:
        point.own = _own_passages(point.leader.text, said)
    return folded


def _own_passages(text: str, said: set[int]) -> tuple[tuple[int, int], ...]:
    """Sentences nobody wrote before; remembers them. A mosaic of others' sentences is its writer's own after all."""
    spans = sentences(text)
    own = []
    for start, end in spans:
        plain = plain_words(text[start:end])
        if len(plain) >= SHARED_SENTENCE:
            mark = zlib.crc32(" ".join(plain).encode()) << 16 | len(plain)
            if mark in said:
                continue
            said.add(mark)
        own.append((start, end))
    return tuple(own or spans)


def _normal(text: str) -> str:
    plain = " ".join(plain_words(text))
    return plain or "\0" + unicodedata.normalize("NFKC", text).strip()


def _join_near(texts: list[str]) -> list[int]:
    """For each text the position of the earliest text it nearly equals; its own if there is none."""
    buckets: dict[tuple[int, int, int, int], list[int]] = defaultdict(list)
    prints: dict[int, Print] = {}
    joined = list(range(len(texts)))
    for position, text in enumerate(texts):
        made = fingerprint(text)
        if made is None:
            continue
        marks = bands(made)
        seen = sorted({leader for band in marks for leader in buckets.get(band, ())[:LOOK_AT_MOST]})
        match = next((leader for leader in seen if same(made, prints[leader])), None)
        if match is not None:
            joined[position] = match
            continue
        prints[position] = made
        for band in marks:
            buckets[band].append(position)
    return joined
