"""Key phrases in people's own words: what this section is about, against the rest of the consultation.

Candidates are one to four words without grammar at their edges. They are weighed by length and topic-local TF-IDF,
times the contrast with the rest; and not at all where they hardly occur outside a longer phrase (the idea of C-value,
Frantzi et al., 2000), so that "restricted posts" does not stand beside "politically restricted posts". The ranking
counts people, and a campaign once; the numbers shown count every comment.
"""

import math
from collections import Counter, defaultdict
from collections.abc import Container, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from consult.screening.words import STOP, Word, listed, words
from consult.themes.folding import Point, points
from consult.themes.voices import Phrase, Voice, people_among

MOST_PHRASES = 12
LONGEST, LONGEST_UNSPACED = 4, 8  # words; letters in scripts that write no spaces
READ_AT_MOST = 20_000  # points read for candidates; the numbers are then counted in all
SHOWN_IDS = 50
ALIKE = 0.6
WITHIN = 0.75
FEWEST_FOR_ONE_WORD = 3  # people; two may use the same word by chance
MOST_OF_ONE_WORD = 4  # phrases that are a single word: they say less

# What may stand inside a phrase: "freedom of speech", "politically restricted and other posts"; not "wage will lead".
LINKS = listed("a an and at by for from in of on or own per the to with no not y yr o i")

Key = tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Background:
    """In how many points of the whole consultation a word occurs, out of how many."""

    points: int = 0
    seen: Mapping[str, int] = field(default_factory=dict)


def background(texts: Iterable[str]) -> Background:
    """What the whole consultation talks about: to see what one section talks about more."""
    seen: Counter[str] = Counter()
    count = 0
    for text in texts:
        count += 1
        seen.update({word.form.key for word in words(text) if not word.form.vague})
    return Background(count, dict(sorted((key, times) for key, times in seen.items() if times > 1)))


def key_phrases(
    voices: Iterable[Voice],
    *,
    against: Background | None = None,
    at_most: int = MOST_PHRASES,
    folded: Sequence[Point] | None = None,
) -> tuple[Phrase, ...]:
    """The most telling phrases, best first. Each is used by two comments at least: one voice is not a pattern."""
    said = list(folded) if folded is not None else points(voices)
    read = _spread(said, READ_AT_MOST)
    users = _users(read)
    ranked = _ranked(users, len(read), against or Background())
    chosen = _different(ranked, users, at_most)
    return _counted(chosen, said)


def uses(text: str, phrase: str) -> bool:
    """Whether a comment uses a phrase, in whatever form of its words: the recount behind `Phrase.voices`."""
    wanted = {_key(run) for run in _runs(phrase) if run[0].start == 0 and run[-1].end == len(phrase)}
    return any(_key(run) in wanted for run in _runs(text))


