"""By what a text is found again among many: its words as one number, and marks that texts like it share (pure).

All numbers fit a database's signed bigint. They are hashes: nobody reads words out of them.
"""

import hashlib

from consult.discussion.campaigns.passages import long_sentences
from consult.screening.likeness import SHORTEST, bands, fingerprint
from consult.screening.words import plain_words

MOST_SENTENCES = 40
"""Of the longest sentences. Whoever writes more has written something of their own."""


def is_comparable(text: str) -> bool:
    """Whether a text is long enough to be somebody's wording. “I agree with this” is said by chance."""
    return len(plain_words(text)) >= SHORTEST


def among(consultation_id: int, suggested: str) -> str:
    """Within what texts are compared: one consultation, and for suggestions those that suggest the same words.

    Suggested words that differ in one word differ, whatever is said for them.
    """
    return f"{consultation_id} {' '.join(plain_words(suggested))}"


def key_of(text: str, *, among: str) -> int:
    """The same for texts of the same words, whatever their case, marks and white space. See `among` for the rest."""
    return _number(f"{among} words {' '.join(plain_words(text))}") % 10**18  # it stands in addresses


def marks_of(text: str, *, among: str) -> set[int]:
    """Texts that are nearly the same, or of which one holds the other, very likely have one of these in common."""
    made = fingerprint(text)
    near = {f"band {band}" for band in bands(made)} if made else set()
    longest = sorted({one.plain for one in long_sentences(text)}, key=lambda plain: (-len(plain), plain))
    found = near | {f"sentence {plain}" for plain in longest[:MOST_SENTENCES]}
    return {_number(f"{among} {one}") - 2**63 for one in found}


def _number(text: str) -> int:
    return int.from_bytes(hashlib.blake2b(text.encode("utf-8", "surrogatepass"), digest_size=8).digest())
