"""Saying something, replying, and taking it back."""

from collections import Counter
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.conf import settings
from django.contrib.contenttypes.models import ContentType
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from consult.discussion import paths, signals
from consult.discussion.anchoring import anchor_at
from consult.discussion.models import PublicComment, Tally
from consult.discussion.pace import refuse_haste
from consult.discussion.places import Place
from consult.discussion.states import (
    PARTS,
    StaffState,
    count,
    counted_as,
    hides_something,
    lock_thread,
    settle,
    stands_below_hidden,
    take_back,
)
from consult.discussion.suggesting import refuse_unfit_wording
from consult.ledger.actions import record
from consult.ledger.receipts import receipt_for, receipt_hash
from consult.people.models import Account, Persona
from consult.people.permissions import Can, require
from consult.screening.findings import PERSONAL_DATA, Kind
from consult.screening.lists import screened, waits_for_a_moderator
from consult.screening.screening import Screened
from guidance.cleaning import is_blank


class TooDeep(ValidationError):
    """The thread goes no deeper. `instead` is the deepest comment above that can still be replied to."""

    def __init__(self, message: str, instead: PublicComment) -> None:
        super().__init__(message)
        self.instead = instead


@dataclass(frozen=True)
class Said:
    """What someone says: the words, and what kind of contribution they are.

    `suggested` are the words that a suggestion would put in the place of the block or of the quote.
    """

    text: str
    kind: str = PublicComment.Kind.COMMENT
    stance: str = ""
    audience: str = PublicComment.Audience.EVERYONE
    suggested: str = ""
    evidence_url: str = ""


def post(
    place: Place, *, text: str | Said, persona: Persona, submission_id: UUID, by: Account,
    reply_to: PublicComment | int | None = None, at: datetime | None = None,
) -> PublicComment:  # fmt: skip
    """Say something at a place, or in reply to a comment there: one that was just looked up, or the id of one.

    In a consultation that is moderated first, nobody but its writer and the moderators sees it until one has let it in.

    A form that is sent twice becomes one comment: the `submission_id` decides, and the first one is returned, whatever
    has happened since. It is looked for only when something is amiss: nearly every form is sent once.
    Raises Refused when the law does not allow it, ValidationError (TooDeep) when the parent or the text cannot stand.
    """
    try:
        require(by, Can.COMMENT, persona)
        if persona.consultation_id != place.consultation.pk:
            raise ValidationError(_("This name belongs to another consultation."))
        said = text if isinstance(text, Said) else Said(text)
        refuse_unfit_words(said, place, is_reply=reply_to is not None)
        with transaction.atomic():
            return _stored(place, said, persona, submission_id, by, reply_to, at or timezone.now())
    except (PermissionDenied, ValidationError, IntegrityError):
        if (already := _sent_before(submission_id, persona)) is not None:
            return already
        raise


def _sent_before(submission_id: UUID, persona: Persona) -> PublicComment | None:
    found = PublicComment.objects.filter(submission_id=submission_id).first()
    if found and found.persona_id != persona.pk:
        raise ValidationError(_("This form was used by someone else. Open the page again and send your words there."))
    return found


def refuse_unfit_text(text: str, *, may_be_blank: bool = False) -> None:
    if is_blank(text) and not may_be_blank:
        raise ValidationError(_("Write your comment."))
    if len(text) > settings.LONGEST_COMMENT:
        raise ValidationError(
            _("Shorten your comment to %(most)s characters. It has %(length)s.")
            % {"most": f"{settings.LONGEST_COMMENT:,}", "length": f"{len(text):,}"}
        )


def refuse_unfit_words(said: Said, place: Place, *, is_reply: bool) -> None:
    """Raises ValidationError when this cannot be said here."""
    is_suggestion = said.kind == PublicComment.Kind.SUGGESTION
    refuse_unfit_text(said.text, may_be_blank=is_suggestion)
    if is_suggestion:
        if is_reply or place.block is None:
            raise ValidationError(_("Suggest wording on the paragraph that it would change."))
        refuse_unfit_wording(said.suggested, source=place.block.source, kind=place.block.kind)
    if said.kind == PublicComment.Kind.EVIDENCE:
        refuse_without_source(said)
    if said.stance and (is_reply or not place.consultation.asks_stance):
        raise ValidationError(_("This consultation does not ask who is for or against."))
    if said.audience == PublicComment.Audience.EDITORS:
        if is_reply:
            raise ValidationError(_("A reply is public. To write to the editors only, comment on the text instead."))
        if not place.consultation.takes_words_for_editors:
            raise ValidationError(_("This consultation takes public comments only."))


