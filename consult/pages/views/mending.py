"""Changing one's own comment, what it said before, and having one's words removed."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from consult.discussion import mending
from consult.discussion.forms import ChangeForm
from consult.discussion.models import ProposedChange, PublicComment
from consult.discussion.places import place_of
from consult.discussion.suggesting import words_in
from consult.pages.context import reader_of
from consult.pages.kept_words import sent_in, words_kept_for
from consult.pages.views.own import own_comment
from consult.pages.views.posting import given_back, signed_out
from consult.pages.views.reading import trail_of
from consult.people.permissions import Can, require, why_not
from guidance.diffs import Piece, changed


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def change(request: HttpRequest, pk: int) -> HttpResponse:
    """Say it otherwise. Whatever the answer is, what was written comes back."""
    if reader_of(request) is None:
        return _signed_out(request, pk)
    comment = own_comment(request, pk)
    if reason := _why_not(request, comment):
        title = _("Your comment was not changed") if request.method == "POST" else _("You cannot change it now")
        return given_back(request, place_of(comment), sent_in(request.POST), title=title, why=reason)
    kept = words_kept_for(request) if request.method == "GET" else {}
    begun = {"comment": comment.comment, "suggested": comment.suggested, "wording": comment.wording, **kept}
    form = ChangeForm(request.POST or None, initial=begun, is_suggestion=comment.is_suggestion)
    if request.method == "POST" and form.is_valid() and _was_changed(request, comment, form):
        return redirect("posted", pk)
    context = {
        "comment": comment,
        "consultation": comment.consultation,
        "form": form,
        "leaves_no_trace": mending.leaves_no_trace(comment),
        "proposed": ProposedChange.objects.filter(comment=comment).first(),
        "here": "contributions",
    }
    return render(request, "consult/pages/change_comment.html", context, status=422 if form.errors else 200)


def _signed_out(request: HttpRequest, pk: int) -> HttpResponse:
    """In the meantime, perhaps: what was written waits on the server."""
    if request.method != "POST":
        return redirect_to_login(request.get_full_path())
    listed = PublicComment.objects.listed().filter(consultation__announced_at__isnull=False)
    comment = get_object_or_404(listed.select_related("consultation__document"), pk=pk)
    return signed_out(request, place_of(comment), sent_in(request.POST))


def _why_not(request: HttpRequest, comment: PublicComment) -> str | None:
    if reason := why_not(request.user, Can.CHANGE_WORDS, comment):
        return reason
    try:
        mending.refuse_what_cannot_be_changed(comment)
    except ValidationError as refusal:
        return refusal.messages[0]
    return None


def _was_changed(request: HttpRequest, comment: PublicComment, form: ChangeForm) -> bool:
    said = form.cleaned_data
    words = {"text": said["comment"], "suggested": said.get("suggested", ""), "wording": said["wording"]}
    try:
        changed_now = mending.change_words(comment, **words, by=request.user)
    except ValidationError as error:
        form.add_error(None, ValidationError(error.messages))
        return False
    if ProposedChange.objects.filter(comment=changed_now).exists():
        told = _("A moderator reads your change first. Until it is let in, your comment stays as it was.")
    else:
        told = _("Your comment was changed.")
    messages.success(request, told)
    return True


@never_cache
@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def remove(request: HttpRequest, pk: int) -> HttpResponse:
    """Have one's words removed for good, after a look at what that means."""
    comment = own_comment(request, pk)
    if request.method == "POST":
        mending.remove_words(comment, by=request.user)
        messages.success(request, _("Your words were removed. A line says that there was a comment."))
        return redirect("contributions")
    if not comment.words_are_gone:
        require(request.user, Can.WITHDRAW, comment)
    context = {"comment": comment, "consultation": comment.consultation, "here": "contributions"}
    return render(request, "consult/pages/remove_words.html", context)


@never_cache
def versions(request: HttpRequest, pk: int) -> HttpResponse:
    """What a comment said before it was changed, word by word."""
    shown = PublicComment.objects.filter(visible=True, consultation__announced_at__isnull=False)
    comment = get_object_or_404(shown.select_related("consultation", "persona"), pk=pk)
    earlier = list(comment.versions.all())
    if not earlier or comment.is_redacted:
        raise Http404("It has not been changed.")
    said = [*((one.text, one.suggested) for one in earlier), (comment.comment, comment.suggested)]
    rows = [
        {"version": one, "number": number, "pieces": _between(*said[number - 2 : number])}
        for number, one in enumerate(earlier, start=2)
    ]
    context = {
        "comment": comment,
        "consultation": comment.consultation,
        "rows": rows[::-1],
        "first": earlier[0],
        "trail": trail_of(comment.consultation),
        "here": "consultations",
    }
    return render(request, "consult/pages/comment_versions.html", context)


def _between(before: tuple[str, str], now: tuple[str, str]) -> list[list[Piece]]:
    """What changed of the comment, and of the wording that it suggests; only those that did."""
    texts = (before[0], now[0]), (words_in(before[1]), words_in(now[1]))
    return [changed(*both) for both in texts if both[0] != both[1]]
