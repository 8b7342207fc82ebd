"""All addresses."""

from django.urls import include, path, re_path
from django.views.generic import RedirectView

from consult.pages.refusals import nothing_here

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
    path("account/", include("allauth.account.urls")),
    path("account/sessions/", include("allauth.usersessions.urls")),
    path("favicon.ico", RedirectView.as_view(url="/static/consult/mark.svg")),
]
