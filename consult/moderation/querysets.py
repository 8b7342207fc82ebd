"""Questions that a moderator asks: what waits, what was reported, what was decided."""

from datetime import datetime
from typing import TYPE_CHECKING

from django.db import models
from django.db.models import Count, Exists, F, Max, Min, OuterRef, Q, Subquery

from consult.discussion.models import PublicComment
from consult.discussion.querysets import CommentQuerySet

if TYPE_CHECKING:
    from consult.consultations.models import Consultation
    from consult.people.models import Account

A_PAGE = 25


class FlagQuerySet(models.QuerySet):
    def to_settle(self) -> "FlagQuerySet":
        return self.filter(is_settled=False)

    def first_and_number(self) -> "FlagQuerySet":
        """For each comment: how many reports wait, and since when."""
        return self.to_settle().order_by().values("comment").annotate(n=Count("pk"), since=Min("flagged_at"))


class DecisionQuerySet(models.QuerySet):
    def standing(self) -> "DecisionQuerySet":
        return self.filter(is_undone=False)

    def latest_of(self, comment_ids) -> dict[int, "models.Model"]:
        """The decision that each of these comments stands under now, by comment; in one query, or none for none."""
        if not comment_ids:
            return {}
        last = self.standing().filter(comment__in=comment_ids).order_by().values("comment").annotate(last=Max("pk"))
        found = self.filter(pk__in=last.values("last")).select_related("appeal", "comment__persona")
        return {decision.comment_id: decision for decision in found}

    def in_public(self, consultation: "Consultation") -> "DecisionQuerySet":
        return self.standing().filter(consultation=consultation)


class AppealQuerySet(models.QuerySet):
    def open(self) -> "AppealQuerySet":
        return self.filter(answer="")

    def not_decided_by(self, account: "Account") -> "AppealQuerySet":
        return self.exclude(decision__by=account)


TABS = ("waiting", "reported", "new", "hidden")


def queue(consultations, tab: str, *, by: "Account") -> CommentQuerySet:
    """Comments for a moderator to look at, oldest first where someone waits, newest first elsewhere. Never one's own.

    A page of it costs the same however many there are: each tab is answered by an index.
    """
    found = PublicComment.objects.filter(consultation__in=consultations, audience=PublicComment.Audience.EVERYONE)
    found = found.exclude(persona__account=by).exclude(own_state=PublicComment.OwnState.REMOVED)
    return _with_facts(_of_tab(found, tab))


def _of_tab(found: CommentQuerySet, tab: str) -> CommentQuerySet:
    from consult.moderation.models import Decision, Flag

    shown, taken_back = PublicComment.StaffState.SHOWN, Q(own_state=PublicComment.OwnState.WITHDRAWN)
    match tab:
        case "waiting":
            return found.filter(staff_state=PublicComment.StaffState.HELD).exclude(taken_back).order_by("pk")
        case "reported":
            reported = Flag.objects.to_settle().order_by().values("comment")
            return found.filter(pk__in=reported).exclude(taken_back).order_by("pk")
        case "hidden":
            hidden = Q(staff_state=PublicComment.StaffState.HIDDEN) | Q(hides_replies=True)
            return found.filter(hidden).order_by("-pk")
        case _:
            decided = Decision.objects.filter(comment=OuterRef("pk"))
            return found.filter(~Exists(decided), staff_state=shown, own_state="shown").order_by("-pk")


def _with_facts(found: CommentQuerySet) -> CommentQuerySet:
    from consult.moderation.models import Flag

    reports = Flag.objects.filter(comment=OuterRef("pk")).first_and_number()
    return found.select_related("persona", "consultation", "section", "question", "elsewhere", "claim").annotate(
        reports=Subquery(reports.values("n")[:1]),
        reported_since=Subquery(reports.values("since")[:1]),
        posted_at=F("submit_date"),
    )


def waited_since(comment: PublicComment) -> datetime:
    """Since when somebody waits for a decision on this comment: its first open report, or its posting."""
    return getattr(comment, "reported_since", None) or comment.submit_date
