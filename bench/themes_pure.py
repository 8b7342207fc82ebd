"""Measure key phrases, groups and quotations: quality on ArgKP, time and memory by size.

python -m bench.themes_pure themes OUT.json --data DIR --split dev   then: score_themes.py themes OUT.json --split dev
python -m bench.themes_pure speed --data DIR --size 100000           one size per process, so that memory is its own
"""

import argparse
import csv
import json
import random
import resource
import time
from collections import defaultdict

from consult.themes.folding import points
from consult.themes.grouping import MOST_GROUPS, group
from consult.themes.phrases import background, key_phrases
from consult.themes.quotes import quotes
from consult.themes.voices import Voice

CAMPAIGN = "We ask you to think again about paragraph 4.5. It is not fair to those on shift."


def arguments(folder: str, split: str) -> dict[tuple[str, int], list[tuple[str, str]]]:
    """Arguments by topic and stance: (id, text)."""
    found = defaultdict(list)
    with open(f"{folder}/arguments_{split}.csv", encoding="utf-8") as file:
        for row in csv.DictReader(file):
            found[row["topic"], int(row["stance"])].append((row["arg_id"], row["argument"]))
    return dict(found)


def themes(folder: str, split: str) -> list[dict]:
    """What we find, in the form that shared/bench/score_themes.py scores."""
    out = []
    for (topic, stance), rows in sorted(arguments(folder, split).items()):
        names = [name for name, _ in rows]
        voices = [Voice(place, text) for place, (_, text) in enumerate(rows)]
        said = points(voices)
        quoted = {quote.ids: quote for quote in quotes(voices, at_most=MOST_GROUPS, folded=said).quotes}
        found = []
        for members in group(said).groups:
            ids = tuple(sorted(voice.id for position in members for voice in said[position].voices))
            quote = quoted.get(ids)
            found.append(
                {
                    "label": quote.text if quote else "",
                    "quote_id": names[quote.id] if quote else None,
                    "member_ids": [names[comment] for comment in ids],
                }
            )
        out.append({"topic": topic, "stance": stance, "themes": found})
    return out


def crowd(folder: str, size: int) -> list[Voice]:
    """Comments of one to four arguments on one topic each, with one campaign text in twenty."""
    chance = random.Random(1)
    topics = [[text for _, text in rows] for rows in arguments(folder, "train").values()]
    made = []
    for number in range(size):
        said = " ".join(chance.choices(chance.choice(topics), k=chance.randint(1, 4)))
        text = (
            "We ask you to think again about paragraph 4.5. It is not fair to those on shift."
            if number % 20 == 0
            else said
        )
        made.append(Voice(number, text, f"p{chance.randrange(size)}"))
    return made


def speed(folder: str, size: int) -> dict:
    voices = crowd(folder, size)
    base = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    times, start = {}, time.perf_counter()

    def lap(name: str) -> None:
        times[name] = round(time.perf_counter() - start - sum(times.values()), 2)

    said = points(voices)
    lap("fold")
    rest = background(voice.text for voice in voices)
    lap("background")
    found = key_phrases(voices, against=rest, folded=said)
    lap("phrases")
    quoted = quotes(voices, folded=said)
    lap("quotes")
    assert quoted.adds_up
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return {
        "comments": size,
        "points": len(said),
        "best": [phrase.text for phrase in found[:4]],
        "seconds": round(sum(times.values()), 1),
        **times,
        "input_mb": base // 1024,
        "peak_mb": peak // 1024,
    }


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("what", choices=["themes", "speed"])
    parser.add_argument("out", nargs="?")
    parser.add_argument("--data", default="../shared/data/argkp")
    parser.add_argument("--split", default="dev")
    parser.add_argument("--size", type=int, default=1_000)
    asked = parser.parse_args()
    if asked.what == "speed":
        print(json.dumps(speed(asked.data, asked.size)))
        return
    with open(asked.out, "w", encoding="utf-8") as file:
        json.dump(themes(asked.data, asked.split), file)


if __name__ == "__main__":
    main()
