"""Eight people who post, and strangers who read meanwhile: a process of its own, so that it disturbs nobody.

Reads a plan from standard input and writes what became of it to standard output, both as JSON. Knows nothing of
Django: it does what browsers do, over connections that stay open.
"""

import http.client
import json
import re
import sys
import threading
import time
from dataclasses import dataclass, field


@dataclass
class Outcome:
    accepted: list[tuple[str, int]] = field(default_factory=list)
    """The form, and the comment that it became."""
    refused: list[int] = field(default_factory=list)
    waited: list[float] = field(default_factory=list)
    read: int = 0
    unread: int = 0
    seconds: float = 0.0


def post_all(plan: dict, client: dict, until: float, outcome: Outcome) -> None:
    """One person: a form after the other, each as soon as the last one was answered."""
    line = http.client.HTTPConnection(plan["host"], plan["port"], timeout=60)
    headers = {"Cookie": client["cookie"], "Content-Type": "application/x-www-form-urlencoded"}
    for form in client["forms"]:
        begun = time.perf_counter()
        if begun >= until:
            break
        line.request("POST", form["path"], form["body"], headers)
        answer = line.getresponse()
        answer.read()
        outcome.waited.append(time.perf_counter() - begun)
        became = re.search(plan["accepted"], answer.headers["Location"]) if answer.status == 302 else None
        if became:
            outcome.accepted.append((form["id"], int(became[1])))
        else:
            outcome.refused.append(answer.status)
    line.close()


def read_steadily(plan: dict, offset: float, every: float, until: float, outcome: Outcome) -> None:
    """One of those who read: a page at each beat. What comes too late is left out, and missing from the count."""
    line = http.client.HTTPConnection(plan["host"], plan["port"], timeout=60)
    beat = time.perf_counter() + offset
    while beat < until:
        time.sleep(max(0.0, beat - time.perf_counter()))
        line.request("GET", plan["reads"])
        answer = line.getresponse()
        answer.read()
        if answer.status == 200:
            outcome.read += 1
        else:
            outcome.unread += 1
        beat = max(beat + every, time.perf_counter() - every)
    line.close()


def run(plan: dict) -> Outcome:
    readers = 4 if plan["reads_a_second"] else 0
    begun = time.perf_counter()
    until = begun + plan["seconds"]
    posters = [(post_all, (plan, client, until)) for client in plan["clients"]]
    every = readers / plan["reads_a_second"] if readers else 0.0
    others = [(read_steadily, (plan, i * every / readers, every, until)) for i in range(readers)]
    outcomes = [Outcome() for _work in posters + others]
    threads = [
        threading.Thread(target=work, args=(*how, outcome))
        for (work, how), outcome in zip(posters + others, outcomes, strict=True)
    ]
    for thread in threads:
        thread.start()
    for thread in threads[: len(posters)]:
        thread.join()
    seconds = time.perf_counter() - begun
    for thread in threads[len(posters) :]:
        thread.join()
    return Outcome(
        accepted=[one for outcome in outcomes for one in outcome.accepted],
        refused=[one for outcome in outcomes for one in outcome.refused],
        waited=[one for outcome in outcomes for one in outcome.waited],
        read=sum(outcome.read for outcome in outcomes),
        unread=sum(outcome.unread for outcome in outcomes),
        seconds=seconds,
    )


if __name__ == "__main__":
    json.dump(vars(run(json.load(sys.stdin))), sys.stdout)
