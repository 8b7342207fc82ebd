"""Bringing a text in, in two steps: what a file would become, and then, if someone says so, that it does."""

from collections.abc import Iterator
from dataclasses import dataclass

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST

from consult.drafting.actions import import_draft, start_document
from consult.pages.forms import ImportForm, SaveImportForm
from consult.pages.views.team import documents_of, status_of, team_page
from guidance.importing import Imported, write_markdown
from guidance.importing.mapping import Change, LevelChange, Mapping_, SectionChange, map_sections, settle
from guidance.models import Document, Level, Revision
from guidance.reading import sections_as_written
from guidance.rendering import render as rendered

SHOWN_OF_A_LEVEL = 2
"""Its first paragraphs: enough to see that the text is in its place."""
LONGEST_SHOWN = 2_000
"""Characters of a paragraph's Markdown that the preview renders."""
TAGS = {
    Change.NEW: ("yes", "dot", gettext_lazy("New")),
    Change.CHANGED: ("care", "pen", gettext_lazy("Changed")),
    Change.UNCHANGED: ("plain", "equals", gettext_lazy("As it is")),
}


@dataclass(frozen=True)
class LevelBegins:
    """How a level begins, so that someone sees whether it is the right one."""

    label: str
    paragraphs: list[SafeString]
    more: int


@dataclass(frozen=True)
class Row:
    """A section in the preview."""

    change: SectionChange
    levels: list[LevelChange | None]
    """One for each level there is, in their order."""
    begins: list[LevelBegins]

    @property
    def tag(self) -> tuple[str, str, str]:
        return TAGS[self.change.change]


@team_page
@require_http_methods(["GET", "HEAD", "POST"])
def import_text(request: HttpRequest) -> HttpResponse:
    """Choose a file, and see what it would become. Nothing is saved here."""
    documents, may_start = documents_of(request.user), request.user.is_admin
    form = ImportForm(request.POST or None, request.FILES or None, documents=documents, may_start=may_start)
    if request.method == "POST" and form.is_valid():
        return _preview(request, form.cleaned_data["file"], form.cleaned_data["document"])
    context = {"form": form, "here": "team"}
    return render(request, "consult/pages/import.html", context, status=status_of(form))


@team_page
@require_POST
def save_import(request: HttpRequest) -> HttpResponse:
    """Make what was shown the open draft. If the draft is not what it was then, it is shown again instead."""
    may_start = request.user.is_admin
    form = SaveImportForm(request.POST, documents=documents_of(request.user), may_start=may_start)
    if not form.is_valid():
        for message in form.errors.get("markdown", [_("This page cannot be used any more. Choose the file again.")]):
            messages.error(request, message)
        return redirect("import_text")
    imported, document = form.cleaned_data["markdown"], form.cleaned_data["document"]
    try:
        draft = _saved(imported, document, request, against=form.cleaned_data["against"])
    except ValidationError as error:
        return _preview(request, imported, document, errors=error.messages)
    if draft is None:
        return _preview(request, imported, document, has_moved_on=True)
    messages.success(
        request, _("The text is in %(draft)s now. Nobody but its team can read it yet.") % {"draft": draft}
    )
    return redirect("team_draft", slug=draft.document.slug)


@transaction.atomic
def _saved(imported: Imported, document: Document | None, request: HttpRequest, *, against: str) -> Revision | None:
    """The draft with the text in it; None if it is not the one that was shown."""
    if document:
        Document.objects.select_for_update().get(pk=document.pk)
    here = _here(document)
    if _state_of(here) != against:
        return None
    refused = set(request.POST.getlist("guessed")) - set(request.POST.getlist("same"))
    mapping = map_sections(_sections_here(here), imported, refused=refused)
    document = document or start_document(title=imported.title, by=request.user)
    keep = refused.union(request.POST.getlist("keep"))  # nobody was asked whether a refused one may go
    return import_draft(document, settle(mapping, keep=keep), by=request.user)


# --- What is here already ---------------------------------------------------------------------------------
def _here(document: Document | None) -> Revision | None:
    """The words that the file would replace: those of the open draft, or else of what is published."""
    return document and (Revision.objects.open_draft_of(document) or document.current)


def _state_of(revision: Revision | None) -> str:
    """Different whenever anyone has saved anything."""
    return f"{revision.pk}.{revision.version}" if revision else ""


def _sections_here(revision: Revision | None) -> list:
    return sections_as_written(revision) if revision else []


# --- The preview ------------------------------------------------------------------------------------------
def _preview(
    request: HttpRequest,
    imported: Imported,
    document: Document | None,
    *,
    has_moved_on: bool = False,
    errors: list[str] | tuple = (),
) -> HttpResponse:
    here = _here(document)
    mapping = map_sections(_sections_here(here), imported)
    context = {
        "imported": imported,
        "document": document,
        "revision": here,
        "mapping": mapping,
        "rows": list(_rows(mapping)),
        "total": [_words(mapping, level.value) for level in Level],
        "markdown": write_markdown(imported, with_made_keys=False),
        "against": _state_of(here),
        "has_moved_on": has_moved_on,
        "errors": errors,
        "here": "team",
    }
    status = 422 if errors or has_moved_on else 200
    return render(request, "consult/pages/import_preview.html", context, status=status)


def _rows(mapping: Mapping_) -> Iterator[Row]:
    for change in mapping.sections:
        there = {level.level: level for level in change.levels}
        yield Row(change, [there.get(level.value) for level in Level], [_begins(level) for level in change.levels])


def _begins(level: LevelChange) -> LevelBegins:
    blocks = level.blocks_after
    shown = [block for block in blocks[:SHOWN_OF_A_LEVEL] if len(block.source) <= LONGEST_SHOWN]
    return LevelBegins(level.label, [rendered(block.source) for block in shown], len(blocks) - len(shown))


def _words(mapping: Mapping_, level: str) -> int:
    return sum(there.words_after for change in mapping.sections for there in change.levels if there.level == level)
