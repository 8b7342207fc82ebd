"""Where one may speak: the whole consultation, a section, a block of it, or a question."""

from dataclasses import dataclass

from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _

from consult.consultations.models import Consultation, Question
from guidance.anchors import Quote
from guidance.models import Block, SectionText


@dataclass(frozen=True)
class Place:
    """A place in a consultation. At most one of section text and question is set; a block stands in its section, and
    a quote in its block."""

    consultation: Consultation
    section_text: SectionText | None = None
    block: Block | None = None
    question: Question | None = None
    quote: Quote | None = None

    @property
    def name(self) -> str:
        if self.block:
            return _("paragraph %(number)s") % {"number": self.block.number}
        if self.section_text:
            return _("section %(number)s, %(title)s") % {
                "number": self.section_text.position, "title": self.section_text.title,
            }  # fmt: skip
        if self.question:
            return _("question %(number)s") % {"number": self.question.number}
        return _("the draft as a whole") if self.consultation.is_on_a_draft else _("the consultation as a whole")

    @property
    def target(self) -> SectionText | Block | Question | Consultation:
        """The row that the form's signature covers."""
        return self.block or self.section_text or self.question or self.consultation

    def fields(self) -> dict:
        """The place as a comment stores it."""
        text = self.section_text
        return {
            "consultation": self.consultation,
            "section_id": text.section_id if text else None,
            "revision_id": text.revision_id if text else None,
            "text_level": self.block.level if self.block else "",
            "block_key": self.block.key if self.block else "",
            "question": self.question,
        }


def place_in_section(consultation: Consultation, key: str) -> Place:
    texts = SectionText.objects.select_related("section", "revision")
    return Place(consultation, get_object_or_404(texts, revision_id=consultation.revision_id, section__key=key))


def place_at_block(consultation: Consultation, key: str) -> Place:
    blocks = Block.objects.select_related("section_text__section", "section_text__revision")
    block = get_object_or_404(blocks, revision_id=consultation.revision_id, key=key)
    return Place(consultation, block.section_text, block)


def place_at_question(consultation: Consultation, number: int) -> Place:
    return Place(consultation, question=get_object_or_404(Question, consultation=consultation, number=number))


def place_of(comment) -> Place:
    """Where a comment's thread stands."""
    consultation = comment.consultation
    if comment.block_key:
        blocks = Block.objects.select_related("section_text__section", "section_text__revision")
        block = blocks.get(revision_id=comment.revision_id, key=comment.block_key)
        return Place(consultation, block.section_text, block)
    if comment.section_id:
        texts = SectionText.objects.select_related("section", "revision")
        return Place(consultation, texts.get(revision_id=comment.revision_id, section_id=comment.section_id))
    return Place(consultation, question=comment.question)
