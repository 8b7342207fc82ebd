"""Publishing a draft: asking for it, preparing it, showing it; withdrawing and correcting what was published."""

from collections.abc import Sequence
from datetime import datetime

from django.core.exceptions import ValidationError
from django.db import transaction
from django.dispatch import Signal
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from consult.consultations.calendar.models import why_held
from consult.discussion.anchoring import place_corrected
from consult.jobs.actions import ask_for
from consult.jobs.models import Job
from consult.jobs.troubles import CannotFinish
from consult.jobs.work import register
from consult.ledger.actions import record
from consult.people.models import Account
from consult.people.permissions import Can, require
from consult.publishing.models import Publication
from consult.publishing.preparing import Read, forget, place_all, prepare, read_ahead
from guidance import actions as text
from guidance.cleaning import clean_line, clean_text
from guidance.models import CorrectedBlock, Document, Revision

KIND = "publish"
published = Signal()
"""Sent after commit: what everyone can read has changed: `revision`."""


# --- Asking and preparing ---------------------------------------------------------------------------------
@transaction.atomic
def ask_to_publish(
    draft: Revision,
    *,
    changelog: str,
    by: Account,
    open_points: Sequence[str] = (),
    why_anyway: str = "",
    due_at: datetime | None = None,
    at: datetime | None = None,
) -> Publication:
    """Freeze the draft and have it prepared; it is shown when it is ready, or at `due_at`.

    `open_points` is what the checklist found; going ahead with them needs a reason, which will be public.
    """
    require(by, Can.PUBLISH, draft)
    at = at or timezone.now()
    changelog, why_anyway = _fit_changelog(changelog), clean_text(why_anyway)
    if open_points and not why_anyway:
        raise ValidationError({"why_anyway": _("Say why it is published though points are open. It will be public.")})
    if due_at is not None and due_at < at:
        raise ValidationError({"due_at": _("This moment has passed. Choose a later one, or publish now.")})
    text.freeze(draft)
    forget(draft)
    publication = Publication.objects.create(
        revision=draft,
        changelog=changelog,
        why_anyway=why_anyway if open_points else "",
        open_points=list(open_points),
        asked_by=by,
        asked_at=at,
        due_at=due_at or at,
    )
    publication.job = ask_for(KIND, params=_params(publication), key=f"publication:{publication.pk}", by=by, at=at)
    publication.save(update_fields=["job"])
    record(by, "publication.asked", draft, actor="editor", number=draft.number, open_points=len(open_points))
    return publication


def _fit_changelog(changelog: str) -> str:
    if not (changelog := clean_text(changelog)):
        raise ValidationError({"changelog": _("Say in a sentence or two what readers find in this draft.")})
    return changelog


def _params(publication: Publication) -> dict:
    page = reverse("publication", args=[publication.revision.document.slug])
    title = _("Publish “%(title)s”") % {"title": publication.revision}
    return {"publication": publication.pk, "title": title, "page": page, "again": {"address": page}}


@register(KIND)
def prepare_publication(job: Job) -> dict:
    """Prepare what was asked for, and show it if it is due. Begun again, it goes on where it was."""
    publication = Publication.objects.select_related("revision__document__current").get(pk=job.params["publication"])
    if publication.state == Publication.State.PREPARING:
        prepare(publication.revision, tell=lambda done, total, note: job.progress(done=done, total=total, note=note))
        with job.holding():
            _ready(publication)
    elif publication.state == Publication.State.STOPPED:
        raise CannotFinish(_("Publishing was stopped."))
    if publication.due_at <= timezone.now() and not is_held(publication, at=timezone.now()):
        flip(publication)
    return {"links": [{"words": _("Go to the draft"), "address": job.params["page"]}]}


def _ready(publication: Publication) -> None:
    changed = Publication.objects.filter(pk=publication.pk, state=Publication.State.PREPARING).update(
        state=Publication.State.READY
    )
    if not changed:
        raise CannotFinish(_("Publishing was stopped."))
    publication.state = Publication.State.READY


@transaction.atomic
def stop_publication(publication: Publication, *, by: Account) -> Publication:
    """Do not publish it after all. Editors can go on with the draft."""
    require(by, Can.PUBLISH, publication.revision)
    publication = _locked(publication)
    if not publication.is_under_way:
        raise ValidationError(_("It is too late to stop this: it has been published or stopped already."))
    _end(publication, Publication.State.STOPPED)
    text.release(publication.revision)
    forget(publication.revision)
    record(by, "publication.stopped", publication.revision, actor="editor", number=publication.revision.number)
    return publication


def _locked(publication: Publication) -> Publication:
    rows = Publication.objects.select_for_update(of=("self",)).select_related("revision__document")
    return rows.get(pk=publication.pk)


