"""Folding identical and nearly identical texts, so that five hundred copies of one campaign text are heard once.

They are still counted: a Point keeps all its comments. Texts are the same only if they have the same numbers and
the same turning words (not, against, must), and neither holds a passage of its own.
Near duplicates: MinHash over three-word shingles (Broder, 1997), banded, then checked exactly.
"""

import unicodedata
import zlib
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from functools import lru_cache

import numpy as np

from consult.themes.sentences import sentences
from consult.themes.voices import Voice, in_order
from consult.themes.words import TURNING, form_of, plain_words

ALIKE = 0.8  # share of shingles in common
OWN_PASSAGE = 8  # so many new words in a row are somebody's own point
SHORTEST = 8  # shorter texts are folded only if their words are identical
BANDS, ROWS = 8, 2
LOOK_AT_MOST = 200  # texts looked at in a bucket; a fuller one holds commonplaces
SHARED_SENTENCE = 6  # words; shorter sentences recur by chance

_RANDOM = np.random.RandomState(20120214)
_FACTORS = _RANDOM.randint(1, 2**31, size=(BANDS * ROWS, 1), dtype=np.uint64) * np.uint64(2) + np.uint64(1)
_SHIFTS = _RANDOM.randint(0, 2**32, size=(BANDS * ROWS, 1), dtype=np.uint64)


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


@dataclass(slots=True)
class _Print:
    """A text's fingerprint: its shingles in order and as a sorted set, its MinHash, and what must not differ."""

    shingles: np.ndarray
    known: np.ndarray
    lowest: np.ndarray
    fixed: int


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
    prints: dict[int, _Print] = {}
    joined = list(range(len(texts)))
    for position, text in enumerate(texts):
        made = _fingerprint(text)
        if made is None:
            continue
        bands = _bands(made)
        seen = sorted({leader for band in bands for leader in buckets.get(band, ())[:LOOK_AT_MOST]})
        match = next((leader for leader in seen if _same(made, prints[leader])), None)
        if match is not None:
            joined[position] = match
            continue
        prints[position] = made
        for band in bands:
            buckets[band].append(position)
    return joined


@lru_cache(maxsize=200_000)
def _word_number(plain: str) -> int:
    return zlib.crc32(plain.encode("utf-8", "surrogatepass"))


def _fingerprint(text: str) -> _Print | None:
    """None for texts too short to be compared by their shingles."""
    plain = plain_words(text)
    if len(plain) < SHORTEST:
        return None
    fixed = " ".join(word for word in plain if word in TURNING or form_of(word).number)  # in order: for A, against B
    numbers = np.fromiter((_word_number(word) for word in plain), dtype=np.uint64, count=len(plain))
    mixed = numbers[:-2] * np.uint64(0x9E3779B1) + numbers[1:-1] * np.uint64(0x85EBCA6B) + numbers[2:]
    shingles = (mixed ^ (mixed >> np.uint64(29))).astype(np.uint32)
    permuted = (shingles.astype(np.uint64)[None, :] * _FACTORS + _SHIFTS) >> np.uint64(24)
    return _Print(shingles, np.unique(shingles), permuted.min(axis=1).astype(np.uint32), _word_number(fixed))


def _bands(made: _Print) -> list[tuple[int, int, int, int]]:
    """What texts that share most shingles and all that must not differ very likely have in common."""
    low = made.lowest.tolist()
    return [(band, made.fixed, low[band * ROWS], low[band * ROWS + 1]) for band in range(BANDS)]


def _same(one: _Print, other: _Print) -> bool:
    """Checked roughly first: of the sixteen lowest hashes, four fifths agree in texts that are four fifths alike."""
    if one.fixed != other.fixed or np.count_nonzero(one.lowest == other.lowest) * 2 < BANDS * ROWS:
        return False
    common = len(np.intersect1d(one.known, other.known, assume_unique=True))
    if common < ALIKE * (len(one.known) + len(other.known) - common):
        return False
    return max(_longest_new(one.shingles, other.known), _longest_new(other.shingles, one.known)) < OWN_PASSAGE + 2


def _longest_new(shingles: np.ndarray, known: np.ndarray) -> int:
    """The longest run of shingles that the other text lacks; n new words make a run of n + 2."""
    edges = np.flatnonzero(np.concatenate(([True], np.isin(shingles, known), [True])))
    return int(np.diff(edges).max()) - 1
