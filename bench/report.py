"""The figures as a page that a person reads."""

from collections.abc import Iterable

AIMS = (
    # what, the figure, what it is measured against, the least share of that
    ("(a) an empty view behind our middleware", "empty_rps", "bare_rps", 0.5),
    ("(b) the section page for a stranger, warm", "section_anonymous_{n}_rps", "empty_rps", 0.5),
    ("(c) the section page, signed in", "section_signed_in_{n}_rps", "empty_rps", 0.1),
)
LEAST_REPLIES = 100
MOST_GROWTH = 0.2

HEAD = """# Performance

Made by `make bench` on PostgreSQL and Redis, gunicorn with two workers as in production (`deploy/gunicorn.conf.py`),
everything on one machine with {cores} cores: the server, the database, the cache and those who ask. Load of the
machine when it began: {load}. Each page was read with `wrk` over eight connections in {rounds} rounds among the
others, and the best round counts, since what disturbs a measurement on a shared machine only slows it down.

All crowds stand in one section of the demonstration's guidance, put in by the bulk insert that imports use
(`consult/discussion/bulk.py`). One thread holds nearly all comments, up to six replies deep; *flat* is the opposite,
nearly every comment a thread of its own. Each page shows twenty threads with their first replies, eighty comments.
"""
HOW = """
## How it is measured

- **Warm**: the page's finished bytes lie in the cache; one question to Redis, none to the database.
- **Cold**: every request asks for another address of the same first page (`?before=` with a cursor behind the newest
  comment), so that nothing of it is in the cache: six questions to the database, and rendering.
- **Signed in**: with a session; the shared body from the cache, with the reader's own marks laid over.
- **Replies**: eight people with a session, a persona and the token of a form that they opened, each sending the next
  form as soon as the last was answered, to random comments of the long thread; meanwhile strangers try to read 200
  pages a second. The forms' signatures are made beforehand. Afterwards every accepted comment is looked for: it is
  there once, right below what it answers, and the counts equal a recount. Any other outcome fails the bench.
- **django-comments-xtd** {stock} stands beside it as it comes: its own models, tags, templates and views, an article
  with the same tree of comments, the same server, eight users who reply; nobody reads meanwhile.
"""


def table(figures: dict) -> str:
    return "\n".join(f"{name:<52} {value}" for name, value in figures.items())


def _markdown(head: Iterable[str], rows: Iterable[Iterable[str]]) -> str:
    head = list(head)
    lines = [head, ["---"] + ["--:"] * (len(head) - 1), *map(list, rows)]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)


def _share(part: float, whole: float) -> str:
    return f"{part / whole:.0%}" if whole else "–"


def _times(ours: float, theirs: float) -> str:
    return f"{ours / theirs:,.0f} times" if theirs else "beyond measure"


def page(figures: dict, crowds: list[str], *, cores: int, rounds: int, stock: str) -> str:
    """docs/performance.md. `crowds` are sizes in rising order, and "flat"."""
    sizes = [name for name in crowds if name != "flat"]
    parts = [
        HEAD.format(cores=cores, load=figures["load_before"], rounds=rounds),
        "## What we aim at\n",
        _aims(figures, sizes),
        "\n## Pages, in answers a second\n",
        _pages(figures, crowds),
        "\n## Replies\n",
        _replies(figures, [sizes[0], sizes[-1]]),
        "\n## Questions to the database\n",
        _questions(figures, crowds),
        "\n## Beside django-comments-xtd\n",
        _stock(figures),
        HOW.format(stock=stock),
    ]
    return "\n".join(parts)


def _aims(figures: dict, sizes: list[str]) -> str:
    most = sizes[-1]
    rows = []
    for what, name, beside, least in AIMS:
        found, whole = figures[name.format(n=most)], figures[beside]
        rows.append([what, f"{found:,.0f}", _share(found, whole), f"{least:.0%}", _met(found >= whole * least)])
    for size in (sizes[0], most):
        found = figures[f"post_reply_{size}_rps"]
        what = f"(d) replies a second among {int(size):,}, while 200 pages a second are read"
        rows.append([what, f"{found:,.0f}", "", f"{LEAST_REPLIES}", _met(found >= LEAST_REPLIES)])
    rows += _growth(figures, sizes[0], most)
    return _markdown(["", "measured", "share", "aim", "met"], rows)


