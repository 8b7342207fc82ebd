"""Unsaved words, kept in whatever order they arrive: what a page sent earlier never comes after what it sent later.

A page counts what it sends. Save and autosave of one editor lock the editor's account, so that one of them is first;
whichever comes second knows how far the page was heard. Without a script there is no page, and no autosave either.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import transaction
from django.utils import timezone

from consult.drafting.models import Autosaved, WritingPage
from consult.people.models import Account
from guidance.models import Revision, Section

OPEN_FOR = timedelta(days=2)
"""Nothing that a page sent is on its way for longer."""


class KeptElsewhere(Exception):
    """Words that were typed in another window are kept, and must not be written over."""


@dataclass(frozen=True)
class From:
    """The page that sent something, at which of its steps, and the page whose words it goes on with."""

    page: str = ""
    step: int = 0
    goes_on: str = ""


NOWHERE = From()


@transaction.atomic
def keep(
    draft: Revision, section: Section, level: str, markdown: str, *, read_version: int, by: Account, sent: From,
    at: datetime,
) -> Autosaved | None:  # fmt: skip
    """The copy that is kept now; None if newer words of that page, or its Save, came first."""
    if not _is_news(by, sent, at):
        return None
    kept = Autosaved.objects.of(by, draft).filter(section=section, level=level).first()
    kept = kept or Autosaved(account=by, revision=draft, section=section, level=level)
    if not kept.may_be_replaced_from(sent.page, sent.goes_on):
        raise KeptElsewhere
    kept.markdown, kept.read_version, kept.saved_at = markdown, read_version, at
    kept.page, kept.step = sent.page, sent.step
    kept.save()
    return kept


def saved(draft: Revision, section: Section, level: str, *, by: Account, sent: From) -> None:
    """These words are in the draft now: let the copy of them go. What was typed later, or elsewhere, stays."""
    _is_news(by, sent, timezone.now())
    for kept in Autosaved.objects.of(by, draft).filter(section=section, level=level):
        is_newer = sent.page and kept.page == sent.page and kept.step > sent.step
        if kept.may_be_replaced_from(sent.page, sent.goes_on) and not is_newer:
            kept.delete()


def _is_news(by: Account, sent: From, at: datetime) -> bool:
    """Whether a page was not yet heard saying anything later. From here on it was. Locks the account."""
    Account.objects.select_for_update(no_key=True).get(pk=by.pk)
    if not sent.page:
        return True
    pages = WritingPage.objects.filter(account=by)
    if pages.filter(page=sent.page, step__gte=sent.step).exists():
        return False
    pages.filter(heard_at__lt=at - OPEN_FOR).delete()
    pages.update_or_create(account=by, page=sent.page, defaults={"step": sent.step, "heard_at": at})
    return True
