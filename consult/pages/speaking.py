"""Under which of one's names someone speaks: most people have one, and nobody more than one for each capacity."""

from django.http import HttpRequest

from consult.consultations.models import Consultation
from consult.people.models import Persona

ASKED = "as"
"""The field, or the part of the address, that says for whom someone speaks."""


def names_of(request: HttpRequest, consultation: Consultation) -> list[Persona]:
    """Their names in this consultation, the one for themselves first. Looked up once for each request."""
    if getattr(request, "names", None) is None:
        request.names = list(Persona.objects.of(request.user).filter(consultation=consultation).order_by("-capacity"))
        for persona in request.names:
            persona.consultation = consultation
    return request.names


def look_again(request: HttpRequest) -> None:
    request.names = None


def asked_capacity(request: HttpRequest) -> str:
    """For whom they want to speak; empty if they did not say."""
    asked = request.POST.get(ASKED) or request.GET.get(ASKED, "")
    return asked if asked in Persona.Capacity.values else ""


def speaker(request: HttpRequest, consultation: Consultation) -> Persona | None:
    """The name under which they speak now; None if they have yet to choose it."""
    names, wanted = names_of(request, consultation), asked_capacity(request)
    if wanted:
        return next((persona for persona in names if persona.capacity == wanted), None)
    return names[0] if names else None


def other_capacity(names: list[Persona]) -> str:
    """The capacity in which they have no name yet, if they have one in the other."""
    taken = {persona.capacity for persona in names}
    return next((one for one in Persona.Capacity.values if one not in taken), "") if taken else ""
