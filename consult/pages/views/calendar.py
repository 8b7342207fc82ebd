"""A consultation's dates: as a calendar file, changed by an admin, and what else is in the calendar."""

from datetime import datetime
from urllib.parse import urlsplit

from django.conf import settings
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from consult.consultations.calendar.actions import call_off, keep_quiet, note_outage
from consult.consultations.calendar.forms import ExtendForm, OutageForm, QuietPeriodForm, SureForm
from consult.consultations.calendar.ics import Dated, calendar_of
from consult.consultations.calendar.models import Outage, QuietPeriod
from consult.consultations.dates import moment_in_words
from consult.consultations.models import Consultation
from consult.discussion.closing import move_close
from consult.pages.views.team import _put_on, status_of, team_page
from consult.people.permissions import Can, require


@require_http_methods(["GET", "HEAD"])
def dates(_request: HttpRequest, slug: str) -> HttpResponse:
    """Opening, close and promised answer, for a calendar. A changed date takes the old one's place there."""
    consultation = get_object_or_404(Consultation.objects.announced(), slug=slug)
    changes = list(consultation.date_changes.all())
    made = datetime.combine(changes[-1].on, datetime.min.time()) if changes else consultation.announced_at
    file = calendar_of(
        _dated(consultation),
        name=consultation.title,
        address=f"{settings.SITE_ADDRESS}{consultation.get_absolute_url()}",
        host=urlsplit(settings.SITE_ADDRESS).hostname or "localhost",
        made=made,
        version=len(changes),
    )
    response = HttpResponse(file, content_type="text/calendar; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="{consultation.slug}.ics"'
    response["Cache-Control"] = "no-cache"
    return response


def _dated(consultation: Consultation) -> list[Dated]:
    title, key = {"title": consultation.title}, consultation.slug
    return [
        Dated(f"{key}-opens", _("Opens: %(title)s") % title, consultation.opens_at),
        Dated(f"{key}-closes", _("Closes: %(title)s") % title, consultation.closes_at),
        Dated(f"{key}-answer", _("Answer promised: %(title)s") % title, consultation.decision_by),
    ]


@team_page
@require_http_methods(["GET", "HEAD", "POST"])
def extend(request: HttpRequest, slug: str) -> HttpResponse:
    """Another closing date, with the reason. An earlier one is asked about once more."""
    consultation = get_object_or_404(Consultation.objects.visible_to(request.user), slug=slug)
    require(request.user, Can.EXTEND, consultation)
    first = {"closes_at": consultation.closes_at, "decision_by": consultation.decision_by}
    form = ExtendForm(request.POST or None, initial=first, consultation=consultation)
    if request.method == "POST" and form.is_valid():
        chosen = form.cleaned_data["closes_at"]
        sure = SureForm(request.POST if "asked" in request.POST else None, closes_at=chosen)
        if chosen < consultation.closes_at and not sure.is_valid():
            return _are_you_sure(request, consultation, form, sure)
        try:
            move_close(consultation, **form.cleaned_data, confirmed=chosen < consultation.closes_at, by=request.user)
        except ValidationError as error:
            _put_on(form, error)
        else:
            messages.success(
                request, _("The new date and the reason are on the page. Those who follow it get an e-mail.")
            )
            return redirect("team_consultation", slug=slug)
    context = {"form": form, "consultation": consultation, "here": "team"}
    return render(request, "consult/pages/extend.html", context, status=status_of(form))


def _are_you_sure(request: HttpRequest, consultation: Consultation, form: ExtendForm, sure: SureForm) -> HttpResponse:
    chosen = form.cleaned_data["closes_at"]
    context = {
        "consultation": consultation,
        "form": sure,
        "sent": [(name, request.POST[name]) for name in form.fields if name in request.POST],
        "days": (consultation.closes_at - chosen).days,
        "was": moment_in_words(consultation.closes_at),
        "now": moment_in_words(chosen),
        "reason": form.cleaned_data["reason"],
        "here": "team",
    }
    return render(request, "consult/pages/shorten.html", context, status=status_of(sure))


@team_page
@require_http_methods(["GET", "HEAD", "POST"])
def team_calendar(request: HttpRequest) -> HttpResponse:
    """Pre-election periods, and times when the service was away."""
    require(request.user, Can.KEEP_CALENDAR)
    do = request.POST.get("do", "")
    outage = OutageForm(request.POST if do == "outage" else None, prefix="outage")
    quiet = QuietPeriodForm(request.POST if do == "quiet" else None, prefix="quiet")
    if request.method == "POST" and _done(request, do, outage, quiet):
        messages.success(request, _("It is in the calendar, and on the pages of the consultations."))
        return redirect("team_calendar")
    context = {
        "outage_form": outage,
        "quiet_form": quiet,
        "form": outage if do == "outage" else quiet,
        "periods": QuietPeriod.objects.select_related("consultation")[:50],
        "outages": Outage.objects.all()[:50],
        "here": "team",
    }
    return render(request, "consult/pages/calendar.html", context, status=max(map(status_of, (outage, quiet))))


def _done(request: HttpRequest, do: str, outage: OutageForm, quiet: QuietPeriodForm) -> bool:
    """Do what was asked for; False if it could not be done, and the form says why."""
    if do == "call off":
        number = request.POST.get("period", "")
        found = QuietPeriod.objects.filter(pk=int(number) if number.isdecimal() and len(number) < 19 else None)
        call_off(get_object_or_404(found), by=request.user)
        return True
    form, act = (outage, note_outage) if do == "outage" else (quiet, keep_quiet)
    if not form.is_bound or not form.is_valid():
        return False
    try:
        act(**form.cleaned_data, by=request.user)
    except ValidationError as error:
        _put_on(form, error)
        return False
    return True
