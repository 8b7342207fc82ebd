"""Finding a quote again after the text moved (pure).

A quote is kept as in the W3C's Web Annotation Data Model (TextQuoteSelector): the exact words, and a little of what
stands before and behind them. It is looked for exactly, then between what stood around it, then by likeness.
"""

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import islice

from rapidfuzz import fuzz

from guidance.wording import WITHOUT_SPACES, made_plain, plain, words_of

CONTEXT = 32
"""Characters kept on either side, to the next whole word."""
LONGEST_QUOTE = 1_000
LONGEST_ALIKE = 20_000
"""Characters of a block that are looked through by likeness, which takes the quote's length squared for each."""
LIKE = 75.0
"""Percent of likeness (Indel of characters, of the best stretch) from which words are the quote, reworded. Of 20,000
pairs of unlike sentences of our own texts half had 44 by chance, one in a thousand 66, and 6 had 75; a quote with one
word in four exchanged has about 80."""
LEAST_LIKE_LENGTH = 12
"""Shorter quotes are not looked for by likeness: at that length chance is too often right."""
SURE_WITHOUT_CONTEXT = 3
"""Words from which a quote that stands once may be taken without looking at what stands around it."""
SAME_CONTEXT = 0.4
"""How much of the context must be the same where the words alone do not decide: 0 is chance, 1 all of it."""
CHANCE = 0.5
"""What 99 of 100 pairs of contexts that have nothing to do with each other stay below (Indel of characters)."""
LEAST_CONTEXT = 8
"""Characters of context on a side that are enough to find what stands between both sides."""
BETWEEN_ALIKE = 0.55
"""How alike (Indel of characters) a quote and what stands between its context now must be."""
MANY_PLACES = 300
"""Words that stand more often in a block are looked for with some of their context."""
RUN_TOGETHER = re.compile(f"[{WITHOUT_SPACES}]")


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


Allowed = Callable[[str, int, int], bool]
"""Whether a quote may be found at a place: (key, start, end)."""


def quote_at(text: str, start: int, end: int) -> Quote:
    """The quote of `text[start:end]`. Raises ValueError for what is no stretch of the text, blank, or too long."""
    if not 0 <= start < end <= len(text) or end - start > LONGEST_QUOTE or not text[start:end].strip():
        raise ValueError("A quote is a stretch of the text, of at most 1,000 characters, with something to see in it.")
    before, behind = text[max(0, start - CONTEXT) : start], text[end : end + CONTEXT]
    if start > CONTEXT and not text[start - CONTEXT - 1].isspace():
        before = _without_half_a_word(before, r"^\w+")
    if end + CONTEXT < len(text) and not text[end + CONTEXT].isspace():
        behind = _without_half_a_word(behind, r"\w+$")
    return Quote(text[start:end], before, behind)


def _without_half_a_word(context: str, at_the_edge: str) -> str:
    """The context without the word that it cuts, unless that were most of it (a long word, a script without spaces)."""
    cut = re.sub(at_the_edge, "", context)
    return cut if 2 * len(cut) >= len(context) else context


def places_of(words: str, text: str) -> list[tuple[int, int]]:
    """Where these words stand in the text, whatever their spaces, quotation marks and dashes: each place, start and
    end, without those that overlap an earlier one. At most MANY_PLACES."""
    inside, looked_for = made_plain(text), plain(words).strip()
    found: list[tuple[int, int]] = []
    at = inside.text.find(looked_for) if looked_for else -1
    while at >= 0 and len(found) < MANY_PLACES:
        found.append(inside.back(at, at + len(looked_for)))
        at = inside.text.find(looked_for, at + len(looked_for))
    return found


def find_in_own(quote: Quote, text: str) -> tuple[int, int] | None:
    """Where a quote stands in the text that it was taken from: the place with most of the same context."""
    found = max(_scored(quote, [("", text)]), key=lambda one: one.score, default=None)
    return (found.start, found.end) if found else None


def find_again(quote: Quote, passages: Sequence[tuple[str, str]]) -> Found | None:
    """Where a quote stands in these blocks, (key, text), the likeliest first; None if it stands nowhere."""
    return find_exactly(quote, passages) or _between(quote, passages) or find_alike(quote.exact, passages)


def find_exactly(
    quote: Quote, passages: Sequence[tuple[str, str]], *, allowed: Allowed = lambda _key, _start, _end: True
) -> Found | None:
    """The same words; of several places the one with most of the same around it. A short quote, and one that stands
    in several places, is taken only where enough of the context agrees: “the” stands everywhere."""
    places = [found for found in _scored(quote, passages) if allowed(found.key, found.start, found.end)]
    best = max(places, key=lambda found: found.score, default=None)
    is_short = len(words_of(quote.exact)) < SURE_WITHOUT_CONTEXT
    if best is None or ((is_short or len(places) > 1) and best.score < SAME_CONTEXT):
        return None
    return best


def _scored(quote: Quote, passages: Sequence[tuple[str, str]]) -> list[Found]:
    """All places of the quote's words, each with how much of its context stands around it."""
    exact, before, behind = plain(quote.exact).strip(), plain(quote.prefix), plain(quote.suffix)
    cuts = _is_cut(before[-1:], exact[:1]), _is_cut(exact[-1:], behind[:1])
    found: list[Found] = []
    for key, text in passages:
        inside = made_plain(text)
        for at in _likely_places(exact, before, behind, inside.text, cuts) if exact else ():
            end = at + len(exact)
            score = _context(before, behind, inside.text, at, end)
            found.append(Found(key, *inside.back(at, end), "exact", score))
    return found


