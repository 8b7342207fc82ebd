"""What every template knows."""

from functools import lru_cache

from django.conf import settings
from django.core.cache import caches
from django.http import HttpRequest
from django.urls import reverse
from django.utils.functional import SimpleLazyObject

from consult.people.models import Account, TeamMember

REMEMBERED_FOR = 30
"""Seconds until a new member of a team sees the link to its pages. The pages themselves are there at once."""


def everywhere(request: HttpRequest) -> dict:
    """The organisation, whether this is a demonstration, and who reads (None for strangers, without a question)."""
    reader = reader_of(request)
    return {
        **for_everyone(request),
        "reader": reader,
        "signed_in": reader is not None,
        "has_team": SimpleLazyObject(lambda: "drafts" in work_of(reader)),
        "moderates": SimpleLazyObject(lambda: "moderates" in work_of(reader)),
    }


def for_everyone(request: HttpRequest) -> dict:
    """What a template knows that does not depend on who reads."""
    return {
        "organisation": settings.ORGANISATION,
        "demo": settings.DEMO,
        "webmention": settings.WEBMENTION,
        "single_sign_on": settings.OIDC.get("name", ""),
        "top_page": request.path if request.path in top_pages() else "",
    }


@lru_cache
def top_pages() -> frozenset[str]:
    """The pages that the navigation leads to: there, it says “this page” and not “this part”."""
    pages = ("home", "guidance:library", "house_rules", "contributions", "team", "moderation")
    return frozenset([*map(reverse, pages), reverse("standing", args=["how-it-works"])])


def work_of(reader: Account | None) -> frozenset[str]:
    """Which work pages there are for this reader: "drafts", "moderates". Asked for only where a template does, and once
    in a while."""
    if reader is None:
        return frozenset()
    if reader.is_admin:
        return frozenset({"drafts", "moderates"})
    return caches["process"].get_or_set(f"work:{reader.pk}", lambda: _work(reader), REMEMBERED_FOR)


def _work(reader: Account) -> frozenset[str]:
    roles = TeamMember.objects.filter(account=reader).values_list("role", flat=True)
    return frozenset("moderates" if role == TeamMember.Role.MODERATOR else "drafts" for role in roles)


def reader_of(request: HttpRequest) -> Account | None:
    """The account that is signed in, or None. Strangers have no session, and none is looked for."""
    if settings.SESSION_COOKIE_NAME not in request.COOKIES:
        return None
    user = getattr(request, "user", None)
    return user if user is not None and user.is_authenticated else None
