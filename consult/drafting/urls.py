"""Addresses of this room."""

from django.urls import path

import guidance.urls  # noqa: F401  it registers the converters used below
from consult.drafting import views

urlpatterns = [
    path("team/drafts/<slug:slug>/outline/", views.outline, name="outline"),
    path("team/drafts/<slug:slug>/outline/<slug:key>/", views.section, name="outline_section"),
    path("team/drafts/<slug:slug>/about/", views.about, name="about_guidance"),
    path("team/drafts/<slug:slug>/review/", views.review, name="review_draft"),
    path("team/drafts/<slug:slug>/write/<slug:key>/<level:level>/", views.write, name="write"),
    path("team/drafts/<slug:slug>/write/<slug:key>/<level:level>/settle/", views.settle, name="settle"),
    path("team/drafts/<slug:slug>/write/<slug:key>/<level:level>/autosave/", views.autosave, name="autosave"),
]
