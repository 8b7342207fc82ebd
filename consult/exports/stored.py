"""The files that were made: offered again while they may be given out, deleted once words in them were withdrawn."""

from contextlib import suppress

from django.db import transaction
from django.utils.translation import gettext as _

from consult.consultations.models import Consultation
from consult.exports.rows import fingerprint
from consult.jobs.models import Job, Jobs
from consult.jobs.states import State
from consult.ledger.actions import record

COMMENTS, SUMMARY = "export_comments", "export_summary"
KINDS = (COMMENTS, SUMMARY)


def exports_of(consultation: Consultation) -> Jobs:
    """Everything that was asked for, newest first."""
    return Job.objects.filter(kind__in=KINDS, key__startswith=key_of(consultation, "")).order_by("-pk")


def key_of(consultation: Consultation, what: int | str) -> str:
    """What makes two requests the same."""
    return f"{consultation.pk}@{what}"


def stored(consultation: Consultation, kind: str, key: str) -> Job | None:
    """The file that was made for the same request, if it is still there and holds nothing that was withdrawn."""
    made = exports_of(consultation).filter(kind=kind, key=key, state=State.DONE).exclude(file="").first()
    return made if made and made.path.exists() and not take_away_if_superseded(made, consultation) else None


def take_away_superseded(consultation: Consultation) -> int:
    """Delete the stored files that hold words withdrawn since. Returns how many."""
    made = exports_of(consultation).filter(state=State.DONE).exclude(file="")
    return sum(take_away_if_superseded(job, consultation) for job in made)


def take_away_if_superseded(job: Job, consultation: Consultation) -> bool:
    """Whether the file of this export may no longer be given out; if so, it is deleted."""
    if job.result["fingerprint"] == fingerprint(consultation, job.params["seal"]):
        return False
    path = job.path
    _remember_that_it_is_gone(job, consultation)
    with suppress(FileNotFoundError):
        path.unlink()
    return True


@transaction.atomic
def _remember_that_it_is_gone(job: Job, consultation: Consultation) -> None:
    """Once, whoever notices first."""
    result = {**job.result, "superseded": True, "links": []}
    result["note"] = _(
        "Words in this file were withdrawn after it was made, or names may no longer be shown. We deleted it."
    )
    if Job.objects.filter(pk=job.pk, file=job.file).update(file="", result=result):
        record(None, "export.superseded", consultation, seal=job.params["seal"], sha256=job.result["sha256"])
    job.file, job.result = "", result
