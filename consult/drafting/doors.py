"""Who comes to a draft's pages: editors to write, reviewers to read. To everyone else no draft exists."""

from collections.abc import Callable
from functools import wraps

from django.contrib.auth.views import redirect_to_login
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache

from consult.drafting import actions
from consult.people.permissions import Can, may
from guidance.models import Document, Revision, SectionText


class NoDraftAnyMore(Http404):
    """Somebody who may write came to a draft that is not open: it was published meanwhile, or never begun."""


def desk_page(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """For people who are signed in, and kept by no cache. Words that come too late to be taken come back."""

    @never_cache
    @wraps(view)
    def door(request: HttpRequest, *args, **kwargs) -> HttpResponse:
        words = request.POST.get("markdown", "") if request.method == "POST" else ""
        if not request.user.is_authenticated:
            return _signed_out(request, words)
        try:
            return view(request, *args, **kwargs)
        except NoDraftAnyMore:
            if not words:
                raise
            why = _(
                "The draft was published while you were writing. Start the next one, and bring your words in there."
            )
            return words_come_back(request, words, why, status=409)

    return door


def _signed_out(request: HttpRequest, words: str) -> HttpResponse:
    if not words:
        return redirect_to_login(request.get_full_path())
    return words_come_back(request, words, _("You were signed out while you were writing."), status=403)


def words_come_back(request: HttpRequest, words: str, why: str, *, status: int) -> HttpResponse:
    """A page that gives the words back, with the reason why they were not saved."""
    context = {"words": words, "why": why, "address": request.path, "here": "team"}
    return render(request, "consult/drafting/not_saved.html", context, status=status)


def draft_to_write(request: HttpRequest, slug: str) -> Revision:
    """The open draft, for its editors. Raises Http404 for everyone else."""
    return _open_draft(request, slug, Can.DRAFT)


def draft_to_read(request: HttpRequest, slug: str) -> Revision:
    """The open draft, for its editors and reviewers. That a reviewer read it is written down."""
    draft = _open_draft(request, slug, Can.READ_DRAFT)
    draft.may_be_written = may(request.user, Can.DRAFT, draft.document)
    if not draft.may_be_written:
        actions.note_reading(draft, by=request.user)
    return draft


def document_to_write(request: HttpRequest, slug: str) -> Document:
    """The guidance, for its editors. Raises Http404 for everyone else."""
    return _document(request, slug, Can.DRAFT)


def _document(request: HttpRequest, slug: str, can: Can) -> Document:
    document = get_object_or_404(Document.objects.select_related("current"), slug=slug)
    if not may(request.user, can, document):
        raise Http404
    return document


def _open_draft(request: HttpRequest, slug: str, can: Can) -> Revision:
    document = _document(request, slug, can)
    draft = Revision.objects.open_draft_of(document)
    if draft is None:
        raise NoDraftAnyMore
    draft.document = document
    return draft


def section_of(draft: Revision, key: str) -> SectionText:
    return get_object_or_404(draft.section_texts.select_related("section"), section__key=key)
