"""A summary as Markdown, to be taken away (pure). What people wrote is quoted letter by letter and means nothing."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import TYPE_CHECKING

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from consult.themes.wording import (
    about_comments,
    about_copies,
    about_kinds,
    about_missing,
    about_people,
    about_quote,
    about_quoted,
    about_since,
)

if TYPE_CHECKING:
    from consult.themes.showing import Shown, ShownPlace, ShownQuote

SPECIAL = re.compile(r"([\\`*_\[\]<>|~&@]|(?<=www)\.|:(?=//)|^(?:[#+=-]|\d+(?=[.)])))")


def as_markdown(shown: Shown, *, base: str = "") -> str:
    """The whole summary. `base` is the service's own address, put before links to comments."""
    lines = [f"# {_('Summary of')} {_plain(shown.title)}", "", *_about(shown)]
    for place in shown.spoken_of:
        lines += ["", f"## {_plain(place.heading)}", "", *_place(place, base)]
    if shown.silent:
        names = "; ".join(_plain(place.heading) for place in shown.silent)
        lines += ["", f"## {_('Where nothing was said')}", "", names]
    lines += ["", f"## {_('How this was made')}", "", *_method(shown)]
    return "\n".join(lines).rstrip() + "\n"


def _about(shown: Shown) -> list[str]:
    lines = [
        about_comments(shown.counts),
        *_if_any(about_kinds(shown.counts)),
        "",
        about_missing(shown.counts),
        "",
        about_people(shown.counts),
    ]
    lines += _groups(_("How people took part"), shown.capacities) + _groups(_("Professions"), shown.professions)
    return lines + (["", f"**{about_since(shown)}**"] if shown.is_out_of_date else [])


def _if_any(words: str) -> list[str]:
    """A paragraph, if there is something to say."""
    return ["", words] if words else []


def _groups(title: str, groups: Iterable[tuple[str, int]]) -> list[str]:
    rows = [f"| {_plain(name)} | {people:,} |" for name, people in groups]
    return ["", f"| {title} | {_('People')} |", "|---|---:|", *rows] if rows else []


def _place(place: ShownPlace, base: str) -> list[str]:
    lines = [
        about_comments(place.counts),
        *_if_any(about_kinds(place.counts)),
        "",
        about_missing(place.counts),
        "",
        about_people(place.counts),
    ]
    if copies := about_copies(place.counts):
        lines += ["", copies]
    lines += _groups(_("How people took part"), place.capacities)
    if place.phrases:
        lines += ["", f"### {_('Key phrases')}", "", *(_phrase(phrase) for phrase in place.phrases)]
    if place.quotes or place.quotes_gone:
        lines += ["", f"### {_('In their own words')}"]
    for quote in place.quotes:
        lines += ["", *_quote(quote, base)]
    return [*lines, "", about_quoted(place)]


def _phrase(phrase: dict) -> str:
    count = ngettext("%(n)s comment", "%(n)s comments", phrase["voices"]) % {"n": f"{phrase['voices']:,}"}
    return f"- {_plain(phrase['text'])} ({count})"


def _quote(quote: ShownQuote, base: str) -> list[str]:
    words = [f"> {_plain(line)}".rstrip() for line in quote.text.splitlines()]
    who = ", ".join(part for part in (quote.who, quote.about) if part)
    return [*words, ">", f"> — {_plain(who)}, <{base}{quote.address}>", "", about_quote(quote)]


def _method(shown: Shown) -> list[str]:
    return [
        _("Made by counting and comparing words, without a language model. Quotations are exact."),
        _("No group of fewer than %(n)s people is shown by itself.") % {"n": shown.fewest},
        "",
        f"- {_('As of seal')}: {shown.seal}",
        f"- {_('Method')}: {shown.method}",
        f"- {_('Hash of what it rests on')}: `{shown.inputs_hash}`",
    ]


def _plain(words: str) -> str:
    """What a person typed, so that Markdown shows it as it is."""
    return SPECIAL.sub(_escaped, " ".join(words.split()))


def _escaped(match: re.Match[str]) -> str:
    """A number at the beginning would begin a list: there it is the full stop that is escaped."""
    return f"{match[0]}\\" if match[0].isdigit() else f"\\{match[0]}"
