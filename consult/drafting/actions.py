"""Bringing a text in."""

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.text import slugify
from django.utils.translation import gettext as _

from consult.ledger.actions import record
from consult.people.models import Account
from consult.people.permissions import Can, require
from guidance.actions import save_draft
from guidance.importing import Imported
from guidance.models import Document, Revision


@transaction.atomic
def start_document(*, title: str, by: Account | None, slug: str = "") -> Document:
    """A new piece of guidance, with nothing in it yet. `by` is None for the server's own command line."""
    if by is not None:
        require(by, Can.DRAFT, Document())
    document = Document(slug=slug or slugify(title)[:80], title=title)
    if not document.slug:
        raise ValidationError(_("Give the guidance an address in plain letters, such as social-media."))
    document.full_clean()
    document.save()
    record(by, "document.started", document, actor="admin" if by else "system")
    return document


@transaction.atomic
def import_draft(document: Document, imported: Imported, *, by: Account | None) -> Revision:
    """Make an imported text the document's open draft. `by` is None for the server's own command line."""
    if by is not None:
        require(by, Can.DRAFT, document)
    draft = save_draft(document, imported)
    record(by, "draft.imported", draft, actor="editor" if by else "system", sections=len(imported.sections))
    return draft
