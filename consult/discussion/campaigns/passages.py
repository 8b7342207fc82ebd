"""Which sentences of a text are a campaign's, and which are its writer's own (pure)."""

from functools import lru_cache
from typing import NamedTuple

from consult.screening.sentences import sentences
from consult.screening.words import plain_words

LONG = 6
"""Words. Shorter sentences recur by chance: a greeting, a name, “I agree.”"""
HELD_FROM = 20
"""Words. A shorter text that stands in a longer one is a phrase, not a campaign's text with something added."""


class Sentence(NamedTuple):
    """A sentence at text[start:end], and its words as they are compared."""

    start: int
    end: int
    plain: str


class Passage(NamedTuple):
    """A stretch of somebody's words, and whether the campaign says the same."""

    text: str
    is_shared: bool


def long_sentences(text: str) -> list[Sentence]:
    """The sentences of a text that do not recur by chance."""
    return _sentences(text, LONG)


def _sentences(text: str, fewest: int) -> list[Sentence]:
    found = ((start, end, plain_words(text[start:end])) for start, end in sentences(text))
    return [Sentence(start, end, " ".join(plain)) for start, end, plain in found if len(plain) >= fewest]


def holds(text: str, campaign: str) -> bool:
    """Whether a text says all that a campaign says, word for word, and something more.

    A sentence with another number or a “not” in it is another sentence: then it does not say all of it.
    """
    theirs, said = _sayings(campaign), _sayings(text)
    if not theirs or not theirs <= said:
        return False
    return len(plain_words(text)) > len(plain_words(campaign)) >= HELD_FROM


@lru_cache(maxsize=2_000)
def _sayings(text: str) -> frozenset[str]:
    return frozenset(one.plain for one in long_sentences(text))


def passages(text: str, campaign: str) -> list[Passage]:
    """A text cut into what the campaign says and what its writer adds. Joined, the passages are the text."""
    theirs = {one.plain for one in _sentences(campaign, 1)}
    found: list[Passage] = []
    at = 0
    for one in _sentences(text, 1):
        if one.plain not in theirs:
            continue
        found += [Passage(text[at : one.start], False), Passage(text[one.start : one.end], True)]
        at = one.end
    found.append(Passage(text[at:], False))
    return _joined([one for one in found if one.text])


def _joined(found: list[Passage]) -> list[Passage]:
    """White space between two passages of one kind belongs to them."""
    joined: list[Passage] = []
    for one in found:
        is_shared = joined[-1].is_shared if joined and not one.text.strip() else one.is_shared
        if joined and joined[-1].is_shared == is_shared:
            joined[-1] = Passage(joined[-1].text + one.text, is_shared)
        else:
            joined.append(Passage(one.text, is_shared))
    return joined
