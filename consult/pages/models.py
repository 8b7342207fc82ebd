"""Standing pages as the organisation has rewritten them, and which drafts someone has read."""

from django.conf import settings
from django.db import models

from guidance.models import Revision


class StandingPage(models.Model):
    """An organisation's own words for a standing page: privacy, cookies, accessibility and so on.

    Where there is none, the default text of templates/consult/pages/defaults is shown.
    """

    slug = models.SlugField(unique=True)
    title = models.CharField(max_length=120)
    text = models.TextField()
    changed_on = models.DateField(auto_now=True)

    class Meta:
        ordering = ["slug"]

    def __str__(self) -> str:
        return self.title


class Reading(models.Model):
    """Someone signed in has read some of a revision: so that they can be shown what changed since. Only they see it."""

    account = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    revision = models.ForeignKey(Revision, on_delete=models.CASCADE, related_name="+")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["account", "revision"], name="a_reading_is_noted_once")]

    def __str__(self) -> str:
        return f"reading {self.pk}"
