"""Accounts, the names people post under, and drafting teams."""

from django.conf import settings
from django.contrib.auth.models import AbstractBaseUser, BaseUserManager
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from guidance.models import Document

LONGEST_STATEMENT = 280
"""Characters of what a name says of itself: who speaks, not what they think."""


class AccountManager(BaseUserManager):
    def create_user(self, email: str, password: str | None = None, **fields) -> "Account":
        account = self.model(email=self.normalize_email(email).lower(), **fields)
        account.set_password(password)
        account.save()
        return account

    def create_superuser(self, email: str, password: str | None = None, **fields) -> "Account":
        return self.create_user(email, password, is_admin=True, **fields)


class Account(AbstractBaseUser):
    """Someone who can sign in, by e-mail code. Nothing public ever points here: people appear as personas."""

    email = models.EmailField(_("e-mail address"), unique=True)
    is_active = models.BooleanField(default=True)
    is_admin = models.BooleanField(default=False)
    joined_at = models.DateTimeField(default=timezone.now)

    objects = AccountManager()
    USERNAME_FIELD = "email"
    EMAIL_FIELD = "email"
    REQUIRED_FIELDS: list[str] = []

    def __str__(self) -> str:
        return f"account {self.pk}"


class TeamMember(models.Model):
    """Someone who drafts a document."""

    class Role(models.TextChoices):
        EDITOR = "editor", _("editor")
        MODERATOR = "moderator", _("moderator")
        REVIEWER = "reviewer", _("reviewer")

    account = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="teams")
    document = models.ForeignKey(Document, on_delete=models.CASCADE, related_name="team")
    role = models.CharField(max_length=10, choices=Role)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["account", "document", "role"], name="a_team_lists_each_member_once_in_a_role"
            )
        ]

    def __str__(self) -> str:
        return f"{self.account}, {self.role}"


class PersonaQuerySet(models.QuerySet):
    def of(self, account: "Account") -> "PersonaQuerySet":
        return self.filter(account=account) if account.pk else self.none()


class Persona(models.Model):
    """The name under which someone takes part in one consultation: their own, or a pen name.

    Whoever speaks for an organisation too has a second one for that, and nobody can tell that the two are one person's.
    With it the house rules and the privacy notice were accepted, in the versions that are kept here.
    """

    class Capacity(models.TextChoices):
        PERSONAL = "personal", _("for myself")
        ORGANISATION = "organisation", _("for an organisation")

    # The key points up, to a noun of a higher floor: the row needs it, the code of this room never does.
    consultation = models.ForeignKey("consult.Consultation", on_delete=models.PROTECT, related_name="personas")
    account = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="personas"
    )
    name = models.CharField(max_length=60)
    skeleton = models.CharField(max_length=200)
    is_pen_name = models.BooleanField(default=True)
    capacity = models.CharField(max_length=12, choices=Capacity, default=Capacity.PERSONAL)
    organisation = models.CharField(max_length=120, blank=True)
    profession = models.CharField(max_length=80, blank=True)
    profession_is_shown = models.BooleanField(default=False)
    statement = models.CharField(max_length=LONGEST_STATEMENT, blank=True)
    badge = models.CharField(max_length=60, blank=True, editable=False)
    """What the daily batch has put beside the name: the kind of public body. Readers see it, and no date."""
    house_rules_version = models.PositiveIntegerField()
    privacy_notice_version = models.PositiveIntegerField()
    accepted_on = models.DateField()

    objects = PersonaQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["account", "consultation", "capacity"], name="one_name_each_in_a_capacity_in_a_consultation"
            ),
            models.UniqueConstraint(
                fields=["consultation", "skeleton"], name="no_two_names_look_alike_in_a_consultation"
            ),
            models.CheckConstraint(
                condition=~Q(capacity="organisation") | ~Q(organisation=""),
                name="who_speaks_for_an_organisation_names_it",
            ),
        ]

    def __str__(self) -> str:
        return self.name

    def allows(self, verb: str) -> bool:
        return self.consultation.allows(verb)

    def why_not(self, verb: str) -> str:
        return self.consultation.why_not(verb)

    @property
    def speaks_for_organisation(self) -> bool:
        return self.capacity == self.Capacity.ORGANISATION

    @property
    def address_key(self) -> str:
        """How its page is addressed: by what is left of the name, so that no number tells who came before whom."""
        return self.skeleton if self.skeleton.isalnum() else ""

    @property
    def shown_profession(self) -> str:
        return self.profession if self.profession_is_shown else ""
