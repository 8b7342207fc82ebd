"""Agreeing and disagreeing with a comment."""

from django.contrib.auth.decorators import login_required
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from consult.discussion import reactions
from consult.discussion.models import PublicComment
from consult.discussion.places import Place
from consult.pages.talk import card
from consult.pages.views.posting import _name_form, _named, _persona
from consult.people.permissions import Can, Refused, why_not

WORDS = {"agree": True, "disagree": False, "neither": None}


@never_cache
@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def react(request: HttpRequest, pk: int) -> HttpResponse:
    """One's word on a comment, to be given, changed or taken back. Whoever has no name here yet takes one first."""
    shown = PublicComment.objects.to_show().filter(visible=True, consultation__announced_at__isnull=False)
    with_all = shown.select_related(
        "persona", "elsewhere", "consultation__document", "consultation__house_rules", "consultation__privacy_notice"
    )
    comment = get_object_or_404(with_all, pk=pk)
    place = Place(comment.consultation)
    names, error, status = _name_form(request, place), "", 200
    if request.method == "POST" and request.POST.get("stance") in WORDS and (names is None or names.is_valid()):
        try:
            persona = _persona(request, place) or _named(request, place, names)
            reactions.react(comment, agrees=WORDS[request.POST["stance"]], persona=persona, by=request.user)
        except ValidationError as invalid:
            error, status = invalid.messages[0], 422
        except Refused as refused:
            error, status = refused.why, 403
        else:
            return redirect("react", pk) if request.headers.get("X-In-Place") else redirect(comment)
    elif request.method == "POST":
        status = 422
    return _page(request, comment, place, names, error, status)


def _page(request, comment, place, names, error, status) -> HttpResponse:
    persona = _persona(request, place)
    agree, disagree = reactions.agreement_with(comment)
    context = {
        "comment": comment,
        "card": card(comment, comment.consultation, is_open=False),
        "agree": agree,
        "disagree": disagree,
        "mine": reactions.reaction_of(comment, persona),
        "persona": persona,
        "names": names,
        "error": error,
        "why_not": why_not(request.user, Can.AGREE if persona else Can.TAKE_A_NAME, persona or comment.consultation),
        "consultation": comment.consultation,
        "here": "consultations",
    }
    return render(request, "consult/pages/react.html", context, status=status)
