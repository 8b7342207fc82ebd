"""What happened to the dates: changes of the closing date, times when the service was away, pre-election periods."""

from datetime import date, datetime

from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from consult.consultations.dates import long_day, moment_in_words
from consult.consultations.models import Consultation
from guidance.models import Document


class OutageQuerySet(models.QuerySet):
    def during(self, consultation: Consultation) -> "OutageQuerySet":
        """Those that fell into the time in which people could comment."""
        return self.filter(began_at__lt=consultation.closes_at, ended_at__gt=consultation.opens_at)


class Outage(models.Model):
    """A time in which the service was away, as staff noted it. Shown on the page of every consultation it fell into."""

    began_at = models.DateTimeField()
    ended_at = models.DateTimeField()
    what = models.CharField(max_length=300, help_text=_("What did not work, in a sentence; it is public"))

    objects = OutageQuerySet.as_manager()

    class Meta:
        ordering = ["-began_at", "-pk"]
        constraints = [models.CheckConstraint(condition=Q(ended_at__gt=F("began_at")), name="an_outage_ends")]

    def __str__(self) -> str:
        return f"away from {moment_in_words(self.began_at)} to {moment_in_words(self.ended_at)}"


class DateChange(models.Model):
    """That a consultation closes on another date than was said, and why. Everyone can read it."""

    consultation = models.ForeignKey(Consultation, on_delete=models.PROTECT, related_name="date_changes")
    closed_was = models.DateTimeField()
    closes_now = models.DateTimeField()
    reason = models.CharField(max_length=500)
    outage = models.ForeignKey(Outage, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    on = models.DateField()

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.CheckConstraint(condition=~Q(reason=""), name="a_change_of_dates_is_explained"),
            models.CheckConstraint(condition=~Q(closed_was=F("closes_now")), name="a_change_of_dates_changes_one"),
        ]

    def __str__(self) -> str:
        return f"{self.consultation}, closing date changed"

    @property
    def is_extension(self) -> bool:
        return self.closes_now > self.closed_was


class QuietPeriodQuerySet(models.QuerySet):
    def on(self, day: date) -> "QuietPeriodQuerySet":
        return self.filter(begins_on__lte=day, ends_on__gte=day, called_off_on__isnull=True)

    def over(self, consultation: Consultation) -> "QuietPeriodQuerySet":
        """Those that hold something back in this consultation: the ones for the whole site, and its own."""
        return self.filter(Q(consultation__isnull=True) | Q(consultation=consultation))

    def over_document(self, document: Document | int) -> "QuietPeriodQuerySet":
        return self.filter(Q(consultation__isnull=True) | Q(consultation__document=document))

    def last_day_over(self, document: Document | int, *, on: date) -> date | None:
        """Until which day something about this guidance is held back; None if nothing is."""
        return self.on(on).over_document(document).aggregate(last=models.Max("ends_on"))["last"]

    def to_show(self, consultation: Consultation, *, on: date) -> "QuietPeriodQuerySet":
        """What readers should know of: the present one, and those that are to come before it closes."""
        ahead = self.filter(called_off_on__isnull=True, ends_on__gte=on).over(consultation)
        return ahead.filter(begins_on__lte=max(on, consultation.decision_by))


class QuietPeriod(models.Model):
    """A pre-election period: answers, digests and publishing wait, and people can go on reading and commenting."""

    consultation = models.ForeignKey(
        Consultation, null=True, blank=True, on_delete=models.PROTECT, related_name="quiet_periods",
        help_text=_("Leave it empty for all consultations"),
    )  # fmt: skip
    begins_on = models.DateField()
    ends_on = models.DateField()
    why = models.CharField(max_length=300, help_text=_("Which election, in a few words; it is public"))
    called_off_on = models.DateField(null=True, blank=True)

    objects = QuietPeriodQuerySet.as_manager()

    class Meta:
        ordering = ["-begins_on", "-pk"]
        constraints = [
            models.CheckConstraint(condition=Q(ends_on__gte=F("begins_on")), name="a_quiet_period_ends"),
            models.CheckConstraint(condition=~Q(why=""), name="a_quiet_period_is_explained"),
        ]

    def __str__(self) -> str:
        return f"{long_day(self.begins_on)} to {long_day(self.ends_on)}"

    def is_over(self, day: date) -> bool:
        return self.called_off_on is not None or self.ends_on < day


def why_held(document: Document | int, *, at: datetime) -> str:
    """Why nothing official is said about this guidance at the moment; empty if nothing stands in the way."""
    last = QuietPeriod.objects.last_day_over(document, on=timezone.localdate(at))
    words = gettext("A pre-election period holds this back until the end of %(day)s.")
    return words % {"day": long_day(last)} if last else ""
