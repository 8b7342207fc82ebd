"""How long the draft is and how it reads, for those who write it and those who look it through."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from consult.drafting import measuring
from consult.drafting.doors import desk_page, draft_to_read


@desk_page
@require_safe
def measures(request: HttpRequest, slug: str) -> HttpResponse:
    """Words, minutes and sides of A4, by section and level and for the whole, against the budget."""
    draft = draft_to_read(request, slug)
    context = {"draft": draft, "document": draft.document, "measured": measuring.measured(draft), "here": "team"}
    return render(request, "consult/drafting/measures.html", context)


@desk_page
@require_safe
def duties(request: HttpRequest, slug: str) -> HttpResponse:
    """Every must, should and may, with its sentence."""
    draft = draft_to_read(request, slug)
    section = request.GET.get("section", "")
    context = {
        "draft": draft,
        "document": draft.document,
        "duties": measuring.duties(draft, section),
        "section": section,
        "here": "team",
    }
    return render(request, "consult/drafting/duties.html", context)
