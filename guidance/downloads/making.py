"""The files of published revisions, each made once (reads the database)."""

from collections.abc import Callable
from hashlib import sha256

from django.conf import settings
from django.core.cache import cache
from django.utils import translation

from guidance.compared import KEPT_FOR, compared
from guidance.downloads.facts import Facts, facts_of
from guidance.downloads.markdown import as_markdown
from guidance.downloads.parts import Part, parts_of
from guidance.fates import Passage
from guidance.models import Revision
from guidance.reading import sections_as_written
from guidance.tracing import passages_of, titles_of


def markdown_of(revision: Revision) -> bytes:
    """A readable revision as Markdown that can be brought in again."""

    def make(facts: Facts) -> bytes:
        blocks: dict[tuple[str, str], list[Passage]] = {}
        for passage in passages_of(revision):
            blocks.setdefault(passage.where, []).append(passage)
        return as_markdown(facts, sections_as_written(revision), blocks).encode()

    return _made("markdown", make, revision)


def docx_of(revision: Revision) -> bytes:
    """A readable revision as a Word document."""

    def make(facts: Facts) -> bytes:
        from guidance.downloads.docx import as_docx  # loaded when the first Word document is asked for

        return as_docx(facts, _parts(revision, facts.address))

    return _made("docx", make, revision)


def redline_of(old: Revision, new: Revision) -> bytes:
    """Two readable revisions as a Word document with tracked changes, the older one first."""

    def make(before: Facts, after: Facts) -> bytes:
        from guidance.downloads.docx import as_redline

        parts, others = _parts(old, before.address), _parts(new, after.address)
        return as_redline(before, after, parts, others, ties(old, new, parts, others))

    return _made("redline", make, old, new)


def ties(old: Revision, new: Revision, parts: list[Part], others: list[Part]) -> list[tuple[list[str], list[str]]]:
    """What became of what: blocks as the comparison says, and the headings that both have."""
    blocks = [
        ([passage.key for passage in change.old], [passage.key for passage in change.new])
        for change in compared(old, new).changes
    ]
    there = {part.key for part in others if part.is_told_by_key}
    return [*blocks, *(([part.key], [part.key]) for part in parts if part.key in there)]


def _parts(revision: Revision, base: str) -> list[Part]:
    rests_on = {section.key: section.rests_on for section in sections_as_written(revision)}
    return parts_of(titles_of(revision), passages_of(revision), base, rests_on=rests_on)


def _made(kind: str, make: Callable[..., bytes], *revisions: Revision) -> bytes:
    """The file, kept until a correction, a withdrawal or another name of the organisation makes it another one."""
    with translation.override(settings.LANGUAGE_CODE):
        facts = [facts_of(revision) for revision in revisions]
        told = sha256("".join(one.mark for one in facts).encode()).hexdigest()
        name = ":".join([kind, *(str(revision.pk) for revision in revisions), told])
        return cache.get_or_set(f"download:{name}", lambda: make(*facts), KEPT_FOR)
