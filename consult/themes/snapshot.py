"""The comments that a summary is made from: those sealed by a given seal, place by place, with one hash.

The seal fixes which comments count, so that whoever takes a job over reads the same ones. Words that were withdrawn
or hidden meanwhile are not read any more, and the hash is another one.
"""

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import Q, QuerySet
from django.db.models.functions import SHA256
from django.db.models.sql.compiler import SQLCompiler
from django.utils import timezone

from consult.consultations.models import Consultation
from consult.discussion.models import PublicComment
from consult.ledger.canonical import canonical
from consult.themes.counting import FOR_EDITORS, HIDDEN, SHOWN, WITHDRAWN, WITHDRAWN_LATE, Said
from guidance.models import SectionText

METHOD = "lexical 2"
"""Raise the number when the same comments would give another summary."""
READ_AT_ONCE = 2_000
STATE = ("own_state", "staff_state", "audience", "visible", "withdrawn_on")
SECTION, QUESTION, WHOLE = "section", "question", "whole"


class HashOfWords(SHA256):
    """SHA-256 in hexadecimal. PostgreSQL has it built in; Django's own would ask for the extension pgcrypto."""

    def as_postgresql(self, compiler: SQLCompiler, connection: Any, **context: Any) -> tuple[str, Any]:
        template = "ENCODE(SHA256(CONVERT_TO(%(expressions)s, 'UTF8')), 'hex')"
        return self.as_sql(compiler, connection, template=template, **context)


@dataclass(frozen=True)
class Place:
    """A section, a question, or the consultation as a whole. `pk` is the section's or the question's."""

    kind: str
    pk: int = 0
    number: int = 0
    title: str = ""

    @property
    def key(self) -> str:
        return f"{self.kind}:{self.pk}"

    def comments(self, consultation: Consultation, seal: int) -> QuerySet[PublicComment]:
        found = sealed_comments(consultation, seal)
        if self.kind == SECTION:
            return found.filter(section=self.pk)
        if self.kind == QUESTION:
            return found.filter(question=self.pk)
        return found.filter(section__isnull=True, question__isnull=True)


def sealed_comments(consultation: Consultation, seal: int) -> QuerySet[PublicComment]:
    return PublicComment.objects.filter(consultation=consultation, posted_entry__sealed__seal__lte=seal)


def places_of(consultation: Consultation, seal: int) -> list[Place]:
    """Every place where one may speak or where someone spoke, in reading order."""
    return [
        *(Place(QUESTION, question.pk, question.number, question.text) for question in consultation.questions.all()),
        *_sections(consultation, seal),
        Place(WHOLE),
    ]


def _sections(consultation: Consultation, seal: int) -> Iterator[Place]:
    """Sections of the draft in their order; then those that only an earlier draft had."""
    texts = SectionText.objects.filter(revision=consultation.revision_id).order_by("position")
    for text in texts:
        yield Place(SECTION, text.section_id, text.position, text.title)
    elsewhere = ~Q(section__in=texts.values("section")) & Q(section__isnull=False)
    spoken_of = sealed_comments(consultation, seal).filter(elsewhere).order_by("section").values("section").distinct()
    for row in spoken_of:
        last = SectionText.objects.filter(section=row["section"]).order_by("revision__number").last()
        yield Place(SECTION, row["section"], 0, last.title if last else "")


def inputs_hash(consultation: Consultation, seal: int) -> str:
    """A hash of all that a summary rests on: each comment's id, words, state, and what its writer says of themselves.

    The database hashes the words, so that they need not travel.
    """
    hashes = {place.key: hashlib.sha256(_headline(place)) for place in places_of(consultation, seal)}
    rows = sealed_comments(consultation, seal).annotate(words=HashOfWords("comment")).order_by("pk")
    columns = (
        "section_id", "question_id", "pk", "words", *STATE, "kind", "stance", "depth", "persona_id",
        "persona__capacity", "persona__profession", "elsewhere__pk",
    )  # fmt: skip
    for section, question, *rest in rows.values_list(*columns).iterator(chunk_size=READ_AT_ONCE):
        hashes[_key(section, question)].update(repr(rest).encode())  # unambiguous, and quicker than JSON
    places = [[key, found.hexdigest()] for key, found in hashes.items()]
    closes = timezone.localdate(consultation.closes_at).isoformat()
    whole = canonical({"method": METHOD, "places": places, "title": consultation.title, "closes": closes})
    return hashlib.sha256(whole.encode()).hexdigest()


def _headline(place: Place) -> bytes:
    return canonical([place.kind, place.pk, place.number, place.title]).encode()


def _key(section: int | None, question: int | None) -> str:
    if section:
        return f"{SECTION}:{section}"
    return f"{QUESTION}:{question}" if question else f"{WHOLE}:0"


def said_at(consultation: Consultation, seal: int, place: Place | None = None) -> Iterator[Said]:
    """The comments of a place, or of all places, in the order of their ids. Of those not shown, not the words."""
    found = place.comments(consultation, seal) if place else sealed_comments(consultation, seal)
    columns = (
        "pk", "comment", *STATE, "kind", "stance", "persona_id", "persona__capacity", "persona__profession", "depth",
        "elsewhere__pk",
    )  # fmt: skip
    closed_on = timezone.localdate(consultation.closes_at)
    for row in found.order_by("pk").values_list(*columns, named=True).iterator(chunk_size=READ_AT_ONCE):
        yield Said(
            id=row.pk,
            text=row.comment if row.visible else "",
            state=_state(row, closed_on),
            persona=row.persona_id,
            capacity=row.persona__capacity or "",
            profession=row.persona__profession or "",
            depth=row.depth,
            kind=row.kind,
            stance=row.stance,
            is_from_elsewhere=row.elsewhere__pk is not None,
        )


def _state(row: Any, closed_on: date) -> str:
    """The day decides: whoever withdraws on the last day has done so in time, at whatever hour it closed."""
    if row.visible:
        return SHOWN
    was_let_in = row.staff_state == PublicComment.StaffState.SHOWN
    if row.own_state != PublicComment.OwnState.SHOWN:
        return WITHDRAWN_LATE if was_let_in and row.withdrawn_on > closed_on else WITHDRAWN
    return FOR_EDITORS if was_let_in and row.audience == PublicComment.Audience.EDITORS else HIDDEN
