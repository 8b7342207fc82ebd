"""How it goes: comments and reports in each of the last hours. For moderators alone, and never by name.

Not even moderators learn when one person spoke: hours are counted back from now, and few are not told apart.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import Count, Q, QuerySet

from consult.consultations.models import Consultation
from consult.discussion.models import PublicComment
from consult.moderation.models import Flag

HOURS, FEW = 12, 5


@dataclass(frozen=True)
class Hour:
    """An hour that ended so many hours ago. A number from one to four is None: a few."""

    ago: int
    comments: int | None
    reports: int | None


def last_hours(consultation: Consultation, *, at: datetime) -> list[Hour]:
    """The last twelve hours, newest first, quiet ones too; in two queries, however many spoke."""
    comments = _by_hour(PublicComment.objects.filter(consultation=consultation), "submit_date", at)
    reports = _by_hour(Flag.objects.filter(consultation=consultation), "flagged_at", at)
    return [Hour(ago, comments[ago], reports[ago]) for ago in range(HOURS)]


def _by_hour(found: QuerySet, moment: str, at: datetime) -> list[int | None]:
    edges = [at - timedelta(hours=n) for n in range(HOURS + 1)]
    counts = {
        f"hour_{n}": Count("pk", filter=Q(**{f"{moment}__gt": edges[n + 1], f"{moment}__lte": edges[n]}))
        for n in range(HOURS)
    }
    counted = found.filter(**{f"{moment}__gt": edges[-1]}).order_by().aggregate(**counts)
    return [_or_few(counted[f"hour_{n}"]) for n in range(HOURS)]


def _or_few(n: int) -> int | None:
    return None if 0 < n < FEW else n
