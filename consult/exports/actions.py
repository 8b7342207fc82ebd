"""Asking for a consultation's comments, making the file, and taking it away when words in it were withdrawn."""

from contextlib import suppress

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Max
from django.urls import reverse
from django.utils.translation import gettext as _

from consult.consultations.models import Consultation
from consult.discussion.models import PublicComment
from consult.exports.comments import write_comments
from consult.exports.rows import READ_AT_ONCE, fingerprint
from consult.jobs.actions import ask_for
from consult.jobs.models import Job, Jobs
from consult.jobs.states import State
from consult.jobs.troubles import CannotFinish
from consult.jobs.work import register
from consult.ledger.actions import record, seal_everything
from consult.ledger.models import Entry, Seal
from consult.people.models import Account
from consult.people.permissions import Can, Refused, require

KIND = "export_comments"
FILENAME = "comments.zip"


def ask_for_comments(consultation: Consultation, *, by: Account, seal: int | None = None) -> Job:
    """Ask for the comments as they stand now, or as of an earlier seal. What was made already is offered again.

    Raises Refused when the law or the timetable does not allow it, ValidationError if there is no such seal.
    """
    require(by, Can.EXPORT, consultation)
    if not consultation.allows_staff("export"):
        raise Refused(consultation.why_not("export"))
    latest = seal_everything()
    if seal is not None and not Seal.objects.filter(pk=seal).exists():
        raise ValidationError(
            {
                "seal": _("There is no seal %(seal)s. The latest is %(latest)s.")
                % {"seal": seal, "latest": latest.pk if latest else 0}
            }
        )
    number = latest_change(consultation) if seal is None else seal
    return _stored(consultation, number) or _asked(consultation, number, by)


def latest_change(consultation: Consultation) -> int:
    """The last seal under which anything happened in this consultation: since then an export would be the same."""
    seals = (
        Entry.objects.about(consultation)
        .filter(verb__startswith="consultation.")
        .order_by()
        .aggregate(last=Max("sealed__seal")),
        PublicComment.objects.filter(consultation=consultation).aggregate(last=Max("posted_entry__sealed__seal")),
        PublicComment.objects.filter(consultation=consultation, visible=False).aggregate(
            last=Max("withdrawn_entry__sealed__seal")
        ),
    )
    return max(found["last"] or 0 for found in seals)


def _asked(consultation: Consultation, seal: int, by: Account) -> Job:
    page = reverse("export", args=[consultation.slug])
    params = {
        "consultation": consultation.pk,
        "seal": seal,
        "title": _("Comments on “%(title)s”") % {"title": consultation.title},
        "page": page,
        "again": {"address": page, "fields": {"seal": seal}},
    }
    return ask_for(KIND, params=params, key=_key(consultation, seal), by=by)


def _key(consultation: Consultation, seal: int) -> str:
    return f"{consultation.pk}@{seal}"


def exports_of(consultation: Consultation) -> Jobs:
    """Everything that was asked for, newest first."""
    return Job.objects.of_kind(KIND).filter(key__startswith=f"{consultation.pk}@").order_by("-pk")


def _stored(consultation: Consultation, seal: int) -> Job | None:
    """The file that was made for the same request, if it is still there and holds nothing that was withdrawn."""
    made = exports_of(consultation).filter(key=_key(consultation, seal), state=State.DONE).exclude(file="").first()
    return made if made and made.path.exists() and not take_away_if_superseded(made, consultation) else None


def take_away_superseded(consultation: Consultation) -> int:
    """Delete the stored files that hold words withdrawn since. Returns how many."""
    stored = exports_of(consultation).filter(state=State.DONE).exclude(file="")
    return sum(take_away_if_superseded(job, consultation) for job in stored)


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
    result["note"] = _("Words in this file were withdrawn after it was made, so we deleted the file.")
    if Job.objects.filter(pk=job.pk, file=job.file).update(file="", result=result):
        record(None, "export.superseded", consultation, seal=job.params["seal"], sha256=job.result["sha256"])
    job.file, job.result = "", result


@register(KIND)
def make(job: Job) -> None:
    """Write the archive as of the seal that was asked for. Begun again, it writes the same bytes again."""
    consultation = Consultation.objects.filter(pk=job.params["consultation"]).first()
    seal = Seal.objects.filter(pk=job.params["seal"]).first()
    if consultation is None or seal is None:
        raise CannotFinish(_("The consultation or the seal that was asked for is not there any more."))

    def tell(done: int, total: int) -> None:
        if done % READ_AT_ONCE == 0 or done == total:
            job.progress(done=done, total=total, note=_("Writing comments"))

    with job.writing(FILENAME) as file:
        made = write_comments(file, consultation, seal, tell=tell)
    link = {"words": _("Download the comments (ZIP)"), "address": reverse("export_file", args=[job.public_id])}
    result = {"rows": made.rows, "sha256": made.sha256, "fingerprint": made.fingerprint, "links": [link]}
    with job.holding():
        record(
            job.asked_by, "export.made", consultation, actor="admin", seal=seal.pk, rows=made.rows, sha256=made.sha256
        )
        job.finish(result={**result, "bytes": job.path.stat().st_size})
