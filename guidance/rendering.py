"""Markdown to safe HTML: the one place that marks HTML as safe."""

import re
from collections.abc import Iterable, Mapping
from functools import lru_cache

import nh3
from django.utils.safestring import SafeString, mark_safe

from guidance.blocks import parser
from guidance.marking import marked

TAGS = {
    "a", "blockquote", "br", "code", "em", "h2", "h3", "h4", "h5", "h6", "hr", "li", "ol", "p", "pre", "strong",
    "table", "tbody", "td", "th", "thead", "tr", "ul",
}  # fmt: skip
ATTRIBUTES = {"a": {"href"}, "ol": {"start"}}
SCHEMES = {"http", "https", "mailto"}
CLASSES = {
    "p": "govuk-body",
    "a": "govuk-link",
    "ul": "govuk-list govuk-list--bullet",
    "ol": "govuk-list govuk-list--number",
    "table": "govuk-table",
    "thead": "govuk-table__head",
    "tbody": "govuk-table__body",
    "tr": "govuk-table__row",
    "th": "govuk-table__header",
    "td": "govuk-table__cell",
    "h2": "govuk-heading-l",
    "h3": "govuk-heading-m",
    "h4": "govuk-heading-s",
    "h5": "govuk-heading-s",
    "h6": "govuk-heading-s",
    "blockquote": "govuk-inset-text",
    "hr": "govuk-section-break govuk-section-break--visible",
}
SLOT = re.compile(r"<!--slot ([a-z]+(?: \d+)?)-->")


@lru_cache(maxsize=4096)
def render(markdown: str, heading_offset: int = 0) -> SafeString:
    """Markdown as safe HTML with the components' classes.

    The parser has raw HTML switched off; what it makes is sanitised once more against a list of allowed tags, so
    that neither needs to be trusted alone. `heading_offset` moves headings down to where they stand on the page. Half
    of a surrogate pair, which no database of ours can hold, becomes a question mark.
    """
    well_formed = markdown.encode("utf-8", "replace").decode("utf-8")
    html = _moved(parser().render(well_formed), heading_offset)
    clean = nh3.clean(
        html,
        tags=TAGS,
        attributes=ATTRIBUTES,
        url_schemes=SCHEMES,
        link_rel="nofollow noopener",
        set_tag_attribute_values={tag: {"class": name} for tag, name in CLASSES.items()},
    )
    return mark_safe(clean.strip())


def _moved(html: str, offset: int) -> str:
    def moved(match: re.Match) -> str:
        return f"{match[1]}{min(6, max(2, int(match[2]) + offset))}"

    return re.sub(r"(</?h)([1-6])", moved, html)


def with_marks(rendered: SafeString, quotes: Iterable[str]) -> SafeString:
    """Rendered Markdown with each quote marked that stands in it once. The marks are put into its tree: whatever was
    text before stays text."""
    return mark_safe(marked(rendered, quotes))


def laid_over(page: str, marks: Mapping[str, SafeString]) -> SafeString:
    """A shared, already rendered page with a reader's own marks in its slots (`<!--slot me-->`, `<!--slot own 12-->`).

    Slots for which there is no mark vanish. Both parts were rendered by templates and are safe already; nothing
    that a person typed can hold a slot, since templates escape it.
    """
    return mark_safe(SLOT.sub(lambda slot: marks.get(slot[1], ""), page))
