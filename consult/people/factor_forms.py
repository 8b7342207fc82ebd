"""allauth's forms for the second step, with words that say what to mend, and proof against made-up answers."""

from typing import Any

from allauth.mfa.adapter import get_adapter
from allauth.mfa.base.forms import AuthenticateForm, ReauthenticateForm
from allauth.mfa.totp.forms import ActivateTOTPForm
from allauth.mfa.webauthn import forms as keys
from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from guidance.cleaning import clean_line

NOT_THIS_KEY = _("Your device did not answer as it should. Try again, or use a code instead.")
MADE_UP = (KeyError, TypeError, ValueError, AttributeError, IndexError)
"""What the library raises for an answer that no device would give."""


class _Coded:
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["code"]
        field.label, field.help_text = _("Code"), self.where
        field.error_messages["required"] = _("Type the code.")
        field.max_length = 20
        field.widget.attrs = {"autocomplete": "one-time-code", "inputmode": "numeric", "spellcheck": "false"}


class Authenticate(_Coded, AuthenticateForm):
    where = _("Six digits from your app, or one of your recovery codes.")


class Reauthenticate(_Coded, ReauthenticateForm):
    where = _("Six digits from your app, or one of your recovery codes.")


class ActivateApp(_Coded, ActivateTOTPForm):
    where = _("Six digits that the app shows once it knows the picture or the key above.")


class _FromADevice:
    """A credential is whatever a browser sends: read it, and let nothing that is odd travel up as a crash."""

    def _clean_fields(self) -> None:
        try:
            super()._clean_fields()
        except MADE_UP:
            self.add_error("credential", NOT_THIS_KEY)

    def _clean_form(self) -> None:
        try:
            super()._clean_form()
        except MADE_UP:
            self.add_error("credential", NOT_THIS_KEY)

    def clean_credential(self) -> Any:
        inner = getattr(super(), "clean_credential", None)
        if not isinstance(self.cleaned_data["credential"], dict):
            raise ValidationError(NOT_THIS_KEY)
        return inner() if inner else self.cleaned_data["credential"]


class AddPasskey(_FromADevice, keys.AddWebAuthnForm):
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["name"] = forms.CharField(
            label=_("A name for it"),
            help_text=_("So that you know it again, such as “work laptop”. Only you see it."),
            max_length=60,
            required=False,
        )
        self.fields["passwordless"] = forms.BooleanField(required=False, initial=True, widget=forms.HiddenInput)
        self.fields["credential"].error_messages["required"] = NOT_THIS_KEY

    def clean_name(self) -> str:
        return clean_line(super().clean_name()) or get_adapter().generate_authenticator_name(self.user, "webauthn")


class AuthenticateByPasskey(_FromADevice, keys.AuthenticateWebAuthnForm):
    pass


class SignInByPasskey(_FromADevice, keys.LoginWebAuthnForm):
    pass


class ReauthenticateByPasskey(_FromADevice, keys.ReauthenticateWebAuthnForm):
    pass


class RenamePasskey(keys.EditWebAuthnForm):
    name = forms.CharField(label=_("Name"), max_length=60, error_messages={"required": _("Enter a name.")})
