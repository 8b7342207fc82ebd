"""Whether one text quotes another word for word, and what is left when the quotation goes (pure)."""

import re

RUN = 8
"""So many words in a row, the same in both, are a quotation: fewer are said by chance."""
GAP = "[words removed by their writer]"
WORD = re.compile(r"[^\W_]+(?:[’'-][^\W_]+)*")


def _words(text: str) -> list[tuple[str, int, int]]:
    return [(found[0].casefold(), *found.span()) for found in WORD.finditer(text)]


def without_quotations(text: str, quoted: str) -> str:
    """The text with each run of `RUN` or more words that it shares with `quoted` replaced by a gap.

    A text that is all quotation becomes one gap. Unchanged if nothing is quoted.
    """
    ours, theirs = _words(text), [word for word, _start, _end in _words(quoted)]
    runs = {tuple(theirs[i : i + RUN]) for i in range(len(theirs) - RUN + 1)}
    if len(theirs) < RUN and theirs:
        runs = set()
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
