"""The job: a row that is the truth about a piece of background work. The queue only nudges."""

from __future__ import annotations

import uuid
from datetime import datetime
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from consult.jobs.leases import Leased
from consult.jobs.states import LIVE, SILENT_FOR, UNNOTICED_FOR, State


class Jobs(models.QuerySet):
    def live(self) -> Jobs:
        """Not ended: waiting or running."""
        return self.filter(state__in=LIVE)

    def of_kind(self, kind: str) -> Jobs:
        return self.filter(kind=kind)

    def visible_to(self, account: Any) -> Jobs:
        """Jobs that someone asked for, or asked for again while they ran; all of them for admins."""
        if not getattr(account, "is_authenticated", False):
            return self.none()
        if getattr(account, "is_admin", False):
            return self.all()
        watched = Job.watched_by.through.objects.filter(job=models.OuterRef("pk"), account=account.pk)
        return self.filter(Q(asked_by=account.pk) | models.Exists(watched))

    def abandoned(self, *, at: datetime) -> Jobs:
        """Running, and not a word from the worker for a minute."""
        return self.filter(state=State.RUNNING, heartbeat_at__lt=at - SILENT_FOR)

    def unnoticed(self, *, at: datetime) -> Jobs:
        """Waiting, and not nudged lately: the nudge may be lost, or the broker away."""
        return self.filter(state=State.WAITING, nudged_at__lt=at - UNNOTICED_FOR)

    def claim(self, job_id: int, *, at: datetime | None = None) -> Job | None:
        """Hand out the lease of a waiting job, or None if there is no such job (any more).

        One UPDATE decides: of two workers, the second finds the state changed, on PostgreSQL after waiting
        for the first one's row lock. Claim outside transactions, so that everyone sees it at once.
        """
        at, lease = at or timezone.now(), uuid.uuid4()
        claimed = self.filter(pk=job_id, state=State.WAITING).update(
            state=State.RUNNING,
            lease=lease,
            heartbeat_at=at,
            attempts=F("attempts") + 1,
            started_at=models.functions.Coalesce("started_at", models.Value(at, models.DateTimeField())),
        )
        return self.filter(pk=job_id, lease=lease).first() if claimed else None


class Job(Leased, models.Model):
    """Background work. Whoever claims it gets a lease, and every later write names it (`jobs.leases`)."""

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    kind = models.CharField(_("kind of work"), max_length=40)
    key = models.CharField(_("what makes two requests the same"), max_length=200)
    params = models.JSONField(_("what exactly to do"), default=dict, blank=True)
    state = models.CharField(_("state"), max_length=10, choices=State, default=State.WAITING)
    lease = models.UUIDField(_("lease"), null=True, blank=True, editable=False)
    heartbeat_at = models.DateTimeField(_("last sign of life"), null=True, blank=True)
    nudged_at = models.DateTimeField(_("last nudge"), default=timezone.now)
    attempts = models.PositiveSmallIntegerField(_("times started"), default=0)
    done = models.PositiveIntegerField(_("steps done"), default=0)
    total = models.PositiveIntegerField(_("steps in all"), default=0, help_text=_("0 while it is not known."))
    note = models.CharField(_("what it is doing now"), max_length=200, blank=True)
    asked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="jobs_asked_for"
    )
    watched_by = models.ManyToManyField(settings.AUTH_USER_MODEL, blank=True, related_name="jobs_watched")
    asked_at = models.DateTimeField(_("asked for"), default=timezone.now)
    started_at = models.DateTimeField(_("first started"), null=True, blank=True)
    ended_at = models.DateTimeField(_("ended"), null=True, blank=True)
    result = models.JSONField(_("what came of it"), null=True, blank=True)
    file = models.CharField(_("file, below FILES_ROOT"), max_length=255, blank=True)
    error = models.TextField(_("why it failed, for people"), blank=True)

    objects = models.Manager.from_queryset(Jobs)()

    class Meta:
        verbose_name = _("job")
        verbose_name_plural = _("jobs")
        constraints = [
            models.UniqueConstraint(
                fields=["kind", "key"],
                condition=Q(state__in=LIVE),
                name="one_waiting_or_running_job_per_key",
            ),
            models.CheckConstraint(condition=Q(state__in=State.values), name="a_job_is_waiting_running_done_or_failed"),
            models.CheckConstraint(
                condition=Q(state=State.RUNNING, lease__isnull=False, heartbeat_at__isnull=False)
                | (~Q(state=State.RUNNING) & Q(lease__isnull=True)),
                name="running_jobs_and_only_they_have_a_lease",
            ),
            models.CheckConstraint(condition=~Q(state=State.FAILED) | ~Q(error=""), name="every_failed_job_says_why"),
            models.CheckConstraint(
                condition=Q(state__in=LIVE, ended_at__isnull=True) | (~Q(state__in=LIVE) & Q(ended_at__isnull=False)),
                name="every_ended_job_says_when",
            ),
        ]
        indexes = [
            models.Index(fields=["state", "nudged_at"], condition=Q(state__in=LIVE), name="live_jobs"),
            models.Index(fields=["kind", "key", "-id"], name="jobs_by_key"),
        ]

    def __str__(self) -> str:
        return f"{self.kind} job {self.pk}, {self.state}"

    @property
    def is_live(self) -> bool:
        return self.state in LIVE

    @property
    def is_waiting(self) -> bool:
        return self.state == State.WAITING

    @property
    def is_running(self) -> bool:
        return self.state == State.RUNNING

    @property
    def is_done(self) -> bool:
        return self.state == State.DONE

    @property
    def is_failed(self) -> bool:
        return self.state == State.FAILED

    @property
    def percent(self) -> int | None:
        """How far it is, 0 to 100, or None while nobody knows."""
        if self.is_done:
            return 100
        return min(100, self.done * 100 // self.total) if self.total else None

    @property
    def path(self) -> Path | None:
        """Where its file lies, if it has made one."""
        return Path(settings.FILES_ROOT) / self.file if self.file else None
