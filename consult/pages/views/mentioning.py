"""Pages elsewhere that link to ours: where they tell us, and where someone lets them in."""

from collections.abc import Callable
from functools import wraps
from urllib.parse import urlsplit

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import Resolver404, resolve
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods, require_POST

from consult.consultations.models import Consultation
from consult.discussion.elsewhere import pingback as envelope
from consult.discussion.elsewhere.fetching import LONGEST_ADDRESS
from consult.discussion.elsewhere.mentions import TooOften, decide_on_mention, hear_of
from consult.discussion.models import Mention
from consult.people.permissions import Can, may

LINKED_TO = {"consultation", "section", "section_at", "question", "whole", "thread"}
"""Pages of ours that say where they can be told of."""
MOST_SHOWN = 100


def if_switched_on(view: Callable) -> Callable:
    """Without WEBMENTION there is no such address."""

    @csrf_exempt  # pages elsewhere have no token of ours; nobody's session is looked at
    @never_cache
    @wraps(view)
    def door(request: HttpRequest) -> HttpResponse:
        if not settings.WEBMENTION:
            raise Http404
        return view(request)

    return door


@if_switched_on
@require_POST
def webmention(request: HttpRequest) -> HttpResponse:
    """A page says that it links to one of ours. A worker will look; until then nothing is told (W3C Webmention)."""
    try:
        _heard(request.POST.get("source", ""), request.POST.get("target", ""))
    except ValidationError as why:
        return _plainly(why.messages[0], 400)
    except TooOften:
        return _plainly(_("That is often enough for now. Try again in an hour."), 429)
    return _plainly(_("Thank you. We will look at the page, and then someone decides whether to show it."), 202)


@if_switched_on
@require_POST
def pingback(request: HttpRequest) -> HttpResponse:
    """The same in the older way (Pingback 1.0)."""
    try:
        _heard(*envelope.called(request.body[: envelope.LARGEST + 1]))
    except envelope.NotACall:
        answer = envelope.refused(envelope.NOT_A_CALL, _("This is not a pingback."))
    except ValidationError as why:
        answer = envelope.refused(envelope.CANNOT_BE_A_TARGET, why.messages[0])
    except TooOften:
        answer = envelope.refused(envelope.DENIED, _("That is often enough for now. Try again in an hour."))
    else:
        answer = envelope.answered(_("Thank you. We will look at the page."))
    return HttpResponse(answer, content_type="text/xml; charset=utf-8")


def _plainly(words: str, status: int) -> HttpResponse:
    return HttpResponse(words, status=status, content_type="text/plain; charset=utf-8")


def _heard(source: str, target: str) -> None:
    consultation = consultation_at(target)
    if consultation is None:
        raise ValidationError(_("There is no page of ours at this target that can be mentioned."))
    hear_of(consultation, source=source, target=target)


def consultation_at(target: str) -> Consultation | None:
    """The announced consultation that a page of ours belongs to; None if it is no page that can be mentioned."""
    if len(target) > LONGEST_ADDRESS or not target.isprintable():
        return None
    try:
        parts, ours = urlsplit(target), urlsplit(settings.SITE_ADDRESS)
        found = resolve(parts.path)
    except (ValueError, Resolver404):
        return None
    if (parts.scheme, parts.netloc) != (ours.scheme, ours.netloc) or found.url_name not in LINKED_TO:
        return None
    return Consultation.objects.announced().filter(slug=found.kwargs["slug"]).first()


# --- The queue ----------------------------------------------------------------------------------------
@never_cache
@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def mentions(request: HttpRequest, slug: str) -> HttpResponse:
    """Who mentions us: those that wait first, then what became of the others."""
    consultation = get_object_or_404(Consultation.objects.select_related("document"), slug=slug)
    if not may(request.user, Can.LET_IN, consultation):
        raise Http404
    if request.method == "POST":
        return _decided(request, consultation)
    found = consultation.mentions.exclude(state=Mention.State.GONE).order_by("-pk")
    context = {
        "consultation": consultation,
        "waiting": found.filter(state=Mention.State.WAITING)[:MOST_SHOWN],
        "shown": found.shown()[:MOST_SHOWN],
        "refused": found.filter(state=Mention.State.REFUSED)[:MOST_SHOWN],
        "is_on": settings.WEBMENTION,
        "has_desk": may(request.user, Can.SUMMARISE, consultation),
        "here": "team",
    }
    return render(request, "consult/pages/mentions.html", context)


def _decided(request: HttpRequest, consultation: Consultation) -> HttpResponse:
    number = request.POST.get("mention", "")
    if not (number.isascii() and number.isdigit() and len(number) <= 18):
        raise Http404
    mention = get_object_or_404(consultation.mentions, pk=int(number))
    is_shown = request.POST.get("verdict") == "show"
    try:
        decide_on_mention(mention, is_shown=is_shown, by=request.user)
    except ValidationError as why:
        messages.error(request, why.messages[0])
    else:
        messages.success(request, _("It is shown now.") if is_shown else _("It is not shown."))
    return redirect("mentions", slug=consultation.slug)
