"""Taking a name in a consultation, and appointing people."""

from datetime import date

from allauth.account.models import EmailAddress
from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from consult.ledger.actions import record
from consult.people.models import LONGEST_STATEMENT, Account, Persona, TeamMember
from consult.people.names import skeleton
from consult.people.permissions import Can, require
from consult.people.signals import names_changed
from guidance.cleaning import clean_line, clean_text
from guidance.models import Document

RESERVED = {
    "admin", "administrator", "administrators", "admins", "moderator", "moderators", "editor", "editors",
    "drafting team", "the drafting team", "consultation team", "staff", "system", "official",
    "name not given", "name not shown", "former participant", "posted by you",
}  # fmt: skip
"""Names that readers could take for the house, or for words of our pages."""


def take_name(
    consultation,
    *,
    name: str,
    by: Account,
    house_rules_version: int,
    privacy_notice_version: int,
    is_pen_name: bool = True,
    capacity: str = Persona.Capacity.PERSONAL,
    organisation: str = "",
    profession: str = "",
    profession_is_shown: bool = False,
    on: date | None = None,
) -> Persona:
    """Choose the name to post under in a consultation, accepting its house rules and privacy notice.

    Raises ValidationError if the name is taken, looks like another's, or if this account has a name already.
    """
    require(by, Can.TAKE_A_NAME, consultation)
    persona = Persona(
        consultation_id=consultation.pk,
        account=by,
        name=clean_line(name),
        skeleton=skeleton(clean_line(name)),
        is_pen_name=is_pen_name,
        capacity=capacity,
        organisation=clean_line(organisation) if capacity == Persona.Capacity.ORGANISATION else "",
        profession=clean_line(profession),
        profession_is_shown=profession_is_shown,
        house_rules_version=house_rules_version,
        privacy_notice_version=privacy_notice_version,
        accepted_on=on or timezone.localdate(),
    )
    _refuse_reserved(persona)
    persona.full_clean(exclude=["skeleton"], validate_constraints=False)
    with transaction.atomic():
        return _saved_once(persona, by)


def _refuse_reserved(persona: Persona) -> None:
    ours = {settings.ORGANISATION["name"], settings.ORGANISATION["service"], settings.ORGANISATION["contact"]}
    if persona.skeleton in {skeleton(name) for name in RESERVED | ours}:
        raise ValidationError({"name": _("This name could be taken for someone official. Choose another one.")})
    if persona.skeleton and persona.account and persona.skeleton == skeleton(persona.account.email):
        raise ValidationError({"name": _("This is your e-mail address. Choose a name that does not show it.")})


def refuse_name(consultation, name: str, *, email: str) -> None:
    """Raises ValidationError for a name that could not be taken here now, whoever asks for it."""
    asked = Persona(name=clean_line(name), skeleton=skeleton(clean_line(name)))
    _refuse_reserved(asked)
    if asked.skeleton == skeleton(email):
        raise ValidationError({"name": _("This is your e-mail address. Choose a name that does not show it.")})
    if Persona.objects.filter(consultation=consultation.pk, skeleton=asked.skeleton).exists():
        raise ValidationError(
            {"name": _("Someone here has this name, or one that looks like it. If it is you, sign in instead.")}
        )


def _saved_once(persona: Persona, by: Account) -> Persona:
    """Insert, and let the database decide the race for a name."""
    try:
        with transaction.atomic():
            persona.save(force_insert=True)
    except IntegrityError:
        if Persona.objects.of(by).filter(consultation=persona.consultation_id, capacity=persona.capacity).exists():
            raise ValidationError(_("You have a name in this consultation already.")) from None
        raise ValidationError(
            {"name": _("Someone here has this name, or one that looks like it. Choose another one.")}
        ) from None
    record(by, "name.taken", persona, actor="respondent", capacity=persona.capacity)
    return persona


@transaction.atomic
def describe(persona: Persona, *, statement: str, by: Account) -> Persona:
    """Say in a sentence who speaks, on the name's page. Raises ValidationError when it is too long."""
    require(by, Can.DESCRIBE, persona)
    statement = " ".join(clean_text(statement).split())
    if len(statement) > LONGEST_STATEMENT:
        raise ValidationError({"statement": _("Shorten this to %(most)s characters.") % {"most": LONGEST_STATEMENT}})
    persona.statement = statement
    persona.save(update_fields=["statement"])
    record(by, "name.described", persona, actor="respondent")
    transaction.on_commit(lambda: names_changed.send_robust(Persona, consultations=[persona.consultation_id]))
    return persona


@transaction.atomic
def open_account(email: str) -> Account:
    """An account for someone who has not signed up themselves. Their first code confirms the address."""
    account = Account.objects.create_user(email)
    EmailAddress.objects.create(user=account, email=account.email, primary=True)
    return account


@transaction.atomic
def appoint(email: str, *, role: str, document: Document | None = None, by: Account | None = None) -> Account:
    """Make someone an admin, or a member of a document's drafting team. Creates the account if there is none.

    `by` is None for the server's own command line, which appoints the first admin.
    """
    if by is not None:
        require(by, Can.APPOINT)
    if role != "admin" and (role not in TeamMember.Role or document is None):
        raise ValidationError(_("Say which guidance they are to work on, and as what."))
    account = Account.objects.filter(email__iexact=email).first() or open_account(email)
    if role == "admin":
        Account.objects.filter(pk=account.pk).update(is_admin=True)
        account.is_admin = True
    else:
        TeamMember.objects.get_or_create(account=account, document=document, role=role)
    record(
        by,
        "person.appointed",
        document or "accounts",
        actor="admin" if by else "system",
        role=role,
        private={"appointed": account.pk},
    )
    return account
