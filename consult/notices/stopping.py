"""Stopping mails from within one: a signed link that works without signing in, and tells nothing of who has it."""

from django.core.signing import BadSignature, Signer
from django.db import transaction

from consult.notices.actions import stop, stop_everything, wish
from consult.notices.models import Follow, Mail, Notice, OrNever
from consult.people.keys import key_for

SILENCED_BY = {Notice.Why.REPLY: "replies", Notice.Why.WORDS: "words"}


def _signer() -> Signer:
    return Signer(key=key_for("stop mails").hex(), salt="consult.notices")


def token_of(mail: Mail) -> str:
    return _signer().sign(mail.public_id.hex)


def mail_of(token: str) -> Mail | None:
    """The mail that a link came with; None when the link is not ours, or the mail was forgotten long ago."""
    try:
        public_id = _signer().unsign(token)
    except BadSignature:
        return None
    return Mail.objects.select_related("account").filter(public_id=public_id).first()


@transaction.atomic
def stop_mails_like(mail: Mail, *, everything: bool = False) -> None:
    """No more mails about what this one was about; or none at all. Asked twice, it does nothing more."""
    if everything:
        return stop_everything(by=mail.account)
    reasons = set(mail.notices.values_list("why", flat=True))
    wish(by=mail.account, **{field: OrNever.NEVER for why, field in SILENCED_BY.items() if why in reasons})
    for follow in Follow.objects.filter(notices__mail=mail).distinct():
        stop(follow, by=mail.account)
