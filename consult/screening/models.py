"""What admins tell screening: what is public, and which words wait for a moderator."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class Listed(models.Model):
    """An address, number or word on one of two lists, as it is compared."""

    class List(models.TextChoices):
        PUBLIC = "public", _("public addresses and numbers: nobody is asked about them")
        WAITS = "waits", _("words with which a comment waits for a moderator")

    list = models.CharField(max_length=10, choices=List)
    words = models.CharField(max_length=120)
    note = models.CharField(max_length=200, blank=True)

    class Meta:
        ordering = ["list", "words"]
        constraints = [models.UniqueConstraint(fields=["list", "words"], name="nothing_is_listed_twice")]

    def __str__(self) -> str:
        return self.words
