"""From notices to mails: gathered for each person, bounded, and sent under a lease.

A mail is marked before it is handed over and after. Should the worker die in between, nobody knows whether the mail
server has taken it: when the lease has run out it is sent once more, with the same Message-ID. Nothing is lost, and a
second copy needs a death within the milliseconds between the server's answer and our commit.
"""

import logging
from datetime import datetime, timedelta
from smtplib import SMTPException
from uuid import uuid4

from django.conf import settings
from django.core.mail import get_connection
from django.db import transaction
from django.db.models import Count, F, Q, QuerySet
from django.utils import timezone

from consult.consultations.calendar.models import QuietPeriod
from consult.consultations.models import Consultation
from consult.notices.kinds import KINDS
from consult.notices.message import message_of
from consult.notices.models import HowOften, Mail, Notice, NoticeBookmark, Wishes
from consult.people.models import Account

logger = logging.getLogger(__name__)
PEOPLE_AT_ONCE = 100
MAILS_AT_ONCE = 50
LEASE = timedelta(minutes=10)
"""Longer than a mail server may take: EMAIL_TIMEOUT is seconds."""
MOST_TRIES = 8
KEPT = timedelta(days=90)


# --- Gathering --------------------------------------------------------------------------------------------
@transaction.atomic
def gather(*, at: datetime | None = None) -> int:
    """Put what is due for some people into a mail each. Returns for how many people.

    All that is due for someone goes into one mail; nobody is sent more than NOTICES_AN_HOUR, and what comes above
    that waits and goes together. One gatherer at a time.
    """
    at = at or timezone.now()
    NoticeBookmark.objects.select_for_update().get_or_create(pk=1)
    waiting = due_notices(at)
    people = list(
        waiting.exclude(account__in=_had_enough(at))
        .order_by("account")
        .values_list("account", flat=True)
        .distinct()[:PEOPLE_AT_ONCE]
    )
    mails = Mail.objects.bulk_create(Mail(account_id=account, due_at=at, made_at=at) for account in people)
    for mail in mails:
        waiting.filter(account=mail.account_id).update(mail=mail)
    return len(mails)


def due_notices(at: datetime) -> QuerySet[Notice]:
    """What can be told now. Digests wait while a pre-election period holds them; what is told at once does not."""
    return Notice.objects.waiting().filter(due_at__lte=at).exclude(_held(at))


def _had_enough(at: datetime) -> QuerySet:
    """The accounts that were sent as many mails in the last hour as anybody gets."""
    return (
        Mail.objects.filter(made_at__gt=at - timedelta(hours=1))
        .exclude(state=Mail.State.DROPPED)
        .values("account")
        .annotate(mails=Count("pk"))
        .filter(mails__gte=settings.NOTICES_AN_HOUR)
        .values("account")
    )


def _held(at: datetime) -> Q:
    periods = list(QuietPeriod.objects.on(timezone.localdate(at)).values_list("consultation", flat=True))
    if None in periods:
        return ~Q(how_often=HowOften.AT_ONCE)
    documents = Consultation.objects.filter(pk__in=periods).values("document")
    events = Q(event__consultation__in=periods) | Q(event__consultation__isnull=True, event__document__in=documents)
    return ~Q(how_often=HowOften.AT_ONCE) & events if periods else Q(pk=None)


# --- Sending ----------------------------------------------------------------------------------------------
def send_due(*, at: datetime | None = None) -> int:
    """Send some mails whose time has come. Returns how many were looked at."""
    at = at or timezone.now()
    ids = list(_due(at).order_by("due_at", "pk").values_list("pk", flat=True)[:MAILS_AT_ONCE])
    if not ids:
        return 0
    server = get_connection()
    try:
        server.open()
    except (SMTPException, OSError) as error:
        logger.warning("The mail server does not answer: %s", type(error).__name__)
        return 0  # nothing was claimed: all of it is tried again
    try:
        for pk in ids:
            send(pk, server, at=at)
    finally:
        server.close()
    return len(ids)


def _due(at: datetime) -> QuerySet[Mail]:
    """Those that wait, and those whose sender has not been heard of for a whole lease."""
    return Mail.objects.filter(state__in=(Mail.State.WAITING, Mail.State.SENDING), due_at__lte=at)


def send(pk: int, server, *, at: datetime) -> str:
    """Send one mail, if nobody else is doing so. Returns its state.

    Never within a transaction: a mail cannot be undone.
    """
    lease = uuid4()
    claimed = _due(at).filter(pk=pk).update(
        state=Mail.State.SENDING, lease=lease, due_at=at + LEASE, tries=F("tries") + 1
    )  # fmt: skip
    if not claimed:
        return ""
    mail = Mail.objects.select_related("account").get(pk=pk)
    notices = still_to_tell(mail)
    if not notices or not mail.account.is_active:
        return _end(mail, lease, Mail.State.DROPPED)
    return _hand_over(mail, notices, lease, server, at)


def _hand_over(mail: Mail, notices: list[Notice], lease, server, at: datetime) -> str:
    message = message_of(mail, notices, is_discreet=is_discreet(mail.account))
    try:
        server.send_messages([message])
    except (SMTPException, OSError) as error:
        logger.warning("A notice could not be sent: %s, try %d", type(error).__name__, mail.tries)
        server.close()
        if mail.tries >= MOST_TRIES:
            return _end(mail, lease, Mail.State.FAILED)
        return _end(mail, lease, Mail.State.WAITING, due_at=at + timedelta(minutes=2**mail.tries))
    return _end(mail, lease, Mail.State.SENT)


def _end(mail: Mail, lease, state: str, **fields) -> str:
    """Written only by whoever holds the lease."""
    Mail.objects.filter(pk=mail.pk, lease=lease).update(state=state, lease=None, **fields)
    return state


def still_to_tell(mail: Mail) -> list[Notice]:
    """What of a mail can be told at this moment. What is not public any more, or not yet, is dropped."""
    kept, dropped = [], []
    for notice in mail.notices.with_event().select_related("event__entry").order_by("pk"):
        (kept if is_true(notice) else dropped).append(notice)
    Notice.objects.filter(pk__in=[notice.pk for notice in dropped]).update(is_dropped=True)
    return kept


def is_true(notice: Notice) -> bool:
    return not notice.is_dropped and KINDS[notice.event.kind].still_true(notice.event)


def is_discreet(account: Account) -> bool:
    """Whether their mails name nothing; unless they have said otherwise, they do not."""
    return not Wishes.objects.filter(account=account, is_discreet=False).exists()


# --- Forgetting -------------------------------------------------------------------------------------------
def forget_old(*, at: datetime | None = None) -> int:
    """Remove what was told long ago: who was told of what, and when. Returns how many notices went."""
    before = (at or timezone.now()) - KEPT
    gone, _by_model = Notice.objects.filter(event__sealed_at__lt=before).delete()
    Mail.objects.filter(made_at__lt=before, notices__isnull=True).delete()
    return gone