def refuse_without_source(said: Said) -> None:
    """Evidence is something that readers can check. Raises ValidationError."""
    if not said.evidence_url and not any(letter.isdigit() for letter in said.text):
        raise ValidationError({"evidence_url": _("Give a link to your evidence, or a figure in your words.")})


def _stored(
    place: Place,
    said: Said,
    persona: Persona,
    submission_id: UUID,
    by: Account,
    reply_to: PublicComment | int | None,
    at: datetime,
) -> PublicComment:
    refuse_haste(persona, most=place.consultation.comments_an_hour, at=at)
    parent = find_parent(place, reply_to) if reply_to is not None else None
    refuse_below_hidden(parent)
    reference = receipt_hash(receipt_of(submission_id))
    entry = record(by, "comment.posted", place.consultation, actor="respondent", reference_hash=reference)
    comment = PublicComment(
        **_package_fields(place, said.text, at),
        **(_in_thread(parent) if parent else {**place.fields(), "anchor": anchor_at(place)}),
        **_as_said(said, place),
        persona=persona,
        day=timezone.localdate(at),
        submission_id=submission_id,
        receipt_hash=reference,
        posted_entry=entry,
    )
    comment.parent_path = parent.path if parent else ""
    settle(comment).save(force_insert=True)
    count(comment, counted_as(comment))
    if comment.listed:
        transaction.on_commit(lambda: signals.said.send_robust(PublicComment, consultation=place.consultation))
    return comment


def _as_said(said: Said, place: Place) -> dict:
    """The columns that hold what kind of contribution it is, and who may see it for now.

    What is for the editors only waits for no moderator: nobody is to be protected from it, and it was not written to
    moderators.
    """
    found = kinds_found(said, place)
    is_for_everyone = said.audience == PublicComment.Audience.EVERYONE
    looks_first = place.consultation.is_moderated_first or bool(MODERATOR_FIRST & set(found))
    is_first_seen_by_a_moderator = looks_first and is_for_everyone
    return {
        **{name: getattr(said, name) for name in ("kind", "stance", "audience", "suggested", "evidence_url")},
        "staff_state": StaffState.HELD if is_first_seen_by_a_moderator else StaffState.SHOWN,
        "screened": found,
        "once_public": False,
    }


MODERATOR_FIRST = PERSONAL_DATA | {Kind.LISTED}
"""What screening may find so that a moderator reads the comment before it is public."""


def kinds_found(said: Said, place: Place) -> list[str]:
    """What screening finds in someone's words: the kinds, and none of the words."""
    texts = said.text, new_words(said, place)
    found = screened(*texts, contact=place.consultation.contact).kinds
    return [*found, Kind.LISTED] if waits_for_a_moderator(*texts) else found


def new_words(said: Said, place: Place) -> str:
    """The suggested wording, unless it says nothing that the draft does not say already: the draft is public."""
    source = place.block.source if place.block else ""
    here = {words for words, _one in screened(source).all}
    there = {words for words, _one in screened(said.suggested).all}
    return said.suggested if there - here else ""


def what_to_ask_about(said: Said, place: Place) -> Screened:
    """What someone should look at once more before their words are public, or read by the editors."""
    return screened(said.text, new_words(said, place), contact=place.consultation.contact)


def refuse_below_hidden(parent: PublicComment | None) -> None:
    """Nothing is said below what was hidden with its replies. Raises ValidationError.

    Nobody can hide a branch of this thread from here to the end of the transaction.
    """
    if parent and hides_something(parent.root_id) and stands_below_hidden(parent.path):
        raise ValidationError(_("The comment you reply to is not there any more. You can start a thread of your own."))


def find_parent(place: Place, reply_to: PublicComment | int) -> PublicComment:
    """The comment to reply to. It must stand in this consultation, be there still, and leave room below it."""
    is_found = isinstance(reply_to, PublicComment)
    parent = reply_to if is_found else PublicComment.objects.standing().filter(pk=reply_to).first()
    if parent is None or parent.consultation_id != place.consultation.pk:
        raise ValidationError(_("The comment you reply to is not part of this consultation."))
    refuse_unfit_parent(parent)
    return parent


