"""What kept its order when other things moved (pure)."""

from bisect import bisect_left
from collections.abc import Sequence


def longest_rising(numbers: Sequence[int]) -> set[int]:
    """The indices of a longest run of numbers that never fall (patience sorting; equal ones were merged)."""
    tails: list[tuple[int, int]] = []
    before: list[int] = []
    for i, number in enumerate(numbers):
        at = bisect_left(tails, (number + 1, -1))
        before.append(tails[at - 1][1] if at else -1)
        tails[at : at + 1] = [(number, i)]
    found: set[int] = set()
    at = tails[-1][1] if tails else -1
    while at >= 0:
        found.add(at)
        at = before[at]
    return found
