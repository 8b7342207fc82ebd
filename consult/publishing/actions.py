"""Publishing a draft."""

from datetime import datetime

from django.core.exceptions import ValidationError
from django.db import transaction
from django.dispatch import Signal
from django.utils import timezone
from django.utils.translation import gettext as _

from consult.ledger.actions import record
from consult.people.models import Account
from consult.people.permissions import Can, require
from guidance.actions import publish as publish_text
from guidance.cleaning import clean_text
from guidance.models import Revision

published = Signal()
"""Sent after commit: a revision can be read by everyone: `revision`."""


@transaction.atomic
def publish(revision: Revision, *, changelog: str, by: Account | None, at: datetime | None = None) -> Revision:
    """Show the open draft to everyone. Says in plain words what it brings."""
    if by is not None:
        require(by, Can.PUBLISH, revision)
    if not clean_text(changelog):
        raise ValidationError({"changelog": _("Say in a sentence or two what readers find in this draft.")})
    publish_text(revision, changelog=clean_text(changelog), at=at or timezone.now())
    record(by, "revision.published", revision, actor="editor" if by else "system", number=revision.number)
    transaction.on_commit(lambda: published.send_robust(Revision, revision=revision))
    return revision
