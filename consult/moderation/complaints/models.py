"""A complaint about a comment. Who complains is known to staff alone, and who wrote the comment to nobody here."""

from datetime import datetime

from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from consult.consultations.models import Consultation
from consult.discussion.models import PublicComment
from consult.people.models import Account, TeamMember
from consult.people.permissions import admin, named_staff

LONGEST = 4_000


class Kind(models.TextChoices):
    """What a complaint is about."""

    DEFAMATION = "defamation", _("It says something untrue about me that does me serious harm (libel)")
    CONTEMPT = "contempt", _("It could harm a court case, or breaks a court’s order (contempt)")
    PRIVACY = "privacy", _("It gives away something private about me or someone else")
    ILLEGAL = "illegal", _("It is against the law in another way")
    DANGER = "danger", _("Someone’s life or safety is threatened")
    SAFEGUARDING = "safeguarding", _("A child, or an adult who needs care, may come to harm")
    WRONGDOING = "wrongdoing", _("It tells of wrongdoing that someone should look into")


IN_CONFIDENCE = (Kind.DANGER, Kind.SAFEGUARDING, Kind.WRONGDOING)
"""Read by named staff alone, and never part of anything that is published, not as a number either."""


class ComplaintQuerySet(models.QuerySet):
    def readable_by(self, account: Account) -> "ComplaintQuerySet":
        """What a moderator reads of their guidance, an admin of all, and named staff of what is in confidence."""
        mine = TeamMember.objects.filter(account=account, role=TeamMember.Role.MODERATOR).values("document")
        in_confidence = Q(kind__in=IN_CONFIDENCE)
        readable = Q(consultation__document__in=mine) if not admin.holds(account, None) else Q()
        found = self.filter(
            ~in_confidence & readable | (in_confidence if named_staff.holds(account, None) else Q(pk=0))
        )
        return found.exclude(comment__persona__account=account)

    def open(self) -> "ComplaintQuerySet":
        return self.exclude(state=Complaint.State.CLOSED)


class Complaint(models.Model):
    """What someone says is wrong with a comment, what its writer answered, and what came of it.

    `act_by` is when staff must have taken the next step. The reference number is not stored: it follows from
    `submission_id`, and its hash finds it.
    """

    class State(models.TextChoices):
        NEW = "new", _("received")
        ASKED = "asked", _("the writer was asked")
        ANSWERED = "answered", _("the writer has answered")
        CLOSED = "closed", _("closed")

    class Wish(models.TextChoices):
        WITHDRAWS = "withdraws", _("The writer has taken the comment back")
        STANDS = "stands", _("The writer stands by the comment")

    class Outcome(models.TextChoices):
        TAKEN_OFF = "taken off", _("The comment is off the page")
        STAYS = "stays", _("The comment stays")
        PASSED_ON = "passed on", _("It was passed on to those who can help")

    comment = models.ForeignKey(PublicComment, on_delete=models.PROTECT, related_name="+")
    consultation = models.ForeignKey(Consultation, on_delete=models.PROTECT, related_name="+")
    kind = models.CharField(max_length=12, choices=Kind)
    submission_id = models.UUIDField(unique=True)
    reference_hash = models.CharField(max_length=64, unique=True)
    name = models.CharField(max_length=120, blank=True)
    email = models.EmailField(blank=True)
    may_name_me = models.BooleanField(default=False)
    statement = models.TextField(blank=True, help_text=_("The words complained of"))
    meaning = models.TextField(blank=True, help_text=_("What they mean to whoever complains"))
    untrue = models.TextField(blank=True, help_text=_("What is untrue in them, or opinion that no fact supports"))
    harm = models.TextField(blank=True, help_text=_("What harm they do"))
    words = models.TextField(blank=True)
    made_at = models.DateTimeField(default=timezone.now)
    act_by = models.DateTimeField()
    state = models.CharField(max_length=10, choices=State, default=State.NEW)
    asked_at = models.DateTimeField(null=True, blank=True)
    answer_by = models.DateTimeField(null=True, blank=True)
    wish = models.CharField(max_length=10, choices=Wish, blank=True)
    answer = models.TextField(blank=True)
    outcome = models.CharField(max_length=10, choices=Outcome, blank=True)
    outcome_words = models.TextField(blank=True)
    closed_at = models.DateTimeField(null=True, blank=True)

    objects = ComplaintQuerySet.as_manager()
    WRITTEN = ("statement", "meaning", "untrue", "harm", "words", "answer", "outcome_words")
    """What people wrote about the comment, and may have quoted from it."""

    class Meta:
        ordering = ["act_by", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=~Q(kind="defamation") | (~Q(name="") & ~Q(email="")),
                name="who_complains_of_libel_can_be_reached",
            ),
            models.CheckConstraint(
                condition=(Q(state="closed", closed_at__isnull=False) & ~Q(outcome="") & ~Q(outcome_words=""))
                | (~Q(state="closed") & Q(closed_at__isnull=True, outcome="")),
                name="a_closed_complaint_says_what_came_of_it",
            ),
            models.CheckConstraint(
                condition=Q(asked_at__isnull=True, answer_by__isnull=True)
                | Q(asked_at__isnull=False, answer_by__isnull=False),
                name="a_writer_who_is_asked_has_time_to_answer",
            ),
            models.CheckConstraint(
                condition=~Q(kind__in=("danger", "safeguarding", "wrongdoing")) | Q(asked_at__isnull=True),
                name="nobody_is_asked_about_what_is_told_in_confidence",
            ),
        ]

    def __str__(self) -> str:
        return f"complaint {self.pk}"

    @property
    def is_in_confidence(self) -> bool:
        return self.kind in IN_CONFIDENCE

    @property
    def is_open(self) -> bool:
        return self.state != self.State.CLOSED

    @property
    def can_be_answered(self) -> bool:
        return self.state == self.State.ASKED

    @property
    def can_be_asked_about(self) -> bool:
        """Whether the writer can be asked: not in confidence, and not about what came from elsewhere."""
        return self.state == self.State.NEW and not self.is_in_confidence and self.account_id is not None

    def is_overdue(self, at: datetime) -> bool:
        return self.is_open and self.act_by < at

    def is_unanswered(self, at: datetime) -> bool:
        """Whether the writer was asked and has let their time pass."""
        return self.can_be_answered and self.answer_by is not None and self.answer_by < at

    @property
    def document(self):
        return self.consultation.document

    @property
    def account_id(self) -> int | None:
        """Whose words are complained of: for the law, and for no page."""
        return self.comment.account_id
