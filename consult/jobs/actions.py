"""Asking for background work, and looking after work whose worker has gone."""

from collections import Counter
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.db import IntegrityError, models, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from consult.jobs.models import Job
from consult.jobs.nudging import nudge, nudge_on_commit
from consult.jobs.states import MOST_ATTEMPTS, State

SWEPT_AT_ONCE = 100


def ask_for(
    kind: str,
    *,
    params: Mapping[str, Any],
    key: str,
    by: models.Model | None,
    total: int = 0,
    at: datetime | None = None,
) -> Job:
    """Ask for work; the same request while it waits or runs is the same job. Ask the law before you call this."""
    wanted = {"kind": kind, "key": key}
    details = {"params": dict(params), "asked_by": by, "total": total}
    job = _live(wanted) or _written(wanted, details, at=at or timezone.now())
    if by is not None and job.asked_by_id != by.pk:
        job.watched_by.add(by)
    return job


def _live(wanted: dict[str, str]) -> Job | None:
    return Job.objects.live().filter(**wanted).first()


def _written(wanted: dict[str, str], details: dict[str, Any], *, at: datetime) -> Job:
    """A new job, or the one that someone else wrote at this very moment (and that one may end at the next)."""
    for last_try in (False, False, False, True):
        try:
            with transaction.atomic():
                job = Job.objects.create(**wanted, **details, asked_at=at, nudged_at=at)
        except IntegrityError:
            if last_try:
                raise
            if job := _live(wanted):
                return job
        else:
            nudge_on_commit(job)
            return job
    raise AssertionError("unreachable: the last try returns or raises")


def sweep(*, at: datetime | None = None) -> Counter[str]:
    """Hand on what was abandoned, end what keeps dying, nudge what nobody noticed. Counts what it did."""
    at = at or timezone.now()
    swept: Counter[str] = Counter()
    for job in Job.objects.abandoned(at=at).order_by("heartbeat_at")[:SWEPT_AT_ONCE]:
        swept[_take_away(job, at=at)] += 1
    for job in Job.objects.unnoticed(at=at).order_by("nudged_at")[:SWEPT_AT_ONCE]:
        swept["nudged"] += _nudge_again(job, at=at)
    return +swept


@transaction.atomic
def _take_away(job: Job, *, at: datetime) -> str:
    """Take the lease from a silent worker. If it speaks up, or another sweeper is quicker, nothing happens.

    A row that is locked is left for the next round: someone is writing under its lease, and one hanging
    connection must not keep the sweeper from everyone else's jobs.
    """
    silent = Job.objects.abandoned(at=at).filter(pk=job.pk, lease=job.lease)
    if not silent.select_for_update(skip_locked=True).exists():
        return "left"
    if job.attempts >= MOST_ATTEMPTS:
        silent.update(state=State.FAILED, lease=None, ended_at=at, error=_died_too_often(job))
        return "failed"
    silent.update(state=State.WAITING, lease=None, nudged_at=at)
    nudge_on_commit(job)
    return "handed on"


def _died_too_often(job: Job) -> str:
    return _("It was begun %(times)s times, and each time the worker stopped without a word.") % {"times": job.attempts}


def _nudge_again(job: Job, *, at: datetime) -> int:
    """One sweeper wins the row, so that two do not send two nudges."""
    mine = Job.objects.unnoticed(at=at).filter(pk=job.pk).update(nudged_at=at)
    if mine:
        nudge(job)
    return mine
