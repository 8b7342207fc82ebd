"""Confirming a work address by a code, asking for the badge on a name, and the daily batch that shows it."""

from datetime import date, timedelta

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.mail import send_mail
from django.core.validators import validate_email
from django.db import IntegrityError, transaction
from django.template.loader import render_to_string
from django.utils import timezone
from django.utils.crypto import constant_time_compare, get_random_string
from django.utils.translation import gettext as _

from consult.ledger.actions import record
from consult.people.badges.domains import domain_of, found_in, is_pattern, normalised
from consult.people.badges.models import Badge, PublicBody, WorkAddress, WorkAddressCode
from consult.people.keys import keyed_hash
from consult.people.models import Account, Persona
from consult.people.permissions import Can, require
from consult.people.signals import names_changed
from guidance.cleaning import clean_line

GOOD_FOR = timedelta(minutes=30)
LASTS = timedelta(days=365)
CODES_A_DAY = 5
"""To one account."""
CODES_TO_AN_ADDRESS = 3
"""A day, whoever asks: nobody's mailbox is filled from here."""
MOST_TRIES = 5
LETTERS = "BCDFGHJKMNPQRSTVWXZ23456789"


def hash_of(address: str) -> str:
    return keyed_hash("work address", normalised(address))


def send_code(address: str, *, persona: Persona, by: Account) -> WorkAddressCode:
    """Send a code to a work address at a public body. The mail names neither the consultation nor the name.

    Raises ValidationError when the address is none, is not on the list, or had its codes for today. The account's row
    is locked while its codes are counted.
    """
    require(by, Can.WEAR_A_BADGE, persona)
    label = _label_for(address)
    code = get_random_string(8, LETTERS)
    with transaction.atomic():
        Account.objects.select_for_update().get(pk=by.pk)
        _refuse_too_many(by, hash_of(address))
        row = WorkAddressCode.objects.create(
            account=by,
            persona=persona,
            address_hash=hash_of(address),
            code_hash=keyed_hash("work address code", code),
            label=label,
            sent_at=timezone.now(),
        )
        transaction.on_commit(lambda: _mail(code, address.strip()))
    return row


def _label_for(address: str) -> str:
    try:
        validate_email(address.strip())
    except ValidationError:
        raise ValidationError({"address": _("Enter an e-mail address like name@example.gov.uk.")}) from None
    known = found_in(PublicBody.objects.all().whole_list(), domain_of(address))
    if known is None or not known.is_on:
        raise ValidationError(
            {"address": _("We do not know this domain as one of a public body. Write to us if it should be.")}
        )
    return known.label


def _refuse_too_many(by: Account, address_hash: str) -> None:
    today = WorkAddressCode.objects.filter(sent_at__gt=timezone.now() - timedelta(days=1))
    if today.filter(account=by).count() >= CODES_A_DAY:
        raise ValidationError({"address": _("You have asked for many codes today. Try again tomorrow.")})
    if today.filter(address_hash=address_hash).count() >= CODES_TO_AN_ADDRESS:
        raise ValidationError({"address": _("Several codes went to this address today. Try again tomorrow.")})


def _mail(code: str, address: str) -> None:
    context = {"code": f"{code[:4]}-{code[4:]}", "organisation": settings.ORGANISATION}
    send_mail(
        _("Your code"), render_to_string("consult/people/work_address_code.txt", context), None, [address]
    )  # fmt: skip


def confirm(typed: str, *, persona: Persona, by: Account, on: date | None = None) -> Badge:
    """The code from the mail: the work address is theirs, and the badge is asked for on this name.

    Raises ValidationError when the code is wrong or old, or when the address has confirmed another account.
    """
    require(by, Can.WEAR_A_BADGE, persona)
    row = _tried(by, persona)
    code = "".join(character for character in typed.upper() if character in LETTERS)
    if row is None or not constant_time_compare(row.code_hash, keyed_hash("work address code", code)):
        raise ValidationError({"code": _("This code is not right, or too old. Type it again, or ask for a new one.")})
    try:
        with transaction.atomic():
            WorkAddressCode.objects.filter(pk=row.pk).update(is_spent=True)
            address, _is_new = WorkAddress.objects.update_or_create(
                account=by,
                defaults={
                    "address_hash": row.address_hash,
                    "label": row.label,
                    "confirmed_on": on or timezone.localdate(),
                },
            )
            record(by, "work_address.confirmed", "badges", actor="respondent")
            return _wanted(persona, address)
    except IntegrityError:
        raise ValidationError({"code": _("This address has confirmed another account already.")}) from None


