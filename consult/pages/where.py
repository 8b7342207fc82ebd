"""Where a consultation stands, in a line that people understand at a glance."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from consult.consultations.dates import clock, long_day, moment_in_words
from consult.consultations.models import Consultation
from consult.consultations.timetable import State

TAGS = {
    State.BEFORE: ("Coming", "plain", "ring"),
    State.OPEN: ("Open", "yes", "dot"),
    State.PAUSED: ("Paused", "care", "pause"),
    State.CLOSED: ("Closed", "plain", "lock"),
    State.ANSWERED: ("Answered", "yes", "tick"),
}


@dataclass(frozen=True)
class Where:
    """The where-we-are line: a tag, a sentence, what is left of the time, and how far it has come."""

    state: str
    tag: str
    tag_kind: str
    icon: str
    sentence: str
    left: str
    opens: str
    closes: str
    elapsed: float
    length: float
    is_open: bool
    is_late: bool
    true_until: datetime


def where(consultation: Consultation, at: datetime) -> Where:
    state = consultation.state_at(at)
    late = state == State.CLOSED and timezone.localdate(at) > consultation.decision_by
    tag, kind, icon = ("Answer is late", "care", "care") if late else TAGS[state]
    return Where(
        state=state.value,
        tag=_(tag),
        tag_kind=kind,
        icon=icon,
        sentence=_sentence(consultation, state, late=late),
        left=_left(consultation, state, at),
        opens=moment_in_words(consultation.opens_at),
        closes=moment_in_words(consultation.closes_at),
        elapsed=(at - consultation.opens_at).total_seconds(),
        length=(consultation.closes_at - consultation.opens_at).total_seconds(),
        is_open=state == State.OPEN,
        is_late=late,
        true_until=_true_until(consultation, at),
    )


def _sentence(consultation: Consultation, state: State, *, late: bool) -> str:
    promised = {"day": long_day(consultation.decision_by)}
    if late:
        return _("The answer was promised by %(day)s.") % promised
    if state == State.CLOSED:
        return _("You can read everything, and no longer write. The answer is promised by %(day)s.") % promised
    if state == State.PAUSED:
        return _("New comments are held back for now. You can read everything.")
    if state == State.ANSWERED:
        return _("The answer has been given.")
    if state == State.OPEN and not consultation.takes_new_comments:
        return consultation.stop_notice
    kind = _("Consultation on a draft.") if consultation.is_on_a_draft else _("Call for ideas.")
    return f"{kind} {_('Anyone may comment.')}" if state == State.OPEN else kind


def _left(consultation: Consultation, state: State, at: datetime) -> str:
    if state == State.BEFORE:
        return _("Opens at %(moment)s") % {"moment": moment_in_words(consultation.opens_at)}
    if state not in {State.OPEN, State.PAUSED}:
        return ""
    days = (timezone.localdate(consultation.closes_at) - timezone.localdate(at)).days
    if days:
        return ngettext("%(days)d day left", "%(days)d days left", days) % {"days": days}
    hours = int((consultation.closes_at - at).total_seconds() // 3600)
    if not hours:
        return _("Closes today at %(time)s, in less than an hour") % {
            "time": clock(timezone.localtime(consultation.closes_at))
        }
    return ngettext(
        "Closes today at %(time)s, in %(hours)d hour", "Closes today at %(time)s, in %(hours)d hours", hours
    ) % {"time": clock(timezone.localtime(consultation.closes_at)), "hours": hours}


def _true_until(consultation: Consultation, at: datetime) -> datetime:
    """When the line has to be said anew: at the next change of state, at midnight, on the last day at each hour."""
    local = timezone.localtime(at)
    midnight = (local + timedelta(days=1)).replace(hour=0, minute=0, second=0, microsecond=0)
    change = consultation.next_change(at)
    moments = [midnight] + ([change] if change else [])
    if change and change - at < timedelta(days=1):
        moments.append(change - timedelta(hours=int((change - at).total_seconds() // 3600)))
    return min(moment for moment in moments if moment > at)
