"""Addresses of this room."""

from django.urls import path

from consult.jobs import views

urlpatterns = [
    path("team/jobs/<uuid:public_id>/", views.job, name="job"),
    path("team/jobs/<uuid:public_id>/progress/", views.progress, name="job_progress"),
]
