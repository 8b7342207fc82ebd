"""Numbers that people can quote: #12.3.1 is the first answer to the third answer in the twelfth thread (pure).

They follow the paths of the comments, that is the order in which things were said, so what is said later moves no
number. The # keeps spreadsheets from reading 1.10 as 1.1, or 1.2.3 as a day.
"""

from collections.abc import Iterator
from itertools import takewhile

from consult.discussion.paths import WIDTH


class Numbering:
    """Numbers for comments that come in the order of their paths, thread by thread."""

    def __init__(self) -> None:
        self._steps: list[str] = []
        self._numbers: list[int] = []

    def number(self, path: str, *, thread: int) -> str:
        """The number of the comment at this path. `thread` is the number of its thread.

        An answer whose parent is not among the rows still counts it, so that what is left out leaves a gap.
        """
        steps = list(_steps_of(path))
        shared = sum(1 for _step in takewhile(lambda pair: pair[0] == pair[1], zip(steps, self._steps, strict=False)))
        last = self._numbers[shared] if 0 < shared < len(self._numbers) else 0
        self._numbers = [*self._numbers[:shared], last + 1, *[1] * len(steps)][: len(steps)]
        self._numbers[0] = thread
        self._steps = steps
        return "#" + ".".join(map(str, self._numbers))


def parent_of(number: str) -> str:
    """The number of the comment that this one answers; nothing for the first in a thread."""
    return number.rpartition(".")[0]


def _steps_of(path: str) -> Iterator[str]:
    return (path[start : start + WIDTH] for start in range(0, len(path), WIDTH))
