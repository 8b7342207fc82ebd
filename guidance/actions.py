"""The text's writing verbs. Called only by consult/drafting and consult/publishing, which ask the law and record."""

from datetime import datetime

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from guidance.blocks import keep_keys
from guidance.importing import Imported, ImportedSection
from guidance.measures import words_in
from guidance.models import Block, Document, Revision, Section, SectionText


@transaction.atomic
def save_draft(document: Document, imported: Imported) -> Revision:
    """Make the imported text the document's one open draft. Blocks that did not change keep their keys.

    Raises ValidationError when the document has been published: a second revision has to carry the comments of the
    first, and nothing here does that yet.
    """
    Document.objects.select_for_update().get(pk=document.pk)
    if document.revisions.exclude(state=Revision.State.DRAFT).exists():
        raise ValidationError(_("“%(title)s” is published already. Its text stands as it is.") % {"title": document})
    draft = Revision.objects.open_draft_of(document) or Revision.objects.create(document=document, number=1)
    before = [
        (key, f"{section} {level}", text)
        for key, section, level, text in draft.blocks.values_list("key", "section_text__section__key", "level", "text")
    ]
    draft.section_texts.all().delete()
    Document.objects.filter(pk=document.pk).update(title=imported.title, summary=imported.summary)
    document.refresh_from_db()
    texts = [_place(draft, section, position) for position, section in enumerate(imported.sections, start=1)]
    _write_blocks(draft, list(zip(texts, imported.sections, strict=True)), before)
    return draft


def _place(draft: Revision, imported: ImportedSection, position: int) -> SectionText:
    section, _created = Section.objects.get_or_create(document=draft.document, key=imported.key)
    return SectionText.objects.create(revision=draft, section=section, position=position, title=imported.title)


def _write_blocks(
    draft: Revision, sections: list[tuple[SectionText, ImportedSection]], before: list[tuple[str, str, str]]
) -> None:
    rows = [
        (text, level, position, block)
        for text, section in sections
        for level in section.levels
        for position, block in enumerate(section.blocks(level), start=1)
    ]
    keys = keep_keys(before, [(f"{text.section.key} {level}", block.text) for text, level, _p, block in rows])
    Block.objects.bulk_create(
        Block(
            revision=draft,
            section_text=text,
            level=level,
            position=position,
            key=key,
            kind=block.kind,
            source=block.source,
            text=block.text,
            words=words_in(block.text),
        )
        for key, (text, level, position, block) in zip(keys, rows, strict=True)
    )


@transaction.atomic
def publish(revision: Revision, *, changelog: str, at: datetime) -> Revision:
    """Show the open draft to everyone, as the document's current revision."""
    document = Document.objects.select_for_update().get(pk=revision.document_id)
    revision.refresh_from_db()
    if revision.state != Revision.State.DRAFT:
        raise ValidationError(_("This draft is published already."))
    if not revision.blocks.exists():
        raise ValidationError(_("There is nothing to publish yet: the draft is empty."))
    revision.state, revision.changelog, revision.published_at = Revision.State.PUBLISHED, changelog, at
    revision.full_clean()
    revision.save()
    document.current = revision
    document.save(update_fields=["current"])
    return revision
