"""A consultation's comments as of a seal: which they are, in which order, and how each one reads as a row."""

import hashlib
from collections.abc import Generator
from contextlib import closing
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from django.db.models import Case, IntegerField, OuterRef, Q, Subquery, Value, When, Window
from django.db.models.functions import Coalesce, DenseRank, Substr

from consult.consultations.models import Consultation, Question
from consult.discussion.models import PublicComment
from consult.discussion.paths import WIDTH
from consult.discussion.querysets import CommentQuerySet
from consult.exports.numbering import Numbering, parent_of
from guidance.models import Block, Level, Revision, SectionText

ALIAS = "steady"
"""Long reads see one moment, and keep nobody from writing."""
READ_AT_ONCE = 1_000
PUBLIC, WITHDRAWN, WITHDRAWN_SINCE, NOT_PUBLIC = "public", "withdrawn", "withdrawn since", "not public"
FOR_EDITORS = "for the editors only"
KINDS = {"comment": "comment", "question": "question", "evidence": "evidence", "suggestion": "suggested wording"}
"""As the file calls them, in every language of the service."""


class Row(NamedTuple):
    """One comment as a row of the file. The fields are its columns; README.txt in the archive explains them."""

    consultation: str
    place: str
    draft: int | None
    section_number: int | None
    section_title: str
    level: str
    paragraph_number: str
    question_number: int | None
    question: str
    block_text: str
    number: str
    depth: int
    in_reply_to: str
    responding_as: str
    organisation: str
    name: str
    route: str
    source: str
    day: str
    state: str
    kind: str
    stance: str
    text: str
    suggested_wording: str
    evidence_link: str
    changed_on: str
    reference_hash: str
    seal: int


COLUMNS = Row._fields


def comments_as_of(consultation: Consultation, seal: int) -> CommentQuerySet:
    """The comments whose entries stand under this seal or an earlier one. What arrived later is another export's."""
    return PublicComment.objects.using(ALIAS).filter(consultation=consultation, posted_entry__sealed__seal__lte=seal)


def fingerprint(consultation: Consultation, seal: int) -> str:
    """What may no longer be shown, as a hash: while it stays the same, a stored file holds nothing it should not."""
    touched = comments_as_of(consultation, seal).filter(Q(visible=False) | Q(wording__gt=1)).order_by("pk")
    digest = hashlib.sha256(b"names" if consultation.shows_names_from_elsewhere else b"no names")
    for pk, visible, wording in touched.values_list("pk", "visible", "wording").iterator(chunk_size=READ_AT_ONCE):
        digest.update(b",%d" % pk if not visible else b",%d.%d" % (pk, wording))
    return digest.hexdigest()


def rows(consultation: Consultation, seal: int) -> Generator[Row, None, None]:
    """All rows in the order of the file, a few in memory at a time.

    Read it in one transaction on the alias `steady`, together with the counts that shall agree with it.
    """
    places, numbering = _Places(consultation, seal), Numbering()
    with closing(_in_order(comments_as_of(consultation, seal)).iterator(chunk_size=READ_AT_ONCE)) as comments:
        for found in comments:
            yield _row(found, consultation, places, numbering.number(found.path, thread=found.thread_number), seal)


def _in_order(comments: CommentQuerySet) -> Any:
    """Section by section and paragraph by paragraph, then the questions, then the whole; threads as they began."""
    text = SectionText.objects.filter(revision=OuterRef("revision_id"), section=OuterRef("section_id"))
    block = Block.objects.filter(revision=OuterRef("revision_id"), key=OuterRef("block_key"))
    levels = [When(text_level=level, then=Value(rank)) for rank, level in enumerate(Level, start=1)]
    return (
        comments.annotate(
            part=Case(
                When(section__isnull=False, then=Value(0)),
                When(question__isnull=False, then=Value(1)),
                default=Value(2),
            ),
            section_position=Coalesce(Subquery(text.values("position")[:1]), 0, output_field=IntegerField()),
            level_rank=Case(*levels, default=Value(0)),
            block_position=Coalesce(Subquery(block.values("position")[:1]), 0, output_field=IntegerField()),
            thread_number=Window(DenseRank(), order_by=Substr("path", 1, WIDTH).asc()),
        )
        .order_by(
            "part", "section_position", "section_id", "revision__number", "level_rank", "block_position",
            "question__number", "path",
        )
        .values_list(
            "section_id", "revision_id", "text_level", "block_key", "question_id", "path", "depth", "thread_number",
            "day", "visible", "own_state", "audience", "comment", "kind", "stance", "suggested", "evidence_url",
            "changed_on", "receipt_hash", "elsewhere__source", "elsewhere__author_name",
            "persona__name", "persona__capacity", "persona__organisation",
            "posted_entry__sealed__seal", "withdrawn_entry__sealed__seal",
            named=True,
        )
    )  # fmt: skip


