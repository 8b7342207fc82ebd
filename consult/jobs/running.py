"""Doing one job, from the claim to the end. `consult.tasks` calls it; so may tests, without any queue."""

from django.utils.translation import gettext as _

from consult.jobs.models import Job
from consult.jobs.work import WORK


def run_job(job_id: int) -> None:
    """Do one waiting job. Harmless to call twice: only one worker can claim it."""
    if job := Job.objects.claim(job_id):
        with job.finishing():
            _do(job)


def _do(job: Job) -> None:
    work = WORK.get(job.kind)
    if work is None:
        # Perhaps this worker is older than the request: another one, or this one after its restart, may know.
        job.try_again(_("None of our workers knows how to do this kind of work."))
        return
    result = work.do(job)
    if job.lease:
        job.finish(result=result)
