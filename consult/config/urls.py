"""All addresses."""

from allauth.socialaccount.views import login_cancelled
from django.urls import include, path, re_path
from django.views.generic import RedirectView

from consult.pages.refusals import nothing_here
from consult.pages.views import account
from consult.people import single_sign_on

handler500 = "consult.pages.refusals.broken"
urlpatterns = [
    path("", include("consult.drafting.urls")),
    path("", include("consult.publishing.urls")),
    path("", include("consult.moderation.urls")),
    path("", include("consult.pages.urls")),
    path("", include("consult.themes.urls")),
    path("", include("consult.exports.urls")),
    path("", include("consult.jobs.urls")),
    path("guidance/", include("guidance.urls")),
    re_path("^account/password/", nothing_here),  # nobody has a password: codes are sent
    path("account/logout/", account.sign_out, name="account_logout"),
    path("account/", include("allauth.account.urls")),
    path("account/second-step/", include("allauth.mfa.urls")),
    path("account/single-sign-on/", account.connection, name="socialaccount_connections"),
    path("account/single-sign-on/known/", account.known_address, name="sso_known_address"),
    path("account/single-sign-on/no-address/", account.without_address, name="sso_without_address"),
    path("account/single-sign-on/<slug:provider_id>/", single_sign_on.begin, name="openid_connect_login"),
    path("account/single-sign-on/<slug:provider_id>/back/", single_sign_on.come_back, name="openid_connect_callback"),
    path("account/single-sign-on/login/cancelled/", login_cancelled, name="socialaccount_login_cancelled"),
    path("account/sessions/", include("allauth.usersessions.urls")),
    path("favicon.ico", RedirectView.as_view(url="/static/consult/mark.svg")),
]
