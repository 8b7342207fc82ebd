"""The team's pages: drafts, setting consultations up, and what came of them."""

from collections.abc import Callable

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import ValidationError
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from consult.consultations import actions
from consult.consultations.forms import ConsultationForm
from consult.consultations.models import Consultation
from consult.discussion.models import Tally
from consult.drafting.actions import open_draft
from consult.drafting.doors import desk_page, draft_to_read
from consult.drafting.showing import drafts_to_read
from consult.jobs.models import Job
from consult.pages.views.reading import question_rows, section_rows
from consult.pages.where import where
from consult.people.models import TeamMember
from consult.people.permissions import Can, may, require
from guidance.cleaning import clean_text
from guidance.compared import compare_context
from guidance.models import Document, Revision
from guidance.reading import contents_of, section_page, words_by_section


def documents_of(account) -> QuerySet[Document]:
    """The documents that someone drafts; all of them for an admin."""
    if account.is_admin:
        return Document.objects.order_by("title")
    mine = TeamMember.objects.filter(account=account, role=TeamMember.Role.EDITOR).values("document")
    return Document.objects.filter(pk__in=mine).order_by("title")


def team_page(view: Callable) -> Callable:
    """For signed-in people who draft something or are admins. To others these pages do not exist."""

    @never_cache
    @login_required
    def door(request: HttpRequest, *args, **kwargs) -> HttpResponse:
        if not request.user.is_admin and not documents_of(request.user).exists():
            raise Http404
        return view(request, *args, **kwargs)

    return door


@never_cache
@login_required
def team(request: HttpRequest) -> HttpResponse:
    """Everything that this person looks after, on one page. Reviewers look after nothing, and find what to read."""
    if not request.user.is_admin and not documents_of(request.user).exists():
        if drafts_to_read(request.user) is None:
            raise Http404
        return redirect("drafts")
    now = timezone.now()
    documents = documents_of(request.user).select_related("current")
    consultations = Consultation.objects.filter(document__in=documents).select_related("document")
    counts = Tally.objects.of_consultations()
    drafts = {draft.document_id: draft for draft in Revision.objects.filter(state=Revision.State.DRAFT)}
    context = {
        "documents": [{"document": document, "draft": drafts.get(document.pk)} for document in documents],
        "consultations": [
            {"consultation": c, "where": where(c, now), "counts": counts.get(c.pk)} for c in consultations
        ],
        "jobs": Job.objects.visible_to(request.user).order_by("-pk")[:5],
        "may_set_up": may(request.user, Can.SET_UP),
        "here": "team",
    }
    return render(request, "consult/pages/team.html", context)


def status_of(form) -> int:
    return 422 if form.is_bound and form.errors else 200


def _draft(request: HttpRequest, slug: str) -> Revision:
    document = get_object_or_404(documents_of(request.user), slug=slug)
    draft = Revision.objects.select_related("document__current").open_draft_of(document)
    if draft is None:
        raise Http404("This guidance has no open draft.")
    return draft


@team_page
@require_POST
def start_draft(request: HttpRequest, slug: str) -> HttpResponse:
    """Begin the next draft with the words of the current one."""
    document = get_object_or_404(documents_of(request.user), slug=slug)
    open_draft(document, by=request.user)
    return redirect("team_draft", slug=slug)


@desk_page
@require_http_methods(["GET", "HEAD"])
def draft(request: HttpRequest, slug: str) -> HttpResponse:
    """The open draft, section by section, and for its editors the way to publish it."""
    revision = draft_to_read(request, slug)
    words = words_by_section(revision)
    rows = [{"text": text, "words": words.get(text.pk, {})} for text in contents_of(revision)]
    return render(request, "consult/pages/draft.html", {"revision": revision, "rows": rows, "here": "team"})