def refuse_unfit_parent(parent: PublicComment) -> None:
    """Raises ValidationError, or TooDeep, when this comment cannot be replied to."""
    if not parent.visible or parent.hides_replies:
        raise ValidationError(_("The comment you reply to is not there any more. You can start a thread of your own."))
    if parent.depth >= paths.DEEPEST:
        instead = PublicComment.objects.get(path=parent.path[: paths.WIDTH * paths.DEEPEST])
        raise TooDeep(_("This thread goes no deeper. Reply to the comment above instead."), instead)


def _package_fields(place: Place, text: str, at: datetime) -> dict:
    """What django-comments' tables ask for. Who wrote it is not among them."""
    target = place.section_text.section if place.section_text else place.question or place.consultation
    return {
        "content_type": ContentType.objects.get_for_model(target),
        "object_pk": str(target.pk),
        "site_id": settings.SITE_ID,
        "comment": text,
        "submit_date": at,
    }


def _in_thread(parent: PublicComment) -> dict:
    """A reply stands where its thread stands."""
    return {
        "consultation_id": parent.consultation_id,
        "section_id": parent.section_id,
        "revision_id": parent.revision_id,
        "text_level": parent.text_level,
        "block_key": parent.block_key,
        "question_id": parent.question_id,
        "anchor_id": parent.anchor_id,
        "thread_id": parent.root_id,
        "parent_id": parent.pk,
        "level": parent.depth + 1,
        "depth": parent.depth + 1,
        "order": parent.depth + 2,
    }


def receipt_of(submission_id: UUID) -> str:
    """The reference number of a contribution. It is derived, not stored, so that its author can see it again."""
    return receipt_for(settings.RECEIPT_KEY.encode(), submission_id)


def reference_of(comment: PublicComment) -> str:
    """The reference number that its author was given; empty if it cannot be shown again, since the key has changed."""
    code = receipt_of(comment.submission_id)
    return code if receipt_hash(code) == comment.receipt_hash else ""


@transaction.atomic
def withdraw(comment: PublicComment, *, by: Account) -> PublicComment:
    """Take one's words back. A line says that there was a comment; its replies stay."""
    comment = lock_thread(comment)
    require(by, Can.WITHDRAW, comment)
    if comment.is_withdrawn:
        return comment
    entry = record(by, "comment.withdrawn", comment, actor="respondent")
    take_back(comment, PublicComment.OwnState.WITHDRAWN, on=timezone.localdate(), entry=entry)
    transaction.on_commit(lambda: signals.taken_back.send_robust(PublicComment, consultation=comment.consultation))
    return comment


FOLD_AT_ONCE = 50_000


@transaction.atomic
def fold_tallies() -> int:
    """Fold deltas into one row for each place and thread. Returns how many rows were folded.

    Readers see folded plus deltas in one query, before and after alike. Only one folder works at a time: a second one
    waits at the first row for what the first one took, finds it gone, and goes on with what is left. Were it to skip
    those rows, both could insert the same folded row. Nobody else ever waits.
    """
    new = list(Tally.objects.select_for_update().filter(is_folded=False).order_by("pk")[:FOLD_AT_ONCE])
    sums: dict[tuple, Counter[str]] = {}
    for row in new:
        key = (row.consultation_id, row.section_id, row.block_key, row.question_id, row.anchor_id, row.thread)
        total = sums.setdefault(key, Counter())
        total.update({part: getattr(row, part) for part in PARTS})
    for key in sorted(sums, key=str):
        _fold_into(key, sums[key])
    Tally.objects.filter(pk__in=[row.pk for row in new]).delete()
    return len(new)


def _fold_into(key: tuple, total: Counter[str]) -> None:
    names = ("consultation_id", "section_id", "block_key", "question_id", "anchor_id", "thread")
    where = dict(zip(names, key, strict=True))
    lookup = {name if value is not None else f"{name}__isnull": value if value is not None else True
              for name, value in where.items()}  # fmt: skip
    folded = Tally.objects.select_for_update().filter(is_folded=True, **lookup).first()
    folded = folded or Tally(is_folded=True, **where)
    for part in PARTS:
        setattr(folded, part, getattr(folded, part) + total[part])
    folded.save()
