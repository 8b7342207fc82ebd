"""Words and typography: what two texts are compared by (pure).

Two texts *say the same* if they differ in typography alone: curly or straight quotation marks, kinds of dash and of
space, three dots or one sign. Letters, capitals, figures and punctuation otherwise count.
"""

import re
from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

from rapidfuzz.distance import Indel

WITHOUT_SPACES = "\u0e00-\u0eff\u1780-\u17ff\u3005-\u3007\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff"
"""Thai, Lao, Khmer, kana and Han: written without spaces, so that each character is a word here."""
WORD = re.compile(rf"[{WITHOUT_SPACES}]|(?:(?![{WITHOUT_SPACES}])\w)+(?:['’.,‑-](?:(?![{WITHOUT_SPACES}])\w)+)*")
SHINGLE = 3

LETTER_FOR_LETTER = str.maketrans(
    {
        **dict.fromkeys("‘’‚‛′´`", "'"),
        **dict.fromkeys("“”„‟″«»", '"'),
        **dict.fromkeys("‐‑‒–—―−", "-"),
    }
)
SEVERAL_TO_ONE = re.compile(
    r"(?P<space>\s\s+|[^\S ])|(?P<dots>\.\.\.)|(?P<dashes>--+)|(?P<unseen>[\u00ad\u200b\u2060\ufeff]+)"
)
BECOMES = {"space": " ", "dots": "…", "dashes": "-", "unseen": ""}


@dataclass(frozen=True)
class Plain:
    """A text made plain, and the way back: where its characters stand in the text it was made of."""

    text: str
    length: int
    """Of the text that it was made of."""
    plain_at: tuple[int, ...]
    text_at: tuple[int, ...]
    """Offsets, in both texts, from which on they run side by side, up to the next."""

    def back(self, start: int, end: int) -> tuple[int, int]:
        """The stretch of the text that `self.text[start:end]` was made of."""
        return self._back(start), self._back(end - 1, ends=True) if end > start else self._back(start)

    def _back(self, at: int, *, ends: bool = False) -> int:
        run = bisect_right(self.plain_at, at) - 1
        here = self.text_at[run] + (at - self.plain_at[run])
        if not ends:
            return min(here, self.length)
        is_last = run + 1 < len(self.plain_at) and self.plain_at[run + 1] == at + 1
        return self.text_at[run + 1] if is_last else min(here + 1, self.length)

    def forth(self, at: int) -> int:
        """Where a character of the text stands in the plain one."""
        run = max(0, bisect_right(self.text_at, at) - 1)
        until = self.plain_at[run + 1] if run + 1 < len(self.plain_at) else len(self.text)
        return min(self.plain_at[run] + (at - self.text_at[run]), until)


@lru_cache(maxsize=8192)
def made_plain(text: str) -> Plain:
    """A text without its typography."""
    once = text.translate(LETTER_FOR_LETTER)
    pieces: list[str] = []
    plain_at, text_at, length, done = [0], [0], 0, 0
    for match in SEVERAL_TO_ONE.finditer(once):
        instead = BECOMES[match.lastgroup]
        pieces += [once[done : match.start()], instead]
        length += match.start() - done + len(instead)
        # what became one sign is a run of its own, so that it leads back to the whole of it
        plain_at += [length - len(instead), length]
        text_at += [match.start(), match.end()]
        done = match.end()
    pieces.append(once[done:])
    return Plain("".join(pieces), len(text), tuple(plain_at), tuple(text_at))


def plain(text: str) -> str:
    return made_plain(text).text


def words_of(text: str) -> list[str]:
    """Its words, for comparing: case folded, apostrophes straight, without punctuation."""
    return WORD.findall(text.casefold().replace("’", "'"))


def similarity(one: Sequence[str], other: Sequence[str], *, at_least: float = 0.0) -> float:
    """How much of two word lists is the same, in order: twice their longest common subsequence over both lengths
    (Indel, normalised). 0 to 1; 0 below `at_least`, and for two texts without a word."""
    if not one or not other:
        return 0.0
    return Indel.normalized_similarity(one, other, score_cutoff=at_least)


def shingles(words: Sequence[str]) -> set[tuple[str, ...]]:
    """Every three words in a row; of shorter texts the whole."""
    if len(words) <= SHINGLE:
        return {tuple(words)} if words else set()
    return {tuple(words[i : i + SHINGLE]) for i in range(len(words) - SHINGLE + 1)}


def runs_of(text: str) -> set[tuple[str, ...]]:
    """The shingles of each line: a list's items may come from different places."""
    found: set[tuple[str, ...]] = set()
    for line in text.split("\n"):
        found |= shingles(words_of(line))
    return found
