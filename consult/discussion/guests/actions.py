"""Speaking as a guest: the words wait until the address is confirmed, and then are a comment like any other.

A guest who confirms has an account from then on, opened for the address; they have never signed in to it. Whoever later
signs in with a code that is sent to the same address is in that account, and finds everything there: that is all there
is to becoming a full account. So one account has one name, here too, and words are withdrawn and changed by the
account's own pages.
"""

from collections.abc import Mapping
from dataclasses import asdict
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from allauth.account.models import EmailAddress
from django.conf import settings
from django.core import signing
from django.core.exceptions import ValidationError
from django.core.mail import send_mail
from django.db import IntegrityError, transaction
from django.template.loader import render_to_string
from django.utils import timezone
from django.utils.translation import gettext as _

from consult.consultations.models import Consultation
from consult.discussion.actions import Said, post, refuse_unfit_parent, refuse_unfit_words
from consult.discussion.elsewhere.limits import is_within
from consult.discussion.guests.models import GuestComment
from consult.discussion.models import PublicComment
from consult.discussion.places import Place, place_at_block, place_at_question, place_in_section
from consult.ledger.actions import record
from consult.people.actions import open_account, refuse_name, take_name
from consult.people.factors import has_second_factor, is_staff
from consult.people.models import Account, Persona
from consult.people.permissions import Can, Refused, require
from guidance.anchors import Quote

KEPT_FOR = timedelta(days=7)
MAILS_AN_HOUR = 3
"""To one address, whoever asks: nobody's mailbox is filled by strangers."""
SALT = "consult.guests"


def leave_as_guest(
    place: Place, said: Said, *, names: Mapping[str, Any], email: str, submission_id: UUID,
    reply_to: PublicComment | None = None, at: datetime | None = None,
) -> GuestComment:  # fmt: skip
    """Keep a guest's words until they confirm. Nobody is asked whether the address has an account.

    A form that is sent twice is kept once. Raises Refused or ValidationError for what could not be posted either.
    """
    consultation, email = place.consultation, email.strip().lower()
    require(None, Can.SPEAK_AS_GUEST, consultation)
    refuse_unfit_words(said, place, is_reply=reply_to is not None)
    if reply_to is not None:
        refuse_unfit_parent(reply_to)
    refuse_name(consultation, names["name"], email=email)
    kept = {
        "consultation": consultation,
        "said": {name: str(value) for name, value in asdict(said).items()},
        "place": _as_kept(place, reply_to),
        "names": dict(names),
        "house_rules_version": consultation.house_rules.version,
        "privacy_notice_version": consultation.privacy_notice.version,
        "email": email,
        "expires_at": (at or timezone.now()) + KEPT_FOR,
    }
    guest, _is_new = GuestComment.objects.get_or_create(submission_id=submission_id, defaults=kept)
    return guest


def _as_kept(place: Place, reply_to: PublicComment | None) -> dict:
    quote = place.quote
    return {
        "block": place.block.key if place.block else "",
        "section": place.section_text.section.key if place.section_text else "",
        "question": place.question.number if place.question else 0,
        "quote": [quote.exact, quote.prefix, quote.suffix] if quote else [],
        "reply_to": reply_to.pk if reply_to else 0,
    }


def place_of_guest(guest: GuestComment) -> Place:
    kept, consultation = guest.place, guest.consultation
    if kept["block"]:
        there = place_at_block(consultation, kept["block"])
        quote = Quote(*kept["quote"]) if kept["quote"] else None
        return Place(consultation, there.section_text, there.block, quote=quote)
    if kept["section"]:
        return place_in_section(consultation, kept["section"])
    return place_at_question(consultation, kept["question"]) if kept["question"] else Place(consultation)


# --- The link -----------------------------------------------------------------------------------------
def token_for(guest: GuestComment) -> str:
    """Signed, and worth nothing after a week: a random number of ours, and when it was given."""
    return signing.TimestampSigner(salt=SALT).sign(str(guest.public_id))


def guest_for(token: str) -> GuestComment | None:
    """What a link leads to; None if it is not ours, too old, or its words have gone. Changes nothing."""
    try:
        public_id = UUID(signing.TimestampSigner(salt=SALT).unsign(token, max_age=KEPT_FOR))
    except (signing.BadSignature, ValueError):
        return None
    found = GuestComment.objects.select_related("consultation__document", "comment", "consultation__revision")
    return found.filter(public_id=public_id, expires_at__gt=timezone.now()).first()


