"""Markdown in templates."""

import json
from urllib.parse import urlsplit

from django import template
from django.core.serializers.json import DjangoJSONEncoder
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from guidance.blocks import split_blocks
from guidance.rendering import render

register = template.Library()


@register.filter
def as_json(value: object) -> str:
    """For an attribute that a script reads. It is text like any other, and escaped like it."""
    return json.dumps(value, cls=DjangoJSONEncoder)


@register.filter
def markdown(text: str, heading_offset: int = 1) -> SafeString:
    """Markdown as safe HTML, with its headings moved below the page's own."""
    return render(text, heading_offset)


@register.filter
def opening(text: str) -> str:
    """The first paragraph of a Markdown text, its words alone: enough to say what something is about."""
    return next((block.text for block in split_blocks(text) if block.kind == "paragraph"), "")


@register.filter
def web_address(url: str) -> str:
    """An address that may stand in a link: on the web, or none. What was imported may hold any scheme."""
    return url if url.lower().startswith(("https://", "http://")) else ""


@register.filter
def site_of(url: str) -> str:
    """The site that an address leads to, in letters that cannot look like others: what a link says of itself."""
    try:
        host = urlsplit(url).hostname or ""
        return host.encode("idna").decode()
    except ValueError:  # UnicodeError is one: no such site can be
        return _("a web page")
