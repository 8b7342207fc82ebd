"""Word documents: a revision, and what changed between two as tracked changes.

There is no table of contents: it would be a field that is empty until someone updates it. Headings are real ones, so
that every word processor lists them.
"""

from collections.abc import Iterable, Iterator, Sequence

from django.conf import settings
from django.utils.translation import gettext as _
from docx.opc.constants import RELATIONSHIP_TYPE

from guidance.diffs import Op
from guidance.downloads import package
from guidance.downloads.facts import Facts
from guidance.downloads.lines import NUMBERS, Line, Run, line, shown
from guidance.downloads.marking import Body, Signs
from guidance.downloads.parts import Part
from guidance.downloads.redline import Marked, MarkedLine, Tie, redline, unmarked


def as_docx(facts: Facts, parts: Iterable[Part]) -> bytes:
    """A revision, with headings for its sections and levels."""
    return _file(facts, [*_told(_head(facts)), *unmarked(parts)], facts.title, facts.origin)


def as_redline(
    old_facts: Facts, new_facts: Facts, old: Sequence[Part], new: Sequence[Part], ties: Iterable[Tie]
) -> bytes:
    """Two revisions in one. Accepting all changes leaves the newer text, rejecting them the older one.

    The last paragraph is in both: what ends a document cannot be taken out of it.
    """
    names = {"old": old_facts.name, "new": new_facts.name}
    what = _("What changed from %(old)s to %(new)s") % names
    end = _("Here ends the comparison of %(old)s and %(new)s.") % names
    marked = [*_told(_head_of_two(old_facts, new_facts, what)), *redline(old, new, ties), *_told([_fact(end)])]
    return _file(new_facts, marked, f"{new_facts.title}: {what}", new_facts.origin)


def _head(facts: Facts) -> Iterator[Line]:
    yield line(package.TITLE, facts.title)
    yield from (line(package.BODY, part) for part in facts.summary.split("\n") if part.strip())
    yield from _facts(facts)
    yield _fact(facts.terms)


def _head_of_two(old: Facts, new: Facts, what: str) -> Iterator[Line]:
    yield line(package.TITLE, new.title)
    yield line(package.SUBTITLE, what)
    yield from _facts(old)
    yield from _facts(new)
    yield _fact(_("Accept all changes to read the newer text, or reject them all to read the older one."))
    yield _fact(new.terms)


def _facts(facts: Facts) -> Iterator[Line]:
    if facts.warning:
        yield Line(package.FACTS, (Run(shown(facts.warning), is_strong=True),))
    yield Line(package.FACTS, (Run(shown(f"{facts.origin} ")), Run(facts.address, address=facts.address)))


def _fact(words: str) -> Line:
    return line(package.FACTS, words)


def _told(lines: Iterable[Line]) -> Iterator[Marked]:
    return (MarkedLine(one, tuple((Op.SAME, run) for run in one.runs)) for one in lines)


def _file(facts: Facts, marked: Sequence[Marked], title: str, comments: str) -> bytes:
    language, at, author = _language(), facts.dated, shown(facts.organisation)
    document = package.blank(language)
    body = document.element.body
    closing = body.sectPr
    Body(
        body,
        style_of={style.name: style.style_id for style in document.styles}.__getitem__,
        number_of=_Numbers(document),
        link_to=_Links(document),
        signs=Signs(author, _("%(organisation)s: the same words are put in again") % {"organisation": author}, at),
    ).add(marked)
    body.append(closing)
    package.foot(document, shown(f"{facts.title}, {facts.name}"))
    package.describe(
        document, title=shown(title), author=author, comments=shown(comments), language=language, at=at
    )  # fmt: skip
    return package.as_bytes(document, at)


def _language() -> str:
    language, _dash, country = settings.LANGUAGE_CODE.partition("-")
    return f"{language}-{country.upper()}" if country else language


class _Numbers:
    """The number of each list: all bulleted ones are one list, each numbered one begins anew."""

    def __init__(self, document) -> None:
        self.document = document
        self.known: dict[tuple, int] = {}

    def __call__(self, like: Line) -> int:
        if like.style != NUMBERS:
            return package.BULLETED
        which = (like.item.which, like.depth, like.item.start)
        if which not in self.known:
            step = min(package.DEEPEST, like.depth) - 1
            self.known[which] = package.numbered_list(self.document, step, like.item.start)
        return self.known[which]


class _Links(dict):
    """The relationship of each address, made once."""

    def __init__(self, document) -> None:
        super().__init__()
        self.part = document.part

    def __call__(self, address: str) -> str:
        if address not in self:
            self[address] = self.part.rels.get_or_add_ext_rel(RELATIONSHIP_TYPE.HYPERLINK, address)
        return self[address]
