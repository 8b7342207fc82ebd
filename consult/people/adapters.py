"""How allauth behaves here."""

from allauth.account.adapter import DefaultAccountAdapter
from django.utils.translation import gettext_lazy as _


class AccountAdapter(DefaultAccountAdapter):
    """E-mail codes only. Addresses of the network are used for limits, in the cache, and stored nowhere."""

    error_messages = {
        **DefaultAccountAdapter.error_messages,
        "incorrect_code": _("This code is not right, or too old. Type it again, or ask for a new one."),
    }

    def populate_username(self, request, user) -> None:
        """Accounts have no user name."""
