"""The states of a job, and the patience we have with it."""

from datetime import timedelta

from django.db import models
from django.utils.translation import gettext_lazy as _

SILENT_FOR = timedelta(seconds=60)
"""A running job whose worker says nothing for this long is abandoned."""
UNNOTICED_FOR = timedelta(seconds=30)
"""A waiting job that nobody claims for this long is nudged again."""
MOST_ATTEMPTS = 5
"""A job that was begun this often and never ended is given up."""


class State(models.TextChoices):
    WAITING = "waiting", _("Waiting")
    RUNNING = "running", _("Running")
    DONE = "done", _("Done")
    FAILED = "failed", _("Failed")


LIVE = (State.WAITING, State.RUNNING)
