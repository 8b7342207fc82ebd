"""Reports, decisions and appeals. Who reported or decided is never shown; what was decided, and why, is."""

from datetime import datetime

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from consult.consultations.models import Consultation
from consult.discussion.models import PublicComment
from consult.ledger.models import Entry
from consult.moderation.querysets import AppealQuerySet, DecisionQuerySet, FlagQuerySet


class Verb(models.TextChoices):
    """What a moderator can do with a comment."""

    KEEP = "keep", _("Keep it, or let it in")
    HOLD = "hold", _("Take it off the page while it is looked into")
    HIDE = "hide", _("Hide it; its replies stay")
    HIDE_WITH_REPLIES = "hide_branch", _("Hide it with all its replies")
    REDACT = "redact", _("Take out some of its words")
    RESTORE = "restore", _("Show it again as it was")


TAKES_AWAY = (Verb.HOLD, Verb.HIDE, Verb.HIDE_WITH_REPLIES, Verb.REDACT)
"""What is done to someone's words: a house rule and a reason go with it, and another moderator can be asked."""


class Flag(models.Model):
    """Someone thinks that a comment breaks a house rule. It brings a moderator; it never hides anything by itself."""

    comment = models.ForeignKey(PublicComment, on_delete=models.PROTECT, related_name="+", db_index=False)
    consultation = models.ForeignKey(Consultation, on_delete=models.PROTECT, related_name="+", db_index=False)
    account = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+")
    rule = models.PositiveSmallIntegerField(default=0, help_text=_("Number of the house rule; 0 is none of them"))
    words = models.CharField(max_length=500, blank=True)
    flagged_at = models.DateTimeField(default=timezone.now)
    is_settled = models.BooleanField(default=False)

    objects = FlagQuerySet.as_manager()

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(fields=["comment", "account"], name="everyone_reports_a_comment_once"),
            models.CheckConstraint(
                condition=~Q(rule=0) | ~Q(words=""), name="a_report_names_a_rule_or_says_what_is_wrong"
            ),
        ]
        indexes = [
            models.Index(fields=["consultation", "comment"], condition=Q(is_settled=False), name="reports_to_settle"),
        ]

    def __str__(self) -> str:
        return f"report of {self.comment}"


class Decision(models.Model):
    """What a moderator did with a comment, with the house rule that it rests on and the reason that its writer reads.

    `was` and `hid_replies` are the state before, so that it can be taken back. A `batch` was decided in one act.
    """

    comment = models.ForeignKey(PublicComment, on_delete=models.PROTECT, related_name="decisions", db_index=False)
    consultation = models.ForeignKey(Consultation, on_delete=models.PROTECT, related_name="+", db_index=False)
    verb = models.CharField(max_length=12, choices=Verb)
    rule = models.PositiveSmallIntegerField(default=0)
    rule_words = models.CharField(max_length=500, blank=True)
    reason = models.TextField(blank=True)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+")
    decided_at = models.DateTimeField(default=timezone.now)
    waited_since = models.DateTimeField()
    was = models.CharField(max_length=10, choices=PublicComment.StaffState)
    hid_replies = models.BooleanField(default=False)
    words_affected = models.PositiveIntegerField(default=0, help_text=_("Replies that were hidden or shown with it"))
    batch = models.UUIDField(null=True, blank=True, db_index=True)
    is_undone = models.BooleanField(default=False)
    entry = models.ForeignKey(Entry, on_delete=models.PROTECT, related_name="+", db_index=False)

    objects = DecisionQuerySet.as_manager()

    class Meta:
        ordering = ["pk"]
        indexes = [
            models.Index(fields=["comment", "id"], name="decisions_on_a_comment"),
            models.Index(fields=["consultation", "id"], name="decisions_in_a_consultation"),
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(verb__in=("keep", "restore")) | (~Q(reason="") & ~Q(rule_words="")),
                name="who_takes_words_away_says_why",
            )
        ]

    def __str__(self) -> str:
        return f"{self.verb} {self.comment}"

    @property
    def takes_away(self) -> bool:
        return self.verb in TAKES_AWAY

    @property
    def account_id(self) -> int | None:
        """Whose words were decided on."""
        return self.comment.account_id

    @property
    def document(self):
        return self.comment.document

    def allows_staff(self, verb: str) -> bool:
        return self.comment.allows_staff(verb)

    def why_not(self, verb: str) -> str:
        return self.comment.why_not(verb)


class Appeal(models.Model):
    """The writer asks another moderator. One for each decision."""

    class Answer(models.TextChoices):
        WAITING = "", _("Waiting for another moderator")
        UPHELD = "upheld", _("The comment is shown again")
        DISMISSED = "dismissed", _("The decision stands")

    decision = models.OneToOneField(Decision, on_delete=models.PROTECT, related_name="appeal")
    consultation = models.ForeignKey(Consultation, on_delete=models.PROTECT, related_name="+")
    words = models.TextField(blank=True)
    made_at = models.DateTimeField(default=timezone.now)
    answer = models.CharField(max_length=10, choices=Answer, blank=True)
    reason = models.TextField(blank=True)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+")
    answered_at = models.DateTimeField(null=True, blank=True)

    objects = AppealQuerySet.as_manager()

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(answer="", answered_at__isnull=True)
                | (~Q(answer="") & Q(answered_at__isnull=False) & ~Q(reason="")),
                name="an_answered_appeal_says_why",
            )
        ]

    def __str__(self) -> str:
        return f"appeal against {self.decision}"

    @property
    def is_open(self) -> bool:
        return not self.answer

    @property
    def document(self):
        return self.decision.document

    @property
    def account_id(self) -> int | None:
        return self.decision.account_id

    @property
    def decided_by_id(self) -> int | None:
        return self.decision.by_id

    def allows_staff(self, verb: str) -> bool:
        return self.decision.allows_staff(verb)

    def why_not(self, verb: str) -> str:
        return self.decision.why_not(verb)


class Claim(models.Model):
    """A moderator is looking at a comment, so that two do not decide at once. It lapses by itself."""

    comment = models.OneToOneField(PublicComment, on_delete=models.CASCADE, related_name="claim")
    account = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    until = models.DateTimeField()

    def __str__(self) -> str:
        return f"claim on {self.comment}"

    def holds_at(self, at: datetime) -> bool:
        return self.until > at
