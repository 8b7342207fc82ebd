"""Work addresses that were confirmed, of which only a keyed hash is kept, and the badges that stand on them."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from consult.people.badges.domains import DEFAULTS, LONGEST, Known
from consult.people.models import Persona


class PublicBodyQuerySet(models.QuerySet):
    def whole_list(self) -> list[Known]:
        """Our defaults, with the organisation's own lines over and beside them."""
        lines = {one.pattern: one for one in DEFAULTS}
        lines |= {row.pattern: Known(row.pattern, row.label, row.is_on) for row in self}
        return sorted(lines.values(), key=lambda one: (one.label.lower(), one.pattern.removeprefix("*."), one.pattern))


class PublicBody(models.Model):
    """A line of the organisation's own in the list of domains of public bodies. Our defaults stand in the code."""

    pattern = models.CharField(_("domain"), max_length=LONGEST, unique=True)
    label = models.CharField(_("label"), max_length=60)
    is_on = models.BooleanField(default=True)

    objects = PublicBodyQuerySet.as_manager()

    class Meta:
        ordering = ["pattern"]

    def __str__(self) -> str:
        return self.pattern


class WorkAddressCode(models.Model):
    """A code on its way to a work address. Kept for a day, so that codes can be counted; the address is not."""

    account = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    persona = models.ForeignKey(Persona, on_delete=models.CASCADE, related_name="+")
    address_hash = models.CharField(max_length=64)
    code_hash = models.CharField(max_length=64)
    label = models.CharField(max_length=60)
    sent_at = models.DateTimeField()
    tries = models.PositiveSmallIntegerField(default=0)
    is_spent = models.BooleanField(default=False)

    class Meta:
        indexes = [models.Index(fields=["address_hash", "sent_at"], name="codes_to_an_address")]

    def __str__(self) -> str:
        return f"code {self.pk}"


class WorkAddress(models.Model):
    """Someone has read mail at a public body. Which address that was, nobody can read here."""

    account = models.OneToOneField(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="work_address")
    address_hash = models.CharField(max_length=64, unique=True)
    label = models.CharField(max_length=60)
    confirmed_on = models.DateField()

    def __str__(self) -> str:
        return f"work address {self.pk}"


class Badge(models.Model):
    """A name that its owner wants the badge on. Readers see it from `Persona.badge`, which the daily batch writes."""

    persona = models.OneToOneField(Persona, on_delete=models.CASCADE, related_name="+")
    work_address = models.ForeignKey(WorkAddress, on_delete=models.CASCADE, related_name="badges")
    is_wanted = models.BooleanField(default=True)

    def __str__(self) -> str:
        return f"badge {self.pk}"
