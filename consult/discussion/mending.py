"""Changing one's own words, and having them removed for good."""

from datetime import timedelta

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from consult.discussion import signals
from consult.discussion.actions import MODERATOR_FIRST, Said, kinds_found, refuse_unfit_words
from consult.discussion.models import PublicComment, Version
from consult.discussion.places import place_of
from consult.discussion.quoting import without_quotations
from consult.discussion.states import StaffState, lock_thread, set_staff_state, take_back
from consult.discussion.words import put_words
from consult.ledger.actions import record
from consult.ledger.models import Entry
from consult.people.models import Account
from consult.people.permissions import Can, require

READ_AT_ONCE = 500


def is_fresh(comment: PublicComment) -> bool:
    """Whether slips can still be mended without a trace."""
    return timezone.now() - comment.submit_date < timedelta(minutes=settings.MINUTES_TO_MEND)


@transaction.atomic
def change_words(comment: PublicComment, *, text: str, suggested: str = "", wording: int, by: Account) -> PublicComment:
    """Say it otherwise. Within the first minutes without a trace; later what it said before stays one click away.

    `wording` is the one that its writer saw when they began. Where a moderator reads first, and where screening finds
    personal data, it waits for a moderator again. Raises ValidationError or Refused.
    """
    require(by, Can.CHANGE_WORDS, comment)
    comment = lock_thread(comment)
    refuse_what_cannot_be_changed(comment)
    if comment.wording != wording:
        raise ValidationError(_("Your comment was changed meanwhile, in another window perhaps. Look at it again."))
    place = place_of(comment)
    said = Said(text, comment.kind, comment.stance, comment.audience, suggested, comment.evidence_url)
    refuse_unfit_words(said, place, is_reply=comment.depth > 0)
    if (text, suggested) == (comment.comment, comment.suggested):
        return comment
    if not is_fresh(comment) and comment.once_public:
        comment.versions.create(
            number=comment.versions.count() + 1, text=comment.comment, suggested=comment.suggested,
            until=timezone.localdate(),
        )  # fmt: skip
        PublicComment.objects.filter(pk=comment.pk).update(changed_on=timezone.localdate())
    found = kinds_found(said, place)
    put_words(comment, text=text, suggested=suggested, screened=found)
    if not comment.is_for_editors and (comment.consultation.is_moderated_first or MODERATOR_FIRST & set(found)):
        set_staff_state(comment, StaffState.HELD)
    record(by, "comment.changed", comment, actor="respondent", wording=comment.wording)
    _tell(comment)
    return comment


def refuse_what_cannot_be_changed(comment: PublicComment) -> None:
    """Raises ValidationError."""
    if comment.is_withdrawn:
        raise ValidationError(_("You have taken this comment back. You can post again while the consultation is open."))
    if comment.staff_state == StaffState.HIDDEN or comment.is_redacted or comment.under_hidden:
        raise ValidationError(_("A moderator has decided on this comment. Ask another moderator if that was wrong."))


@transaction.atomic
def remove_words(comment: PublicComment, *, by: Account) -> PublicComment:
    """Have one's words removed for good: from the page, from what they were before, and where replies quote them.

    A line says that there was a comment and that its writer removed the words. Nobody is asked why. Works whenever one
    may withdraw, and after that. Raises Refused.
    """
    comment = lock_thread(comment)
    require(by, Can.WITHDRAW, comment)
    if comment.words_are_gone:
        return comment
    entry = record(by, "comment.removed", comment, actor="respondent")
    return erase_words(comment, entry=entry)


def erase_words(comment: PublicComment, *, entry: Entry) -> PublicComment:
    """Leave nothing of a comment's words but the line that they were there. To be called under the thread's lock."""
    said = "\n".join([comment.comment, comment.suggested, *comment.versions.values_list("text", flat=True),
                      *comment.originals.values_list("text", flat=True)])  # fmt: skip
    put_words(comment, text="", suggested="", evidence_url="", screened=[])
    comment.versions.all().delete()
    comment.originals.all().delete()
    take_back(comment, PublicComment.OwnState.REMOVED, on=timezone.localdate(), entry=entry)
    _take_out_of_replies(comment, said)
    transaction.on_commit(lambda: signals.removed.send_robust(PublicComment, consultation=comment.consultation))
    _tell(comment)
    return comment


def _take_out_of_replies(comment: PublicComment, said: str) -> None:
    """Words quoted in replies go too; the replies say so, and their writers find it on their page."""
    replies = PublicComment.objects.subtree(comment.path).exclude(pk=comment.pk).order_by("path")
    for reply in replies.iterator(chunk_size=READ_AT_ONCE):
        left = without_quotations(reply.comment, said)
        if left != reply.comment:
            put_words(reply, text=left)
            PublicComment.objects.filter(pk=reply.pk).update(quotes_removed_on=timezone.localdate())
        for kept in (*Version.objects.filter(comment=reply), *reply.originals.all()):
            kept.text = without_quotations(kept.text, said)
            kept.save(update_fields=["text"])


def _tell(comment: PublicComment) -> None:
    transaction.on_commit(lambda: signals.taken_back.send_robust(PublicComment, consultation=comment.consultation))
