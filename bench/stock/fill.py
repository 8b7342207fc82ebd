"""Fill the stock site: `python -m bench.stock.fill 1000 article…`. Says as JSON what the measurement needs.

Rows are inserted at once, with the thread, order and nested count that the package's own `save()` would have given
them: the shape is the one of our crowd (bench/crowd.py).
"""

import json
import random
import sys

import django
from django.utils import timezone

TEXT = "The badge test rules out nearly everything that a nurse could say about her own work. Test for harm instead."
THREADS, REPLIES_EACH, DEEPEST, CLIENTS, SPEAKERS = 25, 3, 6, 8, 200
LONG_THREAD = 20


def parents_of(size: int) -> list[int | None]:
    chance, depths, can_be_answered, parents = random.Random(size), [], [], []
    for i in range(size):
        if i < THREADS:
            parent = None
        elif i < THREADS * (1 + REPLIES_EACH):
            parent = i % THREADS
        else:
            parent = chance.choice(can_be_answered)
        depths.append(0 if parent is None else depths[parent] + 1)
        if (i % THREADS == LONG_THREAD or i >= THREADS * (1 + REPLIES_EACH)) and depths[i] < DEEPEST:
            can_be_answered.append(i)
        parents.append(parent)
    return parents


def fill(size: int) -> dict:
    from django.contrib.contenttypes.models import ContentType
    from django.contrib.sites.models import Site
    from django.db import connection, transaction
    from django_comments.models import Comment
    from django_comments_xtd.models import XtdComment
    from psycopg2.extras import execute_values

    from bench.stock.models import Article

    article = Article.objects.create(title=f"With {size} comments")
    kind, site, now = ContentType.objects.get_for_model(article).pk, Site.objects.get_current().pk, timezone.now()
    parents = parents_of(size)
    children: dict[int | None, list[int]] = {}
    for i, parent in enumerate(parents):
        children.setdefault(parent, []).append(i)
    first = (Comment.objects.order_by("-pk").values_list("pk", flat=True).first() or 0) + 1
    in_thread, depths = _walk(children)
    below = _below(parents)
    speakers = speakers_of(article.pk)
    comments = [
        (first + i, kind, str(article.pk), site, "", "", "", TEXT, now, None, True, False, speakers[i % SPEAKERS])
        for i in range(size)
    ]
    threaded = [
        (first + i, first + in_thread[i][0], first + (i if parents[i] is None else parents[i]), depths[i],
         in_thread[i][1], False, below[i])
        for i in range(size)
    ]  # fmt: skip
    with transaction.atomic(), connection.cursor() as cursor:
        execute_values(
            cursor.cursor,
            "INSERT INTO django_comments (id, content_type_id, object_pk, site_id, user_name, user_email, user_url,"
            " comment, submit_date, ip_address, is_public, is_removed, user_id) VALUES %s",
            comments,
        )
        execute_values(
            cursor.cursor,
            "INSERT INTO django_comments_xtd_xtdcomment"
            ' (comment_ptr_id, thread_id, parent_id, level, "order", followup, nested_count) VALUES %s',
            threaded,
        )
        cursor.execute("SELECT setval(pg_get_serial_sequence('django_comments', 'id'), max(id)) FROM django_comments")
    with connection.cursor() as cursor:
        cursor.execute("VACUUM ANALYZE")
    in_long = [first + i for i in range(size) if in_thread[i][0] == LONG_THREAD and depths[i] < DEEPEST]
    assert XtdComment.objects.filter(object_pk=str(article.pk)).count() == size
    return {"article": article.pk, "answerable": in_long[:: max(1, len(in_long) // 500)]}


def speakers_of(article: int) -> list[int]:
    """Accounts whose comments these are, as ours are people's who signed in."""
    from django.contrib.auth.models import User

    users = [
        User(username=f"s{article}x{n}", email=f"s{n}@people.example", first_name="Speaker", last_name=str(n))
        for n in range(SPEAKERS)
    ]
    return [user.pk for user in User.objects.bulk_create(users)]


def _walk(children: dict[int | None, list[int]]) -> tuple[dict[int, tuple[int, int]], dict[int, int]]:
    """For each its thread and its order there (from one), and its depth, depth first."""
    where, depths = {}, {}
    for root in children[None]:
        waiting, order = [(root, 0)], 0
        while waiting:
            one, depth = waiting.pop()
            order += 1
            where[one], depths[one] = (root, order), depth
            waiting.extend((child, depth + 1) for child in reversed(children.get(one, [])))
    return where, depths


def _below(parents: list[int | None]) -> list[int]:
    below = [0] * len(parents)
    for parent in parents:
        above = parent
        while above is not None:
            below[above] += 1
            above = parents[above]
    return below


def clients(found: dict, forms: int) -> list[dict]:
    """Eight people with their forms filled in: replies to comments of the long thread, the package's own fields."""
    from urllib.parse import urlencode

    from django.contrib.auth.models import User
    from django.test import Client
    from django_comments_xtd.models import XtdComment

    from bench.stock.models import Article

    article = Article.objects.get(pk=found["article"])
    people = []
    for n in range(CLIENTS):
        name = f"client{article.pk}x{n}"
        user = User.objects.create_user(name, f"{name}@people.example", first_name="C", last_name=str(n))
        client = Client(SERVER_NAME="127.0.0.1")
        client.force_login(user)
        comment = XtdComment.objects.get(pk=found["answerable"][n % len(found["answerable"])])
        client.get(comment.get_reply_url())
        token = client.cookies["csrftoken"].value
        chance = random.Random(n)
        ready = [_form(article, chance.choice(found["answerable"]), token, f"{n} {i}") for i in range(forms)]
        cookie = f"sessionid={client.cookies['sessionid'].value}; csrftoken={token}"
        people.append(
            {
                "cookie": cookie,
                "forms": [
                    {"id": form["comment"], "path": "/comments/post/", "body": urlencode(form)} for form in ready
                ],
            }
        )
    return people


def _form(article, parent: int, token: str, mark: str) -> dict:
    from django_comments_xtd.forms import XtdCommentForm

    return {
        **XtdCommentForm(article).generate_security_data(),
        "csrfmiddlewaretoken": token,
        "comment": f"{TEXT} {mark}",
        "reply_to": parent,
        "name": "",
        "email": "",
        "url": "",
        "honeypot": "",
    }


def queries(address: str, cookie: str = "") -> int:
    from django.db import connection
    from django.test import Client
    from django.test.utils import CaptureQueriesContext

    client = Client(SERVER_NAME="127.0.0.1", headers={"cookie": cookie} if cookie else {})
    with CaptureQueriesContext(connection) as asked:
        assert client.get(address).status_code == 200
    return len(asked)


def post_queries(person: dict) -> int:
    from django.db import connection
    from django.test import Client
    from django.test.utils import CaptureQueriesContext

    client = Client(SERVER_NAME="127.0.0.1", headers={"cookie": person["cookie"]})
    form = person["forms"].pop()
    with CaptureQueriesContext(connection) as asked:
        answer = client.post(form["path"], form["body"], content_type="application/x-www-form-urlencoded")
    assert answer.status_code == 302, (answer.status_code, answer.content[:500])
    return sum(not query["sql"].upper().startswith(("BEGIN", "COMMIT")) for query in asked.captured_queries)


def stand(article: int) -> dict:
    """What is wrong with the stored tree afterwards, counted."""
    from collections import Counter

    from django_comments_xtd.models import XtdComment

    rows = list(XtdComment.norel_objects.filter(object_pk=str(article)).values_list("pk", "thread_id", "order"))
    places = Counter((thread, order) for _pk, thread, order in rows)
    return {
        "comments": len(rows),
        "orphans": sum(thread == 0 for _pk, thread, _order in rows),
        "same_order": sum(n - 1 for n in places.values() if n > 1),
    }


def _count_without_end() -> None:
    """Django remembers the last 9,000 questions; a page here asks more."""
    from django.db.backends.base.base import BaseDatabaseWrapper

    BaseDatabaseWrapper.queries_limit = 10**6


if __name__ == "__main__":
    django.setup()
    _count_without_end()
    what, *rest = sys.argv[1:]
    if what == "fill":
        found = fill(int(rest[0]))
        people = clients(found, int(rest[1]))
        address = f"/article/{found['article']}/"
        asked = {"page": queries(address), "reply": post_queries(people[0])}
        json.dump({**found, "address": address, "clients": people, "queries": asked}, sys.stdout)
    else:
        json.dump(stand(int(rest[0])), sys.stdout)
