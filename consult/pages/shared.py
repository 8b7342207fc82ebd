"""A page's body, shared by all its readers, with each reader's own marks laid over it."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, NamedTuple

from django.conf import settings
from django.contrib.messages import get_messages
from django.db import connection
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from consult.consultations.models import Consultation
from consult.discussion.models import PublicComment, Reaction
from consult.pages.caching import CURSORS
from consult.pages.context import for_everyone, reader_of, work_of
from consult.pages.versions import remembered, scope_of
from consult.people.factors import lacks_second_factor
from consult.people.models import Account, Persona
from guidance.models import Revision
from guidance.rendering import laid_over
from guidance.templatetags.look import rendered_once

LONGEST_SLUG = 80


NAME_AND_OWN = (
    "SELECT persona.name, mine.xtdcomment_ptr_id, NULL AS agrees, persona.capacity AS capacity"  # noqa: S608
    f" FROM {Persona._meta.db_table} persona"
    f" LEFT JOIN {PublicComment._meta.db_table} mine"
    " ON mine.persona_id = persona.id AND mine.visible AND mine.xtdcomment_ptr_id IN ({on_the_page})"
    " WHERE persona.account_id = %s AND persona.consultation_id = %s"
    " UNION ALL SELECT persona.name, weighed.comment_id, weighed.agrees, persona.capacity"
    f" FROM {Persona._meta.db_table} persona"
    f" JOIN {Reaction._meta.db_table} weighed"
    " ON weighed.persona_id = persona.id AND weighed.comment_id IN ({on_the_page})"
    " WHERE persona.account_id = %s AND persona.consultation_id = %s"
    " ORDER BY capacity DESC"  # the name for oneself before the one for an organisation
)


class Own(NamedTuple):
    """What on a page is the reader's: the name they post under, their comments, and what they agree with or not."""

    name: str = ""
    comments: tuple[int, ...] = ()
    weighed: tuple[tuple[int, bool], ...] = ()


@dataclass(frozen=True)
class Body:
    """A rendered body: the same for everyone. `comment_ids` are the comments on it, for the reader's own marks."""

    title: str
    html: SafeString
    consultation_id: int
    true_until: datetime
    trail: list[tuple[str, str]] = field(default_factory=list)
    comment_ids: tuple[int, ...] = ()
    hidden_from_search: bool = False
    revision_id: int | None = None
    """The text whose words it shows, if it does."""


@dataclass(frozen=True)
class SharedPage:
    """The whole page around a body, with slots for what each reader sees of their own: what is kept in the cache."""

    html: str
    consultation_id: int
    comment_ids: tuple[int, ...]
    revision_id: int | None
    """The text whose words are on the page, if they are."""
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
    shows: Revision | None = None,
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
        revision_id=shows.pk if shows else None,
    )


def show(
    request: HttpRequest, slug: str, build: Callable[[Consultation], Body], *, here: str = "consultations"
) -> HttpResponse:
    """The page of a consultation: its shared body from the cache, or made now, and the reader's marks."""
    reader = reader_of(request)
    if len(slug) > LONGEST_SLUG:
        raise Http404("No consultation has such a long address.")

    def made() -> tuple[SharedPage, datetime]:
        body = build(get_object_or_404(_whole(Consultation.objects.announced()), slug=slug))
        return _around(body, request, here), body.true_until

    try:
        kept = remembered(f"page for all:{_address(request)}", scope_of(slug), made)
    except Http404:
        return _answer(request, _around(_seen_by_its_team(reader, slug, build), request, here), reader, here)
    response = advertised(_answer(request, kept.value, reader, here))
    if reader is None:
        response.made_of = kept
    return response


def advertised(response: HttpResponse) -> HttpResponse:
    """With the addresses at which pages elsewhere can say that they link to this one, if that is switched on."""
    if settings.WEBMENTION:
        response["Link"] = f'<{settings.SITE_ADDRESS}{reverse("webmention")}>; rel="webmention"'
        response["X-Pingback"] = f"{settings.SITE_ADDRESS}{reverse('pingback')}"
    return response


