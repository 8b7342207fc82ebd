"""The outline of the open draft: its sections in order, and what is done to them."""

from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from consult.drafting import actions, outlining
from consult.drafting.doors import desk_page, draft_to_write, section_of
from consult.drafting.forms import NewSectionForm, SectionForm, SplitForm, put_on
from consult.drafting.outlining import Done
from consult.drafting.showing import outline_of, split_places, status_of, written_by_others
from guidance.models import Level, Revision

UNDO = "undo on the desk"
"""In the session: what was done last, until it was shown once."""


@desk_page
@require_http_methods(["GET", "HEAD", "POST"])
def outline(request: HttpRequest, slug: str) -> HttpResponse:
    """The sections in their order; what is done to them is said by the button that is pressed."""
    draft = draft_to_write(request, slug)
    if request.method != "POST":
        return _shown(request, draft)
    try:
        done = outlining.do(draft, request.POST, request.user)
    except ValidationError as error:
        return _shown(request, draft, error)
    return _told(request, draft, done)


def _shown(request: HttpRequest, draft: Revision, error: ValidationError | None = None) -> HttpResponse:
    """The outline; if something could not be done, with the reason, and with what was typed of a new section."""
    rows = outline_of(draft)
    typed = (request.POST if request.POST.get("act") == "add" else {}) if error else None
    form = NewSectionForm(typed, sections=[(row.key, row.title) for row in rows])
    if error:
        form.errors.clear()
        put_on(form, error)
    context = {
        "draft": draft,
        "document": draft.document,
        "rows": rows,
        "form": form,
        "levels": list(Level),
        "others": written_by_others(draft, request.user),
        "done": request.session.pop(UNDO, None) if UNDO in request.session else None,
        "trail": [
            (_("Your team pages"), reverse("team")),
            (str(draft), reverse("team_draft", args=[draft.document.slug])),
        ],
        "here": "team",
    }
    return render(request, "consult/drafting/outline.html", context, status=status_of(form))


def _told(request: HttpRequest, draft: Revision, done: Done) -> HttpResponse:
    """Back to the outline, which says what was done and offers to undo it."""
    request.session[UNDO] = {"said": done.said, "undo": done.undo, "draft": draft.pk}
    there = reverse("outline", args=[draft.document.slug])
    return redirect(f"{there}#section-{done.section}" if done.section else there)


@desk_page
@require_http_methods(["GET", "HEAD", "POST"])
def section(request: HttpRequest, slug: str, key: str) -> HttpResponse:
    """A section's title, whom it is for, and where it could be split."""
    draft = draft_to_write(request, slug)
    text = section_of(draft, key)
    splits = "at" in request.POST or "new_title" in request.POST
    form = SectionForm(
        None if splits else request.POST or None, initial={"title": text.title, "applies_to": text.applies_to}
    )
    split_form = SplitForm(request.POST if splits else None, places=split_places(text))
    asked = split_form if splits else form
    if request.method == "POST" and asked.is_valid():
        try:
            done = _split(draft, key, asked, request) if splits else _renamed(draft, key, asked, request)
        except ValidationError as error:
            put_on(asked, error)
        else:
            return _told(request, draft, done)
    context = {
        "draft": draft,
        "document": draft.document,
        "text": text,
        "form": form,
        "split_form": split_form,
        "here": "team",
    }
    return render(request, "consult/drafting/section.html", context, status=status_of(asked))


def _renamed(draft: Revision, key: str, form: SectionForm, request: HttpRequest) -> Done:
    return outlining.renamed(draft, key, **form.cleaned_data, by=request.user)


def _split(draft: Revision, key: str, form: SplitForm, request: HttpRequest) -> Done:
    said = form.cleaned_data
    new = actions.split_section(draft, key, at=said["at"], title=said["new_title"], by=request.user)
    return Done(_("Section “%(title)s” was split off.") % {"title": new.title}, new.section.key)


@desk_page
@require_safe
def retire(request: HttpRequest, slug: str, key: str) -> HttpResponse:
    """Asks once before a section is taken out, and says what stays."""
    draft = draft_to_write(request, slug)
    text = section_of(draft, key)
    current = draft.document.current
    context = {
        "draft": draft,
        "document": draft.document,
        "text": text,
        "was_published": bool(current) and current.section_texts.filter(section=text.section).exists(),
        "others": written_by_others(draft, request.user, key),
        "here": "team",
    }
    return render(request, "consult/drafting/retire.html", context)
