"""The texts that many people sent, for the team: counted, and what people added to them."""

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_safe

from consult.consultations.models import Consultation
from consult.discussion.campaigns.showing import A_PAGE, campaigns_of, comments_in_all, in_campaigns, with_own_words
from consult.pages.talk import card
from consult.pages.views.team import documents_of, team_page


def _consultation(request: HttpRequest, slug: str) -> Consultation:
    found = Consultation.objects.select_related("document", "revision").filter(document__in=documents_of(request.user))
    return get_object_or_404(found, slug=slug)


@team_page
@require_safe
def campaigns(request: HttpRequest, slug: str) -> HttpResponse:
    """All of them, the largest first."""
    consultation = _consultation(request, slug)
    found = campaigns_of(consultation)
    context = {
        "consultation": consultation,
        "campaigns": found,
        "comments": comments_in_all(consultation),
        "in_campaigns": in_campaigns(found),
        "here": "team",
    }
    return render(request, "consult/pages/campaigns.html", context)


@team_page
@require_safe
def campaign(request: HttpRequest, slug: str, number: int) -> HttpResponse:
    """One of them: its text, and the comments that add words of their own."""
    consultation = _consultation(request, slug)
    found = campaigns_of(consultation, number)
    if not found:
        raise Http404
    after = request.GET.get("after", "")
    page = with_own_words(consultation, found[0], after=int(after) if after.isdecimal() and len(after) < 19 else 0)
    context = {
        "consultation": consultation,
        "campaign": found[0],
        "rows": [
            {"card": card(one.comment, consultation, is_open=False), "passages": one.passages} for one in page[:A_PAGE]
        ],
        "next": page[A_PAGE - 1].comment.pk if len(page) > A_PAGE else None,
        "here": "team",
    }
    return render(request, "consult/pages/campaign.html", context)
