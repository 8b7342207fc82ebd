"""Changing one's own words, and having them removed for good."""

from datetime import datetime, timedelta

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from consult.discussion import paths, signals
from consult.discussion.actions import MODERATOR_FIRST, Said, kinds_found, refuse_unfit_words
from consult.discussion.models import Original, ProposedChange, PublicComment, Reaction, Version
from consult.discussion.places import place_of
from consult.discussion.quoting import BETWEEN, without_quotations
from consult.discussion.states import StaffState, lock_thread, take_back
from consult.discussion.words import put_words
from consult.ledger.actions import record
from consult.ledger.models import Entry
from consult.people.models import Account
from consult.people.permissions import Can, may, require
from guidance.cleaning import clean_text

READ_AT_ONCE = 500


def leaves_no_trace(comment: PublicComment, *, at: datetime | None = None) -> bool:
    """Whether a change is simply put in place: nobody but moderators has read the words yet, or they are minutes old
    and nobody has answered them."""
    if comment.waits:
        return True
    age = (at or timezone.now()) - comment.submit_date
    return age < timedelta(minutes=settings.MINUTES_TO_MEND) and not comment.changed_on and not _was_answered(comment)


def _was_answered(comment: PublicComment) -> bool:
    below = PublicComment.objects.filter(path__gt=comment.path, path__lt=paths.after_subtree(comment.path))
    return below.exists() or Reaction.objects.filter(comment=comment).exists()


@transaction.atomic
def change_words(comment: PublicComment, *, text: str, suggested: str = "", wording: int, by: Account) -> PublicComment:
    """Say it otherwise. Within the first minutes without a trace; later what it said before stays one click away.

    `wording` is the one that its writer saw when they began. Where a moderator reads first, and where screening finds
    personal data, the comment stays as it was until a moderator has let the change in. Raises ValidationError or
    Refused.
    """
    require(by, Can.CHANGE_WORDS, comment)
    comment = lock_thread(comment)
    refuse_what_cannot_be_changed(comment)
    if comment.wording != wording:
        raise ValidationError(_("Your comment was changed meanwhile, in another window perhaps. Look at it again."))
    place = place_of(comment)
    said = Said(text, comment.kind, comment.stance, comment.audience, suggested, comment.evidence_url)
    refuse_unfit_words(said, place, is_reply=comment.depth > 0)
    found = kinds_found(said, place)
    if (text, suggested) == (comment.comment, comment.suggested):
        ProposedChange.objects.filter(comment=comment).delete()
    elif not comment.waits and not comment.is_for_editors and _is_read_first(comment, found):
        _propose(comment, text, suggested)
        record(by, "change.proposed", comment, actor="respondent")
    else:
        _say_otherwise(comment, text, suggested, found, by)
    return comment


def _is_read_first(comment: PublicComment, found: list[str]) -> bool:
    return comment.consultation.is_moderated_first or bool(MODERATOR_FIRST & set(found))


def _propose(comment: PublicComment, text: str, suggested: str) -> None:
    """Keep a change for a moderator. One that waits already is replaced."""
    last = ProposedChange.objects.filter(comment=comment).first()
    words = {"text": text, "suggested": suggested, "proposed_on": timezone.localdate(), "why_not": ""}
    ProposedChange.objects.update_or_create(
        comment=comment, defaults={**words, "number": last.number + 1 if last else 1}
    )


def _say_otherwise(comment: PublicComment, text: str, suggested: str, found: list[str], by: Account | None) -> None:
    record(by, "comment.changed", comment, actor="respondent")  # whoever reads the history looks at the words again
    if not leaves_no_trace(comment):
        _keep_version(comment)
    put_words(comment, text=text, suggested=suggested, screened=found)
    ProposedChange.objects.filter(comment=comment).delete()
    _tell(comment)


def _keep_version(comment: PublicComment) -> None:
    today = timezone.localdate()
    comment.versions.create(
        number=comment.versions.count() + 1, text=comment.comment, suggested=comment.suggested, until=today
    )
    PublicComment.objects.filter(pk=comment.pk).update(changed_on=today)
    comment.changed_on = today


def refuse_what_cannot_be_changed(comment: PublicComment) -> None:
    """Raises ValidationError."""
    if comment.is_withdrawn:
        raise ValidationError(_("You have taken this comment back. You can post again while the consultation is open."))
    if comment.staff_state == StaffState.HIDDEN or comment.is_redacted or comment.under_hidden:
        raise ValidationError(_("A moderator has decided on this comment. Ask another moderator if that was wrong."))
    if comment.staff_state == StaffState.HELD and not comment.waits:
        raise ValidationError(_("A moderator is looking at this comment. Change it once they have decided."))


def may_change(account: Account, comment: PublicComment) -> bool:
    try:
        refuse_what_cannot_be_changed(comment)
    except ValidationError:
        return False
    return may(account, Can.CHANGE_WORDS, comment)