def _spread(said: Sequence[Point], at_most: int) -> list[Point]:
    """All points, or evenly many from the whole if there are too many to read for candidates."""
    if len(said) <= at_most:
        return list(said)
    return [said[place * len(said) // at_most] for place in range(at_most)]


def _key(run: Sequence[Word]) -> Key:
    return tuple(word.form.key for word in run)


def _runs(text: str, first_words: Container[str] | None = None) -> Iterator[list[Word]]:
    """All runs of one to four neighbouring words that could be a phrase (if they begin with one of these words)."""
    found = words(text)
    for first, word in enumerate(found):
        if word.form.stop or (first_words is not None and word.form.key not in first_words):
            continue
        longest = LONGEST_UNSPACED if word.form.unspaced else LONGEST
        for last in range(first, min(first + longest, len(found))):
            form = found[last].form
            if last > first and not _neighbours(text, found[last - 1], found[last]):
                break
            if form.stop:
                if form.plain not in LINKS:
                    break
            elif _says_something(run := found[first : last + 1]):
                yield run


def _neighbours(text: str, one: Word, two: Word) -> bool:
    """Whether two words stand together: nothing between them but a space or a hyphen."""
    gap = text[one.end : two.start]
    return gap in {" ", "-", "\u2010", "\u00a0", "  "} or (not gap and one.form.unspaced)


def _says_something(run: list[Word]) -> bool:
    only = run[0].form
    if only.unspaced:
        return len(run) > 1
    if len(run) == 1:
        return not only.vague and not only.number and len(only.plain) > 3
    telling = sum(not word.form.vague for word in run)
    grammar = sum(word.form.stop for word in run)
    named = any(not word.form.vague and not word.form.number for word in run)
    return named and telling * 2 >= len(run) - grammar


def _users(read: Sequence[Point]) -> dict[Key, set[str]]:
    """Who uses each phrase: people, not comments, and a campaign text as one voice among its own writers."""
    users: dict[Key, set[str]] = defaultdict(set)
    worth = _worth_reading(read)
    for point in read:
        who = point.leader.who if point.leader.who is not None else f"\0{point.leader.id}"
        for run in _runs(point.own_text, worth):
            if all(word.form.stop or word.form.key in worth for word in run):
                users[_key(run)].add(who)
    if len(read) == 1 and len(read[0].voices) > 1:
        return dict(users)  # one text by many: its own phrases are theirs
    return {key: who for key, who in users.items() if len(who) >= (2 if len(key) > 1 else FEWEST_FOR_ONE_WORD)}


def _worth_reading(read: Sequence[Point]) -> frozenset[str]:
    """Words in at least two points (more in a large consultation): a phrase cannot be more frequent than its words."""
    seen: Counter[str] = Counter()
    for point in read:
        seen.update({word.form.key for word in words(point.own_text) if not word.form.stop})
    fewest = 1 if len(read) == 1 else max(2, len(read) // 2_000)
    return frozenset(key for key, times in seen.items() if times >= fewest)


def _ranked(users: Mapping[Key, set[str]], read: int, against: Background) -> list[Key]:
    nested = _nested(users)
    scores = {key: round(_salience(key, people, nested, read, against), 6) for key, people in users.items()}
    return sorted((key for key in scores if scores[key] > 0), key=lambda key: (-scores[key], key))


def _nested(users: Mapping[Key, set[str]]) -> dict[Key, list[int]]:
    """For each phrase, how often the longer ones that hold it occur."""
    nested: dict[Key, list[int]] = defaultdict(list)
    for key, people in users.items():
        inner = {key[i:j] for i in range(len(key)) for j in range(i + 1, len(key) + 1)} - {key}
        for part in inner:
            if part in users:
                nested[part].append(len(people))
    return nested


def _salience(key: Key, people: set[str], nested: Mapping[Key, list[int]], read: int, against: Background) -> float:
    if max(nested.get(key, [0])) >= WITHIN * len(people):
        return 0.0  # hardly ever said without the longer one
    telling = sum(1 for part in key if part not in STOP)
    spread = math.log1p(read / len(people))
    return math.log2(telling + 0.35) * len(people) * spread * _contrast(key, len(people), read, against)


def _contrast(key: Key, here: int, read: int, against: Background) -> float:
    """1 where the words are as usual as in the rest of the consultation; up to 3 where they are special here."""
    if against.points <= read:
        return 1.0
    elsewhere = min(max(against.seen.get(part, 0), 1) for part in key if part not in STOP)
    ratio = ((here + 0.5) / (read + 1)) / ((elsewhere + 0.5) / (against.points + 1))
    return min(3.0, max(0.3, 1 + math.log(ratio)))


def _different(ranked: Sequence[Key], users: Mapping[Key, set[str]], at_most: int) -> list[Key]:
    """The best, leaving out what only repeats a better one in other words of the same."""
    chosen: list[Key] = []
    for key in ranked:
        if len(chosen) == at_most:
            break
        if len(key) == 1 and sum(len(better) == 1 for better in chosen) == MOST_OF_ONE_WORD:
            continue
        if not any(_repeats(key, better, users) for better in chosen):
            chosen.append(key)
    return chosen


def _repeats(key: Key, better: Key, users: Mapping[Key, set[str]]) -> bool:
    here, there = set(key) - STOP, set(better) - STOP
    if not here or not there:
        return True
    if here <= there or there <= here:
        return True
    common = len(users[key] & users[better]) / min(len(users[key]), len(users[better]))
    return len(here & there) / min(len(here), len(there)) >= 0.5 and common >= ALIKE


def _counted(chosen: Sequence[Key], said: Sequence[Point]) -> tuple[Phrase, ...]:
    """Every comment that uses a chosen phrase, copies too, and the form most people wrote."""
    wanted, first_words = set(chosen), {key[0] for key in chosen}
    written: dict[Key, Counter[str]] = {key: Counter() for key in chosen}
    voices: dict[Key, list[Voice]] = {key: [] for key in chosen}
    for point in said:
        for voice in point.voices:
            forms: dict[Key, Counter[str]] = defaultdict(Counter)
            for run in _runs(voice.text, first_words):
                if (key := _key(run)) in wanted:
                    forms[key][voice.text[run[0].start : run[-1].end]] += 1
            for key, surfaces in forms.items():
                voices[key].append(voice)
                written[key].update(surfaces.keys())
    return tuple(_phrase(written[key], voices[key]) for key in chosen if len(voices[key]) > 1)


def _phrase(written: Counter[str], voices: list[Voice]) -> Phrase:
    text = min(written, key=lambda form: (-written[form], form != form.lower(), form))
    ids = sorted(voice.id for voice in voices)
    return Phrase(text=text, voices=len(ids), people=people_among(voices), ids=tuple(ids[:SHOWN_IDS]))
