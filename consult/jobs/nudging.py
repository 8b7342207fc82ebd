"""Telling the queue to look at a job. Losing a nudge costs time and nothing else: the sweeper nudges again."""

import logging

from celery import current_app
from django.db import transaction

from consult.jobs.models import Job
from consult.jobs.work import WORK

log = logging.getLogger("consult.jobs")
TASK = "consult.run_job"


def nudge(job: Job) -> None:
    """Send the job's number to the queue. Never raises: a broker that is away must not break anyone's request."""
    work = WORK.get(job.kind)
    try:
        current_app.send_task(TASK, [job.pk], queue=work.queue if work else None, retry=False)
    except Exception as trouble:
        log.warning("job %s (%s) waits without a nudge: %s", job.pk, job.kind, type(trouble).__qualname__)


def nudge_on_commit(job: Job) -> None:
    """Nudge when the row can be seen by others."""
    transaction.on_commit(lambda: nudge(job), robust=True)
