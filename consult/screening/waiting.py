"""Whether listed words stand in a text: whole words, whatever their case, accents and look-alike letters (pure)."""

import re
import unicodedata
from collections.abc import Iterable

WORD = re.compile(r"[^\W_]+")


def as_words(text: str) -> list[str]:
    """The words of a text as they are compared: small letters without accents."""
    plain = unicodedata.normalize("NFKD", text.casefold())
    return WORD.findall("".join(character for character in plain if not unicodedata.combining(character)))


def holds_one_of(text: str, listed: Iterable[str]) -> bool:
    """Whether one of these stands in the text, word after word. Each is what `as_words` makes, joined by spaces."""
    padded = f" {' '.join(as_words(text))} "
    return any(f" {words} " in padded for words in listed)
