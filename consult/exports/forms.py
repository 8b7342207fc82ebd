"""What can be asked when taking comments away."""

from django import forms
from django.utils.translation import gettext_lazy as _


class ExportForm(forms.Form):
    """What to take away, and as of when: now, or an earlier seal."""

    what = forms.ChoiceField(
        choices=[("comments", _("Comments")), ("summary", _("Summary"))], required=False, widget=forms.HiddenInput
    )
    seal = forms.IntegerField(
        label=_("Number of the seal"),
        help_text=_("Leave this empty for everything up to now. An earlier export names its seal."),
        required=False,
        min_value=1,
        max_value=2**31 - 1,
        widget=forms.TextInput(attrs={"inputmode": "numeric", "class": "govuk-input--width-5"}),
        error_messages={"invalid": _("Enter the number of a seal, such as 12.")},
    )
