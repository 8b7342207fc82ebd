"""How small things look: icons, tags, bars, and where an error points.

Every icon stands beside a word, so all of them are hidden from screen readers.
"""

from collections.abc import Hashable, Mapping
from dataclasses import is_dataclass
from functools import lru_cache

from django import template
from django.conf import settings
from django.forms import BoundField, Field
from django.template import Context
from django.template.loader import get_template
from django.templatetags.static import static
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import get_language

register = template.Library()


@register.simple_tag
def asset(path: str) -> str:
    """A static file's address; without its fingerprint where nobody wrote down which that is."""
    try:
        return static(path)
    except (OSError, ValueError):
        return f"{settings.STATIC_URL}{path}"


def line(path: str, width: str = "1.8") -> SafeString:
    return format_html('<path d="{}" fill="none" stroke="currentColor" stroke-width="{}"/>', path, width)


def shape(path: str) -> SafeString:
    return format_html('<path d="{}" fill="currentColor"/>', path)


def paper(path: str, width: str = "1.8") -> SafeString:
    """A line cut out of a filled shape."""
    return format_html('<path d="{}" fill="none" stroke="#fff" stroke-width="{}"/>', path, width)


def circle(radius: int, *, filled: bool) -> SafeString:
    if filled:
        return format_html('<circle cx="8" cy="8" r="{}" fill="currentColor"/>', radius)
    return format_html('<circle cx="8" cy="8" r="{}" fill="none" stroke="currentColor" stroke-width="2"/>', radius)


def circle_at(x: float, y: float, radius: float) -> SafeString:
    return format_html('<circle cx="{}" cy="{}" r="{}" fill="currentColor"/>', x, y, radius)


def drawn(*parts: SafeString, size: int = 16) -> SafeString:
    return format_html(
        '<svg class="consult-icon" width="{0}" height="{0}" viewBox="0 0 {0} {0}"'
        ' aria-hidden="true" focusable="false">{1}</svg>',
        size,
        format_html_join("", "{}", ((part,) for part in parts)),
    )


ICONS = {
    "tick": drawn(line("M2.5 8.5l3.5 3.5 7.5-8", "2.4")),
    "cross": drawn(line("M3.5 3.5l9 9m0-9l-9 9", "2.4")),
    "dot": drawn(circle(4, filled=True)),
    "ring": drawn(circle(5, filled=False)),
    "half": drawn(circle(6, filled=False), shape("M8 2a6 6 0 0 1 0 12z")),
    "arrow": drawn(line("M2 8h9M8 4l4 4-4 4", "2.2")),
    "equals": drawn(line("M3 6h10M3 10.5h10", "2.2")),
    "moved": drawn(line("M5 2v11M2 10l3 3.5L8 10M11 14V3M8 6l3-3.5L14 6", "1.7")),
    "pen": drawn(line("M2 14l1-4 7.5-7.5 3 3L6 13z")),
    "question": drawn(line("M4.8 5.6a3.2 3.2 0 1 1 4.6 2.8c-.9.5-1.4 1-1.4 2.1", "2"), circle_at(8, 13.4, 1.3)),
    "evidence": drawn(line("M3 1.5h7l3 3v10H3zM5.5 7h5M5.5 10.5h5", "1.6")),
    "lock": drawn(shape("M3 7h10v7H3z"), line("M5 7V5a3 3 0 0 1 6 0v2")),
    "pause": drawn(shape("M3 2.5h3.5v11H3zM9.5 2.5H13v11H9.5z")),
    "care": drawn(shape("M8 1.5L15.2 14.5H.8z"), paper("M8 6v4m0 1.6v1.6")),
    "up": drawn(line("M8 13V3M3.5 7.5L8 3l4.5 4.5", "2")),
    "down": drawn(line("M8 3v10M3.5 8.5L8 13l4.5-4.5", "2")),
    "in": drawn(line("M2 3v10h12M5 8h8M9 4L5 8l4 4")),
    "shield": drawn(
        shape("M9 1l6.5 2.4v5C15.5 12.5 12.8 15.6 9 17 5.2 15.6 2.5 12.5 2.5 8.4v-5z"),
        paper("M5.6 9l2.4 2.4 4.4-4.8", "1.9"),
        size=18,
    ),
}
TAG_KINDS = {"", "plain", "yes", "part", "no", "care", "out"}


