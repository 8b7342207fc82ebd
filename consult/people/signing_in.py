"""allauth's forms, with words that say what to mend."""

from typing import Any

from allauth.account.forms import RequestLoginCodeForm, SignupForm
from django import forms
from django.utils.translation import gettext_lazy as _


def say_what_to_mend(form: forms.Form) -> None:
    form.fields["email"].label = _("E-mail address")
    form.fields["email"].error_messages.update(
        required=_("Enter your e-mail address."), invalid=_("Enter an e-mail address like name@example.org.")
    )


class AskForACode(RequestLoginCodeForm):
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        say_what_to_mend(self)


class SignUp(SignupForm):
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        say_what_to_mend(self)
