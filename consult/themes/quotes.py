"""Quotations that stand for what was said: verbatim, one per person, a small group's voice among them.

Each group is heard through the comment nearest its middle (medoid), turned away from what the others already
say (maximal marginal relevance, Carbonell and Goldstein, 1998), and that comment through its most telling one or
two sentences. What no quotation stands for is counted.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Sequence
from itertools import pairwise
from typing import TYPE_CHECKING

from consult.screening.sentences import cut, sentences
from consult.screening.words import TURNING, listed, words
from consult.themes.folding import Point, points
from consult.themes.grouping import Grouping, group
from consult.themes.voices import Quote, Quotes, Voice, people_among

if TYPE_CHECKING:
    import numpy as np

MOST_QUOTES = 6
MOST_CAMPAIGNS = 2  # of these, while others have something to say
LONGEST = 320  # characters
SHORTEST = 30
NEARNESS = 0.9  # against 0.1 for being unlike the quotations already chosen
LOOK_AT = 60  # candidates per group whose sentences are weighed
FEW = 0.1  # a group of under a tenth of the comments is one of few
ALL_HEARD = 60  # up to so many points, free places go to people who stand alone

Quotable = Callable[[str], bool]


def quotes(
    voices: Iterable[Voice],
    *,
    at_most: int = MOST_QUOTES,
    quotable: Quotable | None = None,
    folded: Sequence[Point] | None = None,
) -> Quotes:
    """Up to `at_most` quotations for these comments. `quotable` may refuse a slice (personal data, say)."""
    said = list(folded) if folded is not None else points(voices)
    found = group(said)
    chosen = _Choice(said, found, quotable or (lambda slice_: True), sum(len(point.voices) for point in said))
    for members in _heard(said, found, at_most):
        if len(chosen.quotes) < at_most:
            chosen.add(members)
    return _counted(chosen, found)


def quotation(text: str, quote: Quote) -> bool:
    """Whether a quotation is still an exact slice of its comment's text."""
    return bool(quote.text) and text[quote.start : quote.end] == quote.text


def _heard(said: Sequence[Point], found: Grouping, at_most: int) -> list[list[int]]:
    """Whom to quote, in order: groups of most people, with places kept for a small one that differs and for campaigns.

    Where there are few comments, people who stand alone come before groups that are one person's repetition.
    """
    groups = sorted(found.groups, key=lambda members: (-_people(said, members), -_comments(said, members), members))
    campaigns = [members for members in groups if len(members) == 1]
    shared = [members for members in groups if len(members) > 1 and _shared(said, members)]
    repeated = [members for members in groups if len(members) > 1 and not _shared(said, members)]
    free = sorted(found.alone, key=lambda position: (-_substance(said[position]), position))
    alone = [[position] for position in free] if len(said) <= ALL_HEARD else []
    places = at_most - min(len(campaigns), MOST_CAMPAIGNS)
    if len(shared) > places > 1:
        apart = _most_apart(said, found, shared[places - 1 :])
        shared.remove(apart)
        shared.insert(places - 1, apart)
    first = shared[:places] + campaigns[:MOST_CAMPAIGNS] + shared[places:]
    return first + alone + campaigns[MOST_CAMPAIGNS:] + repeated


def _shared(said: Sequence[Point], members: list[int]) -> bool:
    """Whether more than one person said it, as far as anybody knows."""
    voices = [voice for position in members for voice in said[position].voices]
    return len({voice.id if voice.who is None else voice.who for voice in voices}) > 1


def _people(said: Sequence[Point], members: list[int]) -> int:
    return people_among(voice for position in members for voice in said[position].voices)


def _comments(said: Sequence[Point], members: list[int]) -> int:
    return sum(len(said[position].voices) for position in members)


def _substance(point: Point) -> int:
    """How much somebody who stands alone has to say: different meaningful words, up to a couple of sentences."""
    return min(25, len({word.form.key for word in words(point.leader.text) if not word.form.vague}))


def _most_apart(said: Sequence[Point], found: Grouping, groups: list[list[int]]) -> list[int]:
    """Of the small groups, the one least like everybody, weighed by how many people say it."""
    everybody = _middle(found, [position for members in found.groups for position in members])

    def apart(members: list[int]) -> float:
        unlike = 1 - float(_middle(found, members) @ everybody)
        return round(unlike * math.log1p(_people(said, members) or _comments(said, members)), 4)

    return max(groups, key=lambda members: (apart(members), -members[0]))


def _middle(found: Grouping, members: list[int]) -> np.ndarray:
    import numpy as np

    total = np.asarray(found.vectors[members].sum(axis=0), dtype=np.float64).ravel()
    length = float(np.linalg.norm(total))
    return total / length if length else total


