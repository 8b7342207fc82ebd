"""What became of each paragraph between what is published and the draft, and an editor's word on it."""

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from consult.drafting import actions
from consult.drafting.doors import desk_page, draft_to_write
from consult.drafting.forms import FateForm, put_on
from consult.drafting.mapping import MOST_SHOWN, Mapped, likely, mapped
from consult.drafting.showing import named, status_of
from guidance.fates import Passage
from guidance.models import Revision
from guidance.tracing import titles_of


def _draft(request: HttpRequest, slug: str) -> Revision:
    """The open draft of something that was published: before that, nothing can have become of anything."""
    draft = draft_to_write(request, slug)
    if draft.document.current is None:
        raise Http404("Nothing has been published yet.")
    return draft


@desk_page
@require_safe
def fates(request: HttpRequest, slug: str) -> HttpResponse:
    """Everything that did not stay the same."""
    draft = _draft(request, slug)
    found = mapped(draft)
    titles = {**titles_of(draft.document.current), **titles_of(draft)}
    section = request.GET.get("section", "")
    rows = found.rows(section if section in titles else "")
    context = {
        "draft": draft,
        "document": draft.document,
        "found": found,
        "said": [found.old[key] for key in found.by_hand if key in found.old],
        "rows": rows[:MOST_SHOWN],
        "all_rows": len(rows),
        "sections": titles.items() if len(rows) > MOST_SHOWN or section in titles else [],
        "section": section,
        "here": "team",
    }
    return render(request, "consult/drafting/fates.html", context)


@desk_page
@require_http_methods(["GET", "HEAD", "POST"])
def fate(request: HttpRequest, slug: str, block: str) -> HttpResponse:
    """One paragraph of the published text: what became of it, in an editor's word."""
    draft = _draft(request, slug)
    found = mapped(draft)
    if block not in found.old:
        raise Http404("The published text has no such paragraph.")
    form = _form(request, found, found.old[block], titles_of(draft))
    if request.method == "POST" and ("became" not in _act(request) or form.is_valid()):
        try:
            _say(request, draft, block, form)
        except ValidationError as error:
            form.is_valid()
            put_on(form, error)
        else:
            return redirect("draft_fates", slug=slug)
    context = {
        "draft": draft,
        "document": draft.document,
        "old": found.old[block],
        "is_by_hand": block in found.by_hand,
        "form": form,
        "here": "team",
    }
    return render(request, "consult/drafting/fate.html", context, status=status_of(form))


def _act(request: HttpRequest) -> str:
    return request.POST.get("act", "became")


def _form(request: HttpRequest, found: Mapped, old: Passage, titles: dict[str, str]) -> FateForm:
    close = likely(old, found)
    offered = {passage.key for passage in close}
    # What was likely when the page was opened need not be now, if a colleague has saved: it may be chosen all the same.
    sent = dict.fromkeys(request.POST.getlist("became"))
    close += [found.new[key] for key in sent if key in found.new and key not in offered]
    offered |= sent.keys()
    offered.discard(request.POST.get("other", ""))
    others = [passage for passage in found.new.values() if passage.key not in offered]
    return FateForm(
        request.POST if request.method == "POST" else None,
        initial={"became": list(found.became(old.key))},
        close=[(passage.key, named(passage, titles)) for passage in close],
        others=[(passage.key, named(passage, titles)) for passage in others],
    )


def _say(request: HttpRequest, draft: Revision, block: str, form: FateForm) -> None:
    if _act(request) == "forget":
        actions.forget_fate_by_hand(draft, block, by=request.user)
        messages.success(request, _("What was found counts again."))
        return
    became = () if _act(request) == "removed" else form.chosen
    actions.say_fate_by_hand(draft, {block: became}, by=request.user)
    messages.success(request, _("Saved. Comments on the paragraph will go by it."))
