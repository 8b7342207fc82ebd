"""Pages of one's own account beside those of allauth: the identity provider it is connected with."""

from allauth.account.views import logout
from allauth.account.views import request_login_code as send_a_code
from allauth.socialaccount.models import SocialAccount
from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from consult.people.factors import confirmed_again
from consult.people.single_sign_on import WAITS

LEFT_BEHIND = '"cache", "cookies", "storage"'
"""What a browser forgets when someone signs out. Browsers listen to it over HTTPS only."""


@never_cache
def sign_out(request: HttpRequest) -> HttpResponse:
    """allauth's, after which nothing is left on a machine that others use."""
    response = logout(request)
    if request.method == "POST" and request.is_secure():
        response["Clear-Site-Data"] = LEFT_BEHIND
    return response


def _or_nothing() -> dict:
    """The identity provider, if there is one. Without it these pages do not exist."""
    if not settings.OIDC:
        raise Http404("There is no identity provider.")
    return {"provider": settings.OIDC}


@never_cache
@login_required
@confirmed_again
@require_http_methods(["GET", "HEAD", "POST"])
def connection(request: HttpRequest) -> HttpResponse:
    """Whether the identity provider opens this account, and an end to that. A code by e-mail always does."""
    context = _or_nothing()
    own = SocialAccount.objects.filter(user=request.user)
    if request.method == "POST":
        own.delete()
        messages.success(request, _("%(name)s does not open your account any more.") % context["provider"])
        return redirect("socialaccount_connections")
    return render(request, "socialaccount/connections.html", {**context, "is_connected": own.exists()})


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def known_address(request: HttpRequest) -> HttpResponse:
    """Someone came from the identity provider with an address that has an account here: one code, and it is settled.

    Only for those who say so here. Whoever signs in with a code on the usual page keeps the two apart.
    """
    waits = request.session.get(WAITS)
    if not waits:
        return redirect("account_login")
    if request.method == "POST":
        request.session[WAITS] = {**waits, "is_agreed": True}
        return send_a_code(request)
    return render(request, "socialaccount/known_address.html", {**_or_nothing(), "email": waits["email"]})


@never_cache
def without_address(request: HttpRequest) -> HttpResponse:
    """The identity provider told no e-mail address, and without one there is no account."""
    return render(request, "socialaccount/without_address.html", _or_nothing())
