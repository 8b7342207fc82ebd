"""Reading the text on its own. What is said about it stands on the consultation's pages (consult/pages)."""

from collections.abc import Callable
from datetime import timedelta

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone

from guidance.cleaning import clean_line
from guidance.compared import compare_context, two_revisions
from guidance.decision_aids.pages import aid_of, step_page
from guidance.measures import minutes_to_read
from guidance.models import Citation, Document, Level, Revision
from guidance.reading import contents_of, section_page, where_to_begin, whole_text, words_by_section
from guidance.references.reading import references_of
from guidance.searching import search


def kept(response: HttpResponse, shows: Revision | None = None) -> HttpResponse:
    """Published text does not change by the clock: strangers' pages of it may be kept (consult/pages/caching).

    A page that `shows` the words of a revision says so (consult/pages/last_read).
    """
    response.shows = shows.pk if shows else None
    response.keep_until = timezone.now() + timedelta(minutes=5)
    return response


def library(request: HttpRequest) -> HttpResponse:
    """All guidance that has been published."""
    documents = Document.objects.filter(current__isnull=False).select_related("current").order_by("title")
    return kept(render(request, "guidance/library.html", {"documents": documents, "here": "guidance"}))


def revision_of(slug: str, number: int | None) -> Revision:
    """The current revision of a document, or the published one with a number."""
    if number is None:
        document = get_object_or_404(
            Document.objects.select_related("current__document__replaces"), slug=slug, current__isnull=False
        )
        return document.current
    readable = Revision.objects.readable().select_related("document__replaces")
    return get_object_or_404(readable, document__slug=slug, number=number)


def document_context(revision: Revision) -> dict:
    """What the page of a document shows: its summary and contents, with how long each section takes to read."""
    words = words_by_section(revision)
    rows = [
        {
            "text": text,
            "minutes": {level: minutes_to_read(count) for level, count in words.get(text.pk, {}).items()},
            "levels": " ".join(words.get(text.pk, {})),
        }
        for text in contents_of(revision)
    ]
    totals = {level: sum(by_level.get(level, 0) for by_level in words.values()) for level in Level}
    return {
        "document": revision.document,
        "revision": revision,
        "rows": rows,
        "minutes": {level.value: minutes_to_read(total) for level, total in totals.items() if total},
        "begins": where_to_begin([row["text"] for row in rows], words),
        "is_current": revision.pk == revision.document.current_id,
        "is_permanent": revision.pk != revision.document.current_id,
        "replaced_by": revision.document.replaced_by.filter(current__isnull=False).first(),
        "has_references": Citation.objects.of_revision(revision).exists(),
        "before": Revision.objects.before(revision).last(),
        "here": "guidance",
    }


def document(request: HttpRequest, slug: str, number: int | None = None) -> HttpResponse:
    """The guidance. consult/pages shows this page with the consultations on it."""
    return kept(render(request, "guidance/document.html", document_context(revision_of(slug, number))))


def section(request: HttpRequest, slug: str, key: str, level: str = "", number: int | None = None) -> HttpResponse:
    """A section at one of its levels."""
    revision = revision_of(slug, number)
    context = {**_around(revision, number), "page": section_page(revision, key, level)}
    return kept(render(request, "guidance/section.html", context), revision)


def _around(revision: Revision, number: int | None) -> dict:
    """What the pages below a document's know: the document, the revision, and how both stand."""
    return {
        "document": revision.document,
        "revision": revision,
        "is_current": revision.pk == revision.document.current_id,
        "is_permanent": number is not None,
        "here": "guidance",
    }


def whole(request: HttpRequest, slug: str, level: str = "", number: int | None = None) -> HttpResponse:
    """All sections at one level, on one page: to read on, to look for a word, and for paper."""
    revision = revision_of(slug, number)
    context = {**_around(revision, number), "whole": whole_text(revision, level)}
    return kept(render(request, "guidance/whole.html", context), revision)


def references(request: HttpRequest, slug: str, number: int | None = None) -> HttpResponse:
    """Codes, laws and figures, and which sections rest on each."""
    revision = revision_of(slug, number)
    context = {**_around(revision, number), "references": references_of(revision)}
    return kept(render(request, "guidance/references.html", context))


def search_text(request: HttpRequest, slug: str, number: int | None = None) -> HttpResponse:
    """The paragraphs in which words stand."""
    revision = revision_of(slug, number)
    context = {**_around(revision, number), "results": search(revision, clean_line(request.GET.get("q", "")))}
    return render(request, "guidance/search.html", context)


def compare(
    request: HttpRequest, slug: str, old: int, new: int, section: str = "", *, whole: bool = False,
    template: str = "guidance/compare.html", more: Callable[[dict], dict] = lambda _context: {},
) -> HttpResponse:  # fmt: skip
    """What changed between two drafts, of the whole or of one section. consult/pages adds what became of comments."""
    context = compare_context(*two_revisions(slug, old, new), section=section, whole=whole)
    return kept(render(request, template, {**context, "here_url": request.path, **more(context)}))


def compare_any(request: HttpRequest, slug: str) -> HttpResponse:
    """From the form on the compare page to the page that was asked for, the older draft first."""
    asked = [request.GET.get(name, "") for name in ("old", "new")]
    if not all(number.isascii() and number.isdigit() and len(number) < 10 for number in asked):
        raise Http404("Choose two drafts.")
    old, new = sorted(map(int, asked))
    if old == new:
        return redirect("guidance:draft", slug, new)
    name = "guidance:compare_whole" if request.GET.get("show") == "whole" else "guidance:compare"
    return redirect(name, slug, old, new)


def _aid_context(revision: Revision, key: str, number: int | None) -> dict:
    return {**_around(revision, number), "aid": aid_of(revision, key)}


def aid(request: HttpRequest, slug: str, key: str, number: int | None = None) -> HttpResponse:
    """Where a decision aid begins, with all its questions and results below."""
    context = _aid_context(revision_of(slug, number), key, number)
    return kept(render(request, "guidance/aid.html", context))


def aid_step(request: HttpRequest, slug: str, key: str, step: str, number: int | None = None) -> HttpResponse:
    """One question of a decision aid, or a result, with the answers that led there."""
    context = _aid_context(revision_of(slug, number), key, number)
    page = step_page(context["aid"], step, request.GET.get("answers", ""))
    if page is None:  # the answers do not lead here: an address that was changed, or an aid that was
        return redirect(request.path)
    return kept(render(request, "guidance/aid_step.html", {**context, "page": page}))
