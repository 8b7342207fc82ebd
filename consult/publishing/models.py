"""A draft on its way to everyone."""

from datetime import datetime

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from consult.jobs.models import Job
from guidance.models import Revision


class PublicationQuerySet(models.QuerySet):
    def under_way(self) -> "PublicationQuerySet":
        return self.filter(state__in=Publication.UNDER_WAY)

    def shown(self, revision: Revision) -> "Publication | None":
        """How a revision was published, if anybody was asked before."""
        return self.filter(revision=revision, state=Publication.State.DONE).first()

    def due(self, *, at: datetime) -> "PublicationQuerySet":
        return self.filter(state=Publication.State.READY, due_at__lte=at)


class Publication(models.Model):
    """That someone wants a draft published: what they tell readers, when, and how far it is.

    While it is under way the draft is frozen. Preparing writes what readers cannot see yet; the flip shows it.
    """

    class State(models.TextChoices):
        PREPARING = "preparing", _("being prepared")
        READY = "ready", _("ready, and waiting for its time")
        DONE = "done", _("published")
        STOPPED = "stopped", _("stopped")

    UNDER_WAY = (State.PREPARING, State.READY)

    revision = models.ForeignKey(Revision, on_delete=models.PROTECT, related_name="publications")
    state = models.CharField(max_length=10, choices=State, default=State.PREPARING)
    changelog = models.TextField(help_text=_("What is new, in plain words"))
    why_anyway = models.TextField(blank=True, help_text=_("Why it is published though points are open; public"))
    open_points = models.JSONField(default=list, blank=True, help_text=_("What was open when it was asked for"))
    asked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    asked_at = models.DateTimeField()
    due_at = models.DateTimeField()
    job = models.ForeignKey(Job, null=True, blank=True, on_delete=models.SET_NULL, related_name="+")
    ended_at = models.DateTimeField(null=True, blank=True)

    objects = PublicationQuerySet.as_manager()

    class Meta:
        ordering = ["-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["revision"], condition=Q(state__in=("preparing", "ready")), name="a_draft_is_published_once"
            ),
            models.CheckConstraint(
                condition=Q(open_points=[]) | ~Q(why_anyway=""), name="going_ahead_with_open_points_has_a_reason"
            ),
        ]

    def __str__(self) -> str:
        return f"publication of {self.revision}"

    @property
    def is_under_way(self) -> bool:
        return self.state in self.UNDER_WAY

    @property
    def is_ready(self) -> bool:
        return self.state == self.State.READY
