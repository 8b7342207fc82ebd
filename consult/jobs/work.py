"""Which kinds of work there are. Higher rooms register theirs when `consult.apps` imports them."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

Function = Callable[[Any], object]


@dataclass(frozen=True)
class Work:
    """How to do one kind of job, and on which queue (None: wherever everything else goes)."""

    do: Function
    queue: str | None = None


WORK: dict[str, Work] = {}


def register(kind: str, *, queue: str | None = None) -> Callable[[Function], Function]:
    """Say that a function does jobs of this kind. It takes the job, and what it returns is kept as the result.

    It must be harmless to begin again: a worker may die at any line, and the next one starts from the top.
    """

    def remember(function: Function) -> Function:
        known = WORK.get(kind)
        if known and (known.do.__module__, known.do.__qualname__) != (function.__module__, function.__qualname__):
            raise ValueError(f"Two functions do “{kind}”: {known.do.__qualname__} and {function.__qualname__}.")
        WORK[kind] = Work(do=function, queue=queue)
        return function

    return remember
