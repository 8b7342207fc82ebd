"""A period of consulting, what it asks, and its rules."""

from datetime import datetime

from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from consult.consultations import timetable
from consult.consultations.dates import moment_in_words
from consult.consultations.timetable import State
from consult.people.models import TeamMember
from guidance.models import Document, Revision


class HouseRules(models.Model):
    """The house rules, one rule a line, in a numbered version that never changes."""

    version = models.PositiveIntegerField(unique=True)
    rules = models.TextField(help_text=_("One rule on each line"))
    published_on = models.DateField(default=timezone.localdate)

    class Meta:
        ordering = ["version"]
        verbose_name_plural = "house rules"

    def __str__(self) -> str:
        return f"house rules, version {self.version}"

    @property
    def as_list(self) -> list[str]:
        return [line.strip() for line in self.rules.splitlines() if line.strip()]


class PrivacyNotice(models.Model):
    """What people are told about their data before they take part, in a numbered version that never changes."""

    version = models.PositiveIntegerField(unique=True)
    text = models.TextField(help_text=_("Markdown"))
    published_on = models.DateField(default=timezone.localdate)

    class Meta:
        ordering = ["version"]

    def __str__(self) -> str:
        return f"privacy notice, version {self.version}"


class ConsultationQuerySet(models.QuerySet):
    def announced(self) -> "ConsultationQuerySet":
        return self.filter(announced_at__isnull=False)

    def visible_to(self, account) -> "ConsultationQuerySet":
        """Announced ones for everyone; those still being set up for admins and the document's editors."""
        if getattr(account, "is_admin", False):
            return self
        if account is None or not account.pk:
            return self.announced()
        drafted = TeamMember.objects.filter(account=account, role=TeamMember.Role.EDITOR).values("document")
        return self.filter(Q(announced_at__isnull=False) | Q(document__in=drafted))

    def on(self, document: Document) -> "ConsultationQuerySet":
        return self.filter(document=document)


