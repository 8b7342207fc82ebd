"""Addresses of what people follow, and of stopping it."""

from django.urls import path

import guidance.urls  # noqa: F401  it registers the converters
from consult.notices import views

urlpatterns = [
    path("guidance/<slug:slug>/follow/", views.follow_document, name="follow_document"),
    path("consultations/<slug:slug>/follow/", views.follow_consultation, name="follow_consultation"),
    path("consultations/<slug:slug>/follow/section/<slug:key>/", views.follow_section, name="follow_section"),
    path("comments/<number:pk>/follow/", views.follow_thread, name="follow_thread"),
    path("your-notices/", views.settings_page, name="notice_settings"),
    path("your-notices/new/", views.whats_new, name="whats_new"),
    path("stop-mails/<str:token>/", views.stop_mails, name="stop_mails"),
]
