"""What reviewers see: the drafts that they were asked to look through, and the whole of each."""

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from consult.drafting.doors import desk_page, draft_to_read
from consult.drafting.showing import drafts_to_read, outline_of


@desk_page
@require_safe
def drafts(request: HttpRequest) -> HttpResponse:
    """The open drafts that this person may read. To those who were never asked the page does not exist."""
    found = drafts_to_read(request.user)
    if found is None:
        raise Http404
    return render(request, "consult/drafting/drafts.html", {"drafts": found, "here": "team"})


@desk_page
@require_safe
def review(request: HttpRequest, slug: str) -> HttpResponse:
    """The whole draft on one page. That a reviewer read it is written down."""
    draft = draft_to_read(request, slug)
    context = {"draft": draft, "document": draft.document, "rows": outline_of(draft, with_text=True), "here": "team"}
    return render(request, "consult/drafting/review.html", context)
