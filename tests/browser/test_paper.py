"""On paper: only the text is printed, and the overview takes one side of A4."""

import re

import pytest
from django.conf import settings

from consult.drafting.actions import import_draft
from consult.publishing.actions import publish
from guidance.importing import read_markdown

PAGE = re.compile(rb"/Type\s*/Page\b(?!s)")
OURS = settings.BASE_DIR / "consult" / "management" / "demo" / "guidance.md"


@pytest.fixture
def a_real_text(cast):
    """The demonstration's guidance, as it would be handed out."""
    draft = import_draft(cast.other_document, read_markdown(OURS.read_text(encoding="utf-8")), by=cast.otto)
    publish(draft, changelog="The first draft.", by=cast.otto)
    return f"/guidance/{cast.other_document.slug}/"


def sides(visitor) -> int:
    return len(PAGE.findall(visitor.page.pdf(format="A4")))


def test_the_overview_of_eleven_sections_takes_one_side(visit, a_real_text):
    reader = visit()
    reader.goes_to(f"{a_real_text}whole/overview/")
    assert sides(reader) == 1


def test_the_whole_is_printed_without_what_is_only_for_screens(visit, a_real_text):
    reader = visit()
    reader.goes_to(f"{a_real_text}whole/")
    assert 4 < sides(reader) < 14
    reader.page.emulate_media(media="print")
    for gone in (".consult-contents", ".consult-masthead", ".consult-foot", "[data-print]", ".govuk-breadcrumbs"):
        assert not reader.page.locator(gone).first.is_visible(), gone
    assert reader.page.locator(".consult-sheet").is_visible()


def test_a_section_is_printed_with_its_permanent_address(visit, a_real_text):
    reader = visit()
    reader.goes_to(f"{a_real_text}pen-names/")
    reader.page.emulate_media(media="print")
    for gone in (".consult-search", ".consult-contents", ".consult-turn"):
        assert not reader.page.locator(gone).first.is_visible(), gone
    assert sides(reader) == 1
