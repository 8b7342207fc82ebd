"""The second step of signing in: a passkey or an app. Whoever has power over others' words must have one."""

from collections.abc import Callable
from functools import wraps

from allauth.account.decorators import reauthentication_required
from allauth.account.internal.flows.login import record_authentication
from allauth.mfa.adapter import DefaultMFAAdapter
from cryptography.fernet import Fernet, InvalidToken
from django.apps import apps
from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect
from django.utils.html import format_html
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from consult.people.keys import sealing_key
from consult.people.models import Account, TeamMember

STRONG = ("totp", "webauthn")
"""Recovery codes alone are no second step: they are for the day on which one is lost."""
TEAM_PAGES = "/team/"


def is_staff(account: Account) -> bool:
    return account.is_admin or TeamMember.objects.filter(account=account).exists()


def has_second_factor(account: Account) -> bool:
    """Whether a second step is asked of them at each signing in. Looked up once for each copy of the account."""
    if not hasattr(account, "_has_second_factor"):
        kept = apps.get_model("mfa", "Authenticator").objects
        account._has_second_factor = kept.filter(user_id=account.pk, type__in=STRONG).exists()
    return account._has_second_factor


def lacks_second_factor(account: Account) -> bool:
    """Whether someone's powers wait until they have set up a second step."""
    return settings.STAFF_SECOND_FACTOR and not has_second_factor(account)


class SecondFactorFirst:
    """Sends staff who have no second step to set one up, before any team page."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self._to_set_one_up(request) if _waits(request) else self.get_response(request)

    def _to_set_one_up(self, request: HttpRequest) -> HttpResponseRedirect:
        messages.warning(request, _("Set up a second step for signing in. Team pages open once you have one."))
        return redirect("mfa_index")


def _waits(request: HttpRequest) -> bool:
    """Whoever is not on a team meets the page itself, which does not exist for them."""
    if not settings.STAFF_SECOND_FACTOR or not request.path.startswith(TEAM_PAGES):
        return False
    return request.user.is_authenticated and lacks_second_factor(request.user) and is_staff(request.user)


def confirmed_again(view: Callable) -> Callable:
    """For acts that would do most harm in wrong hands: asks for the second step again, after a quarter of an hour."""
    asks = reauthentication_required(app="allauth.mfa")(view)

    @wraps(view)
    def door(request: HttpRequest, *args, **kwargs) -> HttpResponse:
        return asks(request, *args, **kwargs) if request.user.is_authenticated else view(request, *args, **kwargs)

    return door


def count_as_confirmed(request: HttpRequest, user: Account, authenticator, **_signal) -> None:
    """For `authenticator_added`: whoever has just shown their new app or key is not asked for it once more."""
    if authenticator.type in STRONG:
        record_authentication(request, user, "mfa", id=authenticator.pk, type=authenticator.type, reauthenticated=True)


class FactorAdapter(DefaultMFAAdapter):
    """allauth's second steps: secrets sealed in the database, a QR code that needs no image, our words."""

    error_messages = {
        **DefaultMFAAdapter.error_messages,
        "incorrect_code": gettext_lazy("This code is not right, or too old. Type the one that you see now."),
        "unverified_email": gettext_lazy("Confirm your e-mail address first."),
        "cannot_delete_authenticator": gettext_lazy("Your work here needs a second step. Add another one first."),
    }

    def get_totp_issuer(self) -> str:
        return settings.ORGANISATION["service"]

    def _get_site_name(self) -> str:
        return settings.ORGANISATION["service"]

    def generate_authenticator_name(self, user: Account, type: str) -> str:
        return _("Passkey")

    def encrypt(self, text: str) -> str:
        return Fernet(sealing_key("second factor")).encrypt(text.encode()).decode()

    def decrypt(self, encrypted_text: str) -> str:
        """A secret that was sealed with another key opens nothing; a recovery code does, or an admin."""
        try:
            return Fernet(sealing_key("second factor")).decrypt(encrypted_text.encode()).decode()
        except InvalidToken:
            return ""

    def can_delete_authenticator(self, authenticator) -> bool:
        if not settings.STAFF_SECOND_FACTOR or not is_staff(authenticator.user):
            return True
        others = type(authenticator).objects.filter(user=authenticator.user, type__in=STRONG)
        return others.exclude(pk=authenticator.pk).exists()

    def build_totp_svg(self, url: str) -> str:
        """The QR code as one path in the page: the Content-Security-Policy needs no exception for it."""
        import qrcode

        code = qrcode.QRCode(border=4)
        code.add_data(url)
        rows = code.get_matrix()
        dark = [(x, y) for y, row in enumerate(rows) for x, is_dark in enumerate(row) if is_dark]
        return format_html(
            '<svg class="consult-qr" viewBox="0 0 {size} {size}" role="img" aria-label="{label}">'
            '<path fill="#fff" d="M0 0h{size}v{size}H0z"/><path fill="#000" d="{path}"/></svg>',
            size=len(rows),
            label=_("Picture that your authenticator app reads"),
            path="".join(f"M{x} {y}h1v1h-1z" for x, y in dark),
        )
