"""What only its writer sees: that a comment arrived, its reference number, and how to take it back."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from consult.discussion.actions import reference_of
from consult.discussion.actions import withdraw as take_back
from consult.discussion.mending import may_change
from consult.discussion.models import ProposedChange, PublicComment
from consult.discussion.suggesting import difference
from consult.moderation.models import Decision
from consult.pages.talk import kind_of, standing_of
from consult.pages.views.reading import trail_of
from consult.people.permissions import Can, require
from guidance.diffs import Piece


def own_comment(request: HttpRequest, pk: int) -> PublicComment:
    """A comment of the reader's own. Other people's do not exist on these pages."""
    own = PublicComment.objects.select_related("consultation__document", "persona", "section", "question", "anchor")
    return get_object_or_404(own.filter(persona__account=request.user), pk=pk)


def suggested_by(comment: PublicComment) -> tuple[Piece, ...]:
    """What a suggestion takes out of its paragraph and puts in; nothing for other comments."""
    if not comment.suggested:
        return ()
    return difference(getattr(comment, "suggested_on", None) or comment.anchor.words, comment.suggested)


@never_cache
@login_required
def posted(request: HttpRequest, pk: int) -> HttpResponse:
    """It arrived: what happens now, and its reference number."""
    comment = own_comment(request, pk)
    context = {
        "comment": comment,
        "consultation": comment.consultation,
        "reference": reference_of(comment),
        "difference": suggested_by(comment),
        "proposed": ProposedChange.objects.filter(comment=comment).first(),
        "may_change": may_change(request.user, comment),
        "trail": trail_of(comment.consultation),
        "here": "consultations",
    }
    return render(request, "consult/pages/posted.html", context)


@never_cache
@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def withdraw(request: HttpRequest, pk: int) -> HttpResponse:
    """Take one's words back, after a look at what that means."""
    comment = own_comment(request, pk)
    if request.method == "POST":
        take_back(comment, by=request.user)
        messages.success(request, _("Your comment was withdrawn. A line says that there was one."))
        return redirect("contributions")
    if not comment.is_withdrawn:
        require(request.user, Can.WITHDRAW, comment)
    context = {"comment": comment, "consultation": comment.consultation, "here": "contributions"}
    return render(request, "consult/pages/withdraw.html", context)


@never_cache
@login_required
def contributions(request: HttpRequest) -> HttpResponse:
    """Everything one has said, with where it stands. Only its writer sees this page."""
    own = PublicComment.objects.of_account(request.user)
    before = request.GET.get("before", "")
    page = list((own.filter(pk__lt=int(before)) if before.isdecimal() and len(before) < 19 else own)[:51])
    decisions = Decision.objects.latest_of([comment.pk for comment in page[:50] if comment.was_decided_on])
    proposed = {one.comment_id: one for one in ProposedChange.objects.filter(comment__in=page[:50])}
    rows = [
        {
            "comment": comment,
            "decision": decisions.get(comment.pk),
            "kind": kind_of(comment),
            "difference": suggested_by(comment),
            "proposed": proposed.get(comment.pk),
            "may_change": may_change(request.user, comment),
            "reference": reference_of(comment),
            "standing": standing_of(comment, comment.consultation) if comment.visible else None,
        }
        for comment in page[:50]
    ]
    context = {"rows": rows, "older": page[49].pk if len(page) > 50 else None, "here": "contributions"}
    return render(request, "consult/pages/contributions.html", context)
