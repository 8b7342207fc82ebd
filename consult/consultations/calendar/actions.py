"""Changing a closing date, noting when the service was away, and keeping pre-election periods."""

from datetime import date, datetime

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _

from consult.consultations.calendar.models import DateChange, Outage, QuietPeriod
from consult.consultations.dates import long_day
from consult.consultations.models import Consultation, Noted
from consult.consultations.signals import changed, notices_changed
from consult.ledger.actions import record
from consult.people.models import Account
from consult.people.permissions import Can, require
from guidance.cleaning import clean_line, clean_text


class NotSure(ValidationError):
    """Shortening takes time away from people: it has to be confirmed."""


@transaction.atomic
def extend(
    consultation: Consultation,
    *,
    closes_at: datetime,
    reason: str,
    by: Account,
    decision_by: date | None = None,
    outage: Outage | None = None,
    confirmed: bool = False,
) -> DateChange:
    """Let a consultation close later than was said; or earlier, if that was confirmed. Everyone reads the reason.

    A consultation that has closed opens again. Raises ValidationError (NotSure for an earlier date) or Refused.
    """
    consultation = Consultation.objects.select_for_update(of=("self",)).select_related("document").get(
        pk=consultation.pk
    )  # fmt: skip
    require(by, Can.EXTEND, consultation)
    reason, decision_by = clean_text(reason)[:500], decision_by or consultation.decision_by
    _refuse_unfit_date(consultation, closes_at, reason, decision_by)
    was = consultation.closes_at
    if closes_at < was and not confirmed:
        raise NotSure(_("This takes time away from people who may be writing. Confirm that you want it."))
    consultation.closes_at, consultation.decision_by = closes_at, decision_by
    if consultation.noted == Noted.CLOSED:
        consultation.noted = Noted.OPEN
    consultation.save(update_fields=["closes_at", "decision_by", "noted"])
    change = DateChange.objects.create(
        consultation=consultation, closed_was=was, closes_now=closes_at, reason=reason, outage=outage,
        on=timezone.localdate(),
    )  # fmt: skip
    record(
        by, "consultation.extended" if change.is_extension else "consultation.shortened", consultation, actor="admin",
        closed_was=timezone.localdate(was), closes=timezone.localdate(closes_at),
    )  # fmt: skip
    transaction.on_commit(lambda: changed.send_robust(Consultation, consultation=consultation))
    return change


def _refuse_unfit_date(consultation: Consultation, closes_at: datetime, reason: str, decision_by: date) -> None:
    if not reason:
        raise ValidationError({"reason": _("Say why. Everyone reads it beside the new date.")})
    if closes_at <= max(timezone.now(), consultation.opens_at):
        raise ValidationError(
            {"closes_at": _("This moment has passed, or comes before the opening. Choose a later one.")}
        )
    if closes_at == consultation.closes_at:
        raise ValidationError({"closes_at": _("It closes at that moment already.")})
    if decision_by < timezone.localdate(closes_at):
        raise ValidationError(
            {"decision_by": _("The answer is promised by %(day)s, before it would close. Promise a later day.")
             % {"day": long_day(decision_by)}}
        )  # fmt: skip


@transaction.atomic
def note_outage(*, began_at: datetime, ended_at: datetime, what: str, by: Account) -> Outage:
    """Say in public that the service was away. What it means for a closing date is for `extend` to say."""
    require(by, Can.KEEP_CALENDAR)
    if ended_at <= began_at:
        raise ValidationError({"ended_at": _("It must have ended after it began.")})
    if ended_at > timezone.now():
        raise ValidationError({"ended_at": _("Note it when it is over. This moment has not come yet.")})
    if not (what := clean_line(what)[:300]):
        raise ValidationError({"what": _("Say in a sentence what did not work.")})
    outage = Outage.objects.create(began_at=began_at, ended_at=ended_at, what=what)
    days = {"began": timezone.localdate(began_at), "ended": timezone.localdate(ended_at)}
    record(by, "outage.noted", outage, actor="admin", **days)
    _renew()
    return outage


@transaction.atomic
def keep_quiet(
    *, begins_on: date, ends_on: date, why: str, by: Account, consultation: Consultation | None = None
) -> QuietPeriod:
    """Set a pre-election period, for one consultation or for all: answers, digests and publishing wait meanwhile."""
    require(by, Can.KEEP_CALENDAR)
    if ends_on < begins_on:
        raise ValidationError({"ends_on": _("It must end on the day on which it begins, or later.")})
    if ends_on < timezone.localdate():
        raise ValidationError({"ends_on": _("This day has passed. A period that is over holds nothing back.")})
    if not (why := clean_line(why)[:300]):
        raise ValidationError({"why": _("Say which election it is for. Everyone reads it.")})
    period = QuietPeriod.objects.create(begins_on=begins_on, ends_on=ends_on, why=why, consultation=consultation)
    record(by, "quiet_period.set", period, actor="admin", begins=begins_on, ends=ends_on)
    _renew()
    return period


@transaction.atomic
def call_off(period: QuietPeriod, *, by: Account) -> QuietPeriod:
    """End a pre-election period before its day, or take it back before it has begun."""
    require(by, Can.KEEP_CALENDAR)
    period = QuietPeriod.objects.select_for_update().get(pk=period.pk)
    if period.is_over(timezone.localdate()):
        return period
    period.called_off_on = timezone.localdate()
    period.save(update_fields=["called_off_on"])
    record(by, "quiet_period.called_off", period, actor="admin")
    _renew()
    return period


def _renew() -> None:
    """Every page of a consultation may show it."""
    for consultation in Consultation.objects.announced():
        transaction.on_commit(lambda one=consultation: changed.send_robust(Consultation, consultation=one))
    transaction.on_commit(lambda: notices_changed.send_robust(QuietPeriod))


# --- What the clock does ----------------------------------------------------------------------------------
def note_by_the_clock(*, at: datetime | None = None) -> int:
    """Write into the ledger which consultations have opened or closed by themselves. Returns how many entries."""
    at = at or timezone.now()
    due = Q(noted=Noted.BEFORE, opens_at__lte=at) | Q(noted=Noted.OPEN, closes_at__lte=at)
    waiting = Consultation.objects.announced().filter(due).order_by("pk")
    return sum(_note(pk, at) for pk in waiting.values_list("pk", flat=True))


@transaction.atomic
def _note(pk: int, at: datetime) -> int:
    """One consultation, under its lock: of two that look at the clock, one writes."""
    consultation = Consultation.objects.select_for_update().get(pk=pk)
    written = 0
    if consultation.noted == Noted.BEFORE and consultation.opens_at <= at:
        written += _record(consultation, Noted.OPEN, "consultation.opened", at)
    if consultation.noted == Noted.OPEN and consultation.closes_at <= at:
        written += _record(consultation, Noted.CLOSED, "consultation.closed", at)
    return written


def _record(consultation: Consultation, noted: str, verb: str, at: datetime) -> int:
    consultation.noted = noted
    consultation.save(update_fields=["noted"])
    record(None, verb, consultation, at=at)
    transaction.on_commit(lambda: changed.send_robust(Consultation, consultation=consultation))
    return 1
