"""A stranger's page is the same for all strangers: its finished bytes are kept, and given before all else.

Such a page has no cookie, token, timestamp or nonce in it. A view says that its page may be kept by giving the response
a `keep_until`, or `made_of` when it is made of something that is kept already; everything that is shown to someone
with a session says `no-store` instead.
"""

import hashlib
import re
from collections.abc import Callable
from dataclasses import dataclass

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseNotModified
from django.utils.cache import patch_vary_headers

from consult.pages.versions import SITE, Shelf, look, scope_of

LONGEST_ADDRESS = 400
CURSORS = {"before", "block", "from", "kind", "rank", "sort"}
"""What may stand in the query of a page that is kept. Anything else is made up, and would fill the cache."""
KEPT_BELOW = ("/consultations/", "/guidance/", "/about/", "/house-rules/", "/privacy-notice/")
"""Where pages stand that may be kept, beside the home page. For all others the cache is not asked."""
SLUG = re.compile(r"[-\w]{1,80}", re.ASCII)
NOT_KEPT = {"set-cookie", "content-length"}


@dataclass(frozen=True)
class Finished:
    body: bytes
    headers: dict[str, str]
    etag: str


def is_a_strangers(request: HttpRequest) -> bool:
    return (
        request.method in {"GET", "HEAD"}
        and settings.SESSION_COOKIE_NAME not in request.COOKIES
        and len(request.get_full_path()) <= LONGEST_ADDRESS
        and (request.path == "/" or request.path.startswith(KEPT_BELOW))
        and (not request.META.get("QUERY_STRING") or set(request.GET) <= CURSORS)
    )


def scope_of_path(path: str) -> str:
    """Pages below /consultations/<slug>/ change with that consultation; all others with the site."""
    parts = path.split("/", 3)
    is_a_consultations = len(parts) == 4 and parts[1] == "consultations" and SLUG.fullmatch(parts[2])
    return scope_of(parts[2]) if is_a_consultations else SITE


class FinishedPages:
    """The first middleware: what is kept costs one question to the cache."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        request.get_host()  # a host that is not ours gets nothing that is kept: it is refused here
        if not is_a_strangers(request):
            return self._personal(request)
        shelf = look(f"page:{request.get_full_path()}", scope_of_path(request.path))
        if shelf.is_fresh or not shelf.is_mine_to_renew():
            return _given(request, shelf.kept.value)
        response = self.get_response(request)
        return _kept(request, response, shelf)

    def _personal(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        if not response.has_header("Cache-Control"):
            response["Cache-Control"] = "private, no-store"
        return response


def _kept(request: HttpRequest, response: HttpResponse, shelf: Shelf) -> HttpResponse:
    until, made_of = getattr(response, "keep_until", None), getattr(response, "made_of", None)
    if (until or made_of) is None or response.status_code != 200 or response.cookies:
        if not response.has_header("Cache-Control"):
            response["Cache-Control"] = "no-store"
        return response
    response["Cache-Control"] = "no-cache"
    patch_vary_headers(response, ["Cookie"])
    headers = {name: value for name, value in response.items() if name.lower() not in NOT_KEPT}
    etag = f'"{hashlib.sha256(response.content).hexdigest()[:24]}"'
    page = Finished(response.content, headers, etag)
    shelf.keep(page, until=until, made_of=made_of)
    return _given(request, page)


def _given(request: HttpRequest, page: Finished) -> HttpResponse:
    if page.etag in request.headers.get("If-None-Match", ""):
        response = HttpResponseNotModified(headers={**page.headers, "ETag": page.etag})
        del response["Content-Type"]
        return response
    response = HttpResponse(page.body if request.method == "GET" else b"", headers={**page.headers, "ETag": page.etag})
    response["Content-Length"] = str(len(page.body))
    return response