def _growth(figures: dict, fewest: str, most: str) -> list[list[str]]:
    """How much dearer each thing is among very many than among few."""
    rows = []
    for what, name in (
        ("warm", "section_anonymous_{}_rps"), ("cold", "section_anonymous_cold_{}_rps"),
        ("signed in", "section_signed_in_{}_rps"), ("a thread", "thread_{}_rps"), ("replies", "post_reply_{}_rps"),
    ):  # fmt: skip
        few, many = figures[name.format(fewest)], figures[name.format(most)]
        growth = few / many - 1 if many else float("inf")
        words = f"grows from {int(fewest):,} to {int(most):,}: {what}"
        rows.append([words, f"{growth:+.0%}", "", f"at most {MOST_GROWTH:.0%}", _met(growth <= MOST_GROWTH)])
    return rows


def _met(is_met: bool) -> str:
    return "yes" if is_met else "**no**"


def _named(crowd: str) -> str:
    return crowd if crowd == "flat" else f"{int(crowd):,}"


def _pages(figures: dict, crowds: list[str]) -> str:
    kinds = {
        "section, stranger, warm": "section_anonymous_{}",
        "section, stranger, cold": "section_anonymous_cold_{}",
        "section, signed in": "section_signed_in_{}",
        "the long thread, stranger, warm": "thread_{}",
    }
    rows = [["bare view, no middleware", *[f"{figures['bare_rps']:,.0f}"] + [""] * (len(crowds) - 1)]]
    rows.append(["empty view, our middleware", *[f"{figures['empty_rps']:,.0f}"] + [""] * (len(crowds) - 1)])
    for words, name in kinds.items():
        found = [figures.get(f"{name.format(crowd)}_rps") for crowd in crowds]
        cells = [f"{rps:,.0f} ({_share(rps, figures['empty_rps'])})" if rps is not None else "" for rps in found]
        rows.append([words, *cells])
    return _markdown(["comments", *map(_named, crowds)], rows) + "\n\nIn brackets: of the empty view."


def _replies(figures: dict, sizes: list[str]) -> str:
    rows = [
        [words, *[f"{figures[f'post_reply_{size}_{name}']:,.0f}{unit}" for size in sizes]]
        for words, name, unit in (
            ("replies a second", "rps", ""), ("half of them took less than", "ms", " ms"),
            ("all but one in twenty took less than", "p95_ms", " ms"),
            ("pages a second read meanwhile", "strangers_rps", ""),
            ("replies looked for, and found once in their place", "verified", ""),
        )
    ]  # fmt: skip
    return _markdown(["among so many comments", *map(_named, sizes)], rows)


def _questions(figures: dict, crowds: list[str]) -> str:
    kinds = {
        "section, stranger, nothing kept": "section_anonymous_{}_queries",
        "section, signed in, nothing kept": "section_signed_in_{}_queries",
        "the long thread, stranger, nothing kept": "thread_{}_queries",
        "a reply": "post_reply_{}_queries",
    }
    rows = [[words, *[str(figures.get(name.format(crowd), "")) for crowd in crowds]] for words, name in kinds.items()]
    return _markdown(["comments", *map(_named, crowds)], rows)


def _stock(figures: dict) -> str:
    sizes = sorted({int(name.split("_")[2]) for name in figures if name.startswith("stock_page_")})
    rows = []
    for size in sizes:
        theirs, ours = figures[f"stock_page_{size}_rps"], _nearest(figures, "section_anonymous_cold_{}_rps", size)
        warm = _nearest(figures, "section_anonymous_{}_rps", size)
        posts, our_posts = figures[f"stock_post_reply_{size}_rps"], _nearest(figures, "post_reply_{}_rps", size)
        rows.append(
            [
                f"{size:,}",
                f"{theirs:,.2f}",
                _times(ours, theirs),
                _times(warm, theirs),
                f"{figures[f'stock_page_{size}_queries']:,}",
                f"{posts:,.0f}",
                _times(our_posts, posts),
                f"{figures[f'stock_post_reply_{size}_queries']}",
                f"{figures[f'stock_post_reply_{size}_errors']:,}",
                f"{figures[f'stock_post_reply_{size}_in_the_same_place']:,}",
            ]
        )
    head = [
        "comments", "its pages a second", "ours, cold", "ours, warm", "its questions", "its replies a second", "ours",
        "its questions", "its errors", "comments in the same place afterwards",
    ]  # fmt: skip
    words = (
        "\n\nIts page holds all comments at once, and grows with them; ours shows twenty threads, whatever the size. "
        "Ours is the figure for the next larger crowd that was measured."
    )
    return _markdown(head, rows) + words


def _nearest(figures: dict, name: str, size: int) -> float:
    """Our figure for a crowd of at least this size; the smallest of those that were measured."""
    before, after = name.split("{}")
    found = {
        int(figure.removeprefix(before).removesuffix(after)): value
        for figure, value in figures.items()
        if figure.startswith(before) and figure.endswith(after) and figure[len(before) : -len(after)].isdigit()
    }
    return found[min((known for known in found if known >= size), default=max(found))]
