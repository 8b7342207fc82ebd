"""Asking for a code, typing it, and looking after the list of domains."""

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from consult.people.badges.domains import LONGEST, is_pattern
from guidance.cleaning import clean_line


class WorkAddressForm(forms.Form):
    """Where a code is to go. A mere text field: what is wrong with an address is said in our words."""

    address = forms.CharField(
        label=gettext_lazy("Your work e-mail address"),
        help_text=gettext_lazy("One code goes there. The message names neither this consultation nor your name here."),
        max_length=254,
        error_messages={
            "required": gettext_lazy("Enter your work address."),
            "max_length": gettext_lazy("Enter an e-mail address like name@example.gov.uk."),
        },
        widget=forms.EmailInput(attrs={"autocomplete": "off", "spellcheck": "false"}),
    )


class CodeForm(forms.Form):
    """The code from the message."""

    code = forms.CharField(
        label=gettext_lazy("Code"),
        max_length=20,
        error_messages={"required": gettext_lazy("Type the code."), "max_length": gettext_lazy("Type the code.")},
        widget=forms.TextInput(
            attrs={"autocomplete": "one-time-code", "autocapitalize": "characters", "spellcheck": "false"}
        ),
    )


class DomainForm(forms.Form):
    """A line of the list of public bodies."""

    pattern = forms.CharField(
        label=gettext_lazy("Domain"),
        help_text=gettext_lazy("What stands behind the @: example.gov.uk, or *.example.gov.uk for all below it."),
        max_length=LONGEST,
        error_messages={"required": gettext_lazy("Enter a domain.")},
        widget=forms.TextInput(attrs={"autocomplete": "off", "spellcheck": "false", "autocapitalize": "none"}),
    )
    label = forms.CharField(
        label=gettext_lazy("Label"),
        help_text=gettext_lazy("What readers see. Choose one that many share: a small body tells too much."),
        max_length=60,
        error_messages={"required": gettext_lazy("Enter a label.")},
    )
    is_on = forms.BooleanField(
        label=gettext_lazy("It counts"),
        help_text=gettext_lazy("Not for domains that pupils, students or patients share."),
        required=False,
        initial=True,
    )

    def clean_pattern(self) -> str:
        pattern = clean_line(self.cleaned_data["pattern"]).lower().removeprefix("@")
        if not is_pattern(pattern):
            raise ValidationError(_("Write a domain such as example.gov.uk, or *.example.gov.uk."))
        return pattern