class _Choice:
    """Quotations as they are chosen, one after the other: a person and a thought come once."""

    def __init__(self, said: Sequence[Point], found: Grouping, quotable: Quotable, total: int) -> None:
        self.said, self.found, self.quotable, self.total = said, found, quotable, total
        self.quotes: list[Quote] = []
        self.people: set[str] = set()
        self.positions: list[int] = []

    def add(self, members: list[int]) -> None:
        """Quote the member that stands for its group best; none, if nobody new can be quoted."""
        for position in self._by_merit(members):
            voice = self._someone_new(self.said[position])
            if voice is None:
                continue
            span = _telling(voice.text, self._own_spans(position, voice), self._nearness(members), self.quotable)
            if span is not None:
                self._keep(members, position, voice, span)
                return

    def _someone_new(self, point: Point) -> Voice | None:
        """A writer of this very text who is not quoted yet. Copies differ a little, so the leader comes first."""
        return next((voice for voice in point.voices if voice.who is None or voice.who not in self.people), None)

    def _own_spans(self, position: int, voice: Voice) -> tuple[tuple[int, int], ...]:
        point = self.said[position]
        if voice is point.leader:
            return point.own
        return tuple(sentences(voice.text))

    def _by_merit(self, members: list[int]) -> list[int]:
        if self.found.vectors is None or len(members) == 1:
            return members
        near = self.found.vectors[members] @ _middle(self.found, members)
        if self.positions:
            already = (self.found.vectors[members] @ self.found.vectors[self.positions].T).toarray().max(axis=1)
            near = NEARNESS * near - (1 - NEARNESS) * already
        merits = [round(float(merit), 4) for merit in near]
        order = sorted(range(len(members)), key=lambda place: (-merits[place], members[place]))
        return [members[place] for place in order[:LOOK_AT]]

    def _nearness(self, members: list[int]) -> Callable[[list[str]], list[float]]:
        """How near texts are to the middle of a group."""
        if self.found.vectors is None:
            return lambda texts: [0.0] * len(texts)
        middle = _middle(self.found, members)
        return lambda texts: [round(float(value), 4) for value in self.found.vectoriser.transform(texts) @ middle]

    def _keep(self, members: list[int], position: int, voice: Voice, span: tuple[int, int]) -> None:
        start, end = span
        group_voices = [other for member in members for other in self.said[member].voices]
        self.positions.append(position)
        if voice.who is not None:
            self.people.add(voice.who)
        self.quotes.append(
            Quote(
                id=voice.id,
                start=start,
                end=end,
                text=voice.text[start:end],
                near=len(group_voices),
                people=people_among(group_voices),
                copies=len(group_voices) - len(members),
                few=len(group_voices) < FEW * self.total,
                ids=tuple(sorted(other.id for other in group_voices)),
            )
        )


def _telling(
    text: str, spans: Sequence[tuple[int, int]], nearness: Callable[[list[str]], list[float]], quotable: Quotable
) -> tuple[int, int] | None:
    """The one or two sentences of a comment that say most of what its group says."""
    windows = [window for window in _windows(text, spans) if quotable(text[window[0] : window[1]])]
    if not windows:
        return None
    near = nearness([text[start:end] for start, end in windows])
    merits = [near[place] + _readable(text, *window) for place, window in enumerate(windows)]
    best = max(range(len(windows)), key=lambda place: (round(merits[place], 4), -windows[place][0], -windows[place][1]))
    return windows[best]


def _windows(text: str, spans: Sequence[tuple[int, int]]) -> list[tuple[int, int]]:
    """Each sentence, cut if it is too long, and each pair of neighbours that is short enough."""
    own = [span for span in spans if not text.startswith(">", span[0]) and words(text[slice(*span)])]
    single = [cut(text, start, end, LONGEST) for start, end in own]
    pairs = [
        (one[0], two[1])
        for one, two in pairwise(own)
        if two[1] - one[0] <= LONGEST and not text[one[1] : two[0]].strip() and text.count("\n", one[1], two[0]) < 2
    ]
    return single + pairs


_LEANS_BACK = listed("this that these those it its he she they but and so also however or because")


def _readable(text: str, start: int, end: int) -> float:
    """A little for a sentence that stands on its own feet; less for fragments and for ones that lean back."""
    found = words(text[start:end])
    merit = -0.15 if end - start < SHORTEST else 0.0
    merit -= 0.06 if found[0].form.plain in _LEANS_BACK else 0.0
    merit += 0.02 if any(word.form.plain in TURNING for word in found) else 0.0
    return merit - (0.03 if text[start:end].rstrip().endswith("?") else 0.0)


def _counted(chosen: _Choice, found: Grouping) -> Quotes:
    quoted = {comment for quote in chosen.quotes for comment in quote.ids}
    said = chosen.said

    def left(positions: Iterable[int]) -> int:
        return sum(1 for position in positions for voice in said[position].voices if voice.id not in quoted)

    return Quotes(
        quotes=tuple(chosen.quotes),
        all=chosen.total,
        near=len(quoted),
        in_other_groups=left(position for members in found.groups for position in members),
        not_grouped=left(found.alone),
        without_words=left(found.wordless),
    )
