"""What every template knows."""

from django.conf import settings
from django.http import HttpRequest


def everywhere(request: HttpRequest) -> dict:
    """The organisation, whether this is a demonstration, and who reads (None for strangers, without a question)."""
    return {"organisation": settings.ORGANISATION, "demo": settings.DEMO, "reader": reader_of(request)}


def reader_of(request: HttpRequest):
    """The account that is signed in, or None. Strangers have no session, and none is looked for."""
    if settings.SESSION_COOKIE_NAME not in request.COOKIES:
        return None
    user = getattr(request, "user", None)
    return user if user is not None and user.is_authenticated else None
