"""Finding a quote again after the text moved (pure).

A quote is kept as in the W3C's Web Annotation Data Model (TextQuoteSelector): the exact words, and a little of what
stands before and behind them. It is looked for exactly, then between what stood around it, then by likeness.
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from rapidfuzz import fuzz

CONTEXT = 32
"""Characters kept on either side, to the next whole word."""
LONGEST_QUOTE = 1_000
LONGEST_TEXT = 100_000
LIKE = 75.0
"""Percent of likeness (Indel, of the best stretch) from which words are the quote, reworded. Between unlike sentences
of one language chance gives 40 to 60; a quote with one word in four exchanged has about 80."""
LEAST_LIKE_LENGTH = 12
"""Shorter quotes are not looked for by likeness: at that length chance is too often right."""
SURE_WITHOUT_CONTEXT = 3
"""Words from which a quote that stands once may be taken without looking at what stands around it."""
SAME_CONTEXT = 0.5
"""Share of the context that must be the same before a short quote is taken."""
LEAST_CONTEXT = 8
"""Characters of context on a side that are enough to find what stands between both sides."""
PLAIN = str.maketrans(
    {
        **dict.fromkeys("‘’‚‛′´`", "'"),
        **dict.fromkeys("“”„‟″«»", '"'),
        **dict.fromkeys("‐‑‒–—―−", "-"),
        **dict.fromkeys("\n\t\u00a0\u2009\u202f", " "),
    }
)
WORD = re.compile(r"\w+(?:['’-]\w+)*")


@dataclass(frozen=True)
class Quote:
    """Words of a block, with what stood before and behind them."""

    exact: str
    prefix: str = ""
    suffix: str = ""


@dataclass(frozen=True)
class Found:
    """Where a quote stands now: `text[start:end]` of the block with this key, and how it was found."""

    key: str
    start: int
    end: int
    how: str
    """`exact`, `context` (other words between the same ones) or `likeness`."""
    score: float
    """0 to 1: how much of the context (exact) or of the words themselves is the same."""


def plain(text: str) -> str:
    """Curly quotes, dashes and spaces made plain, letter for letter, so that offsets hold."""
    return text.translate(PLAIN)


def quote_at(text: str, start: int, end: int) -> Quote:
    """The quote of `text[start:end]`. Raises ValueError for what is no stretch of the text, blank, or too long."""
    if not 0 <= start < end <= len(text) or end - start > LONGEST_QUOTE or not text[start:end].strip():
        raise ValueError("A quote is a stretch of the text, of at most 1,000 characters, with something to see in it.")
    before, behind = text[max(0, start - CONTEXT) : start], text[end : end + CONTEXT]
    if start > CONTEXT and not text[start - CONTEXT - 1].isspace():
        before = re.sub(r"^\w+", "", before)
    if end + CONTEXT < len(text) and not text[end + CONTEXT].isspace():
        behind = re.sub(r"\w+$", "", behind)
    return Quote(text[start:end], before, behind)


def find_words(words: str, text: str) -> tuple[int, int] | None:
    """Where these words stand in the text, whatever their spaces, quotation marks and dashes: the first place."""
    looked_for = r"\s+".join(re.escape(word) for word in plain(words).split())
    found = re.search(looked_for, plain(text)) if looked_for else None
    return found.span() if found else None


def find_again(quote: Quote, passages: Sequence[tuple[str, str]]) -> Found | None:
    """Where a quote stands in these blocks, (key, text), the likeliest first; None if it stands nowhere."""
    passages = [(key, text[:LONGEST_TEXT]) for key, text in passages]
    return _exactly(quote, passages) or _between(quote, passages) or _alike(quote, passages)


def _exactly(quote: Quote, passages: Sequence[tuple[str, str]]) -> Found | None:
    """The same words; of several places the one with most of the same around it, and then the likelier block."""
    places = [
        (_context_score(quote, text, start, end), -at, -start, Found(key, start, end, "exact", 1.0))
        for at, (key, text) in enumerate(passages)
        for start, end in _places(quote.exact, text)
    ]
    if not places:
        return None
    score, _at, _start, best = max(places, key=lambda place: place[:3])
    is_short = len(WORD.findall(quote.exact)) < SURE_WITHOUT_CONTEXT
    if (is_short or len(places) > 1) and score < SAME_CONTEXT:
        return None
    return Found(best.key, best.start, best.end, "exact", score)


def _places(words: str, text: str) -> Iterator[tuple[int, int]]:
    """All places where these words stand as whole words."""
    inside, looked_for = plain(text), plain(words)
    at = inside.find(looked_for)
    while at >= 0:
        end = at + len(looked_for)
        if _is_whole(inside, at, end):
            yield at, end
        at = inside.find(looked_for, at + 1)


def _is_whole(text: str, start: int, end: int) -> bool:
    """Whether no word is cut at either end."""
    cut_before = start > 0 and text[start - 1].isalnum() and text[start].isalnum()
    cut_behind = end < len(text) and text[end - 1].isalnum() and text[end].isalnum()
    return not (cut_before or cut_behind)


def _context_score(quote: Quote, text: str, start: int, end: int) -> float:
    """How much of what stood around the quote stands around this place: 0 to 1."""
    before, behind = plain(text[max(0, start - CONTEXT) : start]), plain(text[end : end + CONTEXT])
    sides = [(plain(quote.prefix), before), (plain(quote.suffix), behind)]
    if not any(said for said, _there in sides):
        return 1.0 if not (before.strip() or behind.strip()) else 0.5
    length = sum(len(said) for said, _there in sides) or 1
    return sum(len(said) * fuzz.ratio(said, there) / 100 for said, there in sides) / length


def _between(quote: Quote, passages: Sequence[tuple[str, str]]) -> Found | None:
    """What stands now between the words that stood around the quote, if that is about as long."""
    before, behind = plain(quote.prefix).strip(), plain(quote.suffix).strip()
    if len(before) < LEAST_CONTEXT or len(behind) < LEAST_CONTEXT:
        return None
    for key, text in passages:
        inside = plain(text)
        start = inside.find(before)
        end = inside.find(behind, start + len(before)) if start >= 0 else -1
        if start < 0 or end < 0:
            continue
        start, end = _trimmed(text, start + len(before), end)
        if start < end and end - start <= 2 * len(quote.exact) + CONTEXT:
            return Found(key, start, end, "context", fuzz.ratio(plain(quote.exact), inside[start:end]) / 100)
    return None


def _trimmed(text: str, start: int, end: int) -> tuple[int, int]:
    while start < end and text[start].isspace():
        start += 1
    while end > start and text[end - 1].isspace():
        end -= 1
    return start, end


def _alike(quote: Quote, passages: Iterable[tuple[str, str]]) -> Found | None:
    """The stretch that is most like the quote, in whole words, if it is like enough."""
    words = plain(quote.exact)
    if len(words) < LEAST_LIKE_LENGTH:
        return None
    best: Found | None = None
    for key, text in passages:
        if len(text) < len(words) // 2:
            continue
        inside = plain(text)
        found = fuzz.partial_ratio_alignment(words, inside, score_cutoff=LIKE - 15)
        if found is None:
            continue
        at, till = (found.dest_start, found.dest_end) if len(words) <= len(inside) else (0, len(inside))
        start, end = _whole_words(text, at, till)
        score = fuzz.ratio(words, inside[start:end])
        if score >= LIKE and (best is None or score / 100 > best.score):
            best = Found(key, start, end, "likeness", score / 100)
    return best


def _whole_words(text: str, start: int, end: int) -> tuple[int, int]:
    """The stretch made to begin and end with whole words."""
    while 0 < start < len(text) and text[start - 1].isalnum() and text[start].isalnum():
        start -= 1
    while 0 < end < len(text) and text[end - 1].isalnum() and text[end].isalnum():
        end += 1
    return _trimmed(text, start, end)
