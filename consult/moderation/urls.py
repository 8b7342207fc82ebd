"""Addresses of the moderators' pages, and of reports, appeals and the public record."""

from django.urls import path

import guidance.urls  # noqa: F401  it registers the converters
from consult.moderation import changing, views
from consult.moderation.complaints import views as complaints
from consult.moderation.high_volume.views import by_condition, high_volume

urlpatterns = [
    path("comments/<number:pk>/report/", views.report, name="report"),
    path("comments/<number:pk>/ask-again/", views.ask_again, name="appeal"),
    path("consultations/<slug:slug>/moderation/", views.record, name="moderation_record"),
    path("team/moderation/", views.desk, name="moderation"),
    path("team/moderation/comments/<number:pk>/", views.look, name="moderate"),
    path("team/moderation/comments/<number:pk>/claim/", views.claim_one, name="claim"),
    path("team/moderation/many/", views.many, name="moderate_many"),
    path("team/moderation/undo/<uuid:batch>/", views.take_back, name="undo_moderation"),
    path("team/moderation/changes/", changing.changes, name="changes"),
    path("team/moderation/changes/<number:pk>/", changing.decide_on_change, name="decide_on_change"),
    path("comments/<number:pk>/complain/", complaints.choose, name="complain"),
    path("comments/<number:pk>/complain/<slug:kind>/", complaints.complain_about, name="complain_about"),
    path("complaints/<str:reference>/", complaints.receipt, name="complaint"),
    path("complaints/<number:pk>/answer/", complaints.answer_one, name="answer_complaint"),
    path("team/moderation/complaints/", complaints.desk, name="complaints"),
    path("team/moderation/complaints/<number:pk>/", complaints.handle, name="handle_complaint"),
    path("team/moderation/high-volume/<slug:slug>/", high_volume, name="high_volume"),
    path("team/moderation/high-volume/<slug:slug>/by-condition/", by_condition, name="moderate_by_condition"),
    path("team/moderation/lists/", views.lists, name="screening_lists"),
    path("team/moderation/appeals/<number:pk>/", views.answer_appeal, name="answer_appeal"),
]
