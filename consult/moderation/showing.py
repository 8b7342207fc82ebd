"""What moderators see of a comment, and what everybody sees of their decisions."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from statistics import median

from django.conf import settings
from django.utils import timezone

from consult.consultations.models import Consultation
from consult.discussion.models import PublicComment
from consult.moderation.actions import reports_of
from consult.moderation.brigades import look_arranged
from consult.moderation.models import TAKES_AWAY, Appeal, Decision, Flag, Verb
from consult.moderation.querysets import waited_since

StaffState = PublicComment.StaffState


def is_overdue(since: datetime, at: datetime | None = None) -> bool:
    return (at or timezone.now()) - since > timedelta(hours=settings.MODERATION_TARGET_HOURS)


def verbs_for(comment: PublicComment) -> list[str]:
    """What can be done with it as it stands."""
    if comment.staff_state == StaffState.HIDDEN or comment.hides_replies:
        more = [] if comment.hides_replies else [Verb.HIDE_WITH_REPLIES]
        return [Verb.RESTORE, *more]
    restore = [Verb.RESTORE] if comment.is_redacted else []
    hold = [] if comment.staff_state == StaffState.HELD else [Verb.HOLD]
    return [Verb.KEEP, *restore, Verb.REDACT, *hold, Verb.HIDE, Verb.HIDE_WITH_REPLIES]


@dataclass(frozen=True)
class Row:
    """One comment in the queue."""

    comment: PublicComment
    is_overdue: bool
    is_claimed: bool


def row_of(comment: PublicComment, *, tab: str, account_id: int, at: datetime) -> Row:
    waits = tab in {"waiting", "reported"}
    held = getattr(comment, "claim", None)
    return Row(
        comment,
        is_overdue=waits and is_overdue(waited_since(comment), at),
        is_claimed=bool(held and held.holds_at(at) and held.account_id != account_id),
    )


@dataclass(frozen=True)
class InView:
    """Everything that a moderator needs to decide on one comment."""

    comment: PublicComment
    parent: PublicComment | None
    reports: list[Flag]
    look_arranged: bool
    decisions: list[Decision]
    replies: int

    @property
    def seen(self) -> int:
        return self.decisions[-1].pk if self.decisions else 0


def in_view(comment: PublicComment) -> InView:
    reports = reports_of(comment)
    dated = [(one.flagged_at, one.opened_at) for one in reports if one.opened_at]
    parent = PublicComment.objects.select_related("persona", "elsewhere").filter(pk=comment.parent_id)
    decisions = Decision.objects.filter(comment=comment).select_related("appeal").order_by("pk")
    return InView(
        comment,
        parent.exclude(pk=comment.pk).first(),
        reports,
        look_arranged(dated),
        list(decisions),
        PublicComment.objects.subtree(comment.path).filter(visible=True).exclude(pk=comment.pk).count(),
    )


@dataclass(frozen=True)
class RuleCount:
    """How often words were taken away under one house rule."""

    words: str
    times: int


@dataclass
class PublicRecord:
    """How a consultation was moderated, in numbers."""

    looked_at: int = 0
    taken_away: int = 0
    let_in: int = 0
    shown_again: int = 0
    by_rule: list[RuleCount] = field(default_factory=list)
    median_hours: int | None = None
    appeals: int = 0
    upheld: int = 0
    open_appeals: int = 0


def public_record(consultation: Consultation) -> PublicRecord:
    """What everybody may know: numbers by rule, how long it took, and what became of appeals. Nobody is named."""
    found = list(
        Decision.objects.in_public(consultation)
        .order_by()
        .values_list("verb", "rule", "rule_words", "decided_at", "waited_since")
    )
    shown = PublicRecord(looked_at=len(found))
    rules: dict[tuple[int, str], int] = {}
    for verb, rule, words, _at, _since in found:
        if verb in TAKES_AWAY:
            shown.taken_away += 1
            rules[rule, words] = rules.get((rule, words), 0) + 1
        shown.let_in += verb == Verb.KEEP
        shown.shown_again += verb == Verb.RESTORE
    shown.by_rule = [RuleCount(words, n) for (_rule, words), n in sorted(rules.items())]
    hours = [(at - since).total_seconds() / 3600 for *_rest, at, since in found]
    shown.median_hours = round(median(hours)) if hours else None
    answers = list(Appeal.objects.filter(consultation=consultation).values_list("answer", flat=True))
    shown.appeals, shown.upheld = len(answers), answers.count(Appeal.Answer.UPHELD)
    shown.open_appeals = answers.count(Appeal.Answer.WAITING)
    return shown
