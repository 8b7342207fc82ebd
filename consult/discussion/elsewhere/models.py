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


class ThatIsMe(models.Model):
    """Someone says that they are the person who said something elsewhere, and what they wish.

    Whoever asks is not known to us. Staff find out by what means they can, say by which, and then nothing is kept of
    how to reach them.
    """

    class Wish(models.TextChoices):
        NAME = "name", gettext_lazy("Remove my name")
        WORDS = "words", gettext_lazy("Remove my name and my words")
        CLAIM = "claim", gettext_lazy("Put my words beside the name that I use here")

    class State(models.TextChoices):
        WAITING = "waiting", gettext_lazy("to be confirmed")
        DONE = "done", gettext_lazy("confirmed, and done")
        REFUSED = "refused", gettext_lazy("not confirmed")

    # Named by a string, since the comments' own module knows this one.
    comment = models.ForeignKey("consult.PublicComment", on_delete=models.PROTECT, related_name="recognised_by")
    consultation = models.ForeignKey(Consultation, on_delete=models.PROTECT, related_name="+")
    wish = models.CharField(max_length=10, choices=Wish)
    persona = models.ForeignKey(Persona, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    message = models.TextField(blank=True)
    contact = models.EmailField(blank=True)
    state = models.CharField(max_length=10, choices=State, default=State.WAITING)
    means = models.CharField(max_length=300, blank=True)
    asked_on = models.DateField()
    settled_on = models.DateField(null=True, blank=True)
    submission_id = models.UUIDField(unique=True)

    ledger_name = "that_is_me"

    class Meta:
        indexes = [models.Index(fields=["consultation", "state"], name="people_who_asked")]
        constraints = [
            models.CheckConstraint(
                condition=~Q(wish="claim") | Q(persona__isnull=False, contact=""),
                name="a_claim_joins_a_name_to_no_address",
            ),
            models.CheckConstraint(
                condition=Q(state="waiting", settled_on__isnull=True)
                | Q(state__in=("done", "refused"), settled_on__isnull=False, contact="", message=""),
                name="what_is_settled_keeps_nothing_of_who_asked",
            ),
            models.CheckConstraint(
                condition=~Q(state="done") | ~Q(means=""), name="who_confirms_a_person_says_by_what_means"
            ),
        ]

    def __str__(self) -> str:
        return f"that is me, {self.pk}"


def in_words(route: str) -> str:
    """How it came, as it goes on from “Came from …”."""
    return {
        Letter.Route.LETTER: _("a letter"),
        Letter.Route.EMAIL: _("an e-mail"),
        Letter.Route.PHONE: _("a telephone call"),
        Letter.Route.MEETING: _("a meeting"),
        Letter.Route.OTHER: _("elsewhere"),
    }[Letter.Route(route)]
