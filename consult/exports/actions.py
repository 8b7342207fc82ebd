"""Asking for what was said, and for its summary, to take away; and making the files."""

from typing import Any

from django.core.exceptions import ValidationError
from django.db.models import Max
from django.urls import reverse
from django.utils.translation import gettext as _

from consult.consultations.models import Consultation
from consult.discussion.models import PublicComment
from consult.exports.archive import Made
from consult.exports.comments import write_comments
from consult.exports.rows import READ_AT_ONCE
from consult.exports.stored import COMMENTS, SUMMARY, key_of, stored
from consult.exports.summary import refuse_if_superseded, write_summary
from consult.jobs.actions import ask_for
from consult.jobs.models import Job
from consult.jobs.troubles import CannotFinish
from consult.jobs.work import register
from consult.ledger.actions import record, seal_everything
from consult.ledger.models import Entry, Seal
from consult.moderation.models import Decision
from consult.people.models import Account
from consult.people.permissions import Can, Refused, require
from consult.themes.models import Summary


def ask_for_comments(consultation: Consultation, *, by: Account, seal: int | None = None) -> Job:
    """Ask for the comments as they stand now, or as of an earlier seal. What was made already is offered again.

    Raises Refused when the law or the timetable does not allow it, ValidationError if there is no such seal.
    """
    _require_export(consultation, by)
    latest = seal_everything()
    if seal is not None and not Seal.objects.filter(pk=seal).exists():
        words = _("There is no seal %(seal)s. The latest is %(latest)s.")
        raise ValidationError({"seal": words % {"seal": seal, "latest": latest.pk if latest else 0}})
    number = latest_change(consultation) if seal is None else seal
    title = _("Comments on “%(title)s”") % {"title": consultation.title}
    again = {"what": "comments", "seal": number}
    return _stored_or_asked(COMMENTS, consultation, number, by, title=title, seal=number, again=again)


def ask_for_summary_file(consultation: Consultation, *, by: Account) -> Job:
    """Ask for the latest summary as a file.

    Raises Refused as above, ValidationError if there is no summary, or words that it rests on were withdrawn since.
    """
    _require_export(consultation, by)
    summary = latest_summary(consultation)
    if summary is None:
        raise ValidationError(_("There is no summary yet. Make one first."))
    refuse_if_superseded(summary)
    title = _("Summary of “%(title)s”") % {"title": consultation.title}
    more = {"summary": summary.pk, "seal": summary.seal_number, "again": {"what": "summary"}}
    return _stored_or_asked(SUMMARY, consultation, f"summary:{summary.pk}", by, title=title, **more)


def _require_export(consultation: Consultation, by: Account) -> None:
    require(by, Can.EXPORT, consultation)
    if not consultation.allows_staff("export"):
        raise Refused(consultation.why_not("export"))


def latest_summary(consultation: Consultation) -> Summary | None:
    return Summary.objects.of(consultation).select_related("consultation").first()


def latest_change(consultation: Consultation) -> int:
    """The last seal under which anything happened in this consultation: since then an export would be the same."""
    comments = PublicComment.objects.filter(consultation=consultation)
    moves = Entry.objects.about(consultation).filter(verb__startswith="consultation.").order_by()
    seals = (
        moves.aggregate(last=Max("sealed__seal")),
        comments.aggregate(last=Max("posted_entry__sealed__seal")),
        comments.filter(visible=False).aggregate(last=Max("withdrawn_entry__sealed__seal")),
        Decision.objects.filter(consultation=consultation).aggregate(last=Max("entry__sealed__seal")),
    )
    return max(found["last"] or 0 for found in seals)


def _stored_or_asked(
    kind: str, consultation: Consultation, what: int | str, by: Account, *, again: dict[str, Any], **params: Any
) -> Job:
    key, page = key_of(consultation, what), reverse("export", args=[consultation.slug])
    if made := stored(consultation, kind, key):
        return made
    params |= {"consultation": consultation.pk, "page": page, "again": {"address": page, "fields": again}}
    return ask_for(kind, params=params, key=key, by=by)


@register(COMMENTS)
def make_comments(job: Job) -> None:
    """Write the comments as of the seal that was asked for. Begun again, it writes the same bytes again."""
    consultation, seal = _asked_about(job)

    def tell(done: int, total: int) -> None:
        if done % READ_AT_ONCE == 0 or done == total:
            job.progress(done=done, total=total, note=_("Writing comments"))

    with job.writing("comments.zip") as file:
        made = write_comments(file, consultation, seal, tell=tell)
    _finish(job, consultation, made, words=_("Download the comments (ZIP)"))


@register(SUMMARY)
def make_summary_file(job: Job) -> None:
    """Write the summary that was asked for, as a page and as Markdown."""
    consultation, seal = _asked_about(job)
    summary = Summary.objects.select_related("consultation").filter(pk=job.params["summary"]).first()
    if summary is None:
        raise CannotFinish(_("The summary that was asked for is not there any more."))
    with job.writing("summary.zip") as file:
        made = write_summary(file, summary, seal)
    _finish(job, consultation, made, words=_("Download the summary (ZIP)"))


def _asked_about(job: Job) -> tuple[Consultation, Seal]:
    consultation = Consultation.objects.filter(pk=job.params["consultation"]).first()
    seal = Seal.objects.filter(pk=job.params["seal"]).first()
    if consultation is None or seal is None:
        raise CannotFinish(_("The consultation or the seal that was asked for is not there any more."))
    return consultation, seal


def _finish(job: Job, consultation: Consultation, made: Made, *, words: str) -> None:
    """Say in the history that it was made, and end, in one transaction: once, whoever died on the way."""
    links = [{"words": words, "address": reverse("export_file", args=[job.public_id])}]
    result = {"rows": made.rows, "sha256": made.sha256, "fingerprint": made.fingerprint, "links": links}
    facts = {"what": job.kind, "seal": job.params["seal"], "rows": made.rows, "sha256": made.sha256}
    with job.holding():
        record(job.asked_by, "export.made", consultation, actor="admin", **facts)
        job.finish(result={**result, "bytes": job.path.stat().st_size})
