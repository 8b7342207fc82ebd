"""Summaries, and the parts of one that is being made."""

import json
from typing import Any

from django.db import models
from django.urls import reverse
from django.utils import timezone

from consult.consultations.models import Consultation
from consult.jobs.models import Job


class SummaryQuerySet(models.QuerySet):
    def of(self, consultation: Consultation) -> "SummaryQuerySet":
        """Newest first."""
        return self.filter(consultation=consultation).order_by("-pk")

    def for_inputs(self, consultation: Consultation, inputs_hash: str, method: str) -> "Summary | None":
        return self.filter(consultation=consultation, inputs_hash=inputs_hash, method=method).first()


class Summary(models.Model):
    """What was said in a consultation, as of a seal: canonical JSON that the same words always give again.

    `inputs_hash` stands for every comment that counted: its id, words and state. Display drops what is no longer
    public (`themes.showing`), so read `body` through it.
    """

    consultation = models.ForeignKey(Consultation, on_delete=models.PROTECT, related_name="summaries")
    job = models.ForeignKey(Job, null=True, blank=True, on_delete=models.SET_NULL, related_name="+")
    seal_number = models.PositiveIntegerField()
    inputs_hash = models.CharField(max_length=64)
    method = models.CharField(max_length=40)
    body = models.TextField()
    made_at = models.DateTimeField(default=timezone.now)

    objects = SummaryQuerySet.as_manager()

    class Meta:
        verbose_name_plural = "summaries"
        constraints = [
            models.UniqueConstraint(
                fields=["consultation", "inputs_hash", "method"], name="the_same_words_are_summarised_once"
            )
        ]

    def __str__(self) -> str:
        return f"summary {self.pk} of {self.consultation}"

    def get_absolute_url(self) -> str:
        return reverse("summary", args=[self.consultation.slug])

    @property
    def content(self) -> dict[str, Any]:
        return json.loads(self.body)


class SummaryPart(models.Model):
    """One place's part of a summary in the making: whoever takes the job over goes on from here."""

    job = models.ForeignKey(Job, on_delete=models.CASCADE, related_name="+")
    place = models.CharField(max_length=100)
    inputs_hash = models.CharField(max_length=64)
    body = models.TextField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["job", "place"], name="a_summary_has_one_part_for_each_place")]

    def __str__(self) -> str:
        return f"{self.place} in job {self.job_id}"