def _address(request: HttpRequest) -> str:
    """The page's address with what decides its content, and nothing that somebody made up."""
    cursors = [f"{name}={request.GET[name][:20]}" for name in sorted(CURSORS) if name in request.GET]
    return f"{request.path}?{'&'.join(cursors)}"


def _around(body: Body, request: HttpRequest, here: str) -> SharedPage:
    """The page around a body. Nothing on it depends on who reads: what does, is a slot."""
    context = {**for_everyone(request), "body": body, "here": here}
    return SharedPage(
        render_to_string("consult/pages/shared.html", context),
        body.consultation_id,
        body.comment_ids,
        body.revision_id,
        body.hidden_from_search,
    )


def _answer(request: HttpRequest, page: SharedPage, reader: Account | None, here: str) -> HttpResponse:
    """The page with this reader's own marks laid over."""
    own = _own_of(reader, page) if reader else Own()
    marks = {
        "me": _me(request, reader, own.name),
        "navigation": _navigation(request, reader, here),
        "messages": _messages(request) if reader else SafeString(),
        **{f"own {pk}": _mark(pk) for pk in own.comments},
        **{f"weighed {pk}": _weighed(agrees) for pk, agrees in own.weighed},
    }
    response = HttpResponse(laid_over(page.html, marks))
    response.shows = page.revision_id
    if page.hidden_from_search:
        response["X-Robots-Tag"] = "noindex"
    return response


def _me(request: HttpRequest, reader: Account | None, name: str) -> SafeString:
    path = "" if reader else request.path
    return rendered_once("components/me.html", {}, signed_in=reader is not None, speaks_as=name, path=path)


def _navigation(request: HttpRequest, reader: Account | None, here: str) -> SafeString:
    known = for_everyone(request)
    work = work_of(reader)
    facts = {
        "here": here,
        "signed_in": reader is not None,
        "has_team": "drafts" in work,
        "moderates": "moderates" in work,
    }
    return rendered_once("components/navigation.html", known["organisation"], **facts, top_page=known["top_page"])


def _messages(request: HttpRequest) -> SafeString:
    messages = get_messages(request)
    return render_to_string("components/messages.html", {"messages": messages}) if len(messages) else SafeString()


def _whole(consultations):
    return consultations.select_related("document__current", "revision", "house_rules", "privacy_notice")


def _seen_by_its_team(reader, slug: str, build: Callable[[Consultation], Body]) -> Body:
    """A consultation that is still being set up: shown to those who set it up, and never kept."""
    if reader is None or lacks_second_factor(reader):
        raise Http404
    consultation = get_object_or_404(_whole(Consultation.objects.visible_to(reader)), slug=slug)
    if consultation.is_announced:
        raise Http404
    return build(consultation)


def _own_of(reader: Account, page: SharedPage) -> Own:
    """What on this page is the reader's own, in one question.

    Written out, because to compose it took longer than all else on the page of someone signed in (measured). What it
    is composed of is ours: names of tables, and the ids of comments.
    """
    on_the_page = ", ".join(str(int(pk)) for pk in page.comment_ids) or "NULL"
    who = [reader.pk, page.consultation_id]
    with connection.cursor() as cursor:
        cursor.execute(NAME_AND_OWN.format(on_the_page=on_the_page), who * 2)
        found = cursor.fetchall()
    return Own(
        found[0][0] if found else "",
        tuple(pk for _name, pk, agrees, _capacity in found if pk and agrees is None),
        tuple((pk, bool(agrees)) for _name, pk, agrees, _capacity in found if agrees is not None),
    )


def _mark(pk: int) -> SafeString:
    """What only the writer sees beside their own comment."""
    return format_html(
        '<span class="consult-own">{}</span> <a class="govuk-link" href="{}">{}</a>'
        ' <a class="govuk-link" href="{}">{}</a>',
        _("Posted by you"),
        reverse("change_comment", args=[pk]),
        _("Change"),
        reverse("withdraw", args=[pk]),
        _("Withdraw"),
    )


def _weighed(agrees: bool) -> SafeString:
    """What only the reader sees beside a comment that they have agreed or disagreed with."""
    return format_html('<span class="consult-own">{}</span>', _("You agree") if agrees else _("You disagree"))