class Consultation(models.Model):
    """A period of consulting on a document: on questions alone (a call for ideas), or on a published draft."""

    class Kind(models.TextChoices):
        IDEAS = "ideas", _("call for ideas")
        DRAFT = "draft", _("consultation on a draft")

    class Moderation(models.TextChoices):
        AFTERWARDS = "after", _("Comments are public at once")
        FIRST = "first", _("A moderator reads each comment before it is public")

    slug = models.SlugField(max_length=80, unique=True)
    title = models.CharField(max_length=200)
    kind = models.CharField(max_length=10, choices=Kind)
    document = models.ForeignKey(Document, on_delete=models.PROTECT, related_name="consultations")
    revision = models.ForeignKey(
        Revision, null=True, blank=True, on_delete=models.PROTECT, related_name="consultations"
    )
    about = models.TextField(help_text=_("What it is about and why it is asked. Markdown."))
    open_to_change = models.TextField(help_text=_("What can still change. Markdown."))
    not_open_to_change = models.TextField(blank=True, help_text=_("What cannot change, and why. Markdown."))
    decides = models.CharField(max_length=300, help_text=_("Who decides on what becomes of the responses"))
    decision_by = models.DateField(help_text=_("By when the answer is promised"))
    contact = models.EmailField()
    other_ways = models.TextField(blank=True, help_text=_("Other ways to respond. Markdown."))
    opens_at = models.DateTimeField()
    closes_at = models.DateTimeField()
    announced_at = models.DateTimeField(null=True, blank=True)
    paused_at = models.DateTimeField(null=True, blank=True)
    answered_at = models.DateTimeField(null=True, blank=True)
    house_rules = models.ForeignKey(HouseRules, on_delete=models.PROTECT)
    privacy_notice = models.ForeignKey(PrivacyNotice, on_delete=models.PROTECT)
    moderation = models.CharField(
        max_length=10,
        choices=Moderation,
        default=Moderation.AFTERWARDS,
        help_text=_("It can be changed at any time. What waits then goes on waiting for a moderator."),
    )
    takes_words_for_editors = models.BooleanField(
        default=False, help_text=_("Let people write to the editors only. Freedom of information may still reach it.")
    )
    takes_guests = models.BooleanField(
        default=False, help_text=_("Let people comment with a confirmed e-mail address alone, without signing in")
    )
    asks_stance = models.BooleanField(default=False, help_text=_("Ask whether a comment is for, against, or mixed"))
    shows_names_from_elsewhere = models.BooleanField(
        default=False,
        help_text=_("Show names of people whose words came from elsewhere, though they never saw our house rules"),
    )

    stopped_at = models.DateTimeField(null=True, blank=True, editable=False)
    stop_notice = models.CharField(max_length=300, blank=True, editable=False)
    comments_an_hour = models.PositiveSmallIntegerField(default=0, editable=False)
    """How many comments someone can post in an hour before each one has to wait longer; 0 for as many as they like."""

    objects = ConsultationQuerySet.as_manager()

    class Meta:
        ordering = ["closes_at", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(stopped_at__isnull=True, stop_notice="")
                | (Q(stopped_at__isnull=False) & ~Q(stop_notice="")),
                name="who_stops_comments_says_why",
            ),
            models.CheckConstraint(condition=Q(closes_at__gt=F("opens_at")), name="it_closes_after_it_opens"),
            models.CheckConstraint(
                condition=Q(kind="ideas", revision__isnull=True) | Q(kind="draft", revision__isnull=False),
                name="a_consultation_on_a_draft_has_one",
            ),
        ]

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        return reverse("consultation", args=[self.slug])

    @property
    def is_announced(self) -> bool:
        return self.announced_at is not None

    @property
    def is_moderated_first(self) -> bool:
        return self.moderation == self.Moderation.FIRST

    @property
    def is_on_a_draft(self) -> bool:
        return self.kind == self.Kind.DRAFT

    def state_at(self, at: datetime) -> State:
        if self.answered_at and self.answered_at <= at:
            return State.ANSWERED
        if self.announced_at is None or at < self.opens_at:
            return State.BEFORE
        if at >= self.closes_at:
            return State.CLOSED
        return State.PAUSED if self.paused_at and self.paused_at <= at else State.OPEN

    @property
    def state(self) -> State:
        return self.state_at(timezone.now())

    @property
    def is_open(self) -> bool:
        return self.state == State.OPEN

    @property
    def takes_new_comments(self) -> bool:
        return self.stopped_at is None

    def allows(self, verb: str, at: datetime | None = None) -> bool:
        """Whether the timetable lets the public do this, now or at another moment, and nobody has stopped it."""
        if self._is_stopped(verb):
            return False
        return timetable.allows_public(verb, self.state_at(at or timezone.now()))

    def _is_stopped(self, verb: str) -> bool:
        return self.stopped_at is not None and verb in timetable.STOPPABLE

    def allows_staff(self, verb: str, at: datetime | None = None) -> bool:
        return timetable.allows_staff(verb, self.state_at(at or timezone.now()))

    def why_not(self, verb: str, at: datetime | None = None) -> str:
        state = self.state_at(at or timezone.now())
        if state == State.OPEN and self._is_stopped(verb):
            return self.stop_notice
        return str(timetable.REFUSALS[state]) % {
            "opens": moment_in_words(self.opens_at),
            "closes": moment_in_words(self.closes_at),
        }

    def next_change(self, at: datetime) -> datetime | None:
        """When the state next changes by the clock alone."""
        return min((moment for moment in (self.opens_at, self.closes_at) if moment > at), default=None)


class Question(models.Model):
    """An open question that a consultation asks."""

    consultation = models.ForeignKey(Consultation, on_delete=models.CASCADE, related_name="questions")
    number = models.PositiveIntegerField()
    text = models.CharField(max_length=300)
    help = models.TextField(blank=True)

    class Meta:
        ordering = ["consultation", "number"]
        constraints = [models.UniqueConstraint(fields=["consultation", "number"], name="questions_are_numbered_once")]

    def __str__(self) -> str:
        return f"{self.number}. {self.text}"

    def get_absolute_url(self) -> str:
        return reverse("question", args=[self.consultation.slug, self.number])
