"""Rewriting the standing pages, and noting what was read."""

from django.core.exceptions import ValidationError
from django.db import transaction
from django.dispatch import Signal
from django.utils.translation import gettext as _

from consult.ledger.actions import record
from consult.pages.models import Reading, StandingPage
from consult.people.models import Account
from consult.people.permissions import Can, require
from guidance.cleaning import clean_line, clean_text

standing_page_changed = Signal()
"""Sent after commit: a standing page has new words."""


@transaction.atomic
def rewrite_standing_page(slug: str, *, title: str, text: str, by: Account) -> StandingPage:
    """Put the organisation's own words in the place of our default text."""
    require(by, Can.EDIT_PAGES)
    if not clean_line(title) or not clean_text(text):
        raise ValidationError(_("A page needs a title and a text."))
    page, _created = StandingPage.objects.update_or_create(
        slug=slug, defaults={"title": clean_line(title), "text": clean_text(text)}
    )
    record(by, "standing_page.changed", page, actor="admin", page=slug)
    transaction.on_commit(lambda: standing_page_changed.send_robust(StandingPage))
    return page


@transaction.atomic
def restore_standing_page(slug: str, *, by: Account) -> None:
    """Go back to our default text."""
    require(by, Can.EDIT_PAGES)
    StandingPage.objects.filter(slug=slug).delete()
    record(by, "standing_page.restored", "standing_page", actor="admin", page=slug)
    transaction.on_commit(lambda: standing_page_changed.send_robust(StandingPage))


def note_reading(account: Account, revision_id: int) -> None:
    """Someone signed in has read some of a revision. It is theirs alone: no ledger line tells of it."""
    Reading.objects.bulk_create([Reading(account=account, revision_id=revision_id)], ignore_conflicts=True)