def send_link(guest: GuestComment, address: str) -> None:
    """Write to the guest. What cannot be sent raises OSError; more than a few mails an hour are not sent.

    Neither sender nor subject nor text say which consultation it is, which name was chosen, or what was said.
    """
    if guest.email and is_within("guest-mail", guest.email, most=MAILS_AN_HOUR, seconds=3_600):
        context = {"address": address, "days": KEPT_FOR.days, "organisation": settings.ORGANISATION}
        send_mail(
            _("Please confirm"), render_to_string("consult/discussion/guest_mail.txt", context), None, [guest.email]
        )


# --- Confirming ---------------------------------------------------------------------------------------
@transaction.atomic
def confirm(guest: GuestComment, *, name: str = "") -> PublicComment:
    """Make the waiting words a comment; pressed twice, the first one stands. `name` takes the place of the chosen one.

    Whoever confirms has the mailbox, as someone who signs in with a code has. An account that asks for more than that
    (a second step, or work for the house) is not spoken for by a link. Locks the waiting words, so that one press of
    two makes the comment. Raises Refused, or ValidationError when the name was taken or the place has gone meanwhile.
    """
    guest = GuestComment.objects.select_for_update(of=("self",)).select_related("consultation").get(pk=guest.pk)
    if guest.comment_id:
        return guest.comment
    require(None, Can.SPEAK_AS_GUEST, guest.consultation)
    account = _account_of(guest.email)
    if not account.is_active or is_staff(account) or has_second_factor(account):
        raise Refused(_("The account of this address asks for more than a link. Sign in, and post your words there."))
    persona = _persona_of(guest, account, name)
    comment = post(
        place_of_guest(guest), text=Said(**guest.said), persona=persona, submission_id=guest.submission_id, by=account,
        reply_to=guest.place["reply_to"] or None,
    )  # fmt: skip
    guest.comment, guest.email, guest.said, guest.place, guest.names = comment, "", {}, {}, {}
    guest.save()
    record(account, "guest.confirmed", comment, actor="respondent")
    return comment


def _account_of(email: str) -> Account:
    """The address's account, opened now if there is none; the address is known to be theirs."""
    account = Account.objects.filter(email__iexact=email).first()
    if account is None:
        try:
            with transaction.atomic():
                account = open_account(email)
        except IntegrityError:  # a second link of the same address was pressed at the same moment
            account = Account.objects.get(email__iexact=email)
    EmailAddress.objects.filter(user=account, email__iexact=email).update(verified=True)
    return account


def _persona_of(guest: GuestComment, account: Account, name: str) -> Persona:
    """The name that the account has here already, in that capacity; or else the one that the guest chose."""
    chosen = {**guest.names, **({"name": name} if name else {})}
    persona = name_of(guest, account)
    if persona is None:
        try:
            persona = take_name(
                guest.consultation,
                by=account,
                house_rules_version=guest.house_rules_version,
                privacy_notice_version=guest.privacy_notice_version,
                **chosen,
            )
        except ValidationError:
            # Another link of the same address was pressed at the same moment: its name is theirs now.
            if (persona := name_of(guest, account)) is None:
                raise
    persona.consultation = guest.consultation
    return persona


def name_of(guest: GuestComment, account: Account | None = None) -> Persona | None:
    """Under which name the words would stand, if the address has one here already. Only for who holds the link."""
    account = account or Account.objects.filter(email__iexact=guest.email).first()
    found = (
        Persona.objects.of(account).filter(consultation=guest.consultation_id) if account else Persona.objects.none()
    )
    return found.filter(capacity=guest.names.get("capacity", Persona.Capacity.PERSONAL)).first()


@transaction.atomic
def discard(guest: GuestComment) -> None:
    """They did not write it, or do not want to say it any more: it goes at once."""
    gone, _by_model = GuestComment.objects.filter(pk=guest.pk, comment__isnull=True).delete()
    if gone:
        record(None, "guests.discarded", guest.consultation, actor="guest", count=gone)


def forget_guests(*, at: datetime | None = None) -> int:
    """Delete what nobody confirmed in time, with a line in the history that says how many. Returns how many."""
    old, forgotten = GuestComment.objects.filter(expires_at__lte=at or timezone.now()), 0
    for consultation in Consultation.objects.filter(pk__in=old.values("consultation")):
        with transaction.atomic():
            gone, _by_model = old.filter(consultation=consultation, comment__isnull=True).delete()
            if gone:
                record(None, "guests.expired", consultation, actor="system", count=gone)
        forgotten += gone
    old.filter(comment__isnull=False).delete()
    return forgotten
