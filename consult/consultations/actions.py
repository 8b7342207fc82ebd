"""Setting a consultation up, announcing, pausing and answering it."""

from datetime import date, datetime

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Max
from django.utils import timezone
from django.utils.translation import gettext as _

from consult.consultations.models import Consultation, HouseRules, PrivacyNotice, Question
from consult.consultations.signals import changed, notices_changed
from consult.ledger.actions import record
from consult.people.models import Account
from consult.people.permissions import Can, Refused, require
from guidance.cleaning import clean_text

MOVES = ("announced_at", "paused_at", "answered_at", "stopped_at", "stop_notice", "comments_an_hour")
SETTLED = ("slug", "kind", "document_id", "revision_id")
RESERVED_SLUGS = {"new"}
"""Addresses below /team/consultations/ that are pages already."""


@transaction.atomic
def set_up(consultation: Consultation, *, questions: list[dict], by: Account) -> Consultation:
    """Save a consultation and its questions, before it opens or while dates and notices may still change.

    `questions` is a list of {"text", "help"} in the order in which they are asked. Once it has been announced, a
    question may be reworded or added, but none may go: people may have answered it.
    """
    require(by, Can.SET_UP, consultation)
    is_new = consultation.pk is None
    if not is_new:
        before = Consultation.objects.select_for_update().get(pk=consultation.pk)
        _require_time_for("change", before)
        for moved in MOVES:
            setattr(consultation, moved, getattr(before, moved))
    _refuse_contradictions(consultation)
    if not is_new and before.is_announced:
        _refuse_what_is_settled(before, consultation)
    consultation.full_clean()
    consultation.save()
    _ask(consultation, questions)
    record(by, "consultation.set_up" if is_new else "consultation.changed", consultation, actor="admin")
    transaction.on_commit(lambda: changed.send_robust(Consultation, consultation=consultation))
    return consultation


def _refuse_what_is_settled(before: Consultation, consultation: Consultation) -> None:
    """Once announced, people link to it and comment on its text: its address and its text stay."""
    for name in SETTLED:
        if getattr(before, name) != getattr(consultation, name):
            field = name.removesuffix("_id")
            raise ValidationError({field: _("This stays as it was announced: people link to it and comment on it.")})


def _refuse_contradictions(consultation: Consultation) -> None:
    if consultation.slug in RESERVED_SLUGS:
        raise ValidationError({"slug": _("Choose another address: this one is taken by a page of ours.")})
    if consultation.closes_at and consultation.opens_at and consultation.closes_at <= consultation.opens_at:
        raise ValidationError({"closes_at": _("The closing date must be after the opening date.")})
    if consultation.is_on_a_draft and not consultation.revision_id:
        raise ValidationError({"revision": _("Choose the published draft that people are asked about.")})
    if consultation.revision_id and not consultation.revision.is_published:
        raise ValidationError({"revision": _("Publish the draft first: people can only be asked about what they see.")})
    if consultation.revision_id and consultation.revision.document_id != consultation.document_id:
        raise ValidationError({"revision": _("Choose a draft of the same guidance.")})


def _ask(consultation: Consultation, questions: list[dict]) -> None:
    asked = list(consultation.questions.all())
    if len(questions) < len(asked) and consultation.is_announced:
        raise ValidationError(_("A question that has been asked cannot be taken back. Reword it instead."))
    for number, question in enumerate(questions, start=1):
        Question.objects.update_or_create(
            consultation=consultation,
            number=number,
            defaults={"text": clean_text(question["text"]), "help": clean_text(question.get("help", ""))},
        )
    consultation.questions.filter(number__gt=len(questions)).delete()


@transaction.atomic
def announce(consultation: Consultation, *, by: Account, at: datetime | None = None) -> Consultation:
    """Show the consultation to everyone. It opens by itself at its opening date."""
    require(by, Can.SET_UP, consultation)
    consultation = _locked(consultation)
    if consultation.is_announced:
        raise ValidationError(_("This consultation has been announced already."))
    if not consultation.is_on_a_draft and not consultation.questions.exists():
        raise ValidationError(_("A call for ideas needs at least one question."))
    return _moved(consultation, "consultation.announced", by, announced_at=at or timezone.now())


@transaction.atomic
def pause(consultation: Consultation, *, by: Account, reason: str) -> Consultation:
    """Hold new comments back for a while. Reading and withdrawing go on."""
    require(by, Can.SET_UP, consultation)
    consultation = _locked(consultation)
    _require_time_for("pause", consultation)
    return _moved(consultation, "consultation.paused", by, reason=reason, paused_at=timezone.now())


@transaction.atomic
def resume(consultation: Consultation, *, by: Account) -> Consultation:
    require(by, Can.SET_UP, consultation)
    consultation = _locked(consultation)
    _require_time_for("resume", consultation)
    return _moved(consultation, "consultation.resumed", by, paused_at=None)


@transaction.atomic
def mark_answered(consultation: Consultation, *, by: Account, at: datetime | None = None) -> Consultation:
    """Say in public that the answer has been given."""
    require(by, Can.SET_UP, consultation)
    consultation = _locked(consultation)
    _require_time_for("answer", consultation)
    return _moved(consultation, "consultation.answered", by, answered_at=at or timezone.now())


def _locked(consultation: Consultation) -> Consultation:
    """The same object as it stands now, and nobody else moves it: of two who press one button, one has pressed it."""
    now = Consultation.objects.select_for_update().get(pk=consultation.pk)
    for name in MOVES:
        setattr(consultation, name, getattr(now, name))
    return consultation


def _require_time_for(verb: str, consultation: Consultation) -> None:
    if not consultation.allows_staff(verb):
        raise Refused(consultation.why_not(verb))


def _moved(consultation: Consultation, verb: str, by: Account, reason: str = "", **fields) -> Consultation:
    for name, value in fields.items():
        setattr(consultation, name, value)
    consultation.save(update_fields=list(fields))
    record(by, verb, consultation, actor="admin", reason=reason)
    transaction.on_commit(lambda: changed.send_robust(Consultation, consultation=consultation))
    return consultation


@transaction.atomic
def publish_house_rules(rules: list[str], *, by: Account | None = None, on: date | None = None) -> HouseRules:
    """A new version of the house rules. Those who accepted an older one can still read it."""
    if by is not None:
        require(by, Can.EDIT_PAGES)
    rules = [clean_text(rule) for rule in rules if clean_text(rule)]
    if not rules:
        raise ValidationError({"rules": _("Write at least one rule.")})
    version = (HouseRules.objects.aggregate(last=Max("version"))["last"] or 0) + 1
    saved = HouseRules.objects.create(version=version, rules="\n".join(rules), published_on=on or timezone.localdate())
    record(by, "house_rules.published", saved, actor="admin" if by else "system", version=version)
    transaction.on_commit(lambda: notices_changed.send_robust(HouseRules))
    return saved


@transaction.atomic
def publish_privacy_notice(text: str, *, by: Account | None = None, on: date | None = None) -> PrivacyNotice:
    """A new version of the privacy notice. Those who accepted an older one can still read it."""
    if by is not None:
        require(by, Can.EDIT_PAGES)
    if not clean_text(text):
        raise ValidationError({"text": _("Write the notice.")})
    version = (PrivacyNotice.objects.aggregate(last=Max("version"))["last"] or 0) + 1
    saved = PrivacyNotice.objects.create(
        version=version, text=clean_text(text), published_on=on or timezone.localdate()
    )
    record(by, "privacy_notice.published", saved, actor="admin" if by else "system", version=version)
    transaction.on_commit(lambda: notices_changed.send_robust(PrivacyNotice))
    return saved
