"""The summary's page, for those who drafted what was consulted on."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from consult.consultations.models import Consultation
from consult.people.permissions import Can, may, require
from consult.themes.actions import ask_for_summary, last_job
from consult.themes.models import Summary
from consult.themes.showing import show


def _consultation(request: HttpRequest, slug: str) -> Consultation:
    visible = Consultation.objects.visible_to(request.user).select_related("document")
    consultation = get_object_or_404(visible, slug=slug)
    require(request.user, Can.SUMMARISE, consultation)
    return consultation


@never_cache
@login_required
@require_safe
def summary(request: HttpRequest, slug: str) -> HttpResponse:
    """The latest summary, and how far the next one is."""
    consultation = _consultation(request, slug)
    job = last_job(consultation)
    latest = Summary.objects.of(consultation).select_related("consultation").first()
    context = {
        "consultation": consultation,
        "trail": [
            (_("Your team pages"), reverse("team")),
            (consultation.title, reverse("team_consultation", args=[slug])),
        ],
        "shown": show(latest) if latest else None,
        "job": job if job and not job.is_done else None,
        "watches": bool(job) and may(request.user, Can.WATCH_A_JOB, job),
        "may_make": consultation.allows_staff("summarise") and not (job and job.is_live),
        "why_not": "" if consultation.allows_staff("summarise") else consultation.why_not("summarise"),
        "here": "team",
    }
    return render(request, "consult/themes/summary.html", context)


@login_required
@require_POST
def make(request: HttpRequest, slug: str) -> HttpResponse:
    """Ask for a summary. If nothing is new, the one that is there is the answer."""
    try:
        found = ask_for_summary(_consultation(request, slug), by=request.user)
    except ValidationError as error:
        messages.error(request, " ".join(error.messages))
    else:
        if isinstance(found, Summary):
            messages.info(request, _("Nothing has changed since the last summary, so it still stands."))
    return redirect("summary", slug=slug)
