"""Addresses of the text. The ones that name a draft stay for ever."""

from django.urls import path, register_converter
from django.urls.converters import IntConverter

from guidance import views
from guidance.downloads import views as downloads
from guidance.models import Level


class LevelConverter:
    regex = "|".join(level.value for level in Level)

    def to_python(self, value: str) -> str:
        return value

    def to_url(self, value: str) -> str:
        return str(value)


class NumberConverter(IntConverter):
    """A number that any database can be asked for."""

    regex = "[0-9]{1,18}"


class DraftNumberConverter(IntConverter):
    """A number that any database can be asked for."""

    regex = "[0-9]{1,9}"


register_converter(LevelConverter, "level")
register_converter(NumberConverter, "number")
register_converter(DraftNumberConverter, "draft_number")

app_name = "guidance"
urlpatterns = [
    path("", views.library, name="library"),
    path("<slug:slug>/", views.document, name="document"),
    path("<slug:slug>/draft-<draft_number:number>/", views.document, name="draft"),
    path("<slug:slug>/draft-<draft_number:number>/whole/", views.whole, name="draft_whole"),
    path("<slug:slug>/draft-<draft_number:number>/whole/<level:level>/", views.whole, name="draft_whole_at"),
    path("<slug:slug>/draft-<draft_number:number>/search/", views.search_text, name="draft_search"),
    path("<slug:slug>/draft-<draft_number:number>/references/", views.references, name="draft_references"),
    path("<slug:slug>/references/", views.references, name="references"),
    path("<slug:slug>/whole/", views.whole, name="whole"),
    path("<slug:slug>/whole/<level:level>/", views.whole, name="whole_at"),
    path("<slug:slug>/search/", views.search_text, name="search"),
    path("<slug:slug>/draft-<draft_number:number>/download.md", downloads.markdown, name="download_md"),
    path("<slug:slug>/draft-<draft_number:number>/download.docx", downloads.docx, name="download_docx"),
    path("<slug:slug>/draft-<draft_number:number>/<slug:key>/", views.section, name="draft_section"),
    path("<slug:slug>/draft-<draft_number:number>/<slug:key>/<level:level>/", views.section, name="draft_section_at"),
    path("<slug:slug>/compare/", views.compare_any, name="compare_any"),
    path("<slug:slug>/compare/<draft_number:old>/<draft_number:new>/", views.compare, name="compare"),
    path(
        "<slug:slug>/compare/<draft_number:old>/<draft_number:new>/whole/",
        views.compare,
        {"whole": True},
        name="compare_whole",
    ),
    path("<slug:slug>/compare/<draft_number:old>/<draft_number:new>/redline.docx", downloads.redline, name="redline"),
    path(
        "<slug:slug>/compare/<draft_number:old>/<draft_number:new>/<slug:section>/",
        views.compare,
        name="compare_section",
    ),
    path("<slug:slug>/draft-<draft_number:number>/<slug:key>/aid/", views.aid, name="draft_aid"),
    path("<slug:slug>/draft-<draft_number:number>/<slug:key>/aid/<slug:step>/", views.aid_step, name="draft_aid_step"),
    path("<slug:slug>/<slug:key>/", views.section, name="section"),
    path("<slug:slug>/<slug:key>/<level:level>/", views.section, name="section_at"),
    path("<slug:slug>/<slug:key>/aid/", views.aid, name="aid"),
    path("<slug:slug>/<slug:key>/aid/<slug:step>/", views.aid_step, name="aid_step"),
]
