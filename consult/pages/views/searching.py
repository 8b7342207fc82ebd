"""Searching what was said in a consultation."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render

from consult.consultations.models import Consultation
from consult.discussion.models import PublicComment
from consult.discussion.places import Place
from consult.discussion.querysets import THREADS_A_PAGE
from consult.discussion.searching import beginnings, said_with, stems_of
from consult.pages.talk import kind_of, name_of
from consult.pages.views.reading import number_in, trail_of
from guidance.reading import contents_of
from guidance.searching import LONGEST_QUESTION, Piece, around, pieces


def search_comments(request: HttpRequest, slug: str) -> HttpResponse:
    """Comments with the words that were asked for. It is made for each question anew, and search engines stay away."""
    announced = Consultation.objects.announced().select_related("document__current", "revision")
    consultation = get_object_or_404(announced, slug=slug)
    question = " ".join(request.GET.get("q", "")[:LONGEST_QUESTION].split())
    before, stems = number_in(request.GET.get("before")), stems_of(question)
    found = list(said_with(consultation, stems, before=before))
    shown = found[:THREADS_A_PAGE]
    context = {
        "consultation": consultation,
        "trail": trail_of(consultation),
        "question": question,
        "has_words": bool(stems),
        "hits": _hits(shown, consultation, stems),
        "older": shown[-1].pk if len(found) > THREADS_A_PAGE else None,
        "is_first_page": before is None,
        "here": "consultations",
    }
    response = render(request, "consult/pages/search_comments.html", context)
    response["X-Robots-Tag"] = "noindex"
    return response


def _hits(comments: list[PublicComment], consultation: Consultation, stems: list[str]) -> list[dict]:
    if not comments:
        return []
    wanted, places = beginnings(stems), _places(consultation)
    return [
        {
            "comment": comment,
            "name": name_of(comment, consultation),
            "kind": kind_of(comment),
            "place": places.get(comment.section_id) or Place(consultation, question=comment.question).name,
            "pieces": _words(comment.text, wanted),
        }
        for comment in comments
    ]


def _words(text: str, wanted) -> tuple[Piece, ...]:
    return pieces(around(" ".join(text.split()), wanted), wanted)


def _places(consultation: Consultation) -> dict[int, str]:
    """What the sections are called, in one question."""
    if not consultation.revision_id:
        return {}
    return {text.section_id: Place(consultation, text).name for text in contents_of(consultation.revision)}
