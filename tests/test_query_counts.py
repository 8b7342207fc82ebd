"""What each page asks of the database, stated: the same whether a hundred people spoke or a hundred thousand."""

import json

import pytest
from django.core.cache import cache, caches
from django.db import connection
from django.test.utils import CaptureQueriesContext

from consult.discussion.bulk import NewComment, insert_many
from consult.discussion.models import PublicComment
from consult.discussion.places import Place, place_at_question
from consult.discussion.querysets import REPLIES_A_PAGE, THREADS_A_PAGE

SECTION = "/consultations/draft-1/sections/yourself/"
COUNTS = {
    # page: what a stranger costs, and what someone signed in costs, when nothing of the page is kept
    "home": (2, 4),
    "front page": (7, 10),
    "section": (6, 10),
    "older threads": (6, 10),
    "paragraph": (5, 9),
    "question": (4, 7),
    "whole": (3, 6),
    "thread": (4, 7),
    "middle of a thread": (6, 9),
}
OWN_PAGES = {"/your-contributions/": 4, "/your-contributions/?before=30": 4}
MOST_ROWS = 3_000
"""Rows that a page may look at in the database, of a hundred thousand. Twenty threads with three replies, the people
who wrote them and the counts are some 500; a table of a hundred rows is read whole, for each of twenty threads."""


@pytest.fixture
def crowd(section_place, block_place, consultation, ada_persona, ben_persona):
    """So many comments in one section: thirty threads, of which one holds nearly all replies, several levels deep."""

    def gather(size: int) -> dict[str, str]:
        places = [section_place, block_place, place_at_question(consultation, 1), Place(consultation)]
        rows = [NewComment(f"thread {i}", places[i % 4 if i < 8 else 0], persona=ada_persona) for i in range(30)]
        for i in range(30, size):
            rows.append(NewComment(f"reply {i}", parent=_parent(i), persona=(ada_persona, ben_persona)[i % 2]))
        ids = insert_many(rows)
        if connection.vendor == "postgresql":
            with connection.cursor() as cursor:
                cursor.execute("ANALYZE")
        return _addresses(ids, block_place.block.key)

    return gather


def _parent(i: int) -> int:
    """Every second reply answers a reply; the others the first comment of the long thread."""
    return i - 1 if i > 31 and i % 2 else 28


def _addresses(ids: list[int], block: str) -> dict[str, str]:
    consultation = "/consultations/draft-1/"
    return {
        "home": "/",
        "front page": consultation,
        "section": SECTION,
        "older threads": f"{SECTION}?before={ids[29]}",
        "paragraph": f"{SECTION}?block={block}",
        "question": f"{consultation}questions/1/",
        "whole": f"{consultation}whole/",
        "thread": f"{consultation}threads/{ids[28]}/",
        "middle of a thread": f"{consultation}threads/{ids[28]}/?from={ids[int(len(ids) * 0.9)]}",
    }


def asked_for(client, address: str) -> list[str]:
    """The questions that a page asks when nothing of it is kept. Whoever is signed in has been here before."""
    client.get("/house-rules/")
    session = client.cookies.get("sessionid")
    key = f"django.contrib.sessions.cached_db{session.value}" if session else ""
    known = cache.get(key) if session else None
    cache.clear()
    caches["process"].clear()
    if known is not None:
        cache.set(key, known)
    with CaptureQueriesContext(connection) as asked:
        assert client.get(address).status_code == 200, address
    return [query["sql"] for query in asked.captured_queries]


def rows_looked_at(questions: list[str]) -> int:
    """Rows that PostgreSQL took from tables and indexes, those that it threw away again included."""
    with connection.cursor() as cursor:
        looked_at = 0
        for question in questions:
            cursor.execute(f"EXPLAIN (ANALYZE, FORMAT JSON) {question}")
            (explained,) = cursor.fetchone()
            looked_at += _rows((explained if isinstance(explained, list) else json.loads(explained))[0]["Plan"])
    return looked_at


