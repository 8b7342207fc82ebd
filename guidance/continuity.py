"""Which sentences of some blocks stand in what became of these blocks (pure).

Sentences that say the same are paired in their order (longest common subsequence), what is left over wherever it
stands. So of two sentences that say the same, and of which one goes, it is known which one stayed; and what an old
sentence was paired with cannot be taken for another one. Words of sentences that changed are paired the same way.
"""

from bisect import bisect_left
from collections import defaultdict, deque
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property, lru_cache

from rapidfuzz.distance import Indel

from guidance.sentences import Part, Sentence, sentences_of
from guidance.wording import WORD, made_plain, plain, similarity, words_of

STILL_THERE = 0.34
"""How alike quoted words and what stands for them must be, in words: a third, in order."""
REWORDED = 0.6
"""How alike a sentence and its new wording must be to be compared with each other alone."""
SHORT = 3
"""So few words may be exchanged whole, if the sentence around them lives on: “never” for “rarely”."""
MOST_WORDS = 6_000
"""Words of changed sentences that are paired one by one; longer ones are not followed word for word."""


@dataclass(frozen=True)
class Stretch:
    """Where quoted words stand now: in which of the new parts, from where to where."""

    part: int
    start: int
    end: int
    is_same: bool
    """Whether the whole sentences around them are the same."""


@dataclass(frozen=True)
class _Word:
    said: str
    part: int
    start: int
    end: int


@dataclass(frozen=True)
class Continuity:
    """Old sentences, new ones, each with the part it stands in, and which of them are paired."""

    old: tuple[tuple[int, Sentence], ...]
    new: tuple[tuple[int, Sentence], ...]
    became: dict[int, int]

    @cached_property
    def fresh(self) -> list[int]:
        """New sentences that no old one stayed in."""
        taken = set(self.became.values())
        return [i for i in range(len(self.new)) if i not in taken]

    def fresh_in(self, part: int) -> list[tuple[int, int]]:
        """Stretches of a new part in which nothing stood before: where words that came from elsewhere may be."""
        return [(start, end) for at, start, end in self.stretches(self.fresh) if at == part]

    def stretches(self, sentences: Sequence[int]) -> list[tuple[int, int, int]]:
        """New sentences as stretches, (part, start, end): those that stand one behind the other are one."""
        found: list[tuple[int, int, int]] = []
        before = -2
        for i in sentences:
            at, one = self.new[i]
            if i - 1 == before and found[-1][0] == at:
                found[-1] = (at, found[-1][1], one.end)
            else:
                found.append((at, one.start, one.end))
            before = i
        return found

    @cached_property
    def _fresh(self) -> set[int]:
        return set(self.fresh)

    def touched(self, part: int, start: int, end: int) -> list[int]:
        """The old sentences that a stretch of an old part touches."""
        return [i for i, (at, one) in enumerate(self.old) if at == part and one.start < end and one.end > start]

    def same(self, part: int, start: int, end: int) -> Stretch | None:
        """Where a stretch stands now whose sentences all stand as they were, one behind the other."""
        touched = self.touched(part, start, end)
        if not touched or any(i not in self.became for i in touched):
            return None
        now = [self.became[i] for i in touched]
        if now != list(range(now[0], now[0] + len(now))) or len({self.new[i][0] for i in now}) > 1:
            return None
        at = self.new[now[0]][0]
        begin = _carried(self.old[touched[0]][1], self.new[now[0]][1], start)
        stop = _carried(self.old[touched[-1]][1], self.new[now[-1]][1], end - 1, ends=True)
        return Stretch(at, begin, stop, True) if begin < stop else None

    def allowed_for(self, part: int, start: int, end: int) -> list[int]:
        """New sentences in which the stretch may stand: fresh ones, and those its own sentences stayed in."""
        own = {self.became[i] for i in self.touched(part, start, end) if i in self.became}
        return [i for i in range(len(self.new)) if i in own or i in self._fresh]

    def changed(self, part: int, start: int, end: int) -> Stretch | None:
        """What stands now for a stretch in changed sentences, word for word; None if too little of it is left."""
        olds, news = self._to_compare(part, start, end)
        before = [word for i in olds for word in _words(*self.old[i])]
        behind = [word for i in news for word in _words(*self.new[i])]
        here = [i for i, word in enumerate(before) if word.part == part and word.start < end and word.end > start]
        if not here or not behind or len(before) + len(behind) > MOST_WORDS:
            return None
        first, last = _stands_for(before, behind, here[0], here[-1] + 1)
        return self._stretch(before[here[0] : here[-1] + 1], behind[first:last], part, end, before, here)

    def _to_compare(self, part: int, start: int, end: int) -> tuple[list[int], list[int]]:
        """The stretch's own sentences and those that they were reworded to; if there are none, all that changed."""
        touched = self.touched(part, start, end)
        now = [self.became[i] if i in self.became else self._reworded(i) for i in touched]
        if None not in now and now == sorted(now):
            return touched, sorted(set(now))
        own = set(touched)
        olds = [i for i in range(len(self.old)) if i in own or i not in self.became]
        return olds, self.allowed_for(part, start, end)

    def _reworded(self, i: int) -> int | None:
        """The fresh sentence that is most like an old one, if it is like enough to be that one."""
        said = words_of(self.old[i][1].text)
        alike = ((similarity(said, words_of(self.new[at][1].text), at_least=REWORDED), -at) for at in self.fresh)
        score, at = max(alike, default=(0.0, 0))
        return -at if score else None

    def _stretch(self, quoted, now, part: int, end: int, before, here) -> Stretch | None:
        if not now:
            return None
        at = max({word.part for word in now}, key=lambda one: sum(word.part == one for word in now))
        now = [word for word in now if word.part == at]
        alike = similarity([word.said for word in quoted], [word.said for word in now])
        is_exchanged = len(quoted) <= SHORT and len(now) <= SHORT + 2 and self._lives_on(part, here, before, now)
        if alike < STILL_THERE and not is_exchanged:
            return None
        return Stretch(at, now[0].start, now[-1].end, False)

    def _lives_on(self, part: int, here, before, now) -> bool:
        """Whether the rest of the sentence is alike where the exchanged words stand."""
        old = self.touched(part, before[here[0]].start, before[here[-1]].end)
        new = [one for at, one in self.new if at == now[0].part and one.start < now[-1].end and one.end > now[0].start]
        rest = [word.said for i in old for word in _words(*self.old[i])]
        there = [word for one in new for word in words_of(one.text)]
        return len(rest) > len(here) and similarity(rest, there) >= STILL_THERE


