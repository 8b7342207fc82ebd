"""Addresses of this room."""

from django.urls import path

from consult.themes import views

urlpatterns = [
    path("team/consultations/<slug:slug>/summary/", views.summary, name="summary"),
    path("team/consultations/<slug:slug>/summary/make/", views.make, name="make_summary"),
]