def _rows(node: dict) -> int:
    below = sum(_rows(inner) for inner in node.get("Plans", []))
    if "Scan" not in node["Node Type"] or node["Node Type"] == "Subquery Scan":
        return below
    thrown_away = node.get("Rows Removed by Filter", 0) + node.get("Rows Removed by Index Recheck", 0)
    return below + round((node["Actual Rows"] + thrown_away) * node["Actual Loops"])


def assert_costs(clients, places: dict[str, str]) -> None:
    stated = {page: COUNTS[page] for page in places}
    found = {page: tuple(len(asked_for(client, places[page])) for client in clients) for page in places}
    assert found == stated


@pytest.fixture
def readers(stranger, browser_of, ada):
    return stranger, browser_of(ada)


def test_pages_ask_the_same_few_questions_however_many_have_spoken(crowd, readers):
    assert_costs(readers, crowd(100))
    assert_costs(readers, crowd(1_000))


def test_a_busy_page_costs_no_more_when_the_counts_have_not_been_folded(crowd, readers, say, section_place):
    places = crowd(100)
    long = PublicComment.objects.get(pk=int(places["thread"].rsplit("/", 2)[1]))
    for i in range(20):
        say(f"And {i}.", reply_to=long)
    assert_costs(readers, places)


def test_what_is_kept_is_given_to_someone_signed_in_for_two_questions(crowd, readers, django_assert_num_queries):
    """Who reads; and under which name, with what of this is theirs."""
    _stranger, ada = readers
    places = crowd(100)
    ada.get(places["section"])
    with django_assert_num_queries(2):
        ada.get(places["section"])


@pytest.mark.parametrize("size", [100, 1_000])
def test_ones_own_pages_cost_the_same_however_much_one_said(crowd, readers, size):
    crowd(size)
    for address, questions in OWN_PAGES.items():
        assert len(asked_for(readers[1], address)) == questions


def test_the_name_one_posts_under_stands_on_pages_without_comments_too(readers):
    assert "Night Heron" in readers[1].get("/consultations/draft-1/").content.decode()


def test_a_page_shows_so_many_threads_and_no_more(crowd, stranger, section_place):
    places = crowd(200)
    for page, threads, comments in (
        ("section", THREADS_A_PAGE, THREADS_A_PAGE + 3),
        ("thread", 1, 1 + REPLIES_A_PAGE),
    ):
        html = stranger.get(places[page]).content.decode()
        assert html.count("consult-comment__words") == comments
        assert html.count('<article class="consult-thread"') in {threads, 0}


def test_a_permalink_finds_the_oldest_and_the_newest_alike(crowd, stranger, django_assert_num_queries):
    crowd(300)
    comments = PublicComment.objects.filter(depth__gt=0).order_by("pk")
    for comment in (comments.first(), comments.last()):
        with django_assert_num_queries(1):
            there = stranger.get(f"/comments/{comment.pk}/")
        assert f'id="c{comment.pk}"' in stranger.get(there["Location"]).content.decode()


@pytest.mark.postgres
@pytest.mark.lane_d
@pytest.mark.parametrize("shape", ["one long thread", "many threads", "many threads elsewhere, since"])
def test_pages_ask_the_same_of_a_hundred_thousand(crowd, readers, shape, section_place, ada_persona):
    if shape == "many threads":
        insert_many(NewComment(f"thread {i}", section_place, persona=ada_persona) for i in range(100_000))
    places = crowd(100_000 if shape == "one long thread" else 100)
    if shape == "many threads elsewhere, since":
        elsewhere = place_at_question(section_place.consultation, 2)
        insert_many(NewComment(f"thread {i}", elsewhere, persona=ada_persona) for i in range(20_000))
        with connection.cursor() as cursor:
            cursor.execute("ANALYZE")
    assert_costs(readers, places)
    for page, address in places.items():
        for reader in readers:
            assert rows_looked_at(asked_for(reader, address)) <= MOST_ROWS, (page, reader)
    for address in OWN_PAGES:
        assert rows_looked_at(asked_for(readers[1], address)) <= MOST_ROWS, address
