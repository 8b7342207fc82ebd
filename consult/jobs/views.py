"""Watching a job: how far it is, what came of it, and where to go from there.

This room does not know what any job is about. Whoever asks for one says so in its row:

    params["title"]   what the job does, in a line
    params["page"]    the address of the page where it was asked for
    params["again"]   {"address": …, "fields": {…}}: what to post to ask for the same again, once it has failed
    result["links"]   [{"words": …, "address": …}]: what came of it
    result["note"]    a sentence about what came of it
    result["superseded"]  true once what came of it may no longer be given out
"""

from typing import Any
from uuid import UUID

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from consult.jobs.models import Job


def _watched(request: HttpRequest, public_id: UUID) -> Job:
    """A job that this person may see. Others do not exist for them."""
    return get_object_or_404(Job.objects.visible_to(request.user), public_id=public_id)


@never_cache
@login_required
@require_safe
def job(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """The whole page. Without JavaScript, “Look again” opens it anew."""
    return render(request, "consult/jobs/job.html", _told(_watched(request, public_id)))


@never_cache
@login_required
@require_safe
def progress(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """The part that moves. Once the job has ended, htmx is told to open the page anew."""
    watched = _watched(request, public_id)
    response = render(request, "consult/jobs/progress.html", _told(watched))
    if not watched.is_live:
        response.headers["HX-Refresh"] = "true"
    return response


def _told(watched: Job) -> dict[str, Any]:
    """What those who asked for the job wrote down for the people who watch it."""
    result = watched.result if isinstance(watched.result, dict) else {}
    again = watched.params.get("again") or {}
    heading = watched.params.get("title") or _("Work in the background")
    return {
        "job": watched,
        "heading": heading,
        "title": _("How far it is") if watched.is_live else heading,
        "page": _own(watched.params.get("page")),
        "links": [link for link in result.get("links", []) if _own(link["address"])],
        "note": result.get("note", ""),
        "is_superseded": bool(result.get("superseded")),
        "again": _own(again.get("address")),
        "again_fields": again.get("fields") or {},
        "here": "team",
    }


def _own(address: str | None) -> str:
    """An address of this site, or none."""
    ours = address and address.startswith("/") and url_has_allowed_host_and_scheme(address, allowed_hosts=None)
    return address if ours else ""