def _end(publication: Publication, state: str) -> None:
    publication.state, publication.ended_at = state, timezone.now()
    publication.save(update_fields=["state", "ended_at"])


@transaction.atomic
def prepare_again(publication: Publication, *, by: Account) -> Publication:
    """After a preparation that failed: try once more, from where it was."""
    require(by, Can.PUBLISH, publication.revision)
    publication = _locked(publication)
    if publication.state != Publication.State.PREPARING:
        raise ValidationError(_("It is prepared already."))
    publication.job = ask_for(KIND, params=_params(publication), key=f"publication:{publication.pk}", by=by)
    publication.save(update_fields=["job"])
    return publication


# --- Showing ----------------------------------------------------------------------------------------------
def flip(publication: Publication) -> Revision | None:
    """Show a prepared draft to everyone. One short transaction; None if someone stopped or showed it meanwhile.

    What is needed to place late comments is read before. Then the document is locked, so that no new anchor can be
    made (`hold_current`) and all that were made since the preparation are seen, and they are placed.
    """
    read = read_ahead(publication.revision)
    with transaction.atomic():
        Document.objects.select_for_update().get(pk=publication.revision.document_id)
        publication = _locked(publication)
        if publication.state != Publication.State.READY:
            return None
        revision = _shown(publication.revision, changelog=publication.changelog, by=publication.asked_by, read=read)
        _end(publication, Publication.State.DONE)
        return revision


def _shown(
    draft: Revision, *, changelog: str, by: Account | None, at: datetime | None = None, read: Read | None = None
) -> Revision:
    late = place_all(draft, read=read) if draft.document.current_id else 0
    revision = text.publish(draft, changelog=changelog, at=at or timezone.now())
    record(by, "revision.published", revision, actor="editor" if by else "system", number=revision.number, late=late)
    transaction.on_commit(lambda: published.send_robust(Revision, revision=revision))
    return revision


def publish_due(*, at: datetime | None = None) -> int:
    """Show everything whose time has come. Returns how many were shown. In a pre-election period it waits."""
    at = at or timezone.now()
    due = Publication.objects.due(at=at).select_related("revision__document")
    return sum(flip(publication) is not None for publication in due if not is_held(publication, at=at))


def is_held(publication: Publication, *, at: datetime) -> bool:
    return bool(why_held(publication.revision.document_id, at=at))


def publish(revision: Revision, *, changelog: str, by: Account | None, at: datetime | None = None) -> Revision:
    """Prepare and show a draft at once, in this process: for the command line and for small texts.

    `by` is None for the server's own command line. Raises ValidationError while it is on its way already.
    """
    if by is not None:
        require(by, Can.PUBLISH, revision)
    changelog = _fit_changelog(changelog)
    revision.refresh_from_db()
    if revision.document.current_id:
        text.freeze(revision)
        try:
            forget(revision)
            prepare(revision)
        except BaseException:
            text.release(revision)
            raise
    with transaction.atomic():
        Document.objects.select_for_update().get(pk=revision.document_id)
        return _shown(revision, changelog=changelog, by=by, at=at)


# --- Afterwards -------------------------------------------------------------------------------------------
@transaction.atomic
def withdraw_revision(revision: Revision, *, why: str, by: Account, at: datetime | None = None) -> Revision:
    """Say that a published version does not hold any more. It stays readable, with the reason above it."""
    require(by, Can.WITHDRAW_TEXT, revision)
    if not (why := clean_text(why)):
        raise ValidationError({"why": _("Say why it is withdrawn. Readers see it above the text.")})
    revision = text.withdraw(revision, why=why, at=at or timezone.now())
    record(by, "revision.withdrawn", revision, actor="editor", number=revision.number)
    transaction.on_commit(lambda: published.send_robust(Revision, revision=revision))
    return revision


@transaction.atomic
def correct_block(
    revision: Revision, block_key: str, source: str, *, why: str, by: Account, at: datetime | None = None
) -> CorrectedBlock:
    """Mend a mistake in what is published, without a new version: dated, with the old words one click away.

    Comments on the block are marked “text changed”; those on quoted words that still stand are not.
    """
    require(by, Can.CORRECT, revision)
    if not (why := clean_line(why)):
        raise ValidationError({"why": _("Say in a few words what was wrong. Readers see it beside the sentence.")})
    corrected = text.correct(revision, block_key, clean_text(source), why=why[:300], at=at or timezone.now())
    marked = place_corrected(revision, block_key)
    record(by, "revision.corrected", revision, actor="editor", block=block_key, anchors=marked)
    transaction.on_commit(lambda: published.send_robust(Revision, revision=revision))
    return corrected
