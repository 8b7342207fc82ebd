"""Whether one text quotes another word for word, and what is left when the quotation goes (pure)."""

import re

RUN = 8
"""So many words in a row, the same in both, are a quotation: fewer are said by chance."""
GAP = "[words removed by their writer]"
BETWEEN = "\n0_0\n"
"""Joins texts so that no run of words reaches from one into the next: nobody writes that between words."""
WORD = re.compile(r"[^\W_]+(?:[’'-][^\W_]+)*")


def _words(text: str) -> list[tuple[str, int, int]]:
    return [(found[0].casefold(), *found.span()) for found in WORD.finditer(text)]


def _runs_of(words: list[str]) -> set[tuple[str, ...]]:
    return {tuple(words[i : i + RUN]) for i in range(len(words) - RUN + 1)}


def without_quotations(text: str, quoted: str, free: str = "") -> str:
    """The text with each run of `RUN` or more words that it shares with `quoted` replaced by a gap.

    Words of `free` are everybody's, however long the run: those of the guidance. A text that is all quotation becomes
    one gap. Unchanged if nothing is quoted.
    """
    ours = _words(text)
    theirs, everybodys = ([word for word, _start, _end in _words(words)] for words in (quoted, free))
    runs = _runs_of(theirs) - _runs_of(everybodys)
    if len(ours) < RUN or not runs:
        return text
    taken = [False] * len(ours)
    for i in range(len(ours) - RUN + 1):
        if tuple(word for word, _start, _end in ours[i : i + RUN]) in runs:
            taken[i : i + RUN] = [True] * RUN
    left, at, i = [], 0, 0
    while i < len(ours):
        if not taken[i]:
            i += 1
            continue
        begins = ours[i][1]
        while i < len(ours) and taken[i]:
            i += 1
        left += [text[at:begins], GAP]
        at = ours[i - 1][2]
    return "".join([*left, text[at:]])
