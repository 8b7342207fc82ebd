"""The way of a draft to everyone: what is still open, what readers are told, when; and how far it is."""

import hashlib

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from consult.consultations.calendar.models import why_held
from consult.people.permissions import Can, may
from consult.publishing.actions import (
    ask_to_publish,
    correct_block,
    prepare_again,
    stop_publication,
    withdraw_revision,
)
from consult.publishing.checklist import open_points
from consult.publishing.forms import CorrectionForm, PublicationForm, WithdrawalForm
from consult.publishing.models import Publication
from guidance.diffs import changed
from guidance.models import Block, Document, Revision

SENT = ("changelog", "why_anyway", "when", "due_at_0", "due_at_1")
"""What the form to publish sends."""


def _document(request: HttpRequest, slug: str, can: Can) -> Document:
    """The guidance, for those who may do this with it; to others the page does not exist."""
    document = get_object_or_404(Document.objects.select_related("current"), slug=slug)
    if not may(request.user, can, document):
        raise Http404
    return document


@never_cache
@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def publication(request: HttpRequest, slug: str) -> HttpResponse:
    """The checklist and the form; once asked for, how far it is."""
    document = _document(request, slug, Can.PUBLISH)
    draft = Revision.objects.select_related("document__current").open_draft_of(document)
    under_way = Publication.objects.under_way().filter(revision=draft).select_related("job").first() if draft else None
    if draft is None or under_way:
        return _how_far(request, document, under_way)
    points = open_points(draft)
    form = PublicationForm(request.POST or None, has_open_points=bool(points))
    if request.method == "POST" and form.is_valid() and "change" not in request.POST:
        asked = {name: form.cleaned_data.get(name) or "" for name in ("changelog", "why_anyway")}
        sentences = [point.sentence for point in points]
        shown = _what_is_shown(sentences, request)
        if request.POST.get("seen") != shown:
            return _as_readers_will_see_it(request, document, draft, form, sentences, shown)
        try:
            ask_to_publish(draft, **asked, open_points=sentences, due_at=form.cleaned_data["due_at"], by=request.user)
        except ValidationError as error:
            _put_on(form, error)
        else:
            return redirect("publication", slug=slug)
    context = {"document": document, "draft": draft, "points": points, "form": form, **_around()}
    return render(request, "consult/publishing/publication.html", context, status=_status_of(form))


def _what_is_shown(sentences: list[str], request: HttpRequest) -> str:
    """Stands for what was shown before it is said in public: other words, or other open points, are shown again."""
    told = [*sentences, *(request.POST.get(name, "") for name in SENT)]
    return hashlib.sha256("\0".join(told).encode()).hexdigest()[:32]


def _as_readers_will_see_it(
    request: HttpRequest, document: Document, draft: Revision, form: PublicationForm, sentences: list[str], seen: str
) -> HttpResponse:
    sent = [(name, request.POST[name]) for name in SENT if name in request.POST]
    told = {"changelog": form.cleaned_data["changelog"], "why_anyway": form.cleaned_data.get("why_anyway", "")}
    context = {
        "document": document,
        "draft": draft,
        "publication": {**told, "open_points": sentences},
        "due_at": form.cleaned_data["due_at"],
        "sent": [*sent, ("seen", seen)],
        **_around(),
    }
    return render(request, "consult/publishing/as_readers_will_see_it.html", context)


def _around() -> dict:
    """Where these pages stand."""
    return {"trail": [(_("Your team pages"), reverse("team"))], "here": "team"}


def _how_far(request: HttpRequest, document: Document, under_way: Publication | None) -> HttpResponse:
    last = Publication.objects.filter(revision__document=document).select_related("revision").first()
    context = {
        "document": document,
        "publication": under_way or last,
        "job": under_way.job if under_way else None,
        "held": why_held(document, at=timezone.now()) if under_way else "",
        **_around(),
    }
    return render(request, "consult/publishing/on_its_way.html", context)


def _status_of(form) -> int:
    return 422 if form.is_bound and form.errors else 200


