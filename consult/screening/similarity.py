"""Which of some texts say something like a new one: by the words that carry meaning, the rarer the heavier (pure).

The cosine of two texts' word stems, weighted by how few of the texts have them (Salton and Buckley, 1988). What counts
as alike was measured: docs/campaigns.md.
"""

from collections import Counter
from collections.abc import Sequence
from functools import lru_cache
from math import log, sqrt
from typing import TypeVar

from consult.screening.words import content_keys

Id = TypeVar("Id")
SIMILAR = 0.5
COPY = 0.9
"""What is as similar as this says it in the same words, and is shown once."""
FEWEST = 3
"""Stems in common. Two texts that share only a word or two are about the same thing, and do not say the same."""
AS_IF = 50
"""So many texts are thought to stand there besides, none of which has any of the words."""


def similar(text: str, others: Sequence[tuple[Id, str]], *, at_most: int) -> list[tuple[Id, float]]:
    """The most similar of the others, each with how similar it is, from 0 to 1; the first one first where two are.

    Of copies one is given.
    """
    mine = _stems(text)
    if len(mine) < FEWEST:
        return []
    theirs = [(name, _stems(other)) for name, other in others]
    weight = _weights({mine, *(stems for _name, stems in theirs)})
    weighed = [(_cosine(mine, stems, weight), name, stems) for name, stems in theirs if _overlap(mine, stems)]
    chosen: list[tuple[float, Id, frozenset[str]]] = []
    for one in sorted(weighed, key=lambda one: -one[0]):
        if one[0] < SIMILAR or len(chosen) == at_most:
            break
        if all(_cosine(one[2], other[2], weight) < COPY for other in chosen):
            chosen.append(one)
    return [(name, how_much) for how_much, name, _stems in chosen]


def _overlap(mine: frozenset[str], theirs: frozenset[str]) -> bool:
    return len(mine & theirs) >= FEWEST


def _weights(texts: set[frozenset[str]]) -> dict[str, float]:
    """How much each stem says. Copies count once, or what many say would weigh nothing.

    Among few texts nearly all stems weigh the same: that both have a word must not be held against them.
    """
    having = Counter(stem for stems in texts for stem in stems)
    return {stem: log(1 + (len(texts) + AS_IF) / (n + 2)) ** 2 for stem, n in having.items()}


def _cosine(mine: frozenset[str], theirs: frozenset[str], weight: dict[str, float]) -> float:
    length = sum(weight[stem] for stem in mine) * sum(weight[stem] for stem in theirs)
    return sum(weight[stem] for stem in mine & theirs) / sqrt(length) if length else 0.0


@lru_cache(maxsize=2_000)
def _stems(text: str) -> frozenset[str]:
    """Remembered, since the same few hundred texts are compared with all that is written at a place."""
    return frozenset(content_keys(text))
