"""The archive of a summary: as a page that can be printed and needs nothing else, as Markdown, and a manifest."""

from dataclasses import replace
from typing import BinaryIO

from django.conf import settings
from django.core.exceptions import ValidationError
from django.template.loader import render_to_string
from django.utils import translation
from django.utils.translation import gettext as _

from consult.exports.archive import Archive, Made, Written
from consult.exports.rows import fingerprint
from consult.ledger.canonical import canonical
from consult.ledger.models import Seal
from consult.themes.markdown import as_markdown
from consult.themes.models import Summary
from consult.themes.showing import Shown, show
from consult.themes.snapshot import inputs_hash

FORMAT = "consult.export.summary/1"
PAGE, MARKDOWN, MANIFEST = "summary.html", "summary.md", "manifest.json"


def refuse_if_superseded(summary: Summary) -> None:
    """Raises ValidationError unless everything that the summary rests on can be read today as it could then."""
    if inputs_hash(summary.consultation, summary.seal_number) != summary.inputs_hash:
        raise ValidationError(_("Comments were withdrawn since the summary was made. Make it again first."))


def write_summary(file: BinaryIO, summary: Summary, seal: Seal) -> Made:
    """Write the archive of a summary. What was said after its seal leaves no trace in it.

    Raises ValidationError if words that it rests on were withdrawn since it was made.
    """
    known = fingerprint(summary.consultation, seal.number)  # first: what goes after this is noticed at the download
    refuse_if_superseded(summary)
    shown = replace(show(summary), said_since=0, gone_since=0)
    with translation.override(settings.LANGUAGE_CODE), Archive(file) as archive:
        page = archive.add(PAGE, _page(shown))
        text = archive.add(MARKDOWN, as_markdown(shown, base=settings.SITE_ADDRESS))
        archive.add(MANIFEST, canonical(_manifest(summary, seal, shown, {PAGE: page, MARKDOWN: text})) + "\n")
    return Made(rows=shown.counts["all"], sha256=page.sha256, fingerprint=known)


def _page(shown: Shown) -> str:
    context = {"shown": shown, "base": settings.SITE_ADDRESS, "organisation": settings.ORGANISATION}
    return render_to_string("consult/exports/summary.html", context)


def _manifest(summary: Summary, seal: Seal, shown: Shown, files: dict[str, Written]) -> dict[str, object]:
    return {
        "format": FORMAT,
        "consultation": {"address": summary.consultation.slug, "title": shown.title},
        "as_of_seal": {"number": seal.number, "day": seal.day.isoformat(), "hash": bytes(seal.hash).hex()},
        "method": summary.method,
        "inputs": summary.inputs_hash,
        "comments": shown.counts,
        "files": {name: written.described() for name, written in files.items()},
    }
