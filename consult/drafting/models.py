"""What editors have written and not saved yet."""

from django.conf import settings
from django.db import models

from guidance.models import Level, Revision, Section


class AutosavedQuerySet(models.QuerySet):
    def of(self, account, draft: Revision) -> "AutosavedQuerySet":
        return self.filter(account=account, revision=draft)


class Autosaved(models.Model):
    """One editor's own copy of a level while they write: kept on the server, seen by nobody else."""

    account = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    revision = models.ForeignKey(Revision, on_delete=models.CASCADE, related_name="+")
    section = models.ForeignKey(Section, on_delete=models.CASCADE, related_name="+")
    level = models.CharField(max_length=10, choices=Level)
    markdown = models.TextField(blank=True)
    read_version = models.PositiveIntegerField(default=0)
    page = models.CharField(max_length=32, blank=True)
    step = models.PositiveIntegerField(default=0)
    saved_at = models.DateTimeField()

    objects = AutosavedQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["account", "revision", "section", "level"], name="one_autosaved_copy_of_each_text"
            ),
        ]

    def __str__(self) -> str:
        return f"autosaved copy {self.pk}"

    def may_be_replaced_from(self, page: str, goes_on: str = "") -> bool:
        """Words that were typed in another window are nobody's to write over, unless this one goes on with them."""
        return not page or self.page in ("", page, goes_on)


class WritingPage(models.Model):
    """How far an editor's open page has been heard. What it sent before that and arrives later is old.

    A page is a random name that its script gives itself; its steps are counted there.
    """

    account = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    page = models.CharField(max_length=32)
    step = models.PositiveIntegerField()
    heard_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["account", "page"], name="one_step_that_a_page_was_heard_at")]

    def __str__(self) -> str:
        return f"writing page {self.pk}"
