"""Keeping the lists with which comments are screened."""

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from consult.ledger.actions import record
from consult.people.models import Account
from consult.people.permissions import Can, require
from consult.screening.lists import forget
from consult.screening.models import Listed
from consult.screening.personal import as_compared
from consult.screening.waiting import as_words
from guidance.cleaning import clean_line


@transaction.atomic
def put_on_list(list_: str, words: str, *, by: Account, note: str = "") -> Listed:
    """Add to one of the lists. Raises ValidationError or Refused."""
    require(by, Can.SCREEN)
    words = clean_line(words)
    if not words or len(words) > 120:
        raise ValidationError({"words": _("Enter an address, a number or a few words, up to 120 characters.")})
    compared = as_compared(words) if list_ == Listed.List.PUBLIC else " ".join(as_words(words))
    if not compared:
        raise ValidationError({"words": _("Enter at least one letter or digit.")})
    listed, is_new = Listed.objects.get_or_create(list=list_, words=compared, defaults={"note": clean_line(note)[:200]})
    if is_new:
        record(by, "screening.listed", listed, actor="admin", which=list_)
        transaction.on_commit(forget)
    return listed


@transaction.atomic
def take_off_list(listed: Listed, *, by: Account) -> None:
    require(by, Can.SCREEN)
    record(by, "screening.unlisted", listed, actor="admin", which=listed.list)
    listed.delete()
    transaction.on_commit(forget)
