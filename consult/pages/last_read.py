"""Which draft someone signed in has read, and what changed since. Nobody else sees it, and no ledger holds it."""

from collections.abc import Callable

from django.core.cache import caches
from django.http import HttpRequest, HttpResponse

from consult.pages.actions import note_reading
from consult.pages.context import reader_of
from consult.pages.models import Reading
from consult.people.models import Account
from guidance.models import Revision

REMEMBERED_FOR = 3600
"""Seconds for which a process remembers that a reading has been noted, so that it asks the database once."""


class NotedReading:
    """Notes what was read, after the page was made: a view says it by giving the response `shows`, a revision's id."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        shown = getattr(response, "shows", None)
        if shown and request.method == "GET" and (reader := reader_of(request)) and _is_news(reader, shown):
            note_reading(reader, shown)
        return response


def _is_news(reader: Account, revision_id: int) -> bool:
    return caches["process"].add(f"read:{reader.pk}:{revision_id}", 1, REMEMBERED_FOR)


def read_before(reader: Account | None, revision: Revision) -> Revision | None:
    """The newest draft before this one of which this reader has read something."""
    if reader is None:
        return None
    read = Reading.objects.filter(account=reader).values("revision")
    return Revision.objects.before(revision).filter(pk__in=read).last()
