"""Slowing a consultation down while it burns, and letting it run freely again."""

from dataclasses import dataclass

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from consult.consultations.models import Consultation
from consult.consultations.signals import changed
from consult.ledger.actions import record
from consult.people.models import Account
from consult.people.permissions import Can, require
from guidance.cleaning import clean_line, clean_text

PACES = (0, 20, 10, 5, 3)
"""Comments an hour before each next one waits longer; 0 for as many as someone likes."""
LONGEST_NOTICE = 300


@dataclass(frozen=True)
class Brakes:
    """How new comments are taken: whether a moderator reads them first, how many an hour, and whether at all.

    A `stop_notice` stops new comments, and is what people read who want to post.
    """

    reads_first: bool
    comments_an_hour: int = 0
    stop_notice: str = ""


@transaction.atomic
def slow_down(consultation: Consultation, brakes: Brakes, *, reason: str, by: Account) -> Consultation:
    """Set how new comments are taken from now on, whether slower or faster. What was said before stays as it is.

    Locks the consultation, so that of two admins the second one sees what the first has done. Raises ValidationError.
    """
    require(by, Can.SLOW_DOWN, consultation)
    notice = clean_line(brakes.stop_notice)
    if not clean_text(reason):
        raise ValidationError({"reason": _("Say why. It is kept in the history.")})
    if len(notice) > LONGEST_NOTICE:
        raise ValidationError({"stop_notice": _("Shorten the notice to 300 characters.")})
    if brakes.comments_an_hour not in PACES:
        raise ValidationError({"comments_an_hour": _("Choose how many comments an hour.")})
    locked = Consultation.objects.select_for_update(of=("self",)).select_related("document").get(pk=consultation.pk)
    moderation = Consultation.Moderation
    locked.moderation = moderation.FIRST if brakes.reads_first else moderation.AFTERWARDS
    locked.comments_an_hour = brakes.comments_an_hour
    locked.stopped_at = (locked.stopped_at or timezone.now()) if notice else None
    locked.stop_notice = notice
    locked.save(update_fields=["moderation", "comments_an_hour", "stopped_at", "stop_notice"])
    record(
        by, "consultation.slowed", locked, actor="admin", reason=clean_text(reason),
        reads_first=brakes.reads_first, stopped=bool(notice), comments_an_hour=brakes.comments_an_hour,
    )  # fmt: skip
    transaction.on_commit(lambda: changed.send_robust(Consultation, consultation=locked))
    return locked
