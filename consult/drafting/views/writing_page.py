"""The page on which a level is written, in all its states."""

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse

from consult.drafting.forms import LevelForm
from consult.drafting.showing import Rendered, rendered, written_by_others
from guidance.models import Level, Revision


def writing_page(
    request: HttpRequest, draft: Revision, key: str, level: str, form: LevelForm,
    *, preview: Rendered | None = None, unsaved: dict | None = None, status: int = 200,
) -> HttpResponse:  # fmt: skip
    """The page of the form. Should the section be gone, its words are still there to be copied."""
    text = draft.section_texts.select_related("section").filter(section__key=key).first()
    if text is None and not form.is_bound:
        raise Http404
    length = preview or rendered(form["markdown"].value() or "") if status == 200 else None
    context = {
        "draft": draft,
        "document": draft.document,
        "text": text,
        "key": key,
        "level": Level(level),
        "levels": list(Level),
        "form": form,
        "preview": preview,
        "length": length,
        "unsaved": unsaved,
        "autosave_url": reverse("autosave", args=[draft.document.slug, key, level]),
        "others": written_by_others(draft, request.user, key),
        "here": "team",
    }
    return render(request, "consult/drafting/write.html", context, status=status)
