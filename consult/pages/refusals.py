"""How a refusal reads: what happened, and what can be done. Nobody's words are lost on the way."""

import logging
from collections.abc import Callable

from django.conf import settings
from django.core.exceptions import RequestDataTooBig, SuspiciousOperation, TooManyFieldsSent
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseNotAllowed
from django.shortcuts import render
from django.template.loader import render_to_string
from django.utils.translation import gettext as _

from consult.pages.kept_words import labelled, sent_in
from consult.people.permissions import Refused

logger = logging.getLogger(__name__)
METHODS = ("GET", "HEAD", "POST")
LARGEST_UPLOAD = 21_000_000
"""Bytes of a form with a file."""


BARE = """<!DOCTYPE html>
<html lang="en"><meta charset="utf-8"><meta name="viewport" content="width=device-width">
<title>Sorry, something broke on our side</title>
<h1>Sorry, something broke on our side</h1>
<p>It is not your fault. Wait a few minutes and try again. If you were sending something, go back in your browser: your
words may still be in the form.</p>
"""
"""What is left to say when no template can be read."""


class PlainRefusals:
    """Turns the law's refusal into a page that gives the reason, and impossible input into a 4xx."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if request.method not in METHODS:
            return HttpResponseNotAllowed(METHODS)
        if _cannot_be_an_address(request) or _is_no_session(request):
            return HttpResponse(render_to_string("400.html"), status=400)
        if _is_too_long(request):
            return render(request, "413.html", status=413)
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        if isinstance(exception, Refused):
            return render(request, "403.html", {"why": exception.why}, status=403)
        if isinstance(exception, RequestDataTooBig | TooManyFieldsSent):
            return render(request, "413.html", status=413)
        if isinstance(exception, SuspiciousOperation):
            return render(request, "400.html", status=400)
        return None


def _cannot_be_an_address(request: HttpRequest) -> bool:
    """A NUL in a path or query cannot be asked of a database."""
    return "\x00" in request.path or "%00" in request.META.get("QUERY_STRING", "")


def _is_no_session(request: HttpRequest) -> bool:
    """A session's name in a cookie that nobody was given: a database cannot be asked for it."""
    return "\x00" in request.COOKIES.get(settings.SESSION_COOKIE_NAME, "")


def _is_too_long(request: HttpRequest) -> bool:
    """More than a form can hold: said before the form is read, and before its token is looked for."""
    length = request.META.get("CONTENT_LENGTH") or "0"
    most = LARGEST_UPLOAD if "multipart" in request.content_type else settings.DATA_UPLOAD_MAX_MEMORY_SIZE
    return request.method == "POST" and length.isdecimal() and (len(length) > 18 or int(length) > most)


def broken(request: HttpRequest) -> HttpResponse:
    """Said when nothing else may be working: asks no database, no session and no list of static files."""
    try:
        page = render_to_string("500.html")
    except Exception:  # the page itself is broken: still say so
        logger.exception("The page for errors cannot be shown")
        page = BARE
    return HttpResponse(page, status=500)


def nothing_here(request: HttpRequest) -> HttpResponse:
    """For addresses of a library that lead nowhere here."""
    raise Http404


def stale_form(request: HttpRequest, reason: str = "") -> HttpResponse:
    """A form whose token is old or missing: nothing was sent, and the words come back, ready to copy or send again."""
    try:
        words = request.POST.get("comment") or request.POST.get("markdown", "")
    except (RequestDataTooBig, TooManyFieldsSent):
        return render(request, "413.html", status=413)
    return render(
        request,
        "403_csrf.html",
        {
            "why": _("This page was open for too long, or in another window you signed in or out."),
            "words": words,
            "also_kept": labelled(sent_in(request.POST)),
        },
        status=403,
    )
