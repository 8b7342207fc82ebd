"""The comments that a summary is made from: those sealed by a given seal, place by place, with one hash.

The seal fixes which comments count, so that whoever takes a job over reads the same ones. Words that were withdrawn
or hidden meanwhile are not read any more, and the hash is another one.
"""

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django.db.models import Q, QuerySet
from django.db.models.functions import SHA256
from django.db.models.sql.compiler import SQLCompiler

from consult.consultations.models import Consultation
from consult.discussion.models import PublicComment
from consult.ledger.canonical import canonical
from consult.themes.counting import HIDDEN, SHOWN, WITHDRAWN, Said
from guidance.models import SectionText

METHOD = "lexical 2"
"""Raise the number when the same comments would give another summary."""
READ_AT_ONCE = 2_000
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
        "section_id", "question_id", "pk", "words", "own_state", "visible", "depth", "persona_id",
        "persona__capacity", "persona__profession", "elsewhere__pk",
    )  # fmt: skip
    for section, question, *rest in rows.values_list(*columns).iterator(chunk_size=READ_AT_ONCE):
        hashes[_key(section, question)].update(repr(rest).encode())  # unambiguous, and quicker than JSON
    places = [[key, found.hexdigest()] for key, found in hashes.items()]
    whole = canonical({"method": METHOD, "places": places, "title": consultation.title})
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
        "pk", "comment", "own_state", "visible", "persona_id", "persona__capacity", "persona__profession", "depth",
        "elsewhere__pk",
    )  # fmt: skip
    for row in found.order_by("pk").values_list(*columns).iterator(chunk_size=READ_AT_ONCE):
        pk, text, own_state, visible, persona, capacity, profession, depth, elsewhere = row
        yield Said(
            id=pk,
            text=text if visible else "",
            state=_state(own_state, visible),
            persona=persona,
            capacity=capacity or "",
            profession=profession or "",
            depth=depth,
            is_from_elsewhere=elsewhere is not None,
        )


def _state(own_state: str, visible: bool) -> str:
    if visible:
        return SHOWN
    return HIDDEN if own_state == PublicComment.OwnState.SHOWN else WITHDRAWN
