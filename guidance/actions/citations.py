"""What a section rests on goes with its words: from revision to revision, and through the outline."""

from collections.abc import Mapping

from guidance.models import Citation, SectionText


def copy_citations(sections: Mapping[int, SectionText]) -> None:
    """Let sections rest on what others rest on: {id of a section's text: the text that is to rest on the same}."""
    Citation.objects.bulk_create(
        Citation(section_text=sections[old.section_text_id], reference_id=old.reference_id, paragraph=old.paragraph)
        for old in Citation.objects.filter(section_text__in=list(sections)).order_by("pk")
    )


def merge_citations(gone: SectionText, kept: SectionText) -> None:
    """Let one section rest on what another rested on too, each paragraph once."""
    there = set(kept.citations.values_list("reference", "paragraph"))
    for citation in gone.citations.order_by("pk"):
        if (citation.reference_id, citation.paragraph) not in there:
            citation.section_text = kept
            citation.save(update_fields=["section_text"])
