"""Telling either side that there is something to read. A mail says neither what it is about, nor who is involved."""

from django.conf import settings
from django.core.mail import send_mail
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.translation import gettext as _

from consult.discussion.elsewhere.limits import is_within
from consult.moderation.complaints.actions import reference_of
from consult.moderation.complaints.models import Complaint
from consult.people.models import Account

MAILS_AN_HOUR = 4


def tell_whoever_complained(complaint: Complaint) -> bool:
    """Whether a mail is on its way; those who gave no address look at the page of their reference number.

    Anyone can type anyone's address here, so a few an hour are all that one address gets.
    """
    if not is_within("complaint-mail", complaint.email, most=MAILS_AN_HOUR, seconds=3_600):
        return False
    return _told(complaint.email, reverse("complaint", args=[reference_of(complaint)]))


def tell_writer(complaint: Complaint) -> bool:
    """Whether a mail is on its way to the comment's writer. Nobody learns where it went."""
    account = Account.objects.filter(pk=complaint.account_id).first()
    return _told(account.email if account else "", reverse("answer_complaint", args=[complaint.pk]))


def _told(address: str, path: str) -> bool:
    if not address:
        return False
    context = {"address": settings.SITE_ADDRESS + path, "organisation": settings.ORGANISATION}
    try:
        send_mail(
            _("Something for you to read"),
            render_to_string("consult/moderation/complaint_mail.txt", context),
            None,
            [address],
        )
    except OSError:
        return False
    return True