def _likely_places(exact: str, before: str, behind: str, text: str, cuts: tuple[bool, bool]) -> list[int]:
    """Where the words stand; if that is in very many places, only where they touch some of the same context."""
    places = list(islice(_places(exact, text, cuts), MANY_PLACES + 1))
    if len(places) <= MANY_PLACES:
        return places
    for near in (CONTEXT, LEAST_CONTEXT):
        above, below = before[-near:], behind[:near]
        places = [at + len(above) for at in islice(_places(above + exact + below, text, (True, True)), MANY_PLACES)]
        if places:
            return places
    return []


def _places(words: str, text: str, cuts: tuple[bool, bool]) -> Iterator[int]:
    """Where these words stand as whole words. A side on which the quote itself cut a word may cut one here."""
    at = text.find(words)
    while at >= 0:
        end = at + len(words)
        cut_before = not cuts[0] and at > 0 and _is_cut(text[at - 1], text[at])
        cut_behind = not cuts[1] and end < len(text) and _is_cut(text[end - 1], text[end])
        if not (cut_before or cut_behind):
            yield at
        at = text.find(words, at + 1)


def _is_cut(one: str, other: str) -> bool:
    """Whether a word would be cut between these characters."""
    return one.isalnum() and other.isalnum() and not (RUN_TOGETHER.match(one) or RUN_TOGETHER.match(other))


def _context(before: str, behind: str, text: str, start: int, end: int) -> float:
    """How much of what stood around the quote stands around this place: 0 (chance) to 1."""
    there = text[max(0, start - len(before)) : start], text[end : end + len(behind)]
    sides = [(before[::-1], there[0][::-1], start == 0), (behind, there[1], end == len(text))]
    weights = [max(len(said), LEAST_CONTEXT) for said, _there, _is_edge in sides]
    scores = [_side(said, here) if said else float(is_edge) for said, here, is_edge in sides]
    return sum(weight * score for weight, score in zip(weights, scores, strict=True)) / sum(weights)


def _side(said: str, there: str) -> float:
    touching = next(
        (i for i, (a, b) in enumerate(zip(said, there, strict=False)) if a != b), min(len(said), len(there))
    )
    if touching == len(said):
        return 1.0
    return max(touching / len(said), (fuzz.ratio(said, there) / 100 - CHANCE) / (1 - CHANCE))


def _between(quote: Quote, passages: Sequence[tuple[str, str]]) -> Found | None:
    """What stands now between the words that stood around the quote, if that is about as long and a little alike."""
    before, behind, exact = plain(quote.prefix).strip(), plain(quote.suffix).strip(), plain(quote.exact).strip()
    if len(before) < LEAST_CONTEXT or len(behind) < LEAST_CONTEXT:
        return None
    for key, text in passages:
        inside = made_plain(text)
        at = inside.text.find(before)
        start = at + len(before)
        end = inside.text.find(behind, start) if at >= 0 else -1
        now = inside.text[start:end].strip() if end >= 0 else ""
        score = fuzz.ratio(exact, now) / 100
        is_short = len(words_of(exact)) < SURE_WITHOUT_CONTEXT
        if now and len(now) <= 2 * len(exact) + CONTEXT and (is_short or score >= BETWEEN_ALIKE):
            return Found(key, *_trimmed(text, *inside.back(start, end)), "context", score)
    return None


def find_alike(words: str, passages: Sequence[tuple[str, str]], *, like: float = LIKE) -> Found | None:
    """The stretch that is most like these words, in whole words, if it is like enough (percent)."""
    words = plain(words).strip()
    if len(words) < LEAST_LIKE_LENGTH:
        return None
    best: Found | None = None
    for key, text in passages:
        inside = made_plain(text)
        there = inside.text[:LONGEST_ALIKE]
        if 2 * len(there) < len(words) or (found := _likest(words, there, like)) is None:
            continue
        start, end, score = found
        if best is None or score > best.score:
            best = Found(key, *_trimmed(text, *inside.back(start, end)), "likeness", score)
    return best


def _likest(words: str, there: str, like: float) -> tuple[int, int, float] | None:
    """The stretch of whole words that is most like these, be it a little shorter or longer than they are."""
    found = fuzz.partial_ratio_alignment(words, there, score_cutoff=like - 15)
    if found is None:
        return None
    at, till = (found.dest_start, found.dest_end) if len(words) <= len(there) else (0, len(there))
    starts, ends = _word_edges(there, at, opens=True), _word_edges(there, till, opens=False)
    stretches = [(fuzz.ratio(words, there[a:b]), -(b - a), a, b) for a in starts for b in ends if a < b]
    score, _shorter, start, end = max(stretches, default=(0.0, 0, 0, 0))
    return (start, end, score / 100) if score >= like else None


def _word_edges(text: str, at: int, *, opens: bool) -> list[int]:
    """Where words begin (or end) within some twenty characters of a place."""
    low, high = max(0, at - 24), min(len(text), at + 24)
    edges = [low + found.start() if opens else low + found.end() for found in re.finditer(r"\S+", text[low:high])]
    whole = [edge for edge in edges if not (0 < edge < len(text) and _is_cut(text[edge - 1], text[edge]))]
    return [*whole, *(edge for edge in (0, len(text)) if low <= edge <= high)] or [at]


def _trimmed(text: str, start: int, end: int) -> tuple[int, int]:
    while start < end and text[start].isspace():
        start += 1
    while end > start and text[end - 1].isspace():
        end -= 1
    return start, end
