"""Addresses of this room."""

from django.urls import path

import guidance.urls  # noqa: F401  it registers the converters used below
from consult.publishing import views

urlpatterns = [
    path("team/drafts/<slug:slug>/publish/", views.publication, name="publication"),
    path("team/drafts/<slug:slug>/publish/stop/", views.stop, name="stop_publication"),
    path("team/drafts/<slug:slug>/publish/again/", views.again, name="prepare_again"),
    path("team/published/<slug:slug>/", views.published, name="published"),
    path("team/published/<slug:slug>/draft-<draft_number:number>/withdraw/", views.withdraw, name="withdraw_text"),
    path(
        "team/published/<slug:slug>/draft-<draft_number:number>/correct/<slug:block>/",
        views.correct,
        name="correct_text",
    ),
]
