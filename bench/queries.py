"""How many questions a page asks the database. Needs Django set up."""

import re

from django.core.cache import cache, caches
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from bench.crowd import Crowd
from consult.people.models import Account

HOST = "127.0.0.1"


def _browser(account: Account | None) -> Client:
    client = Client(SERVER_NAME=HOST)
    if account:
        client.force_login(account, backend="consult.people.backends.SignedInByCode")
    return client


def of_page(address: str, *, by: Account | None = None) -> int:
    """When nothing of the page is kept, and the session is."""
    client = _browser(None)
    cache.clear()
    caches["process"].clear()
    if by:
        client = _browser(by)
    with CaptureQueriesContext(connection) as asked:
        assert client.get(address).status_code == 200, address
    return len(asked)


def of_reply(crowd: Crowd) -> int:
    """Of posting one reply, the form sent to the redirect; all of them, BEGIN and COMMIT not counted."""
    client = _browser(crowd.clients[0].account)
    path = f"/comments/{crowd.answerable[-1]}/reply/"
    form = client.get(path).content.decode()
    fields = {}
    for tag in re.findall(r"<input\b[^>]*>", form):
        name, value = re.search(r'\bname="([^"]+)"', tag), re.search(r'\bvalue="([^"]*)"', tag)
        is_chosen = 'type="radio"' not in tag or "checked" in tag
        if name and is_chosen:
            fields[name[1]] = value[1] if value else ""
    with CaptureQueriesContext(connection) as asked:
        answer = client.post(path, {**fields, "comment": "One more."})
    assert answer.status_code == 302, answer.content.decode()[:2000]
    return sum(not query["sql"].upper().startswith(("BEGIN", "COMMIT")) for query in asked.captured_queries)
