"""A mail as it is sent: in text and in HTML, with a way to stop it that needs no signing in (RFC 8058). No tracking."""

from dataclasses import replace
from email.utils import parseaddr

from django.conf import settings
from django.core.mail import EmailMultiAlternatives
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.translation import gettext as _

from consult.notices.kinds import KINDS, Told
from consult.notices.models import Mail, Notice
from consult.notices.stopping import token_of
from guidance.cleaning import clean_line

MOST_SHOWN = 20


def message_of(mail: Mail, notices: list[Notice], *, is_discreet: bool) -> EmailMultiAlternatives:
    """The mail about these notices. Discreet, neither subject nor words say what about, or who said what."""
    told = [] if is_discreet else [_told(notice) for notice in notices[:MOST_SHOWN]]
    stop = f"{settings.SITE_ADDRESS}{reverse('stop_mails', args=[token_of(mail)])}"
    context = {
        "told": told,
        "count": len(notices),
        "more": len(notices) - len(told) if told else 0,
        "news": f"{settings.SITE_ADDRESS}{reverse('whats_new')}",
        "wishes": f"{settings.SITE_ADDRESS}{reverse('notice_settings')}",
        "stop": stop,
        "base": settings.SITE_ADDRESS,
        "organisation": settings.ORGANISATION,
    }
    message = EmailMultiAlternatives(
        subject=_subject(told),
        body=render_to_string("consult/notices/mail.txt", context),
        to=[mail.account.email],
        headers={
            "Message-ID": f"<{mail.public_id.hex}@{_host()}>",
            "List-Unsubscribe": f"<{stop}>",
            "List-Unsubscribe-Post": "List-Unsubscribe=One-Click",
            "Auto-Submitted": "auto-generated",
        },
    )
    message.attach_alternative(render_to_string("consult/notices/email/mail.html", context), "text/html")
    return message


def _told(notice: Notice) -> Told:
    """In one line each, whatever line breaks people or admins typed."""
    told = KINDS[notice.event.kind].say(notice.event, notice.why)
    return replace(told, line=clean_line(told.line), excerpt=clean_line(told.excerpt))


def _subject(told: list[Told]) -> str:
    if not told:
        return _("Something new in a consultation you follow")
    return told[0].line[:150] if len(told) == 1 else _("New in what you follow")


def _host() -> str:
    return parseaddr(settings.DEFAULT_FROM_EMAIL)[1].rpartition("@")[2] or "localhost"