@team_page
def compare_draft(request: HttpRequest, slug: str, section: str = "") -> HttpResponse:
    """What the open draft changes of what is published, for the team alone."""
    draft = _draft(request, slug)
    if draft.document.current_id is None:
        raise Http404("Nothing has been published that it could be compared with.")
    context = compare_context(draft.document.current, draft, section=section)
    return render(request, "consult/pages/compare_draft.html", {**context, "here_url": request.path, "here": "team"})


@desk_page
def draft_section(request: HttpRequest, slug: str, key: str, level: str = "") -> HttpResponse:
    """One section of the open draft as its readers will see it, for the team and its reviewers alone."""
    revision = draft_to_read(request, slug)
    context = {"revision": revision, "page": section_page(revision, key, level), "here": "team"}
    return render(request, "consult/pages/draft_section.html", context)


@team_page
@require_http_methods(["GET", "HEAD", "POST"])
def set_up(request: HttpRequest, slug: str = "") -> HttpResponse:
    """Set a consultation up, or change what may still be changed."""
    visible = Consultation.objects.visible_to(request.user)
    consultation = get_object_or_404(visible, slug=slug) if slug else Consultation()
    require(request.user, Can.SET_UP, consultation)
    form = ConsultationForm(request.POST or None, instance=consultation, initial={} if slug else _first_guess())
    if request.method == "POST" and form.is_valid():
        try:
            saved = actions.set_up(form.instance, questions=form.cleaned_data["questions"], by=request.user)
        except ValidationError as error:
            _put_on(form, error)
        else:
            return redirect("team_consultation", slug=saved.slug)
    context = {"form": form, "consultation": consultation if slug else None, "here": "team"}
    return render(request, "consult/pages/set_up.html", context, status=status_of(form))


def _first_guess() -> dict:
    return {"contact": settings.ORGANISATION["contact"]}


def _put_on(form, error: ValidationError) -> None:
    if hasattr(error, "error_dict"):
        for field, errors in error.error_dict.items():
            form.add_error(field if field in form.fields else None, errors)
    else:
        form.add_error(None, error.messages)


@team_page
def desk(request: HttpRequest, slug: str) -> HttpResponse:
    """One consultation, for its team: where it stands, what came in, and what can be done next."""
    consultation = get_object_or_404(
        Consultation.objects.select_related("document", "revision"),
        slug=slug,
        document__in=documents_of(request.user),
    )
    counts = Tally.objects.of_places(consultation)
    context = {
        "consultation": consultation,
        "where": where(consultation, timezone.now()),
        "counts": counts,
        "sections": section_rows(consultation, counts),
        "questions": question_rows(consultation, counts),
        "may_set_up": may(request.user, Can.SET_UP),
        "may_export": may(request.user, Can.EXPORT, consultation),
        "may_pause": consultation.allows_staff("pause"),
        "may_resume": consultation.allows_staff("resume"),
        "may_answer": consultation.allows_staff("answer"),
        "may_change": consultation.allows_staff("change"),
        "may_extend": consultation.is_announced and consultation.allows_staff("extend"),
        "here": "team",
    }
    return render(request, "consult/pages/desk.html", context)


MOVES = {
    "announce": lambda consultation, request: actions.announce(consultation, by=request.user),
    "pause": lambda consultation, request: actions.pause(
        consultation, by=request.user, reason=clean_text(request.POST.get("reason", ""))[:500]
    ),
    "resume": lambda consultation, request: actions.resume(consultation, by=request.user),
    "answer": lambda consultation, request: actions.mark_answered(consultation, by=request.user),
}


@team_page
@require_POST
def move(request: HttpRequest, slug: str, verb: str) -> HttpResponse:
    """Announce, pause, resume, or mark as answered."""
    if verb not in MOVES:
        raise Http404
    consultation = get_object_or_404(Consultation.objects.visible_to(request.user), slug=slug)
    try:
        MOVES[verb](consultation, request)
    except ValidationError as error:
        messages.error(request, " ".join(error.messages))
    return redirect("team_consultation", slug=slug)
