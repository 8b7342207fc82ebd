"""What a section rests on goes with its words: from revision to revision, and through the outline."""

from collections.abc import Mapping, Sequence

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from guidance.importing import RestsOn
from guidance.models import Citation, Document, Reference, SectionText
from guidance.references.fitting import MOST_CITATIONS, MOST_REFERENCES


def copy_citations(sections: Mapping[int, SectionText]) -> None:
    """Let sections rest on what others rest on: {id of a section's text: the text that is to rest on the same}."""
    Citation.objects.bulk_create(
        Citation(section_text=sections[old.section_text_id], reference_id=old.reference_id, paragraph=old.paragraph)
        for old in Citation.objects.filter(section_text__in=list(sections)).order_by("pk")
    )


def bring_in_citations(text: SectionText, cited: Sequence[RestsOn]) -> None:
    """Let a section rest on what a file lists at its foot. A name that is kept already keeps the address that it has
    here; where another reference took its place, that one counts; what is cited already is not cited twice."""
    if not cited:
        return
    document = text.section.document
    kept = sorted(document.references.select_related("replaced_by"), key=lambda one: one.replaced_by is None)
    known = {one.name.casefold(): one.replaced_by or one for one in kept}
    there = set(text.citations.values_list("reference", "paragraph"))
    for one in cited:
        reference = known.get(one.name.casefold()) or _kept(document, one)
        known[one.name.casefold()] = reference
        if (reference.pk, one.paragraph) in there:
            continue
        if len(there) >= MOST_CITATIONS:
            raise ValidationError(_("A section rests on at most %(most)d references.") % {"most": MOST_CITATIONS})
        text.citations.create(reference=reference, paragraph=one.paragraph)
        there.add((reference.pk, one.paragraph))


def _kept(document: Document, one: RestsOn) -> Reference:
    if document.references.living().count() >= MOST_REFERENCES:
        raise ValidationError(_("A document has at most %(most)d references.") % {"most": MOST_REFERENCES})
    return Reference.objects.create(document=document, name=one.name, address=one.address)


def merge_citations(gone: SectionText, kept: SectionText) -> None:
    """Let one section rest on what another rested on too, each paragraph once."""
    there = set(kept.citations.values_list("reference", "paragraph"))
    for citation in gone.citations.order_by("pk"):
        if (citation.reference_id, citation.paragraph) not in there:
            citation.section_text = kept
            citation.save(update_fields=["section_text"])
