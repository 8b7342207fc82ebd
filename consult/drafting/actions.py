"""The editors' verbs: each asks the law, calls the text's own verb, and records."""

from collections.abc import Mapping
from datetime import datetime

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.text import slugify
from django.utils.translation import gettext as _

from consult.drafting import keeping
from consult.drafting.keeping import NOWHERE, From
from consult.drafting.models import Autosaved
from consult.ledger.actions import record
from consult.ledger.canonical import canonical
from consult.ledger.models import Entry
from consult.people.models import Account
from consult.people.permissions import Can, require
from guidance import actions as text
from guidance.cleaning import clean_text
from guidance.importing import Imported
from guidance.models import Citation, Document, LevelText, Reference, Revision, Section, SectionText
from guidance.tracing import fates_between


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
def describe_document(document: Document, *, by: Account, **facts) -> Document:
    """Its title, summary, what it replaces, when it is to be looked at again, and how long it may be."""
    require(by, Can.DRAFT, document)
    for name, value in facts.items():
        setattr(document, name, value)
    document.full_clean()
    document.save(update_fields=list(facts))
    record(by, "document.described", document, actor="editor", changed=sorted(facts))
    return document


@transaction.atomic
def open_draft(document: Document, *, by: Account | None) -> Revision:
    """The document's open draft; a new one with the current words if there is none."""
    if by is not None:
        require(by, Can.DRAFT, document)
    if there := Revision.objects.open_draft_of(document):
        return there
    draft = text.open_draft(document)
    record(by, "draft.opened", draft, actor=_role(by), number=draft.number)
    return draft


@transaction.atomic
def import_draft(document: Document, imported: Imported, *, by: Account | None) -> Revision:
    """Make an imported text the document's open draft. `by` is None for the server's own command line."""
    if by is not None:
        require(by, Can.DRAFT, document)
    draft = text.save_draft(document, imported)
    record(by, "draft.imported", draft, actor=_role(by), sections=len(imported.sections))
    return draft


@transaction.atomic
def save_level(
    draft: Revision, section: str, level: str, markdown: str, *, read_version: int, by: Account, sent: From = NOWHERE
) -> LevelText:
    """Write one section at one level. Raises guidance.actions.Stale if somebody else saved it meanwhile."""
    require(by, Can.DRAFT, draft)
    saved = text.save_level(draft, section, level, markdown, read_version=read_version)
    if saved.version != read_version:
        record(by, "draft.saved", draft, actor="editor", section=section, level=level, version=saved.version)
    keeping.saved(draft, saved.section_text.section, level, by=by, sent=sent)
    return saved


# --- The outline ------------------------------------------------------------------------------------------
@transaction.atomic
def add_section(draft: Revision, title: str, *, by: Account, after: str = "") -> SectionText:
    require(by, Can.DRAFT, draft)
    new = text.add_section(draft, title, after=after)
    record(by, "section.added", draft, actor="editor", section=new.section.key)
    return new


@transaction.atomic
def rename_section(draft: Revision, section: str, title: str, *, by: Account, applies_to: str = "") -> SectionText:
    require(by, Can.DRAFT, draft)
    renamed = text.rename_section(draft, section, title, applies_to=applies_to)
    record(by, "section.renamed", draft, actor="editor", section=section)
    return renamed


@transaction.atomic
def move_section(draft: Revision, section: str, *, to: int, by: Account) -> SectionText:
    require(by, Can.DRAFT, draft)
    moved = text.move_section(draft, section, to=to)
    record(by, "section.moved", draft, actor="editor", section=section, to=moved.position)
    return moved


@transaction.atomic
def retire_section(draft: Revision, section: str, *, by: Account) -> None:
    """Take a section out of the draft. What was published of it, and what was said about it, stays."""
    require(by, Can.DRAFT, draft)
    text.retire_section(draft, section)
    record(by, "section.retired", draft, actor="editor", section=section)


@transaction.atomic
def split_section(draft: Revision, section: str, *, at: str, title: str, by: Account) -> SectionText:
    require(by, Can.DRAFT, draft)
    new = text.split_section(draft, section, at=at, title=title)
    record(by, "section.split", draft, actor="editor", section=section, new=new.section.key)
    return new


@transaction.atomic
def merge_sections(draft: Revision, section: str, *, into: str, by: Account) -> SectionText:
    require(by, Can.DRAFT, draft)
    kept = text.merge_sections(draft, section, into=into)
    record(by, "section.merged", draft, actor="editor", section=section, into=into)
    return kept


