"""Standing pages as the organisation has rewritten them."""

from django.db import models


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
