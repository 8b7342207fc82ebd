"""Keeping references, and saying which sections of the open draft rest on them."""

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from guidance.actions.text import editable, section_text_of, touched
from guidance.models import Citation, Reference, Revision
from guidance.references.fitting import MOST_CITATIONS, MOST_REFERENCES, fit_address, fit_name, fit_paragraph


class ChangedMeanwhile(ValidationError):
    """Somebody else changed the same reference. `theirs` is what it is now; nothing was written."""

    def __init__(self, theirs: Reference) -> None:
        super().__init__(
            _("Somebody else changed this reference meanwhile. It is now: %(name)s %(address)s")
            % {"name": theirs.name, "address": theirs.address}
        )
        self.theirs = theirs


@transaction.atomic
def keep_reference(draft: Revision, name: str, address: str = "") -> tuple[Reference, bool]:
    """A reference of the draft's document, and whether it is new. One that is there already is not kept twice."""
    editable(draft)
    name, address = fit_name(name), fit_address(address)
    if there := _same(draft, name, address):
        return there, False
    if draft.document.references.living().count() >= MOST_REFERENCES:
        raise ValidationError(_("A document has at most %(most)d references.") % {"most": MOST_REFERENCES})
    return Reference.objects.create(document=draft.document, name=name, address=address), True


@transaction.atomic
def change_reference(draft: Revision, reference: int, name: str, address: str, *, read_version: int) -> Reference:
    """Another name or address. Of what a published revision cites another reference is made, for the draft alone.

    `read_version` is the version that the editor began with. Raises ChangedMeanwhile if it is not the newest.
    """
    editable(draft)
    there = _reference_of(draft, reference)
    if there.replaced_by or there.version != read_version:
        raise ChangedMeanwhile(there.replaced_by or there)
    name, address = fit_name(name), fit_address(address)
    if (name, address) == (there.name, there.address):
        return there
    other = _same(draft, name, address, but=there)
    if other or there.is_public:
        other = other or Reference.objects.create(document=draft.document, name=name, address=address)
        _take_its_place(draft, there, other)
    else:
        there.name, there.address, there.version = name, address, there.version + 1
        there.save(update_fields=["name", "address", "version"])
    touched(draft)
    return other or there


@transaction.atomic
def remove_reference(draft: Revision, reference: int) -> None:
    """Let a reference go that nothing rests on."""
    editable(draft)
    there = _reference_of(draft, reference)
    if there.citations.filter(section_text__revision=draft).exists():
        raise ValidationError(_("Sections of this draft rest on it. Take it off their lists first."))
    if there.is_public:
        raise ValidationError(_("A published version rests on it, so it stays."))
    there.delete()


@transaction.atomic
def cite(draft: Revision, section: str, reference: int, *, paragraph: str = "") -> tuple[Citation, bool]:
    """Let a section rest on a reference, and say whether that is new. If another took its place, that one counts."""
    editable(draft)
    text = section_text_of(draft, section)
    there = _reference_of(draft, reference)
    if there.replaced_by and not there.citations.filter(section_text__revision=draft).exists():
        there = there.replaced_by
    paragraph = fit_paragraph(paragraph)
    if citation := text.citations.filter(reference=there, paragraph=paragraph).first():
        return citation, False
    if text.citations.count() >= MOST_CITATIONS:
        raise ValidationError(_("A section rests on at most %(most)d references.") % {"most": MOST_CITATIONS})
    citation = text.citations.create(reference=there, paragraph=paragraph)
    touched(draft)
    return citation, True


@transaction.atomic
def stop_citing(draft: Revision, section: str, citation: int) -> Citation | None:
    """Let a section not rest on a reference any more. None if it did not: somebody was quicker."""
    editable(draft)
    there = section_text_of(draft, section).citations.select_related("reference").filter(pk=citation).first()
    if there:
        Citation.objects.filter(pk=there.pk).delete()
        touched(draft)
    return there


def _reference_of(draft: Revision, reference: int) -> Reference:
    known = Reference.objects.with_publicity().select_related("replaced_by").filter(document=draft.document_id)
    there = known.filter(pk=reference).first()
    if there is None:
        raise ValidationError(_("This reference is not there any more. Somebody removed it."))
    return there


def _same(draft: Revision, name: str, address: str, *, but: Reference | None = None) -> Reference | None:
    """The document's reference with this name and address. Raises ValidationError for one name with two addresses."""
    for other in draft.document.references.living().exclude(pk=but.pk if but else None):
        if other.name.casefold() == name.casefold():
            if address not in {"", other.address}:
                raise ValidationError(
                    {"name": _("There is “%(name)s” already, with another address. Choose it, or give this one another "
                               "name.") % {"name": other.name}}
                )  # fmt: skip
            return other
    before = draft.document.references.exclude(pk=but.pk if but else None).filter(name=name, address=address).first()
    if before:
        Reference.objects.filter(pk=before.pk).update(replaced_by=None)
        before.replaced_by = None
    return before


def _take_its_place(draft: Revision, old: Reference, new: Reference) -> None:
    """Let the draft rest on another reference wherever it rested on this one, which stays for what was published."""
    for citation in old.citations.filter(section_text__revision=draft):
        if Citation.objects.filter(
            section_text=citation.section_text_id, reference=new, paragraph=citation.paragraph
        ).exists():
            citation.delete()
        else:
            citation.reference = new
            citation.save(update_fields=["reference"])
    old.replaces.update(replaced_by=new)
    if old.is_public:
        Reference.objects.filter(pk=old.pk).update(replaced_by=new)
    else:
        old.delete()
