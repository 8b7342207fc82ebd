"""Addresses of this room."""

from django.urls import path

from consult.exports import views

urlpatterns = [
    path("team/consultations/<slug:slug>/export/", views.export, name="export"),
    path("team/exports/<uuid:public_id>/", views.export_file, name="export_file"),
]
