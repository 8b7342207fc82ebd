"""Files to take away. They are for people who came here, not for search engines: those find the pages."""

from django.http import HttpRequest, HttpResponse

from guidance.compared import two_revisions
from guidance.downloads.making import docx_of, markdown_of, redline_of
from guidance.views import kept, revision_of

MARKDOWN = "text/markdown; charset=utf-8"
WORD = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"


def markdown(request: HttpRequest, slug: str, number: int) -> HttpResponse:
    """A revision as Markdown."""
    return _file(markdown_of(revision_of(slug, number)), MARKDOWN, f"{slug}-draft-{number}.md")


def docx(request: HttpRequest, slug: str, number: int) -> HttpResponse:
    """A revision as a Word document."""
    return _file(docx_of(revision_of(slug, number)), WORD, f"{slug}-draft-{number}.docx")


def redline(request: HttpRequest, slug: str, old: int, new: int) -> HttpResponse:
    """What changed between two revisions, as tracked changes."""
    return _file(redline_of(*two_revisions(slug, old, new)), WORD, f"{slug}-draft-{old}-to-{new}.docx")


def _file(content: bytes, kind: str, name: str) -> HttpResponse:
    headers = {
        "Content-Disposition": f'attachment; filename="{name}"',
        "X-Content-Type-Options": "nosniff",
        "X-Robots-Tag": "noindex",
    }
    return kept(HttpResponse(content, content_type=kind, headers=headers))