@register.simple_tag(takes_context=True)
def once(context: Context, template_name: str, *names: str) -> SafeString:
    """Include a part that stands on many pages, rendered once for each combination of what it depends on.

    `names` are the variables it may use: words, numbers, frozen dataclasses, or yes and no. It sees nothing else but
    the organisation.
    """
    facts = {name: _as_a_fact(context.get(name, "")) for name in names}
    return rendered_once(template_name, context.get("organisation", {}), **facts)


def _as_a_fact(value: object) -> Hashable:
    return value if isinstance(value, str | int) or is_dataclass(value) else bool(value)


def rendered_once(template_name: str, organisation: Mapping[str, str], **facts: Hashable) -> SafeString:
    """A template's output, kept for each of the few combinations of the facts that it depends on."""
    return _rendered_once(template_name, tuple(facts.items()), tuple(organisation.items()), get_language())


@lru_cache(maxsize=4096)
def _rendered_once(template_name: str, facts: tuple, organisation: tuple, _language: str) -> SafeString:
    return get_template(template_name).render({**dict(facts), "organisation": dict(organisation)})


@register.simple_tag
def icon(name: str) -> SafeString:
    """A drawn sign. An unknown name is a mistake in a template, and says so."""
    return ICONS[name]


@register.simple_tag
def tag(words: str, *, kind: str = "plain", icon: str = "") -> SafeString:
    """A tag: always a word, with a shape where it helps, never colour alone."""
    if kind not in TAG_KINDS:
        raise ValueError(f"There is no tag of the kind “{kind}”: choose one of {sorted(TAG_KINDS)}.")
    return format_html(
        '<strong class="consult-tag{}">{}{}</strong>',
        f" consult-tag--{kind}" if kind else "",
        ICONS[icon] if icon else "",
        words,
    )


def percent(part: float, whole: float) -> str:
    """How much of the whole, for the width of a drawn bar: never below nothing or beyond the whole."""
    return f"{min(max(part / whole, 0), 1) * 100 if whole else 0:.1f}%"


@register.simple_tag
def bar(part: float, whole: float, *, height: int = 16) -> SafeString:
    """A bar beside a figure. It only decorates: the figure itself must stand next to it in words."""
    return format_html(
        '<svg class="consult-bar" width="100%" height="{}" aria-hidden="true" focusable="false">'
        '<rect class="consult-bar__rest" width="100%" height="100%"/>'
        '<rect class="consult-bar__one" width="{}" height="100%"/></svg>',
        height,
        percent(part, whole),
    )


@register.simple_tag
def track(part: float, whole: float) -> SafeString:
    """How far an open consultation has come between its two dates."""
    here = percent(part, whole)
    return format_html(
        '<svg class="consult-where__track" width="100%" height="14" aria-hidden="true" focusable="false">'
        '<rect class="consult-bar__rest" y="4" width="100%" height="6" rx="3"/>'
        '<rect class="consult-bar__one" y="4" width="{0}" height="6" rx="3"/>'
        '<rect class="consult-bar__now" x="{0}" width="4" height="14" rx="2"/></svg>',
        here,
    )


@register.filter
def first_input_id(field: BoundField) -> str:
    """Where a link to this field must lead: a group of radios has no id of its own that can take the focus."""
    return field.id_for_label or (f"{field.auto_id}_0" if field.auto_id else "")


@register.filter
def errors_in_words(field: BoundField) -> list[str]:
    """A field's errors as they read in a summary, where “this field” would name nothing."""
    nameless = Field.default_error_messages["required"]
    return [f"{field.label}: {words}" if words == nameless else words for words in field.errors]
