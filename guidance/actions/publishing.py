"""Showing a text to everyone: publishing, withdrawing, mending a mistake."""

from collections.abc import Iterable
from datetime import datetime

from django.core.exceptions import ValidationError
from django.db import connection, transaction
from django.utils.translation import gettext as _

from guidance.blocks import joined, split_blocks
from guidance.fates import Fate
from guidance.measures import words_in
from guidance.models import Block, BlockFate, CorrectedBlock, Document, LevelText, Revision


@transaction.atomic
def publish(revision: Revision, *, changelog: str, at: datetime) -> Revision:
    """Show the open draft to everyone, as the document's current revision."""
    document = Document.objects.select_for_update().get(pk=revision.document_id)
    revision.refresh_from_db()
    if not revision.is_draft:
        raise ValidationError(_("This draft is published already."))
    if not revision.blocks.exists():
        raise ValidationError(_("There is nothing to publish yet: the draft is empty."))
    revision.state, revision.changelog, revision.published_at = Revision.State.PUBLISHED, changelog, at
    revision.is_frozen = False
    revision.full_clean()
    revision.save()
    document.current = revision
    document.save(update_fields=["current"])
    return revision


def hold_current(document_id: int) -> None:
    """Until the transaction ends, let no revision of this document be published. Others may hold it too."""
    if connection.vendor == "postgresql":  # SQLite has one writer at a time anyway
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1 FROM guidance_document WHERE id = %s FOR SHARE", [document_id])


@transaction.atomic
def store_fates(revision: Revision, since: Revision, fates: Iterable[Fate]) -> int:
    """Write down what became of each block; what was written before is overwritten. Returns the number of rows."""
    BlockFate.objects.filter(revision=revision).delete()
    rows = [
        BlockFate(revision=revision, since=since, old_key=old, new_key=new, kind=fate.kind, has_moved=fate.has_moved)
        for fate in fates
        for old in fate.old or ("",)
        for new in fate.new or ("",)
    ]
    return len(BlockFate.objects.bulk_create(rows, batch_size=2_000))


@transaction.atomic
def withdraw(revision: Revision, *, why: str, at: datetime) -> Revision:
    """Say that a published revision does not hold any more. It stays readable, with the reason above it."""
    revision = Revision.objects.select_for_update(of=("self",)).select_related("document").get(pk=revision.pk)
    if not revision.is_published:
        raise ValidationError(_("Only a published version can be withdrawn."))
    revision.state, revision.why_withdrawn, revision.withdrawn_at = Revision.State.WITHDRAWN, why, at
    revision.full_clean()
    revision.save()
    return revision


@transaction.atomic
def correct(revision: Revision, block_key: str, source: str, *, why: str, at: datetime) -> CorrectedBlock:
    """Mend a mistake in one block of a published revision. What it said stays on record, one click away.

    Raises ValidationError when the new words are not one block of the same kind, or nothing would change.
    """
    Document.objects.select_for_update().get(pk=revision.document_id)
    revision.refresh_from_db()
    if not revision.is_published:
        raise ValidationError(_("Only a published version is corrected. A draft is simply edited."))
    block = revision.blocks.select_for_update(of=("self",)).filter(key=block_key).first()
    if block is None:
        raise ValidationError(_("This version has no such paragraph."))
    found = split_blocks(source)
    if len(found) != 1 or found[0].kind != block.kind:
        raise ValidationError({"source": _("A correction keeps one paragraph one paragraph, and a list a list.")})
    if found[0].source == block.source:
        raise ValidationError({"source": _("Nothing would change: mend the words first.")})
    corrected = CorrectedBlock.objects.create(
        revision=revision,
        block_key=block_key,
        old_source=block.source,
        old_text=block.text,
        new_source=found[0].source,
        new_text=found[0].text,
        why=why,
        corrected_at=at,
    )
    block.source, block.text, block.words = found[0].source, found[0].text, words_in(found[0].text)
    block.save(update_fields=["source", "text", "words"])
    _follow_in_level(block)
    return corrected


def _follow_in_level(block: Block) -> None:
    """The level's Markdown says what its blocks say."""
    blocks = block.section_text.blocks.filter(level=block.level).order_by("position")
    LevelText.objects.filter(section_text=block.section_text, level=block.level).update(markdown=joined(list(blocks)))
