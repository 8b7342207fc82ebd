"""The moderators' doors to changes: what a comment says, what it is to say, and whether it may."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import ValidationError
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from consult.discussion.mending import let_change_in, turn_change_down
from consult.discussion.models import ProposedChange
from consult.discussion.suggesting import difference
from consult.moderation.forms import ChangeRulingForm
from consult.moderation.views import moderated_by
from consult.people.models import Account
from guidance.diffs import changed

MOST = 100


def changes_for(account: Account) -> QuerySet[ProposedChange]:
    """Changes that wait for this moderator, with all that the pages print."""
    found = ProposedChange.objects.waiting_in(moderated_by(account), account)
    return found.select_related("comment__consultation__document", "comment__persona", "comment__anchor")


@never_cache
@login_required
@require_safe
def changes(request: HttpRequest) -> HttpResponse:
    """What waits."""
    context = {"changes": changes_for(request.user)[:MOST], "here": "moderation"}
    return render(request, "consult/moderation/changes.html", context)


@never_cache
@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def decide_on_change(request: HttpRequest, pk: int) -> HttpResponse:
    """One change, word by word, and the decision on it."""
    change = get_object_or_404(changes_for(request.user), pk=pk)
    form = ChangeRulingForm(request.POST or None, initial={"seen": change.number})
    if request.method == "POST" and form.is_valid():
        try:
            _decided(change, form.cleaned_data, request)
        except ValidationError as error:
            form.add_error(None, ValidationError(error.messages))
        else:
            return redirect("changes")
    context = {"change": change, "comment": change.comment, "form": form, **_differences(change), "here": "moderation"}
    return render(request, "consult/moderation/change.html", context, status=422 if form.errors else 200)


def _decided(change: ProposedChange, ruling: dict, request: HttpRequest) -> None:
    if ruling["lets_in"] == "yes":
        let_change_in(change, seen=ruling["seen"], by=request.user)
        messages.success(request, _("The change was let in."))
    else:
        turn_change_down(change, seen=ruling["seen"], reason=ruling["reason"], by=request.user)
        messages.success(request, _("The change was turned down. Its writer reads why."))


def _differences(change: ProposedChange) -> dict:
    comment = change.comment
    was = difference(comment.anchor.words, comment.suggested) if comment.suggested else ()
    return {
        "words": changed(comment.comment, change.text) if comment.comment != change.text else (),
        "was": was,
        "wording": difference(comment.anchor.words, change.suggested) if change.suggested else (),
    }