def _put_on(form, error: ValidationError) -> None:
    if hasattr(error, "error_dict"):
        for field, errors in error.error_dict.items():
            form.add_error(field if field in form.fields else None, errors)
    else:
        form.add_error(None, error.messages)


@login_required
@require_POST
def stop(request: HttpRequest, slug: str) -> HttpResponse:
    """Do not publish it after all."""
    return _with_what_is_under_way(request, slug, stop_publication, _("It is not published. You can go on writing."))


@login_required
@require_POST
def again(request: HttpRequest, slug: str) -> HttpResponse:
    """Prepare it once more, after that failed."""
    return _with_what_is_under_way(request, slug, prepare_again, "")


def _with_what_is_under_way(request: HttpRequest, slug: str, act, said: str) -> HttpResponse:
    document = _document(request, slug, Can.PUBLISH)
    found = Publication.objects.under_way().filter(revision__document=document).select_related("revision").first()
    try:
        if found is None:
            raise ValidationError(_("Nothing of this guidance is on its way to being published."))
        act(found, by=request.user)
    except ValidationError as error:
        messages.error(request, " ".join(error.messages))
    else:
        if said:
            messages.success(request, said)
    return redirect("publication", slug=slug)


@never_cache
@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def withdraw(request: HttpRequest, slug: str, number: int) -> HttpResponse:
    """Say that a published version does not hold any more, and why."""
    document = _document(request, slug, Can.WITHDRAW_TEXT)
    revision = get_object_or_404(Revision.objects.published(), document=document, number=number)
    form = WithdrawalForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            withdraw_revision(revision, why=form.cleaned_data["why"], by=request.user)
        except ValidationError as error:
            _put_on(form, error)
        else:
            return redirect("guidance:draft", slug, number)
    context = {"document": document, "revision": revision, "form": form, "here": "team"}
    return render(request, "consult/publishing/withdraw.html", context, status=_status_of(form))


@never_cache
@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def correct(request: HttpRequest, slug: str, number: int, block: str) -> HttpResponse:
    """Mend a mistake in one paragraph of a published version, after a look at the difference."""
    document = _document(request, slug, Can.CORRECT)
    found = get_object_or_404(
        Block.objects.select_related("section_text__section", "revision"),
        revision__document=document, revision__number=number, revision__state=Revision.State.PUBLISHED, key=block,
    )  # fmt: skip
    form = CorrectionForm(request.POST or None, initial={"source": found.source})
    pieces = None
    if request.method == "POST" and form.is_valid():
        wanted = form.cleaned_data
        if "look" in request.POST:
            pieces = changed(found.source, wanted["source"])
        else:
            try:
                correct_block(found.revision, block, wanted["source"], why=wanted["why"], by=request.user)
            except ValidationError as error:
                _put_on(form, error)
            else:
                section = found.section_text.section.key
                return redirect("guidance:draft_section_at", slug, number, section, found.level)
    context = {"document": document, "block": found, "form": form, "pieces": pieces, "here": "team"}
    return render(request, "consult/publishing/correct.html", context, status=_status_of(form))


@never_cache
@login_required
def published(request: HttpRequest, slug: str) -> HttpResponse:
    """All published versions of a piece of guidance, with what can be done with each; and the paragraphs of one section
    of the current one, to be corrected."""
    document = _document(request, slug, Can.CORRECT)
    revisions = list(Revision.objects.readable().filter(document=document).order_by("-number"))
    current = document.current
    sections = list(current.section_texts.select_related("section").order_by("position")) if current else []
    chosen = next((text for text in sections if text.section.key == request.GET.get("section")), None)
    blocks = Block.objects.filter(section_text=chosen).select_related("section_text").order_by(*Block._meta.ordering)
    context = {
        "document": document,
        "revisions": revisions,
        "sections": sections,
        "chosen": chosen,
        "blocks": list(blocks) if chosen else [],
        **_around(),
    }
    return render(request, "consult/publishing/published.html", context)
