"""Where sentences begin and end, as places in the text (pure)."""

import re
from collections.abc import Iterator

_STOP = re.compile(r"\n+|[.!?…]+[)\]»”’\"']*(?=\s|$)")
_CELL = re.compile(r"\n+| \| |[.!?…]+[)\]»”’\"']*(?=\s|$)")
_LAST_WORD = re.compile(r"[\w.]+$")
_ALWAYS = {"mr", "mrs", "ms", "mx", "dr", "prof", "rev", "st", "vs", "cf", "e.g", "eg", "i.e", "ie", "viz", "hon"}
_BEFORE_NUMBERS = {
    "no", "nos", "para", "paras", "p", "pp", "s", "ss", "sec", "art", "reg", "ch", "vol", "fig", "tel", "ext",
    "jan", "feb", "mar", "apr", "jun", "jul", "aug", "sep", "sept", "oct", "nov", "dec",
    "mon", "tue", "wed", "thu", "fri", "sat", "sun",
}  # fmt: skip
_LONGEST_ABBREVIATION = 6


def sentences(text: str, *, kind: str = "paragraph") -> list[tuple[int, int]]:
    """(start, end) of each sentence, without the space around it, in order and never overlapping.

    Together they hold every character that is not white space (or, in a table, a line between cells). A line always
    ends a sentence: so does a list item without a full stop, and a cell of a table.
    """
    spans = (_trimmed(text, start, end) for start, end in _pieces(text, _CELL if kind == "table" else _STOP))
    return [(start, end) for start, end in spans if start < end]


def _pieces(text: str, stops: re.Pattern[str]) -> Iterator[tuple[int, int]]:
    start = 0
    for stop in stops.finditer(text):
        if stop.group().isspace() or stop.group() == " | ":
            yield start, stop.start()
            start = stop.end()
        elif _ends_a_sentence(text, stop):
            yield start, stop.end()
            start = stop.end()
    yield start, len(text)


def _ends_a_sentence(text: str, stop: re.Match[str]) -> bool:
    follows = text[stop.end() : stop.end() + 12].lstrip(" \t([“‘\"'")[:1]
    if follows.islower():
        return False
    return not (stop.group() == "." and _is_abbreviated(text, stop.start(), follows))


def _is_abbreviated(text: str, stop: int, follows: str) -> bool:
    last = _LAST_WORD.search(text, max(0, stop - _LONGEST_ABBREVIATION), stop)
    if last is None:
        return False
    word = last.group().lower()
    is_initial = len(word) == 1 and last.group().isupper() and last.group() != "I"
    return is_initial or word in _ALWAYS or (word in _BEFORE_NUMBERS and follows.isdigit())


def _trimmed(text: str, start: int, end: int) -> tuple[int, int]:
    while start < end and text[start].isspace():
        start += 1
    while start < end and text[end - 1].isspace():
        end -= 1
    return start, end
