"""Measure keys, fates and quotes on a large document: 200 sections, 5,000 blocks, a third of them edited or moved.

python -m bench.matching_pure                      prints one line of JSON: seconds for each, and what was found
python -m bench.matching_pure --hostile            the same for texts that were made to be slow
"""

import argparse
import json
import os
import random
import resource
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import django

SECTIONS, BLOCKS_EACH, QUOTES = 200, 25, 20_000
SYLLABLES = [consonant + vowel for consonant in "bdfgklmnprstvw" for vowel in ("a", "e", "i", "o", "u", "ar", "en")]
STEMS = ["".join(random.Random(seed).choices(SYLLABLES, k=2 + seed % 2)) for seed in range(1_500)]
GLUE = [
    "the",
    "a",
    "of",
    "in",
    "on",
    "for",
    "with",
    "by",
    "to",
    "is",
    "are",
    "may",
    "must",
    "never",
    "not",
    "and",
    "or",
]
Rows = list[tuple[str, str]]


def sentence(chance: random.Random) -> str:
    words = [chance.choice(GLUE if chance.random() < 0.5 else STEMS) for _ in range(chance.randint(8, 22))]
    return " ".join(words).capitalize() + "."


def paragraph(chance: random.Random) -> str:
    if chance.random() < 0.04:
        return "Talk to your line manager before you post."
    return " ".join(sentence(chance) for _ in range(chance.randint(1, 6)))


def written(chance: random.Random) -> Rows:
    return [(f"s{i} full", paragraph(chance)) for i in range(SECTIONS) for _ in range(BLOCKS_EACH)]


def reworded(text: str, chance: random.Random) -> str:
    words = text.split(" ")
    for _ in range(max(1, len(words) // 12)):
        words[chance.randrange(len(words))] = chance.choice(STEMS)
    return " ".join(words)


def rewritten(rows: Rows, chance: random.Random) -> Rows:
    """A third of the blocks edited, moved, split, merged, removed or added."""
    here: dict[str, list[str]] = {}
    for where, text in rows:
        here.setdefault(where, []).append(text)
    for texts in list(here.values()):
        for _ in range(len(texts) // 3):
            at = chance.randrange(len(texts))
            match chance.choice(["edit", "edit", "edit", "move", "move and edit", "split", "merge", "cut", "add"]):
                case "edit":
                    texts[at] = reworded(texts[at], chance)
                case "move":
                    _put(here, texts.pop(at), chance)
                case "move and edit":
                    _put(here, reworded(texts.pop(at), chance), chance)
                case "split":
                    said = texts[at].split(". ")
                    half = len(said) // 2
                    if half:
                        texts[at : at + 1] = [". ".join(said[:half]) + ".", ". ".join(said[half:])]
                case "merge" if at + 1 < len(texts):
                    texts[at : at + 2] = [texts[at] + " " + texts[at + 1]]
                case "cut" if len(texts) > 1:
                    texts.pop(at)
                case _:
                    texts.insert(at, paragraph(chance))
    return [(where, text) for where, texts in here.items() for text in texts]


def _put(here: dict[str, list[str]], text: str, chance: random.Random) -> None:
    texts = here[chance.choice(list(here))]
    texts.insert(chance.randint(0, len(texts)), text)


@contextmanager
def lap(times: dict[str, float], name: str) -> Iterator[None]:
    start = time.perf_counter()
    yield
    times[name] = round(time.perf_counter() - start, 2)


def measure(rows: Rows, edit: Callable[[Rows], Rows], chance: random.Random, *, quotes: int) -> dict:
    from guidance.anchors import quote_at
    from guidance.fates import Passage, fates
    from guidance.matching import keep_keys
    from guidance.placing import At, Ground, place

    def passages(keys: list[str], rows: Rows) -> list[Passage]:
        seen: Counter[str] = Counter()
        found = []
        for key, (where, text) in zip(keys, rows, strict=True):
            seen[where] += 1
            found.append(Passage(key, *where.split(" "), seen[where], "paragraph", text, text))
        return found

    times: dict[str, float] = {}
    old = passages([f"k{i}" for i in range(len(rows))], rows)
    after = edit(rows)
    with lap(times, "keep_keys"):
        keys = keep_keys([(p.key, where, p.text) for p, (where, _text) in zip(old, rows, strict=True)], after)
    new = passages(keys, after)
    with lap(times, "fates"):
        became = fates(old, new)
    titles = {p.section: p.section for p in old}
    anchors = [_anchor(At, quote_at, chance.choice(old), chance) for _ in range(quotes)]
    with lap(times, "quotes"):
        ground = Ground(old, new, became, titles, titles)
        found = Counter(place(anchor, ground).standing.value for anchor in anchors)
    with lap(times, "blocks"):
        blocks = Counter(place(At(p.section, p.level, p.key, words=p.text), ground).standing.value for p in old)
    return {
        "blocks": len(rows), **times, "fates_of": dict(sorted(Counter(fate.kind.value for fate in became).items())),
        "quotes_are": dict(sorted(found.items())), "blocks_are": dict(sorted(blocks.items())),
        "peak_mb": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024,
    }  # fmt: skip


def _anchor(At, quote_at, passage, chance: random.Random):
    words = passage.text.split(" ")
    first = chance.randrange(len(words))
    last = min(len(words), first + chance.randint(1, 15))
    start = len(" ".join(words[:first])) + (1 if first else 0)
    end = start + len(" ".join(words[first:last]))
    return At(passage.section, passage.level, passage.key, quote_at(passage.text, start, end), passage.text)


def hostile(chance: random.Random) -> Iterator[tuple[str, Rows, Callable[[Rows], Rows], int]]:
    """Texts that were made to be slow: all nearly the same, all in one section, all retyped, endless blocks."""
    same = [("s0 full", f"Talk to your line manager before you post on day {i} of the week.") for i in range(5_000)]
    yield "nearly the same", same, lambda rows: [(w, t.replace("post", "write")) for w, t in rows], 200
    one = [("s0 full", paragraph(chance)) for _ in range(5_000)]
    yield "one section, all edited", one, lambda rows: [(w, reworded(t, chance)) for w, t in rows], 200
    yield "one section, all retyped", one, lambda rows: [(w, paragraph(chance)) for w, _t in rows], 200
    long = [(f"s{i} full", " ".join(sentence(chance) for _ in range(120))) for i in range(200)]
    yield "10,000 characters a block", long, lambda rows: [(w, reworded(t, chance)) for w, t in rows], 500
    endless = [("s0 full", "na " * 33_000), ("s1 full", "word " * 20_000 + "end")]
    yield "100,000 characters, one word", endless, lambda rows: [(w, t + "no") for w, t in rows], 20


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--hostile", action="store_true")
    asked = parser.parse_args()
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tests.settings")
    django.setup()
    chance = random.Random(3)
    if asked.hostile:
        for name, rows, edit, quotes in hostile(chance):
            print(json.dumps({"text": name, **measure(rows, edit, chance, quotes=quotes)}), flush=True)
        return
    print(json.dumps(measure(written(chance), lambda rows: rewritten(rows, chance), chance, quotes=QUOTES)))


if __name__ == "__main__":
    main()
