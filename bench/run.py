"""The whole measurement: `make bench`, or `python -m bench --quick` for a look at whether it works.

Prints as it goes, and writes docs/performance.md and var/bench.json when it is done.
"""

import argparse
import contextlib
import json
import os
import subprocess
import sys
import time
from collections.abc import Iterator
from importlib.metadata import version
from pathlib import Path
from urllib.request import urlopen

import django

from bench import load, machine, report

SIZES = (100, 10_000, 100_000)
STOCK_SIZES = (100, 1_000, 10_000)
COLD_ADDRESSES_BEGIN = 10**15
"""Cursors behind the last comment there could be: each shows the first page, and none has been asked for before."""


class Bench:
    """Figures as they come in. Each is measured in several rounds, among the others, and the best one counts: what
    disturbs a measurement on a shared machine only ever slows it down."""

    def __init__(self, *, seconds: float, rounds: int) -> None:
        self.seconds, self.rounds = seconds, rounds
        self.figures: dict[str, float | int | str] = {}
        self.cold = COLD_ADDRESSES_BEGIN

    def note(self, name: str, value: float | int | str) -> None:
        self.figures[name] = round(value, 1 if value >= 10 else 2) if isinstance(value, float) else value
        print(f"  {name:<48} {self.figures[name]}", flush=True)

    def speeds(self, pages: dict[str, dict]) -> None:
        """Read each page in turn, as often as there are rounds: {name: how to read it}."""
        best: dict[str, load.Speed] = {}
        for how in pages.values():
            load.read(**self._how(how), seconds=1)  # it is warm, or at least the code is
        for _round in range(self.rounds):
            for name, how in pages.items():
                speed = load.read(**self._how(how), seconds=self.seconds)
                best[name] = max(best.get(name, speed), speed, key=lambda one: one.rps)
        for name, speed in best.items():
            self.note(f"{name}_rps", speed.rps)
            self.note(f"{name}_ms", speed.median)

    def _how(self, how: dict) -> dict:
        if not how.get("vary"):
            return how
        self.cold += 10**6
        return {**how, "vary": self.cold}


@contextlib.contextmanager
def our_house(sizes: tuple[int, ...], flat: int) -> Iterator[tuple[dict, dict]]:
    """The product on a new database, with its crowds in it: (environment, crowds by name)."""
    with machine.database(f"consult_bench_{os.getpid()}") as url, machine.folder() as folder:
        environ = machine.environment(url, folder, "bench.settings")
        print("Migrating, and gathering the static files …", flush=True)
        machine.django_command(environ, "migrate", "-v0")
        machine.django_command(environ, "collectstatic", "-v0", "--noinput")
        os.environ.update(environ)
        django.setup()
        from django.core.cache import cache
        from django.db import connections

        from bench.crowd import build_house, gather

        house, crowds = build_house(), {}
        for name, size in {**{str(size): size for size in sizes}, "flat": flat}.items():
            begun = time.monotonic()
            crowds[name] = gather(house, size, slug=f"crowd-{name}", flat=name == "flat")
            print(f"  {size:,} comments ({name}) put in, in {time.monotonic() - begun:.1f} s", flush=True)
        try:
            yield environ, crowds
        finally:
            connections.close_all()
            cache.clear()


def measure_ours(bench: Bench, environ: dict, crowds: dict, *, posting: float) -> None:
    from bench import posting as posts
    from bench import queries

    wsgi, ready = "consult.config.wsgi", "/health/"
    without = {**environ, "DJANGO_SETTINGS_MODULE": "bench.settings_bare"}
    with machine.served(wsgi, environ, ready=ready) as server:
        print("Pages …", flush=True)
        with machine.served(wsgi, without, ready="/empty/") as bare:
            empties = {"bare": {"address": f"{bare}/empty/"}, "empty": {"address": f"{server}/empty/"}}
            bench.speeds({**empties, **pages(server, crowds)})
        names = sorted((name for name in crowds if name != "flat"), key=int)
        for name in (names[0], names[-1]):
            print(f"Replies among {name} …", flush=True)
            done = posts.post_replies(server, crowds[name], seconds=posting, read=crowds[name].address)
            bench.note(f"post_reply_{name}_rps", done.rps)
            bench.note(f"post_reply_{name}_ms", done.median)
            bench.note(f"post_reply_{name}_p95_ms", done.slowest)
            bench.note(f"post_reply_{name}_strangers_rps", done.reads)
            bench.note(f"post_reply_{name}_verified", done.count)
    for name, crowd in crowds.items():
        bench.note(f"section_anonymous_{name}_queries", queries.of_page(crowd.address))
        bench.note(f"section_signed_in_{name}_queries", queries.of_page(crowd.address, by=crowd.clients[0].account))
        if crowd.answerable:
            bench.note(f"thread_{name}_queries", queries.of_page(crowd.long_thread))
            bench.note(f"post_reply_{name}_queries", queries.of_reply(crowd))