@lru_cache(maxsize=4096)
def continuity(old: tuple[Part, ...], new: tuple[Part, ...]) -> Continuity:
    """What became of the sentences of some old blocks in the new ones that came of them."""
    olds = tuple((at, one) for at, part in enumerate(old) for one in sentences_of(part))
    news = tuple((at, one) for at, part in enumerate(new) for one in sentences_of(part))
    said, says = [one.said for _at, one in olds], [one.said for _at, one in news]
    became: dict[int, int] = {}
    for step in Indel.opcodes(said, says):
        if step.tag == "equal":
            became.update(zip(range(step.src_start, step.src_end), range(step.dest_start, step.dest_end), strict=True))
    taken, waiting = set(became.values()), defaultdict(deque)
    for i, one in enumerate(says):
        if i not in taken:
            waiting[one].append(i)
    for i, one in enumerate(said):
        if i not in became and waiting[one]:
            became[i] = waiting[one].popleft()
    return Continuity(olds, news, became)


def _carried(old: Sentence, new: Sentence, at: int, *, ends: bool = False) -> int:
    """An offset in an old sentence, in a new one that says the same. Outside of it, the sentence's edge."""
    inside = min(max(at - old.start, 0), len(old.text) - 1)
    there = made_plain(old.text).forth(inside)
    start, end = made_plain(new.text).back(there, there + 1)
    return new.start + (end if ends else start)


@lru_cache(maxsize=8192)
def _words(part: int, sentence: Sentence) -> tuple[_Word, ...]:
    return tuple(
        _Word(plain(found.group()).casefold(), part, sentence.start + found.start(), sentence.start + found.end())
        for found in WORD.finditer(sentence.text)
    )


def _stands_for(old: Sequence[_Word], new: Sequence[_Word], first: int, last: int) -> tuple[int, int]:
    """Which new words, from and to, stand for `old[first:last]`: those that are the same, in order, and at the edges
    what came instead of those that went. Of a longer run that was exchanged, the share that is the quote's."""
    same = _same_words(old, new)
    begin = _edge(same, len(old), len(new), first)
    stop = len(new) - _edge(
        [(len(old) - 1 - a, len(new) - 1 - b) for a, b in reversed(same)], len(old), len(new), len(old) - last
    )
    return begin, max(begin, stop)


def _same_words(old: Sequence[_Word], new: Sequence[_Word]) -> list[tuple[int, int]]:
    steps = Indel.opcodes([word.said for word in old], [word.said for word in new])
    return [
        pair
        for step in steps
        if step.tag == "equal"
        for pair in zip(range(step.src_start, step.src_end), range(step.dest_start, step.dest_end), strict=True)
    ]


def _edge(same: list[tuple[int, int]], olds: int, news: int, first: int) -> int:
    """Where the old words from `first` on begin among the new ones."""
    run = bisect_left(same, (first, -1))
    if run < len(same) and same[run][0] == first:
        return same[run][1]
    before, after = same[run - 1] if run else (-1, -1), same[run] if run < len(same) else (olds, news)
    went, came = after[0] - before[0] - 1, after[1] - before[1] - 1
    share = (first - before[0] - 1) * came // went if went else came
    return before[1] + 1 + share
