"""Choosing the name to post under."""

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from consult.people.models import LONGEST_STATEMENT, Persona
from consult.people.names import is_piled_up
from guidance.cleaning import clean_line

PEN_NAME, OWN_NAME = "pen", "own"


class NameForm(forms.Form):
    """The name under which someone takes part in one consultation, and what they accept with it."""

    kind = forms.ChoiceField(
        label=gettext_lazy("Which name do you want to post under?"),
        help_text=gettext_lazy(
            "A pen name keeps your account and your e-mail address out of every page. "
            "What you write is up to you: a ward, a date or a turn of phrase can give you away."
        ),
        choices=[
            (PEN_NAME, gettext_lazy("A pen name (most people choose this)")),
            (OWN_NAME, gettext_lazy("My own name")),
        ],
        initial=PEN_NAME,
        widget=forms.RadioSelect,
    )
    name = forms.CharField(
        label=gettext_lazy("Name that readers will see"),
        help_text=gettext_lazy("You keep this name for the whole consultation."),
        max_length=60,
        error_messages={
            "required": gettext_lazy("Enter the name that readers will see."),
            "max_length": gettext_lazy("Shorten the name to 60 characters."),
        },
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )
    capacity = forms.ChoiceField(
        label=gettext_lazy("Are you speaking for yourself?"),
        choices=[
            (Persona.Capacity.PERSONAL, gettext_lazy("Yes, for myself")),
            (Persona.Capacity.ORGANISATION, gettext_lazy("No, for an organisation")),
        ],
        initial=Persona.Capacity.PERSONAL,
        widget=forms.RadioSelect,
    )
    organisation = forms.CharField(
        label=gettext_lazy("Name of the organisation"),
        help_text=gettext_lazy("Only if you speak for one. Readers will see it."),
        max_length=120,
        required=False,
    )
    profession = forms.CharField(
        label=gettext_lazy("Your profession (optional)"),
        help_text=gettext_lazy("For instance nurse, teacher, press officer. Used in the analysis."),
        max_length=80,
        required=False,
    )
    profession_is_shown = forms.BooleanField(
        label=gettext_lazy("Show my profession to readers, beside my name"), required=False
    )
    accepts = forms.BooleanField(
        label=gettext_lazy("I accept the house rules, and I have read the privacy notice"),
        error_messages={
            "required": gettext_lazy("Tick the box to say that you accept the house rules and have read the notice.")
        },
    )

    def __init__(self, *args, capacity: str = "", **kwargs) -> None:
        """With a `capacity` it is no question any more: this is the second name of someone who has one."""
        super().__init__(*args, **kwargs)
        if capacity:
            known = self.fields["capacity"]
            known.widget, known.initial = forms.HiddenInput(), capacity
            known.choices = [(capacity, capacity)]

    def clean_name(self) -> str:
        name = clean_line(self.cleaned_data["name"])
        if not any(character.isalnum() for character in name):
            raise ValidationError(_("Enter a name with at least one letter or digit."))
        if is_piled_up(name):
            raise ValidationError(_("Choose a name with fewer marks on its letters."))
        if "@" in name:
            raise ValidationError(_("Choose a name without @: it could be taken for an address."))
        return name

    def clean(self) -> dict:
        cleaned = super().clean()
        if cleaned.get("capacity") == Persona.Capacity.ORGANISATION and not cleaned.get("organisation"):
            self.add_error("organisation", _("Enter the name of the organisation that you speak for."))
        return cleaned

    def as_choice(self) -> dict:
        """What `take_name` asks for, but for the versions that are accepted."""
        chosen = self.cleaned_data
        return {
            "name": chosen["name"],
            "is_pen_name": chosen["kind"] == PEN_NAME,
            "capacity": chosen["capacity"],
            "organisation": chosen["organisation"],
            "profession": chosen["profession"],
            "profession_is_shown": chosen["profession_is_shown"],
        }


class StatementForm(forms.Form):
    """What a name says of itself on its page."""

    statement = forms.CharField(
        label=gettext_lazy("About you (optional)"),
        help_text=gettext_lazy(
            "A sentence for readers, such as “Night-shift nurse, thirty years”. Leave out what only a few people share."
        ),
        max_length=LONGEST_STATEMENT,
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
        error_messages={"max_length": gettext_lazy("Shorten this to 280 characters.")},
    )