@transaction.atomic
def say_fate_by_hand(draft: Revision, changes: Mapping[str, tuple[str, ...]], *, by: Account) -> None:
    """An editor's word on what became of blocks. Raises ValidationError if it contradicts what else became of them."""
    require(by, Can.DRAFT, draft)
    text.say_fate_by_hand(draft, changes)
    fates_between(draft.document.current, draft)
    record(by, "fate.said", draft, actor="editor", blocks=len(changes))


@transaction.atomic
def forget_fate_by_hand(draft: Revision, old_key: str, *, by: Account) -> None:
    """Take an editor's word on a block back: what is found counts again."""
    require(by, Can.DRAFT, draft)
    if text.forget_fate_by_hand(draft, old_key):
        record(by, "fate.unsaid", draft, actor="editor")


# --- What sections rest on --------------------------------------------------------------------------------
@transaction.atomic
def cite(draft: Revision, section: str, reference: int, *, by: Account, paragraph: str = "") -> tuple[Citation, bool]:
    """Let a section rest on a reference that is kept already, and say whether it did not before."""
    require(by, Can.DRAFT, draft)
    citation, is_new = text.cite(draft, section, reference, paragraph=paragraph)
    if is_new:
        facts = {"section": section, "reference": citation.reference_id}
        record(by, "citation.added", draft, actor="editor", **facts)
    return citation, is_new


@transaction.atomic
def cite_new(
    draft: Revision, section: str, name: str, address: str, *, by: Account, paragraph: str = ""
) -> tuple[Citation, bool]:
    """Keep a reference and let a section rest on it. What is kept already, or cited already, stays as it is."""
    require(by, Can.DRAFT, draft)
    reference, is_new = text.keep_reference(draft, name, address)
    if is_new:
        record(by, "reference.added", draft, actor="editor", reference=reference.pk)
    return cite(draft, section, reference.pk, paragraph=paragraph, by=by)


@transaction.atomic
def stop_citing(draft: Revision, section: str, citation: int, *, by: Account) -> Citation | None:
    """Let a section not rest on a reference any more. None if somebody was quicker."""
    require(by, Can.DRAFT, draft)
    gone = text.stop_citing(draft, section, citation)
    if gone:
        facts = {"section": section, "reference": gone.reference_id}
        record(by, "citation.removed", draft, actor="editor", **facts)
    return gone


@transaction.atomic
def change_reference(
    draft: Revision, reference: int, name: str, address: str, *, read_version: int, by: Account
) -> Reference:
    """Another name or address, for this draft. Raises guidance.actions.ChangedMeanwhile if somebody was quicker."""
    require(by, Can.DRAFT, draft)
    changed = text.change_reference(draft, reference, name, address, read_version=read_version)
    if (changed.pk, changed.version) != (reference, read_version):
        record(by, "reference.changed", draft, actor="editor", reference=reference, became=changed.pk)
    return changed


@transaction.atomic
def remove_reference(draft: Revision, reference: int, *, by: Account) -> None:
    """Let a reference go that nothing rests on."""
    require(by, Can.DRAFT, draft)
    text.remove_reference(draft, reference)
    record(by, "reference.removed", draft, actor="editor", reference=reference)


# --- What is not saved yet --------------------------------------------------------------------------------
def keep_autosaved(
    draft: Revision, section: Section, level: str, markdown: str, *, read_version: int, by: Account,
    at: datetime | None = None, sent: From = NOWHERE,
) -> Autosaved | None:  # fmt: skip
    """Keep an editor's unsaved words; None if their page was heard saying newer ones. Not an event: nothing anyone
    else could see has changed. Raises keeping.KeptElsewhere if words of another window are kept."""
    require(by, Can.DRAFT, draft)
    if len(markdown) > text.LONGEST_LEVEL:
        raise ValidationError(_("This text is too long to be kept. Split the section."))
    return keeping.keep(
        draft,
        section,
        level,
        clean_text(markdown),
        read_version=read_version,
        by=by,
        sent=sent,
        at=at or timezone.now(),
    )


def drop_autosaved(draft: Revision, section: Section, level: str, *, by: Account) -> None:
    """Let an editor's unsaved copy of a level go."""
    Autosaved.objects.of(by, draft).filter(section=section, level=level).delete()


# --- Reviewers --------------------------------------------------------------------------------------------
def note_reading(draft: Revision, *, by: Account, at: datetime | None = None) -> bool:
    """Write down that a reviewer read the draft, once for each version of it that they saw."""
    require(by, Can.READ_DRAFT, draft)
    seen = {"version": draft.version}
    noted = Entry.objects.about(draft).filter(verb="draft.read", facts=canonical(seen), private_side__account=by)
    if noted.exists():
        return False
    with transaction.atomic():
        record(by, "draft.read", draft, actor="reviewer", at=at, **seen)
    return True


def _role(by: Account | None) -> str:
    return "editor" if by else "system"
