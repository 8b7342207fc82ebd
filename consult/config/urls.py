"""All addresses."""

from django.urls import include, path
from django.views.generic import RedirectView

urlpatterns = [
    path("", include("consult.pages.urls")),
    path("", include("consult.themes.urls")),
    path("", include("consult.exports.urls")),
    path("", include("consult.jobs.urls")),
    path("guidance/", include("guidance.urls")),
    path("account/", include("allauth.account.urls")),
    path("account/sessions/", include("allauth.usersessions.urls")),
    path("favicon.ico", RedirectView.as_view(url="/static/consult/mark.svg")),
]
