"""The doors of the exports: what there is, the asking, and the file."""

from django.contrib.auth.decorators import login_required
from django.core.exceptions import ValidationError
from django.http import FileResponse, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from consult.consultations.models import Consultation
from consult.discussion.models import Tally
from consult.exports.actions import ask_for_comments, ask_for_summary_file, latest_summary
from consult.exports.comments import COLUMNS_EXPLAINED
from consult.exports.forms import ExportForm
from consult.exports.stored import COMMENTS, KINDS, exports_of, take_away_if_superseded, take_away_superseded
from consult.jobs.models import Job
from consult.people.factors import confirmed_again
from consult.people.permissions import Can, require

SHOWN = 20


@never_cache
@login_required
@confirmed_again
@require_http_methods(["GET", "HEAD", "POST"])
def export(request: HttpRequest, slug: str) -> HttpResponse:
    """What an export holds, those that were made, and the button that makes one."""
    consultation = get_object_or_404(Consultation.objects.visible_to(request.user), slug=slug)
    require(request.user, Can.EXPORT, consultation)
    form = ExportForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        try:
            job = _asked(consultation, form, request)
        except ValidationError as error:
            form.add_error(None, error)
        else:
            return redirect("job", public_id=job.public_id)
    return _page(request, consultation, form)


def _asked(consultation: Consultation, form: ExportForm, request: HttpRequest) -> Job:
    if form.cleaned_data["what"] == "summary":
        return ask_for_summary_file(consultation, by=request.user)
    return ask_for_comments(consultation, seal=form.cleaned_data["seal"], by=request.user)


def _page(request: HttpRequest, consultation: Consultation, form: ExportForm) -> HttpResponse:
    take_away_superseded(consultation)
    may_ask = consultation.allows_staff("export")
    context = {
        "consultation": consultation,
        "counts": Tally.objects.of_places(consultation).all,
        "columns": COLUMNS_EXPLAINED,
        "summary": latest_summary(consultation),
        "exports": exports_of(consultation)[:SHOWN],
        "form": form,
        "trail": _trail(consultation),
        "why_not": "" if may_ask else consultation.why_not("export"),
        "here": "team",
    }
    return render(request, "consult/exports/export.html", context, status=422 if form.errors else 200)


def _trail(consultation: Consultation) -> list[tuple[str, str]]:
    desk = reverse("team_consultation", args=[consultation.slug])
    return [(_("Your team pages"), reverse("team")), (consultation.title, desk)]


@never_cache
@login_required
@require_safe
def export_file(request: HttpRequest, public_id: str) -> HttpResponse:
    """The file itself; or, if words in it were withdrawn in the meantime, a page that says so."""
    job = get_object_or_404(Job.objects.visible_to(request.user).filter(kind__in=KINDS), public_id=public_id)
    consultation = get_object_or_404(Consultation, pk=job.params["consultation"])
    require(request.user, Can.WATCH_A_JOB, job)
    require(request.user, Can.EXPORT, consultation)
    if not job.is_done:
        return redirect("job", public_id=job.public_id)
    if not job.file or take_away_if_superseded(job, consultation) or not job.path.exists():
        context = {"job": job, "consultation": consultation, "trail": _trail(consultation), "here": "team"}
        return render(request, "consult/exports/gone.html", context, status=410)
    what = "comments" if job.kind == COMMENTS else "summary"
    return _download(job, f"{consultation.slug}-{what}-seal-{job.params['seal']}.zip")


def _download(job: Job, filename: str) -> FileResponse:
    response = FileResponse(job.path.open("rb"), as_attachment=True, filename=filename, content_type="application/zip")
    response.headers["X-Content-Type-Options"] = "nosniff"
    return response
