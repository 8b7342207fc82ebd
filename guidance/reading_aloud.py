"""A difference that can be read aloud: few changes, each at a place where a sentence allows it (pure).

After the semantic clean-up of diff-match-patch (Neil Fraser, “Diff strategies”, 2006), in words instead of letters.
"""

from collections.abc import Sequence
from typing import NamedTuple

from guidance.alignment import Pairs

MOST_FOLDED = 5
"""Words. A longer stretch that stayed the same is worth hearing."""
MOST_FOLDED_AT_AN_END = 2
"""The same for a stretch that ends a sentence: a voice rests there anyway."""
ONE_SIDED = 4
"""How many times longer the words on both sides must be, if nothing but added (or removed) words surround a stretch."""
FURTHEST = 60
"""Words that a change may be shifted by."""
SENTENCE_ENDS = (".", "!", "?", ":", ";", "。", "！", "？")


class Run(NamedTuple):
    """`size` equal words: old[i:i + size] and new[j:j + size]."""

    i: int
    j: int
    size: int


def readable(old: Sequence[str], new: Sequence[str], pairs: Pairs) -> Pairs:
    """Those of the equal words that should be read as equal, given all pairs of equal words."""
    return [
        (run.i + k, run.j + k) for run in _folded(old, new, _shifted(old, new, _runs(pairs))) for k in range(run.size)
    ]


def _runs(pairs: Pairs) -> list[Run]:
    runs: list[Run] = []
    for i, j in pairs:
        last = runs[-1] if runs else None
        if last and (i, j) == (last.i + last.size, last.j + last.size):
            runs[-1] = last._replace(size=last.size + 1)
        else:
            runs.append(Run(i, j, 1))
    return runs


def _shifted(old: Sequence[str], new: Sequence[str], runs: list[Run]) -> list[Run]:
    """Words that were only added or only removed may often be placed in several ways: “[the cat and] the dog” or
    “the [cat and the] dog”. Take the one that begins or ends with a sentence."""
    runs = list(runs)
    for at in range(len(runs) - 1):
        before, behind = runs[at], runs[at + 1]
        removed, added = behind.i - before.i - before.size, behind.j - before.j - before.size
        if not removed or not added:
            words, start = (new, behind.j - added) if added else (old, behind.i - removed)
            by = _best_shift(words, start, added or removed, before.size - 1, behind.size - 1)
            runs[at] = before._replace(size=before.size + by)
            runs[at + 1] = Run(behind.i + by, behind.j + by, behind.size - by)
    return runs


def _best_shift(words: Sequence[str], start: int, size: int, left: int, right: int) -> int:
    """By how many words the change words[start:start + size] should move; `left` and `right` are how far it may."""
    possible = [0]
    for by in range(1, min(left, FURTHEST) + 1):
        if words[start - by] != words[start + size - by]:
            break
        possible.append(-by)
    for by in range(1, min(right, FURTHEST) + 1):
        if words[start + by - 1] != words[start + size + by - 1]:
            break
        possible.append(by)
    return max(possible, key=lambda by: (_breaks(words, start + by) + _breaks(words, start + size + by), -abs(by), by))


def _breaks(words: Sequence[str], at: int) -> int:
    return at == 0 or at == len(words) or words[at - 1].endswith(SENTENCE_ENDS)


def _folded(old: Sequence[str], new: Sequence[str], runs: list[Run]) -> list[Run]:
    """Without the short runs between changes. Each is looked at anew when the change behind it has grown."""
    stack = [Run(0, 0, 0)]
    for run in [*runs, Run(len(old), len(new), 0)]:
        while len(stack) > 1 and _is_lost_between(
            stack[-2], stack[-1], run, _breaks(new, stack[-1].j + stack[-1].size)
        ):
            stack.pop()
        stack.append(run)
    return stack[1:-1]


def _is_lost_between(before: Run, run: Run, behind: Run, ends_sentence: bool) -> bool:
    removed_before, added_before = run.i - before.i - before.size, run.j - before.j - before.size
    removed_behind, added_behind = behind.i - run.i - run.size, behind.j - run.j - run.size
    smaller = min(max(removed_before, added_before), max(removed_behind, added_behind))
    if not (removed_before or removed_behind) or not (added_before or added_behind):
        return run.size * ONE_SIDED <= smaller
    return run.size <= min(smaller, MOST_FOLDED_AT_AN_END if ends_sentence else MOST_FOLDED)
