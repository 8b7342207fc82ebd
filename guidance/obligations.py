"""Every *must*, *should* and *may* in a text, with the sentence around it (pure).

A team reads this list to see whether its words keep their meaning: *must* for a duty, *should* for what is expected,
*may* for what everyone is free to do. It lists words; it does not judge. “Nobody may ask” stands under *may*.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

from guidance.blocks import without_code
from guidance.fates import Passage
from guidance.measures.sentences import sentences


class Word(StrEnum):
    """What is listed, in the order of the list."""

    MUST = "must"
    MUST_NOT = "must not"
    NEED_TO = "need to"
    NEED_NOT = "need not"
    SHOULD = "should"
    SHOULD_NOT = "should not"
    MAY = "may"
    MAY_NOT = "may not"
    CANNOT = "cannot"


_NOT = r"(?P<no>\s+not\b(?!\s+only)|\s+never\b|n['’]t\b)"
_FOUND = re.compile(
    r"(?<![\w'’-])(?:"
    rf"(?P<verb>must|should|may){_NOT}?(?!-\w)(?!['’]\w)"
    r"|(?P<no_need>need\s+not|needn['’]t|(?:do|does)(?:\s+not|n['’]t)\s+need\s+to)(?![\w-])"
    r"|(?P<need>needs?\s+to)(?![\w-])"
    r"|(?P<cannot>cannot|can\s+not|can['’]t)(?![\w-])"
    r")(?!\w)",
    re.IGNORECASE,
)
_A_NOUN = re.compile(r"\b(?:a|an|the)\s+(?:absolute\s+|real\s+)?$", re.IGNORECASE)
"""“That is a must.”"""
_BEFORE_A_MONTH = re.compile(
    r"(?:\b(?:in|of|since|until|till|by|from|to|last|next|early|mid|late|this)|\d(?:st|nd|rd|th)?),?[\s-]+$", re.I
)
_BEHIND_A_MONTH = re.compile(
    r",?\s+(?:\d|(?:was|is|has|had|and|to|until|or)\s+(?:\d|june|july)\b)|\s*[–-]\s*\d", re.IGNORECASE
)
_OPENERS = "“‘\"'([*_ \t"
_FURTHEST = 40
"""Characters that are looked at before and behind a word."""


@dataclass(frozen=True)
class Found:
    """One such word in a text: `text[start:end]`, in the sentence `text[from_:to]`."""

    word: Word
    start: int
    end: int
    from_: int
    to: int


@dataclass(frozen=True)
class Obligation:
    """One such word in a block."""

    passage: Passage
    found: Found

    @property
    def word(self) -> Word:
        return self.found.word

    @property
    def key(self) -> str:
        """The block's key."""
        return self.passage.key

    @property
    def verbatim(self) -> str:
        return self.passage.text[self.found.start : self.found.end]

    @property
    def before(self) -> str:
        """The sentence up to the word."""
        return self.passage.text[self.found.from_ : self.found.start]

    @property
    def behind(self) -> str:
        """The sentence from the word on."""
        return self.passage.text[self.found.end : self.found.to]

    @property
    def sentence(self) -> str:
        return self.passage.text[self.found.from_ : self.found.to]


def find_obligations(text: str, *, kind: str = "paragraph") -> list[Found]:
    """The words in a text, in order. The month of May and “a must-have” are none."""
    return [
        Found(_word_of(match), match.start(), match.end(), start, end)
        for start, end in sentences(text, kind=kind)
        for match in _FOUND.finditer(text, start, end)
        if not _is_something_else(text, match, start)
    ]


def _word_of(match: re.Match[str]) -> Word:
    if match["verb"]:
        return Word(match["verb"].lower() + (" not" if match["no"] else ""))
    if match["no_need"]:
        return Word.NEED_NOT
    return Word.NEED_TO if match["need"] else Word.CANNOT


def _is_something_else(text: str, match: re.Match[str], sentence: int) -> bool:
    verb = (match["verb"] or "").lower()
    before = text[max(sentence, match.start() - _FURTHEST) : match.start()]
    if verb == "must" and not match["no"] and _A_NOUN.search(before):
        return True
    return verb == "may" and match["verb"][0] == "M" and match["verb"] != "MAY" and _is_a_name(text, match, sentence)


def _is_a_name(text: str, match: re.Match[str], sentence: int) -> bool:
    """Whether a May with a capital is the month or somebody's name: it does not begin the sentence, or dates go on."""
    before = text[sentence : match.start()].rstrip(_OPENERS)
    if _BEHIND_A_MONTH.match(text[match.end() : match.end() + _FURTHEST]) or _BEFORE_A_MONTH.search(
        text[max(sentence, match.start() - _FURTHEST) : match.start()]
    ):
        return True
    return bool(before) and before[-1] not in ":;.!?" and text[match.start() - 1] not in "“‘\"'("


def obligations(passages: Iterable[Passage]) -> list[Obligation]:
    """Every such word of a document, in the order of the text. What stands in code is none."""
    return [
        Obligation(passage, found)
        for passage in passages
        if passage.kind != "code"
        for found in find_obligations(_prose(passage), kind=passage.kind)
    ]


def _prose(passage: Passage) -> str:
    return without_code(passage.source, passage.text) if "`" in passage.source else passage.text


def by_word(found: Iterable[Obligation]) -> dict[Word, list[Obligation]]:
    """The same in groups, in the order of `Word`; what does not occur has an empty one."""
    groups: dict[Word, list[Obligation]] = {word: [] for word in Word}
    for obligation in found:
        groups[obligation.word].append(obligation)
    return groups


def counted(found: Iterable[Obligation]) -> dict[Word, int]:
    """How often each word occurs."""
    return {word: len(group) for word, group in by_word(found).items()}