def _row(found: Any, consultation: Consultation, places: "_Places", number: str, seal: int) -> Row:
    """What anyone may know of a comment. A withdrawn one keeps its place, and neither words nor name."""
    shown = found.visible
    return Row(
        consultation=consultation.title,
        **places.of(found),
        number=number,
        depth=found.depth,
        in_reply_to=parent_of(number),
        responding_as=(found.persona__capacity or "") if shown else "",
        organisation=(found.persona__organisation or "") if shown else "",
        name=_name(found, consultation) if shown else "",
        route="from elsewhere" if found.elsewhere__source is not None else "posted here",
        source=found.elsewhere__source or "",
        day=found.day.isoformat() if found.day else "",
        state=_state(found, seal),
        kind=KINDS[found.kind],
        stance=found.stance if shown else "",
        text=found.comment if shown else "",
        suggested_wording=found.suggested if shown else "",
        evidence_link=found.evidence_url if shown else "",
        changed_on=found.changed_on.isoformat() if shown and found.changed_on else "",
        reference_hash=found.receipt_hash or "",
        seal=found.posted_entry__sealed__seal,
    )


def _name(found: Any, consultation: Consultation) -> str:
    if found.persona__name is not None:
        return found.persona__name
    return (found.elsewhere__author_name or "") if consultation.shows_names_from_elsewhere else ""


def _state(found: Any, seal: int) -> str:
    if found.visible:
        return PUBLIC
    if found.own_state == PublicComment.OwnState.SHOWN:
        return FOR_EDITORS if found.audience == PublicComment.Audience.EDITORS else NOT_PUBLIC
    withdrawn_under = found.withdrawn_entry__sealed__seal
    return WITHDRAWN if withdrawn_under is not None and withdrawn_under <= seal else WITHDRAWN_SINCE


@dataclass
class _Places:
    """The texts that comments stand beside, read once: as many as the guidance has paragraphs."""

    consultation: Consultation
    seal: int
    drafts: dict[int, int] = field(init=False)
    sections: dict[tuple[int, int], SectionText] = field(init=False)
    blocks: dict[tuple[int, str], Block] = field(init=False)
    questions: dict[int, Question] = field(init=False)

    def __post_init__(self) -> None:
        discussed = comments_as_of(self.consultation, self.seal).filter(revision__isnull=False).order_by()
        revisions = list(discussed.values_list("revision", flat=True).distinct())
        texts = SectionText.objects.using(ALIAS).filter(revision__in=revisions)
        blocks = Block.objects.using(ALIAS).filter(revision__in=revisions).order_by()
        questions = Question.objects.using(ALIAS).filter(consultation=self.consultation)
        self.drafts = dict(Revision.objects.using(ALIAS).filter(pk__in=revisions).values_list("pk", "number"))
        self.sections = {(text.revision_id, text.section_id): text for text in texts}
        self.blocks = {(block.revision_id, block.key): block for block in blocks}
        self.questions = {question.pk: question for question in questions}

    def of(self, found: Any) -> dict[str, Any]:
        """The columns that say where a comment stands."""
        text = self.sections.get((found.revision_id, found.section_id))
        block = self.blocks.get((found.revision_id, found.block_key)) if found.block_key else None
        question = self.questions.get(found.question_id)
        return {
            "place": _kind_of_place(found),
            "draft": self.drafts.get(found.revision_id),
            "section_number": text.position if text else None,
            "section_title": text.title if text else "",
            "level": found.text_level,
            "paragraph_number": f"paragraph {text.position}.{block.position}" if text and block else "",
            "question_number": question.number if question else None,
            "question": question.text if question else "",
            "block_text": block.text if block else "",
        }


def _kind_of_place(found: Any) -> str:
    if found.block_key:
        return "paragraph"
    if found.section_id:
        return "section"
    return "question" if found.question_id else "whole"
