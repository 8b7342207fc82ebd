"""What can go wrong with a job, in the words of those who do it."""

from django.db import InterfaceError, OperationalError

PASSING = (OperationalError, InterfaceError, ConnectionError)
"""Troubles that may be gone at the next attempt: a deadlock, a database restarting."""


class LeaseLost(Exception):
    """Another worker has the job now, or it has ended: stop, and touch nothing more."""


class CannotFinish(Exception):
    """Raised by work that cannot be done, with a sentence for the person who asked for it."""