def _tried(by: Account, persona: Persona) -> WorkAddressCode | None:
    """The newest code, with one more try counted before it is looked at. Kept whatever comes of it."""
    with transaction.atomic():
        fresh = WorkAddressCode.objects.select_for_update().filter(
            account=by, persona=persona, is_spent=False, sent_at__gt=timezone.now() - GOOD_FOR, tries__lt=MOST_TRIES
        )
        row = fresh.order_by("-pk").first()
        if row is not None:
            row.tries += 1
            row.save(update_fields=["tries"])
        return row


def wear(persona: Persona, *, by: Account) -> Badge:
    """Ask for the badge on another of one's names. It comes with a later batch than any other of theirs."""
    require(by, Can.WEAR_A_BADGE, persona)
    address = WorkAddress.objects.filter(account=by).first()
    if address is None:
        raise ValidationError(_("Confirm a work address first."))
    with transaction.atomic():
        return _wanted(persona, address)


def _wanted(persona: Persona, address: WorkAddress) -> Badge:
    badge, _is_new = Badge.objects.update_or_create(
        persona=persona, defaults={"work_address": address, "is_wanted": True}
    )
    return badge


@transaction.atomic
def take_off(persona: Persona, *, by: Account) -> None:
    """Ask for the badge to go from a name. It goes with the next batch, as it came."""
    require(by, Can.WEAR_A_BADGE, persona)
    Badge.objects.filter(persona=persona).update(is_wanted=False)


# --- The batch ------------------------------------------------------------------------------------------
def show_badges(*, on: date | None = None) -> int:
    """Once a day: badges that are asked for appear, those that are a year old or unwanted go. Returns how many changed.

    Of each account only one name changes in a batch, so that nothing happens to two of them in one moment.
    """
    on = on or timezone.localdate()
    WorkAddressCode.objects.filter(sent_at__lt=timezone.now() - timedelta(days=1)).delete()
    changed: dict[int, list[Badge]] = {}
    for badge in Badge.objects.select_related("persona", "work_address").order_by("pk"):
        if _is_due(badge, on):
            changed.setdefault(badge.work_address.account_id, []).append(badge)
    for badges in changed.values():
        _change(badges[0], on)
    _forget_old_addresses(on)
    if changed:
        names_changed.send_robust(
            Persona, consultations=sorted({badges[0].persona.consultation_id for badges in changed.values()})
        )
    return len(changed)


def _shown_by(badge: Badge, on: date) -> str:
    """What readers should see by that day."""
    address = badge.work_address
    return address.label if badge.is_wanted and on < address.confirmed_on + LASTS else ""


def _is_due(badge: Badge, on: date) -> bool:
    shown = _shown_by(badge, on)
    return shown != badge.persona.badge or not shown


@transaction.atomic
def _change(badge: Badge, on: date) -> None:
    shown = _shown_by(badge, on)
    Persona.objects.filter(pk=badge.persona_id).update(badge=shown)
    if not shown:
        badge.delete()


def _forget_old_addresses(on: date) -> None:
    """An address that stands behind no badge any more, and would give none, can confirm anybody again."""
    WorkAddress.objects.filter(confirmed_on__lte=on - LASTS, badges=None).delete()


# --- The list -------------------------------------------------------------------------------------------
@transaction.atomic
def list_domain(pattern: str, *, label: str, is_on: bool, by: Account) -> PublicBody:
    """Put a domain on the list, or change its line. Badges that are worn already stay until they lapse."""
    require(by, Can.EDIT_PAGES)
    pattern = clean_line(pattern).lower().removeprefix("@")
    if not is_pattern(pattern):
        raise ValidationError({"pattern": _("Write a domain such as example.gov.uk, or *.example.gov.uk.")})
    row = PublicBody(pattern=pattern, label=clean_line(label), is_on=is_on)
    row.clean_fields()
    row, _is_new = PublicBody.objects.update_or_create(pattern=pattern, defaults={"label": row.label, "is_on": is_on})
    record(by, "domain.listed", "badges", actor="admin", domain=pattern, on=is_on)
    return row


@transaction.atomic
def unlist_domain(pattern: str, *, by: Account) -> None:
    """Take a line of the organisation's own off. If it changed one of our defaults, that one is back."""
    require(by, Can.EDIT_PAGES)
    PublicBody.objects.filter(pattern=pattern).delete()
    record(by, "domain.unlisted", "badges", actor="admin", domain=pattern)
