"""What reached the team another way, as its parts have it in common."""

from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from consult.consultations.models import Consultation
from consult.people.models import Persona


class Letter(models.Model):
    """A letter, an e-mail, a call, or words at a meeting, entered by staff. Its parts are comments.

    Who said it stands with the parts (`Elsewhere.author_name`), so that one act takes a name away. The original stays
    in the team's own files, under `reference`: only what was entered is kept here.
    """

    class Route(models.TextChoices):
        LETTER = "letter", gettext_lazy("A letter")
        EMAIL = "email", gettext_lazy("An e-mail")
        PHONE = "phone", gettext_lazy("A telephone call")
        MEETING = "meeting", gettext_lazy("A meeting")
        OTHER = "other", gettext_lazy("Another way")

    consultation = models.ForeignKey(Consultation, on_delete=models.PROTECT, related_name="letters")
    route = models.CharField(max_length=10, choices=Route)
    capacity = models.CharField(max_length=12, choices=Persona.Capacity, default=Persona.Capacity.PERSONAL)
    reference = models.CharField(max_length=120, blank=True)
    received_on = models.DateField()
    entered_on = models.DateField()
    left_out = models.PositiveIntegerField(default=0)
    submission_id = models.UUIDField(unique=True)

    ledger_name = "letter"

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(received_on__lte=F("entered_on")), name="a_letter_is_received_before_it_is_entered"
            ),
        ]

    def __str__(self) -> str:
        return f"letter {self.pk}"

    def get_absolute_url(self) -> str:
        return reverse("letter", args=[self.consultation.slug, self.pk])


def in_words(route: str) -> str:
    """How it came, as it goes on from “Came from …”."""
    return {
        Letter.Route.LETTER: _("a letter"),
        Letter.Route.EMAIL: _("an e-mail"),
        Letter.Route.PHONE: _("a telephone call"),
        Letter.Route.MEETING: _("a meeting"),
        Letter.Route.OTHER: _("elsewhere"),
    }[Letter.Route(route)]
