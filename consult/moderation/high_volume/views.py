"""The doors to high volume: how it goes, the brakes, and one decision on many comments."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from consult.consultations.models import Consultation
from consult.moderation.actions import Ruling
from consult.moderation.high_volume.actions import slow_down
from consult.moderation.high_volume.conditions import decide_by, preview
from consult.moderation.high_volume.forms import BrakesForm, ConditionForm
from consult.moderation.high_volume.trends import last_hours
from consult.moderation.views import moderated_by, put_on
from consult.people.permissions import Can, may, require


def _consultation(request: HttpRequest, slug: str) -> Consultation:
    mine = [one.pk for one in moderated_by(request.user)]
    found = Consultation.objects.filter(pk__in=mine).select_related("document", "house_rules")
    return get_object_or_404(found, slug=slug)


@never_cache
@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def high_volume(request: HttpRequest, slug: str) -> HttpResponse:
    """How it goes, and for admins the brakes."""
    consultation = _consultation(request, slug)
    form = BrakesForm(request.POST or None, initial=BrakesForm.as_it_is(consultation))
    if request.method == "POST":
        require(request.user, Can.SLOW_DOWN, consultation)
        if form.is_valid():
            try:
                slow_down(consultation, form.as_brakes(), reason=form.cleaned_data["reason"], by=request.user)
            except ValidationError as error:
                put_on(form, error)
            else:
                messages.success(request, _("Done. It holds from now on."))
                return redirect("high_volume", slug)
    hours = last_hours(consultation, at=timezone.now())
    context = {
        "consultation": consultation,
        "hours": hours,
        "most": max(5, *(hour.comments or 0 for hour in hours)),
        "form": form if may(request.user, Can.SLOW_DOWN, consultation) else None,
        "undo": request.session.pop("moderated together", None),
        "here": "moderation",
    }
    return render(request, "consult/moderation/high_volume.html", context, status=422 if form.errors else 200)


@never_cache
@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def by_condition(request: HttpRequest, slug: str) -> HttpResponse:
    """One ruling for all comments of a kind: first how many and which, then the act, with a way to take it back."""
    consultation = _consultation(request, slug)
    form = ConditionForm(request.POST or None, rules=consultation.house_rules)
    seen = None
    if request.method == "POST" and form.is_valid():
        condition, said = form.as_condition(), form.cleaned_data
        if "sure" in request.POST and form.was_looked_at:
            return _decided(request, consultation, form)
        seen = preview(consultation, condition, said["verb"], by=request.user)
        form.data = {**request.POST.dict(), "up_to": seen.up_to, "looked_at": form.fingerprint}
    context = {"consultation": consultation, "form": form, "seen": seen, "here": "moderation"}
    return render(request, "consult/moderation/by_condition.html", context, status=422 if form.errors else 200)


def _decided(request: HttpRequest, consultation: Consultation, form: ConditionForm) -> HttpResponse:
    said = form.cleaned_data
    ruling = Ruling(said["verb"], rule=said["rule"] or 0, reason=said["reason"])
    done, left = decide_by(consultation, form.as_condition(), ruling, up_to=said["up_to"], by=request.user)
    if n := len(done.decisions):
        told = ngettext("%(n)s comment was decided on.", "%(n)s comments were decided on.", n) % {"n": n}
        request.session["moderated together"] = {"words": told, "batch": str(done.batch)}
    if left:
        more = ngettext(
            "%(n)s more is left. Send the form again.", "%(n)s more are left. Send the form again.", left
        )  # fmt: skip
        messages.info(request, more % {"n": left})
    for _comment, why in done.refused[:5]:
        messages.error(request, why)
    return redirect("high_volume", consultation.slug)
