"""A page's body, shared by all its readers, with each reader's own marks laid over it."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from consult.consultations.models import Consultation
from consult.discussion.models import PublicComment
from consult.pages.caching import CURSORS
from consult.pages.context import reader_of
from consult.pages.versions import remembered, scope_of
from consult.people.models import Account, Persona
from guidance.rendering import laid_over

LONGEST_SLUG = 80


NAME_AND_OWN = (
    f"SELECT persona.*, mine.xtdcomment_ptr_id AS own FROM {Persona._meta.db_table} persona"  # noqa: S608
    f" LEFT JOIN {PublicComment._meta.db_table} mine"
    " ON mine.persona_id = persona.id AND mine.visible AND mine.xtdcomment_ptr_id IN ({})"
    " WHERE persona.account_id = %s AND persona.consultation_id = %s"
)


@dataclass(frozen=True)
class Body:
    """A rendered body: the same for everyone. `comment_ids` are the comments on it, for the reader's own marks."""

    title: str
    html: str
    consultation_id: int
    true_until: datetime
    trail: list[tuple[str, str]] = field(default_factory=list)
    comment_ids: tuple[int, ...] = ()
    hidden_from_search: bool = False


def body_of(
    template: str,
    context: dict[str, Any],
    *,
    title: str,
    until: datetime,
    trail: list[tuple[str, str]] | None = None,
    comment_ids: list[int] | None = None,
    hidden_from_search: bool = False,
) -> Body:
    """Render a body. `until` is how long the clock leaves it true."""
    return Body(
        title=title,
        html=render_to_string(template, context),
        consultation_id=context["consultation"].pk,
        true_until=until,
        trail=trail or [],
        comment_ids=tuple(comment_ids or ()),
        hidden_from_search=hidden_from_search,
    )


def show(
    request: HttpRequest, slug: str, build: Callable[[Consultation], Body], *, here: str = "consultations"
) -> HttpResponse:
    """The page of a consultation: its shared body from the cache, or made now, and the reader's marks."""
    reader = reader_of(request)
    if len(slug) > LONGEST_SLUG:
        raise Http404("No consultation has such a long address.")

    def made() -> tuple[Body, datetime]:
        body = build(get_object_or_404(_whole(Consultation.objects.announced()), slug=slug))
        return body, body.true_until

    try:
        kept = remembered(f"body:{_address(request)}", scope_of(slug), made)
    except Http404:
        return _page(request, _seen_by_its_team(reader, slug, build), reader, here)
    response = _page(request, kept.value, reader, here)
    if reader is None:
        response.made_of = kept
    return response


def _address(request: HttpRequest) -> str:
    """The page's address with what decides its content, and nothing that somebody made up."""
    cursors = [f"{name}={request.GET[name][:20]}" for name in sorted(CURSORS) if name in request.GET]
    return f"{request.path}?{'&'.join(cursors)}"


def _page(request: HttpRequest, body: Body, reader, here: str) -> HttpResponse:
    return render(request, "consult/pages/shared.html", _context(body, reader, here))


def _whole(consultations):
    return consultations.select_related("document", "revision", "house_rules", "privacy_notice")


def _seen_by_its_team(reader, slug: str, build: Callable[[Consultation], Body]) -> Body:
    """A consultation that is still being set up: shown to those who set it up, and never kept."""
    if reader is None:
        raise Http404
    consultation = get_object_or_404(_whole(Consultation.objects.visible_to(reader)), slug=slug)
    if consultation.is_announced:
        raise Http404
    return build(consultation)


def _context(body: Body, reader, here: str) -> dict:
    persona, own = _name_and_own_of(reader, body) if reader else (None, [])
    return {
        "body": body,
        "html": laid_over(body.html, {pk: _mark(pk) for pk in own}),
        "persona": persona,
        "here": here,
    }


def _name_and_own_of(reader: Account, body: Body) -> tuple[Persona | None, list[int]]:
    """The name under which someone takes part, and which of the comments on the page are theirs: in one question.

    Written out, because to compose it took longer than all else on the page of someone signed in (measured). What it
    is composed of is ours: names of tables, and the ids of comments.
    """
    on_the_page = ", ".join(str(int(pk)) for pk in body.comment_ids) or "NULL"
    found = list(Persona.objects.raw(NAME_AND_OWN.format(on_the_page), [reader.pk, body.consultation_id]))
    return (found[0] if found else None), [row.own for row in found if row.own]


def _mark(pk: int) -> SafeString:
    """What only the writer sees beside their own comment."""
    return format_html(
        '<span class="consult-own">{}</span> <a class="govuk-link" href="{}">{}</a>',
        _("Posted by you"),
        reverse("withdraw", args=[pk]),
        _("Withdraw"),
    )
