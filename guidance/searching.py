"""Searching a text: paragraphs and titles in which every word that was asked for stands, in some form."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from django.db.models import Q

from guidance.models import Block, Level, Revision, SectionText
from guidance.wording import WORD, plain

LONGEST_QUESTION = 200
MOST_WORDS = 12
MOST_SHOWN = 50
AROUND = 90
"""Characters of a paragraph that are shown on either side of the first word found."""
ENDINGS = ("ies", "ing", "ed", "es", "s", "y", "e")
SHORTEST_STEM = 3
LETTERS = re.compile(r"\w+")


@dataclass(frozen=True)
class Piece:
    """Some text of a result. Pieces that were asked for are marked."""

    text: str
    is_found: bool


@dataclass(frozen=True)
class Hit:
    """A paragraph in which the words stand, or a section in whose title they stand: then without a paragraph."""

    section: SectionText
    level: Level | None
    number: str
    pieces: tuple[Piece, ...]


@dataclass(frozen=True)
class Results:
    question: str
    hits: list[Hit]
    in_all: int


def stem(word: str) -> str:
    """A word without its ending, so that “posts” finds “posting”. Plain English endings, nothing more."""
    word = LETTERS.findall(plain(word).casefold())[0] if LETTERS.search(word) else word
    for ending in ENDINGS:
        if word.endswith(ending) and len(word) - len(ending) >= SHORTEST_STEM:
            return word.removesuffix(ending)
    return word


def search(revision: Revision, question: str) -> Results:
    """What stands in a revision: titles first, then the paragraphs with the words side by side, then others, each in
    reading order. A question without a word finds nothing."""
    question = " ".join(question[:LONGEST_QUESTION].split())
    stems = list(dict.fromkeys(stem(word) for word in WORD.findall(plain(question))))[:MOST_WORDS]
    if not stems:
        return Results(question, [], 0)
    beginnings = re.compile(rf"(?<!\w)(?:{'|'.join(map(re.escape, sorted(stems, key=len, reverse=True)))})\w*", re.I)
    hits = [*_titles(revision, stems, beginnings), *_paragraphs(revision, question, stems, beginnings)]
    return Results(question, hits[:MOST_SHOWN], len(hits))


def _titles(revision: Revision, stems: Sequence[str], beginnings: re.Pattern) -> Iterator[Hit]:
    for text in revision.section_texts.select_related("section").order_by("position"):
        if _has_all(text.title, stems, beginnings):
            yield Hit(text, None, str(text.position), pieces(text.title, beginnings))


def _paragraphs(revision: Revision, question: str, stems: Sequence[str], beginnings: re.Pattern) -> list[Hit]:
    wanted = Q()
    for one in stems:
        if one.isascii():  # SQLite knows the capitals of these letters alone; what it would miss is looked for below
            wanted &= Q(text__icontains=one)
    blocks = Block.objects.filter(wanted, revision=revision).select_related("section_text__section")
    in_order = blocks.order_by("section_text__position", *Block._meta.ordering[1:])
    found = [block for block in in_order if _has_all(block.text, stems, beginnings)]
    phrase = plain(question).casefold()
    found.sort(key=lambda block: phrase not in plain(block.text).casefold())
    return [
        Hit(block.section_text, Level(block.level), block.number, pieces(around(block.text, beginnings), beginnings))
        for block in found
    ]


def _has_all(text: str, stems: Sequence[str], beginnings: re.Pattern) -> bool:
    words = {word.casefold() for word in beginnings.findall(text)}
    return all(any(word.startswith(one) for word in words) for one in stems)


def around(text: str, beginnings: re.Pattern) -> str:
    """The text near the first word found, in whole words; its beginning, if none is."""
    first, last = found.span() if (found := beginnings.search(text)) else (0, 0)
    start, end = max(0, first - AROUND), min(len(text), last + 2 * AROUND)
    start = text.rfind(" ", 0, start) + 1 if start else 0
    end = text.find(" ", end) if text.find(" ", end) >= 0 else len(text)
    return ("… " if start else "") + text[start:end] + (" …" if end < len(text) else "")


def pieces(text: str, beginnings: re.Pattern) -> tuple[Piece, ...]:
    """The text in pieces, those marked that were asked for."""
    found_so_far, at = [], 0
    for found in beginnings.finditer(text):
        found_so_far += [Piece(text[at : found.start()], is_found=False), Piece(found[0], is_found=True)]
        at = found.end()
    found_so_far.append(Piece(text[at:], is_found=False))
    return tuple(piece for piece in found_so_far if piece.text)
