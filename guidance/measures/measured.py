"""What was measured: of a block, a section at a level, a section, a level, the whole. Measures add up."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from guidance.fates import Passage
from guidance.measures.length import WORD, minutes_to_read, sides_of_a4, words_in
from guidance.measures.readability import FEWEST_WORDS, Ease, ease_of, reading_age, reading_ease
from guidance.measures.sentences import sentences
from guidance.measures.syllables import syllables_in

PROSE = frozenset({"paragraph", "list", "quote"})
"""Kinds of block that are read in sentences. Tables, headings and examples of code count as words, not as prose."""
LONG = 25
"""Words. S. Vincent, “Sentence length: why 25 words is our limit”, Inside GOV.UK, 4 August 2014."""


@dataclass(frozen=True)
class Measured:
    """Counts of a text. They add up: those of a section and its neighbour are those of both."""

    words: int = 0
    prose_words: int = 0
    sentences: int = 0
    """Of the prose. The end of a line ends a sentence, so each item of a list is one."""
    long_sentences: int = 0
    """Of more than 25 words."""
    syllables: int = 0
    """Of the prose."""

    def __add__(self, other: "Measured") -> "Measured":
        return Measured(
            self.words + other.words,
            self.prose_words + other.prose_words,
            self.sentences + other.sentences,
            self.long_sentences + other.long_sentences,
            self.syllables + other.syllables,
        )

    @property
    def minutes(self) -> int:
        return minutes_to_read(self.words)

    @property
    def sides(self) -> float:
        return sides_of_a4(self.words)

    @property
    def is_long_enough_to_judge(self) -> bool:
        """Whether its readability says anything: with a hundred words of prose or more."""
        return self.prose_words >= FEWEST_WORDS

    @property
    def reading_ease(self) -> float | None:
        """Flesch's reading ease, or None where there is too little to judge."""
        if not self.is_long_enough_to_judge:
            return None
        return reading_ease(self.prose_words, self.sentences, self.syllables)

    @property
    def reading_age(self) -> int | None:
        """In years, or None where there is too little to judge."""
        if not self.is_long_enough_to_judge:
            return None
        return reading_age(self.prose_words, self.sentences, self.syllables)

    @property
    def ease(self) -> Ease | None:
        score = self.reading_ease
        return None if score is None else ease_of(score)


@dataclass(frozen=True)
class Measures:
    """A document, measured: by section and level, and every sum of these."""

    by_place: dict[tuple[str, str], Measured] = field(default_factory=dict)
    """{(section key, level): what was measured there}."""

    def at(self, section: str, level: str) -> Measured:
        return self.by_place.get((section, level), Measured())

    def section(self, key: str) -> Measured:
        return _sum(measured for (section, _level), measured in self.by_place.items() if section == key)

    def level(self, level: str) -> Measured:
        return _sum(measured for (_section, at), measured in self.by_place.items() if at == level)

    @property
    def whole(self) -> Measured:
        return _sum(self.by_place.values())


def _sum(parts: Iterable[Measured]) -> Measured:
    return sum(parts, Measured())


def measure_block(text: str, kind: str = "paragraph") -> Measured:
    """A block by its words alone (`Passage.text`, `Block.text`) and its kind."""
    if kind not in PROSE:
        return Measured(words=words_in(text))
    lengths = [words for _start, _end, words in _counted_sentences(text, kind)]
    found = WORD.findall(text)
    return Measured(
        words=len(found),
        prose_words=len(found),
        sentences=len(lengths),
        long_sentences=sum(words > LONG for words in lengths),
        syllables=sum(syllables_in(word) for word in found),
    )


def _counted_sentences(text: str, kind: str) -> Iterator[tuple[int, int, int]]:
    """(start, end, words) of each sentence that has a word."""
    for start, end in sentences(text, kind=kind):
        if words := words_in(text[start:end]):
            yield start, end, words


def measure(passages: Iterable[Passage]) -> Measures:
    """A document, or any part of it."""
    found: dict[tuple[str, str], Measured] = {}
    for passage in passages:
        found[passage.where] = found.get(passage.where, Measured()) + measure_block(passage.text, passage.kind)
    return Measures(found)


@dataclass(frozen=True)
class LongSentence:
    """A sentence to look at, and where it stands."""

    passage: Passage
    start: int
    """In the passage's text; `text` is the slice from here to `end`."""
    end: int
    words: int

    @property
    def text(self) -> str:
        return self.passage.text[self.start : self.end]


def longest_sentences(passages: Iterable[Passage], *, longer_than: int = LONG, at_most: int = 20) -> list[LongSentence]:
    """The longest sentences, longest first; those of one length in the order of the text."""
    found = [
        LongSentence(passage, start, end, words)
        for passage in passages
        if passage.kind in PROSE
        for start, end, words in _counted_sentences(passage.text, passage.kind)
        if words > longer_than
    ]
    return sorted(found, key=lambda sentence: -sentence.words)[:at_most]
