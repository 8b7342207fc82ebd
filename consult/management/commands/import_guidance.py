"""`manage.py import_guidance`: make a file a draft, and publish it if so asked. See docs/importing.md."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError
from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from consult.drafting.actions import import_draft, start_document
from consult.publishing.actions import publish
from guidance.cleaning import clean_line
from guidance.importing import MOST_BYTES, Imported, ImportedSection, read
from guidance.measures import words_in
from guidance.models import Document, Level, Revision
from guidance.reading import sections_as_written


class Command(BaseCommand):
    help = "Make a Word document, web page or Markdown file the open draft of some guidance, and publish it."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "file", type=Path, help="A .docx, .html or .md file. docs/importing.md says how it is read."
        )
        parser.add_argument("--slug", required=True, help="Its address: social-media. It is started if there is none.")
        parser.add_argument("--title", default="", help="Another title than the one in the file.")
        parser.add_argument("--publish", action="store_true", help="Show the draft to everyone.")
        parser.add_argument("--changelog", default="", help="What readers find in it, in a sentence or two.")

    def handle(self, *args: Any, **options: Any) -> None:
        if options["publish"] and not options["changelog"].strip():
            raise CommandError(_("Say what readers find in this draft: --changelog “…”. Nothing was changed."))
        try:
            imported = read(options["file"].name, _bytes_of(options["file"]))
            imported.title = _chosen_title(options["title"]) or imported.title
            with transaction.atomic():
                revision, is_new = _drafted(options["slug"], imported)
                published = options["publish"] and not revision.is_published
                if published:
                    publish(revision, changelog=options["changelog"], by=None)
        except OSError as error:
            raise CommandError(_("The file cannot be read: %(why)s.") % {"why": error.strerror or error}) from None
        except ValidationError as error:
            raise CommandError("\n".join([*error.messages, _("Nothing was changed.")])) from None
        self._report(revision, imported, is_new=is_new, published=published)

    def _report(self, revision: Revision, imported: Imported, *, is_new: bool, published: bool) -> None:
        self.stdout.write(f"{imported.title} ({revision.document.slug}), {revision.name}:")
        for number, section in enumerate(imported.sections, start=1):
            self.stdout.write(f"{number:>3}. {section.title} {{#{section.key}}}: {_levels(section)}")
        for warning in imported.warnings:
            self.stderr.write(_("Look again: %(warning)s") % {"warning": warning})
        if not is_new:
            self.stdout.write(_("The same text is here already: nothing was changed in it."))
        if published:
            self.stdout.write(_("It can now be read by everyone."))
        elif not revision.is_published:
            self.stdout.write(_("Nobody but its team can read it yet: add --publish --changelog “…” to show it."))


def _bytes_of(path: Path) -> bytes:
    """As many as we take, and one more, by which the reader sees that there are more."""
    with path.open("rb") as file:
        return file.read(MOST_BYTES + 1)


def _chosen_title(title: str) -> str:
    title = clean_line(title)
    if len(title) > 200:
        raise ValidationError(_("Give the guidance a title of 1 to 200 characters."))
    return title


def _drafted(slug: str, imported: Imported) -> tuple[Revision, bool]:
    """The revision that holds this text, and whether the text is new in it."""
    document = Document.objects.filter(slug=slug).first()
    if document is None:
        document = start_document(title=imported.title, slug=slug, by=None)
    latest = document.revisions.order_by("-number").first()
    if latest is not None and _holds(latest, imported):
        return latest, False
    return import_draft(document, imported, by=None), True


def _holds(revision: Revision, imported: Imported) -> bool:
    """Whether the revision is this text already, to the letter."""
    document = revision.document
    if (document.title, document.summary) != (imported.title, imported.summary):
        return False
    sections = [(text.section.key, text.title) for text in revision.section_texts.select_related("section")]
    if sections != [(section.key, section.title) for section in imported.sections]:
        return False
    cited = {(text.key, *one.as_found) for text in sections_as_written(revision) for one in text.rests_on}
    if any((section.key, *one.as_found) not in cited for section in imported.sections for one in section.rests_on):
        return False
    wanted = [
        (number, str(level), position, block.kind, block.source)
        for number, section in enumerate(imported.sections, start=1)
        for level in section.levels
        for position, block in enumerate(section.blocks(level), start=1)
    ]
    stored = revision.blocks.order_by().values_list("section_text__position", "level", "position", "kind", "source")
    return sorted(wanted) == sorted(stored)


def _levels(section: ImportedSection) -> str:
    blocks = {level: section.blocks(level) for level in section.levels}
    return "; ".join(
        ngettext(
            "%(level)s, %(count)d paragraph, %(words)s words",
            "%(level)s, %(count)d paragraphs, %(words)s words",
            len(several),
        )
        % {"level": Level(level).label, "count": len(several), "words": f"{sum(words_in(b.text) for b in several):,}"}
        for level, several in blocks.items()
        if several
    )
