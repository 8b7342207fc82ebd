from django.db import models


class Article(models.Model):
    """What is commented on."""

    title = models.CharField(max_length=200)

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        return f"/article/{self.pk}/"