def pages(server: str, crowds: dict) -> dict[str, dict]:
    """What is read of each crowd. Cold: every request asks for an address that nobody has asked for yet."""
    from bench.posting import cookie_of

    found = {}
    for name, crowd in crowds.items():
        section = server + crowd.address
        found[f"section_anonymous_{name}"] = {"address": section}
        found[f"section_anonymous_cold_{name}"] = {"address": f"{section}?before=", "vary": True}
        found[f"section_signed_in_{name}"] = {"address": section, "cookie": cookie_of(crowd.clients[0].account)}
        if crowd.answerable:
            found[f"thread_{name}"] = {"address": server + crowd.long_thread}
    return found


def measure_stock(bench: Bench, sizes: tuple[int, ...], *, posting: float) -> None:
    """django-comments-xtd as it comes. Its large pages take so long that few of them are asked for."""
    from bench.posting import posted, send

    with machine.database(f"consult_bench_stock_{os.getpid()}") as url, machine.folder() as folder:
        environ = machine.environment(url, folder, "bench.stock.settings")
        machine.django_command(environ, "migrate", "-v0", "--run-syncdb")
        filled = {size: stock(environ, "fill", size, int(posting * 40)) for size in sizes}
        with machine.served("bench.stock.wsgi", environ, ready="/empty/") as server:
            for size, found in filled.items():
                bench.note(f"stock_page_{size}_queries", found["queries"]["page"])
                bench.note(f"stock_post_reply_{size}_queries", found["queries"]["reply"])
                rps, seconds = stock_page(server + found["address"], size, bench.seconds)
                bench.note(f"stock_page_{size}_rps", rps)
                bench.note(f"stock_page_{size}_ms", seconds * 1000)
                outcome = send(stock_plan(server, found, posting))
                done = posted(outcome) if outcome["accepted"] else None
                bench.note(f"stock_post_reply_{size}_rps", done.rps if done else 0.0)
                bench.note(f"stock_post_reply_{size}_errors", len(outcome["refused"]))
                after = stock(environ, "stand", found["article"])
                bench.note(f"stock_post_reply_{size}_orphans", after["orphans"])
                bench.note(f"stock_post_reply_{size}_in_the_same_place", after["same_order"])


def stock_page(address: str, size: int, seconds: float) -> tuple[float, float]:
    """Pages a second, and what one takes when nothing else is asked for (0 if it takes more than two minutes)."""
    begun = time.monotonic()
    try:
        with urlopen(address, timeout=120) as answer:
            answer.read()
    except OSError:
        return 0.0, 0.0
    alone = time.monotonic() - begun
    speed = load.read(address, seconds=max(seconds, min(20, 4 * alone)), connections=2 if size > 100 else 8)
    return round(max(speed.rps, 1 / alone), 2), alone


def stock(environ: dict, *arguments) -> dict:
    command = [sys.executable, "-m", "bench.stock.fill", *map(str, arguments)]
    done = subprocess.run(command, cwd=machine.ROOT, env=environ, capture_output=True, text=True)
    if done.returncode:
        raise SystemExit(done.stderr[-3000:])
    return json.loads(done.stdout)


def stock_plan(server: str, found: dict, seconds: float) -> dict:
    """The same eight people; nobody reads meanwhile, since reading alone would occupy the whole machine."""
    host, port = server.removeprefix("http://").split(":")
    return {
        "host": host,
        "port": int(port),
        "accepted": r"[?&]c=(\d+)",
        "reads": "",
        "reads_a_second": 0,
        "seconds": seconds,
        "clients": found["clients"],
    }


def main(arguments: list[str] | None = None) -> None:
    parser = argparse.ArgumentParser(prog="make bench", description=__doc__)
    parser.add_argument("--quick", action="store_true", help="small and short: to see whether it works")
    parser.add_argument("--no-stock", action="store_true", help="leave the comparison with django-comments-xtd out")
    asked = parser.parse_args(arguments)
    begun, load_before = time.monotonic(), os.getloadavg()[0]
    bench = Bench(seconds=1 if asked.quick else 2, rounds=1 if asked.quick else 3)
    sizes = (100, 1_000) if asked.quick else SIZES
    posting = 2 if asked.quick else 8
    with our_house(sizes, sizes[-1]) as (environ, crowds):
        measure_ours(bench, environ, crowds, posting=posting)
        if not asked.no_stock:
            print("django-comments-xtd …", flush=True)
            measure_stock(bench, (100, 1_000) if asked.quick else STOCK_SIZES, posting=posting / 2)
    bench.note("load_before", load_before)
    bench.note("seconds", time.monotonic() - begun)
    print(report.table(bench.figures))
    if not asked.no_stock:
        write(bench, sizes, into=machine.ROOT / "var" if asked.quick else machine.ROOT / "docs")


def write(bench: Bench, sizes: tuple[int, ...], *, into: Path) -> None:
    """The page for people, and var/bench.json for machines. A quick look leaves docs/ alone."""
    folder = machine.ROOT / "var"
    folder.mkdir(exist_ok=True)
    (folder / "bench.json").write_text(json.dumps(bench.figures, indent=1) + "\n")
    page = into / "performance.md"
    crowds = [*map(str, sizes), "flat"]
    known = {"cores": os.cpu_count(), "rounds": bench.rounds, "stock": version("django-comments-xtd")}
    page.write_text(report.page(bench.figures, crowds, **known), encoding="utf-8")
    print(f"Written: {page.relative_to(machine.ROOT)}, var/bench.json")


if __name__ == "__main__":
    main()
