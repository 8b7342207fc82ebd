"""Changing one's own comment, what it said before, and having one's words removed."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from consult.discussion import mending
from consult.discussion.forms import ChangeForm
from consult.discussion.models import PublicComment
from consult.pages.views.own import own_comment
from consult.pages.views.reading import trail_of
from consult.people.permissions import Can, require
from guidance.diffs import changed


@never_cache
@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def change(request: HttpRequest, pk: int) -> HttpResponse:
    """Say it otherwise."""
    comment = own_comment(request, pk)
    require(request.user, Can.CHANGE_WORDS, comment)
    try:
        mending.refuse_what_cannot_be_changed(comment)
        why_not = ""
    except ValidationError as refusal:
        why_not = refusal.messages[0]
    begun = {"comment": comment.comment, "suggested": comment.suggested, "wording": comment.wording}
    form = ChangeForm(request.POST or None, initial=begun, is_suggestion=comment.is_suggestion)
    if request.method == "POST" and form.is_valid():
        said = form.cleaned_data
        try:
            mending.change_words(
                comment,
                text=said["comment"],
                suggested=said.get("suggested", ""),
                wording=said["wording"],
                by=request.user,
            )
        except ValidationError as error:
            form.add_error(None, ValidationError(error.messages))
        else:
            messages.success(request, _("Your comment was changed."))
            return redirect("posted", pk)
    context = {
        "comment": comment,
        "consultation": comment.consultation,
        "form": form,
        "why_not": why_not,
        "is_fresh": mending.is_fresh(comment),
        "here": "contributions",
    }
    return render(request, "consult/pages/change_comment.html", context, status=422 if form.errors else 200)


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
    texts = [*(one.text for one in earlier), comment.comment]
    rows = [
        {"version": one, "pieces": changed(one.text, texts[i + 1]), "number": i + 2} for i, one in enumerate(earlier)
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
