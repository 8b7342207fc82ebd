"""Addresses of this room."""

from django.urls import path, register_converter
from django.urls.converters import IntConverter

import guidance.urls  # noqa: F401  it registers the converters used below
from consult.drafting.views import about, fates, measuring, merging, outline, reading, references, writing


class ReferenceConverter(IntConverter):
    """A number that any database can be asked for."""

    regex = "[0-9]{1,18}"


register_converter(ReferenceConverter, "reference")

DRAFT = "team/drafts/<slug:slug>/"
LEVEL = f"{DRAFT}write/<slug:key>/<level:level>/"

urlpatterns = [
    path("team/drafts/", reading.drafts, name="drafts"),
    path(f"{DRAFT}review/", reading.review, name="review_draft"),
    path(f"{DRAFT}outline/", outline.outline, name="outline"),
    path(f"{DRAFT}outline/<slug:key>/", outline.section, name="outline_section"),
    path(f"{DRAFT}outline/<slug:key>/retire/", outline.retire, name="retire_section"),
    path(f"{DRAFT}outline/<slug:key>/rests-on/", references.rests_on, name="rests_on"),
    path(f"{DRAFT}references/", references.references, name="draft_references"),
    path(f"{DRAFT}references/<reference:reference>/", references.reference, name="change_reference"),
    path(f"{DRAFT}about/", about.about, name="about_guidance"),
    path(f"{DRAFT}measures/", measuring.measures, name="draft_measures"),
    path(f"{DRAFT}duties/", measuring.duties, name="draft_duties"),
    path(f"{DRAFT}fates/", fates.fates, name="draft_fates"),
    path(f"{DRAFT}fates/<slug:block>/", fates.fate, name="draft_fate"),
    path(LEVEL, writing.write, name="write"),
    path(f"{LEVEL}settle/", merging.settle, name="settle"),
    path(f"{LEVEL}autosave/", writing.autosave, name="autosave"),
]