@transaction.atomic
def let_change_in(change: ProposedChange, *, seen: int, by: Account) -> PublicComment:
    """A moderator lets a change in: from now on the comment says it. `seen` is the change's number as it was read.

    Raises ValidationError or Refused.
    """
    comment, change = _to_decide(change, seen, by)
    refuse_what_cannot_be_changed(comment)
    said = Said(change.text, comment.kind, comment.stance, comment.audience, change.suggested, comment.evidence_url)
    record(by, "change.let_in", comment, actor="moderator")
    _keep_version(comment)
    put_words(comment, text=change.text, suggested=change.suggested, screened=kinds_found(said, place_of(comment)))
    change.delete()
    _tell(comment)
    return comment


@transaction.atomic
def turn_change_down(change: ProposedChange, *, seen: int, reason: str, by: Account) -> ProposedChange:
    """A moderator turns a change down: the comment stays as it is, and its writer reads why."""
    comment, change = _to_decide(change, seen, by)
    if not clean_text(reason):
        raise ValidationError({"reason": _("Say why. Its writer reads it.")})
    record(by, "change.turned_down", comment, actor="moderator")
    change.why_not = clean_text(reason)
    change.save(update_fields=["why_not"])
    return change


def _to_decide(change: ProposedChange, seen: int, by: Account) -> tuple[PublicComment, ProposedChange]:
    comment = lock_thread(change.comment)
    require(by, Can.DECIDE, comment)
    still = ProposedChange.objects.filter(pk=change.pk, number=seen, why_not="").first()
    if still is None:
        raise ValidationError(_("It was changed again, or decided on, meanwhile. Look at what waits now."))
    return comment, still


@transaction.atomic
def remove_words(comment: PublicComment, *, by: Account) -> PublicComment:
    """Have one's words removed for good: from the page, from what they were before, and where the thread quotes them.

    A line says that there was a comment and that its writer removed the words. Nobody is asked why. Works whenever one
    may withdraw, and after that; who had withdrawn before had withdrawn then. Raises Refused.
    """
    comment = lock_thread(comment)
    require(by, Can.WITHDRAW, comment)
    if comment.words_are_gone:
        return comment
    entry = record(by, "comment.removed", comment, actor="respondent")
    return erase_words(comment, entry=entry)


def erase_words(comment: PublicComment, *, entry: Entry) -> PublicComment:
    """Leave nothing of a comment's words but the line that they were there. To be called under the thread's lock."""
    said, free = _all_it_said(comment), comment.anchor.words if comment.anchor_id else ""
    put_words(comment, text="", suggested="", evidence_url="", stance="", screened=[])
    PublicComment.objects.filter(pk=comment.pk).update(changed_on=None)
    comment.versions.all().delete()
    comment.originals.all().delete()
    ProposedChange.objects.filter(comment=comment).delete()
    on, taken_back_by = comment.withdrawn_on or timezone.localdate(), comment.withdrawn_entry or entry
    take_back(comment, PublicComment.OwnState.REMOVED, on=on, entry=taken_back_by)
    _take_out_of_thread(comment, said, free)
    signals.removing.send(PublicComment, comment=comment, said=said, free=free)
    _tell(comment)
    return comment


def _all_it_said(comment: PublicComment) -> str:
    """Every text that it ever had, and what of it a moderator has kept. A gap between them, so that no run of words
    reaches from one into the next."""
    proposed = ProposedChange.objects.filter(comment=comment)
    kept = [comment.versions, comment.originals, proposed]
    earlier = [words for texts in kept for both in texts.values_list("text", "suggested") for words in both]
    return BETWEEN.join(filter(None, [comment.comment, comment.suggested, *earlier]))


def _take_out_of_thread(comment: PublicComment, said: str, free: str) -> None:
    """Words quoted in the thread go too; what quoted them says so, and its writer finds it on their page."""
    root = comment.path[: paths.WIDTH]
    others = PublicComment.objects.subtree(root).exclude(pk=comment.pk).order_by("path")
    for other in others.only("comment", "suggested", "wording", "path").iterator(chunk_size=READ_AT_ONCE):
        text, suggested = (without_quotations(words, said, free) for words in (other.comment, other.suggested))
        if (text, suggested) != (other.comment, other.suggested):
            put_words(other, text=text, suggested=suggested)
            PublicComment.objects.filter(pk=other.pk).update(quotes_removed_on=timezone.localdate())
    for kept in (Version, Original, ProposedChange):
        for one in kept.objects.filter(comment__path__startswith=root).iterator(chunk_size=READ_AT_ONCE):
            words = {name: without_quotations(getattr(one, name), said, free) for name in ("text", "suggested")}
            if any(getattr(one, name) != left for name, left in words.items()):
                kept.objects.filter(pk=one.pk).update(**words)


def _tell(comment: PublicComment) -> None:
    transaction.on_commit(lambda: signals.taken_back.send_robust(PublicComment, consultation=comment.consultation))
