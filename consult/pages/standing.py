"""The standing pages: our honest defaults, or an organisation's own words."""

from dataclasses import dataclass

from django.conf import settings
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _

from consult.pages.models import StandingPage
from guidance.rendering import render

DEFAULTS = settings.BASE_DIR / "templates" / "consult" / "pages" / "defaults"
TITLES = {
    "privacy": _("Privacy"),
    "cookies": _("Cookies"),
    "accessibility": _("Accessibility statement"),
    "contact": _("Contact"),
    "terms": _("Terms"),
    "how-it-works": _("How it works"),
    "pen-names": _("What a pen name protects"),
}


@dataclass(frozen=True)
class Page:
    slug: str
    title: str
    html: SafeString


def standing_page(slug: str) -> Page | None:
    """A standing page, rendered; None if there is no such page."""
    if slug not in TITLES:
        return None
    own = StandingPage.objects.filter(slug=slug).first()
    title, text = (own.title, own.text) if own else (str(TITLES[slug]), default_text(slug))
    return Page(slug, title, render(text))


def default_text(slug: str) -> str:
    """Our own text, with the organisation's names filled in."""
    text = (DEFAULTS / f"{slug.replace('-', '_')}.md").read_text(encoding="utf-8")
    organisation = settings.ORGANISATION
    for name in ("name", "service", "contact"):
        text = text.replace("{" + {"name": "organisation"}.get(name, name) + "}", organisation[name])
    return text
