"""Whether two texts are nearly the same: MinHash over three-word shingles (Broder, 1997), banded, then checked (pure).

The same numbers and the same turning words (not, against, must) in the same order, four fifths of the shingles, and in
neither a passage of its own.
"""

import zlib
from dataclasses import dataclass
from functools import lru_cache

import numpy as np

from consult.screening.words import TURNING, plain_words

ALIKE = 0.8  # share of shingles in common
OWN_PASSAGE = 8  # so many new words in a row are somebody's own point
SHORTEST = 8  # shorter texts are the same only if their words are identical
BANDS, ROWS = 8, 2

_RANDOM = np.random.RandomState(20120214)
# The factors are as long as the word, so that products wrap round: shorter ones would keep the order of the shingles,
# and all sixteen "permutations" would find the same lowest one.
_FACTORS = _RANDOM.randint(0, 2**63, size=(BANDS * ROWS, 1), dtype=np.uint64) * np.uint64(2) + np.uint64(1)
_SHIFTS = _RANDOM.randint(0, 2**63, size=(BANDS * ROWS, 1), dtype=np.uint64)


@dataclass(slots=True)
class Print:
    """A text's fingerprint: its shingles in order and as a sorted set, its MinHash, and what must not differ."""

    shingles: np.ndarray
    known: np.ndarray
    lowest: np.ndarray
    fixed: int


def fingerprint(text: str) -> Print | None:
    """None for texts too short to be compared by their shingles."""
    plain = plain_words(text)
    if len(plain) < SHORTEST:
        return None
    fixed = " ".join(word for word in plain if turns(word))  # in order: for A, against B
    numbers = np.fromiter((_word_number(word) for word in plain), dtype=np.uint64, count=len(plain))
    mixed = numbers[:-2] * np.uint64(0x9E3779B1) + numbers[1:-1] * np.uint64(0x85EBCA6B) + numbers[2:]
    shingles = (mixed ^ (mixed >> np.uint64(29))).astype(np.uint32)
    permuted = (shingles.astype(np.uint64)[None, :] * _FACTORS + _SHIFTS) >> np.uint64(32)
    return Print(shingles, np.unique(shingles), permuted.min(axis=1).astype(np.uint32), _word_number(fixed))


def turns(plain: str) -> bool:
    """Whether a text says something else with another word in its place: a negation, a number, “B2” and “covid19”."""
    return plain in TURNING or any(character.isdigit() for character in plain)


def bands(made: Print) -> list[tuple[int, int, int, int]]:
    """What texts that share most shingles and all that must not differ very likely have in common."""
    low = made.lowest.tolist()
    return [(band, made.fixed, low[band * ROWS], low[band * ROWS + 1]) for band in range(BANDS)]


def same(one: Print, other: Print) -> bool:
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


@lru_cache(maxsize=200_000)
def _word_number(plain: str) -> int:
    return zlib.crc32(plain.encode("utf-8", "surrogatepass"))
