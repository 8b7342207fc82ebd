"""A sign of life every few seconds, from a thread with a database connection of its own."""

from __future__ import annotations

import logging
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from django.db import connections

from consult.jobs.troubles import LeaseLost

if TYPE_CHECKING:
    from consult.jobs.models import Job

log = logging.getLogger("consult.jobs")
EVERY_SECONDS = 10.0
PATIENCE = 30.0
"""Seconds to wait for a last beat: if the database hangs, the work should not hang with it."""


@contextmanager
def heartbeat(job: Job, *, every: float | None = None) -> Iterator[None]:
    """Beat for the job while the body runs. A lost lease is noticed by the work itself at its next write."""
    stop = threading.Event()
    pulse = threading.Thread(
        target=_beat_until, args=(stop, _copy(job), every or EVERY_SECONDS), name=f"heartbeat-{job.pk}", daemon=True
    )
    pulse.start()
    try:
        yield
    finally:
        stop.set()
        pulse.join(timeout=PATIENCE)


def _copy(job: Job) -> Job:
    """The job as the thread needs it, so that two threads never set attributes of one object."""
    return type(job)(pk=job.pk, lease=job.lease)


def _beat_until(stop: threading.Event, job: Job, every: float) -> None:
    try:
        while not stop.wait(every):
            if not _still_mine(job):
                return
    finally:
        connections.close_all()


def _still_mine(job: Job) -> bool:
    """Beat once. A database that is away for a moment is no reason to stop beating."""
    try:
        job.beat()
    except LeaseLost:
        return False
    except Exception as trouble:
        log.warning("job %s: no sign of life could be written (%s)", job.pk, type(trouble).__qualname__)
        connections.close_all()
    return True
