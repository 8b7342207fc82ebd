"""Measure differences, comparison and merging: time and memory by size. No database.

python -m bench.diffs_pure compare --blocks 5000     two revisions, a third of the paragraphs edited
python -m bench.diffs_pure page --blocks 5000        the same, and the words of every change as HTML
python -m bench.diffs_pure merge --words 10000       two editors of one section, one word in 50 and one in 70 changed
python -m bench.diffs_pure hostile                   texts made to take long
"""

import argparse
import json
import os
import random
import resource
import time
from collections.abc import Callable, Iterator

import django

COMMON = [f"word{n}" for n in range(6000)]
WEIGHTS = [1 / (n + 1) for n in range(6000)]
"""Words as often as in English: the second half as often as the first (Zipf)."""


def sentence(chance: random.Random, words: int) -> list[str]:
    return [*chance.choices(COMMON, WEIGHTS, k=words - 1), chance.choice(COMMON) + "."]


def retyped(words: list[str], chance: random.Random, one_in: int) -> list[str]:
    """Every so many-th word, on average, changed, taken out or joined by another."""
    made: list[str] = []
    for word in words:
        if chance.randrange(one_in):
            made.append(word)
        else:
            made += chance.choice([[], [chance.choice(COMMON)], [word, chance.choice(COMMON)]])
    return made


def two_revisions(blocks: int) -> tuple[list, list, list]:
    """Sections of 25 paragraphs of 10 to 90 words: a third edited, one in 40 removed, new or moved."""
    from guidance.fates import Fate, FateKind, Passage

    chance = random.Random(1)
    old, new, fates = [], [], []

    def put(text: list, key: str, number: int, words: list[str]) -> None:
        said = " ".join(words)
        text.append(Passage(key, f"s{number // 25}", "full", number % 25 + 1, "paragraph", said, said))

    for number in range(blocks):
        key, words = f"k{number}", sentence(chance, chance.randint(10, 90))
        what = chance.random()
        if what < 1 / 3:
            fate, later = Fate(FateKind.EDITED, (key,), (key,)), retyped(words, chance, 8)
        elif what < 1 / 3 + 1 / 40:
            fate, later = Fate(FateKind.MOVED, (key,), (key,), has_moved=True), words
        elif what < 1 / 3 + 2 / 40:
            fate, later = Fate(FateKind.REMOVED, (key,), ()), None
        else:
            fate, later = Fate(FateKind.SAME, (key,), (key,)), words
        put(old, key, number, words)
        if later is not None:
            put(new, key, number, later)
        fates.append(fate)
    return old, new, fates


def compare_them(blocks: int) -> dict:
    from guidance.comparing import compare

    old, new, fates = two_revisions(blocks)
    seconds, comparison = timed(lambda: compare(old, new, fates))
    return {"blocks": blocks, "compare_s": seconds, "counts": str(comparison.counts)}


def page_of_them(blocks: int) -> dict:
    from django.template import Context, Template

    from guidance.comparing import compare

    old, new, fates = two_revisions(blocks)
    comparison = compare(old, new, fates)
    template = Template("{% load differences %}{% for c in changes %}<p>{% change_words c %}</p>{% endfor %}")
    changes = [change for change in comparison.changes if not change.is_same]
    seconds, html = timed(lambda: template.render(Context({"changes": changes})))
    return {"blocks": blocks, "changes": len(changes), "render_s": seconds, "html_kb": len(html) // 1024}


def merge_them(words: int) -> dict:
    from guidance.merging import merge

    chance = random.Random(2)
    paragraphs = [sentence(chance, 60) for _ in range(words // 60)]

    def text(one_in: int) -> str:
        return "\n\n".join(" ".join(retyped(said, chance, one_in) if one_in else said) for said in paragraphs)

    base, mine, theirs = text(0), text(50), text(70)
    seconds, merged = timed(lambda: merge(base, mine, theirs))
    return {"words": words, "merge_s": seconds, "conflicts": len(merged.conflicts)}


def hostile() -> Iterator[dict]:
    from guidance.diffs import lines_changed, words_changed
    from guidance.merging import merge

    chance = random.Random(3)
    few = [" ".join(chance.choices("abcd", k=100_000)) for _ in range(3)]
    unlike = [" ".join(chance.choices(COMMON, WEIGHTS, k=100_000)) for _ in range(3)]
    lines = ["a\n" * 100_000, "b\n" + "a\n" * 99_000 + "b\n", "a\n" * 99_990 + "c\n" + "a\n" * 5]
    for name, work in {
        "words, 2 x 20,000 unlike": lambda: words_changed(unlike[0][:120_000], unlike[1][:120_000]),
        "words, 2 x 100,000 of four": lambda: words_changed(few[0], few[1]),
        "words, 2 x 100,000 unlike": lambda: words_changed(unlike[0], unlike[1]),
        "lines, 2 x 100,000 alike": lambda: lines_changed(lines[0], lines[1]),
        "merge, 3 x 100,000 words of four": lambda: merge(*few),
        "merge, 3 x 100,000 words unlike": lambda: merge(*unlike),
        "merge, 3 x 100,000 lines alike": lambda: merge(*lines),
    }.items():
        seconds, _found = timed(work)
        yield {"what": name, "seconds": seconds}


def timed(work: Callable) -> tuple[float, object]:
    start = time.perf_counter()
    found = work()
    return round(time.perf_counter() - start, 2), found


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("what", choices=["compare", "page", "merge", "hostile"])
    parser.add_argument("--blocks", type=int, default=5_000)
    parser.add_argument("--words", type=int, default=10_000)
    asked = parser.parse_args()
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tests.settings")
    django.setup()
    ways = {
        "compare": lambda: [compare_them(asked.blocks)],
        "page": lambda: [page_of_them(asked.blocks)],
        "merge": lambda: [merge_them(asked.words)],
        "hostile": hostile,
    }
    for row in ways[asked.what]():
        print(json.dumps(row))
    print(json.dumps({"peak_mb": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024}))


if __name__ == "__main__":
    main()
