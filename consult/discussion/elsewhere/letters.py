"""Entering what came by letter, e-mail, telephone or at a meeting: each part a comment, with where it came from."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from consult.consultations.models import Consultation
from consult.discussion.bulk import NewComment, insert_many
from consult.discussion.elsewhere.importing import LONGEST, LONGEST_NAME, LONGEST_SOURCE
from consult.discussion.elsewhere.models import Letter, in_words
from consult.discussion.models import Elsewhere
from consult.discussion.places import Place
from consult.ledger.actions import record
from consult.people.models import Account, Persona
from consult.people.permissions import Can, require
from guidance.cleaning import clean, clean_line, is_blank

MOST_PARTS = 400


@dataclass(frozen=True)
class Provenance:
    """How it came, when, and from whom. `author` is for staff unless the consultation shows names from elsewhere."""

    route: str
    received_on: date
    author: str = ""
    organisation: str = ""
    said_on: date | None = None
    reference: str = ""
    source: str = ""
    """How it came, in words that readers see; empty for the usual ones."""


Part = tuple[Place, str]


def enter_letter(
    consultation: Consultation, parts: Sequence[Part], *, came: Provenance, submission_id: UUID, by: Account,
    left_out: int = 0, at: datetime | None = None,
) -> Letter:  # fmt: skip
    """Put what someone said another way where it belongs. A form that is sent twice is one letter.

    Raises Refused when the law or the timetable does not allow it, and ValidationError when something is missing or
    cannot be right. Holds the consultation's row as an import does; those who post meanwhile do not wait.
    """
    require(by, Can.ENTER, consultation)
    if already := _entered_before(submission_id, consultation):
        return already
    parts, came = [(place, clean(words).text) for place, words in parts], _tidied(came)
    _refuse_unfit(consultation, parts, came, timezone.localdate(at))
    try:
        with transaction.atomic():
            return _stored(consultation, parts, came, submission_id, by, left_out, at)
    except IntegrityError:
        if already := _entered_before(submission_id, consultation):
            return already
        raise


def _entered_before(submission_id: UUID, consultation: Consultation) -> Letter | None:
    return Letter.objects.filter(submission_id=submission_id, consultation=consultation).first()


def _tidied(came: Provenance) -> Provenance:
    return Provenance(
        route=Letter.Route(came.route),
        received_on=came.received_on,
        author=clean_line(came.author)[:LONGEST_NAME],
        organisation=clean_line(came.organisation)[:LONGEST_NAME],
        said_on=came.said_on,
        reference=clean_line(came.reference)[:120],
        source=clean_line(came.source)[:LONGEST_SOURCE] or in_words(came.route),
    )


def _refuse_unfit(consultation: Consultation, parts: Sequence[Part], came: Provenance, today: date) -> None:
    if not parts:
        raise ValidationError(_("Nothing would go in. Say of at least one paragraph where it belongs."))
    if len(parts) > MOST_PARTS:
        raise ValidationError(_("Cut it into at most %(most)d parts.") % {"most": MOST_PARTS})
    if came.received_on > today:
        raise ValidationError({"received_on": _("This day has not come yet. Enter the day on which you received it.")})
    if came.said_on and came.said_on > came.received_on:
        raise ValidationError({"said_on": _("It cannot have been written after it was received.")})
    for place, words in parts:
        if place.consultation.pk != consultation.pk:
            raise ValidationError(_("A part of it would stand in another consultation."))
        if is_blank(words):
            raise ValidationError(_("A part of it has no words."))
        if len(words) > LONGEST:
            raise ValidationError(
                _("A part of it has %(length)s characters; %(most)s are the most. Cut it once more.")
                % {"length": f"{len(words):,}", "most": f"{LONGEST:,}"}
            )


def _stored(
    consultation: Consultation, parts: Sequence[Part], came: Provenance, submission_id: UUID, by: Account,
    left_out: int, at: datetime | None,
) -> Letter:  # fmt: skip
    held = Consultation.objects.select_for_update(no_key=True).get(pk=consultation.pk)
    require(by, Can.ENTER, held)
    letter = Letter.objects.create(
        consultation=consultation,
        route=came.route,
        capacity=Persona.Capacity.ORGANISATION if came.organisation else Persona.Capacity.PERSONAL,
        reference=came.reference,
        received_on=came.received_on,
        entered_on=timezone.localdate(at),
        left_out=left_out,
        submission_id=submission_id,
    )
    rows = [NewComment(text=words, place=place, day=came.received_on) for place, words in parts]
    actor = "admin" if by.is_admin else "editor"
    ids = insert_many(rows, by=by, actor=actor, at=at)
    _say_where_from(letter, ids, came, is_late=is_late(held, came.received_on))
    record(by, "letter.entered", letter, actor=actor, at=at, route=came.route.value, parts=len(ids), left_out=left_out)
    return letter


def is_late(consultation: Consultation, received_on: date) -> bool:
    """Whether it came on a later day than that on which the consultation closed."""
    return received_on > timezone.localdate(consultation.closes_at)


def _say_where_from(letter: Letter, ids: list[int], came: Provenance, *, is_late: bool) -> None:
    Elsewhere.objects.bulk_create(
        Elsewhere(
            comment_id=pk,
            consultation_id=letter.consultation_id,
            source=came.source,
            external_key=f"{letter.submission_id}:{number}",
            author_name=came.author,
            organisation=came.organisation,
            said_on=came.said_on,
            received_on=came.received_on,
            is_late=is_late,
            letter=letter,
            part=number,
            of_parts=len(ids),
        )
        for number, pk in enumerate(ids, start=1)
    )
