"""What sections rest on: a section's list, all references of a draft, and each of them."""

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from consult.drafting import actions
from consult.drafting.doors import desk_page, draft_to_read, draft_to_write
from consult.drafting.forms import ChangeReferenceForm, CiteForm, NewReferenceForm, put_on
from consult.drafting.showing import status_of
from guidance.actions import ChangedMeanwhile
from guidance.models import Citation, Reference, Revision
from guidance.references.reading import kept_beside, references_of, with_citations
from guidance.references.reading import rests_on as cited_by


# --- A section's list -------------------------------------------------------------------------------------
@desk_page
@require_http_methods(["GET", "HEAD", "POST"])
def rests_on(request: HttpRequest, slug: str, key: str) -> HttpResponse:
    """What a section rests on, and what is added to that list and taken off it."""
    draft = draft_to_write(request, slug)
    texts = draft.section_texts.select_related("section").filter(section__key=key)
    text = get_object_or_404(with_citations(texts))
    act = request.POST.get("act", "")
    cite_form = CiteForm(request.POST if act == "cite" else None, prefix="kept", references=_to_choose(draft))
    new_form = NewReferenceForm(request.POST if act == "new" else None, prefix="new")
    asked = new_form if act == "new" else cite_form
    if request.method == "POST" and _done(request, draft, key, asked):
        return redirect("rests_on", slug, key)
    context = {
        "draft": draft,
        "document": draft.document,
        "text": text,
        "cited": cited_by(text),
        "form": cite_form,
        "new_form": new_form,
        "here": "team",
    }
    return render(request, "consult/drafting/rests_on.html", context, status=status_of(asked))


def _to_choose(draft: Revision) -> list[tuple[str, str]]:
    """All references of the guidance, those that the draft rests on first."""
    known = [*(row.reference for row in references_of(draft)), *kept_beside(draft)]
    return [(str(one.pk), f"{one.name} ({one.site})" if one.address else one.name) for one in known]


def _done(request: HttpRequest, draft: Revision, key: str, form: CiteForm | NewReferenceForm) -> bool:
    """Do what the button says. False if it could not be done: then the form says why."""
    try:
        if request.POST.get("act") == "stop":
            _stopped(request, draft, key)
        elif form.is_valid():
            _cited(request, draft, key, form.cleaned_data)
        return not form.errors
    except ValidationError as error:
        if not form.is_bound:
            messages.error(request, " ".join(error.messages))
            return True
        put_on(form, error)
        return False


def _cited(request: HttpRequest, draft: Revision, key: str, said: dict[str, str]) -> None:
    more = {"paragraph": said["paragraph"], "by": request.user}
    if "reference" in said:
        citation, is_new = actions.cite(draft, key, int(said["reference"]), **more)
    else:
        citation, is_new = actions.cite_new(draft, key, said["name"], said["address"], **more)
    told = _("“%(name)s” is on the list.") if is_new else _("“%(name)s” was on the list already.")
    messages.success(request, told % {"name": _named(citation)})


def _stopped(request: HttpRequest, draft: Revision, key: str) -> None:
    number = request.POST.get("citation", "")
    gone = actions.stop_citing(draft, key, _number(number), by=request.user)
    if gone:
        messages.success(request, _("“%(name)s” is not on the list any more.") % {"name": _named(gone)})


def _number(typed: str) -> int:
    """A row's number, or one that no row has."""
    return int(typed) if typed.isascii() and typed.isdigit() and len(typed) <= 18 else 0


def _named(citation: Citation) -> str:
    return ", ".join(part for part in (citation.reference.name, citation.paragraph) if part)


# --- Reference by reference -------------------------------------------------------------------------------
@desk_page
@require_safe
def references(request: HttpRequest, slug: str) -> HttpResponse:
    """Everything that the draft rests on, with the sections that do, and what is kept beside it."""
    draft = draft_to_read(request, slug)
    context = {
        "draft": draft,
        "document": draft.document,
        "references": references_of(draft),
        "beside": kept_beside(draft) if draft.may_be_written else [],
        "trail": [
            (_("Your team pages"), reverse("team")) if draft.may_be_written else (_("Drafts"), reverse("drafts")),
            (str(draft), reverse("team_draft", args=[slug])),
        ],
        "here": "team",
    }
    return render(request, "consult/drafting/references.html", context)


@desk_page
@require_http_methods(["GET", "HEAD", "POST"])
def reference(request: HttpRequest, slug: str, reference: int) -> HttpResponse:
    """A reference's name and address, and whether it may go."""
    draft = draft_to_write(request, slug)
    there = _reference_of(draft, reference)
    if request.method != "POST":
        if there.replaced_by_id:
            return redirect("change_reference", slug, there.replaced_by_id)
        began = {"name": there.name, "address": there.address, "read_version": there.version}
        return _to_change(request, draft, there, ChangeReferenceForm(initial=began))
    if "remove" in request.POST:
        return _removed(request, draft, there)
    form = ChangeReferenceForm(request.POST)
    try:
        if form.is_valid():
            changed = actions.change_reference(draft, there.pk, **form.cleaned_data, by=request.user)
            messages.success(request, _("“%(name)s” was saved.") % {"name": changed.name})
            return redirect("draft_references", slug)
    except ChangedMeanwhile as error:  # what was typed stays in the form, to be saved over theirs by who has seen it
        put_on(form, error)
        there = _reference_of(draft, error.theirs.pk)
        form.data = {**form.data.dict(), "read_version": there.version}
    except ValidationError as error:
        put_on(form, error)
    return _to_change(request, draft, there, form)


def _reference_of(draft: Revision, reference: int) -> Reference:
    return get_object_or_404(draft.document.references.with_publicity(), pk=reference)


def _removed(request: HttpRequest, draft: Revision, there: Reference) -> HttpResponse:
    try:
        actions.remove_reference(draft, there.pk, by=request.user)
        messages.success(request, _("“%(name)s” was removed.") % {"name": there.name})
    except ValidationError as error:
        messages.error(request, " ".join(error.messages))
    return redirect("draft_references", draft.document.slug)


def _to_change(request: HttpRequest, draft: Revision, there: Reference, form: ChangeReferenceForm) -> HttpResponse:
    context = {
        "draft": draft,
        "document": draft.document,
        "reference": there,
        "texts": draft.section_texts.filter(citations__reference=there).distinct().select_related("section"),
        "form": form,
        "here": "team",
    }
    return render(request, "consult/drafting/reference.html", context, status=status_of(form))
