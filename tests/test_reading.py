"""Reading on: the whole on one page, searching, what changed since, and whom a section is for."""

import re
from datetime import date
from html import unescape

import pytest
from django.core.cache import cache, caches
from django.urls import URLPattern, URLResolver, get_resolver
from hypothesis import given
from hypothesis import strategies as st

from consult.drafting import actions as drafting
from consult.pages.models import Reading
from consult.publishing import actions as publishing
from guidance.actions import outline
from guidance.addresses import is_taken
from guidance.importing import read_markdown
from guidance.models import Level
from guidance.searching import MOST_SHOWN, search, stem

TEXT = "/guidance/social-media/"
pytestmark = pytest.mark.django_db


def words_in(response) -> str:
    return unescape(re.sub(r"<[^>]+>", "", response.content.decode()))


@pytest.fixture
def second_draft(cast):
    """Edie writes another sentence and publishes it."""
    draft = drafting.open_draft(cast.document, by=cast.edie)
    drafting.save_level(draft, "who", "overview", "Everyone, and their manager.", read_version=1, by=cast.edie)
    return publishing.publish(draft, changelog="Managers too.", by=cast.edie)


# --- The whole --------------------------------------------------------------------------------------------
def test_all_sections_stand_on_one_page_at_one_level(stranger, revision):
    page = stranger.get(f"{TEXT}whole/")
    words = words_in(page)
    for block in revision.blocks.filter(level="snapshot"):
        assert block.text.split("\n")[0] in words
        assert f'id="p{block.number}"' in page.content.decode()
    assert "A long story about" not in words
    assert "A long story about" in words_in(stranger.get(f"{TEXT}whole/full/"))


def test_a_section_without_the_level_says_so(stranger, cast):
    page = words_in(stranger.get(f"{TEXT}whole/full/"))
    assert "1. Who this is for" in page
    assert "This section says nothing at this level." in page


def test_the_whole_costs_the_same_at_any_length(stranger, cast, django_assert_num_queries):
    with django_assert_num_queries(5):
        stranger.get(f"{TEXT}whole/")


def test_an_older_draft_has_its_own_whole(stranger, second_draft):
    assert "Everyone, and their manager." in words_in(stranger.get(f"{TEXT}whole/overview/"))
    old = words_in(stranger.get(f"{TEXT}draft-1/whole/overview/"))
    assert "Everyone, and their manager." not in old
    assert "This is an older draft." in old


def test_a_level_that_the_text_lacks_is_not_there(stranger, cast, revision):
    revision.blocks.filter(level="overview").delete()
    assert stranger.get(f"{TEXT}whole/overview/").status_code == 404


# --- Search -----------------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("asked", "found"),
    [
        ("journalist", "2.2"),
        ("JOURNALISTS", "2.2"),
        ("posting people", "2.2"),
        ("“a journalist and the people”", "2.2"),
        ("recognise patient", "2.3"),
        ("joking", "2.3"),
    ],
)
def test_a_word_is_found_in_any_of_its_forms(stranger, asked, found):
    page = stranger.get(f"{TEXT}search/", {"q": asked})
    assert f"#p{found}" in page.content.decode()


def test_what_was_found_is_marked_and_leads_to_its_paragraph(stranger):
    page = stranger.get(f"{TEXT}search/", {"q": "journalist"}).content.decode()
    assert "<mark>journalist</mark>" in page
    assert f'href="{TEXT}yourself/snapshot/#p2.2"' in page


def test_titles_come_first(revision):
    hits = search(revision, "post yourself").hits
    assert hits[0].section.title == "When you post as yourself"
    assert hits[0].level is None


@pytest.mark.parametrize(
    "asked", ["minister", "%", "_", "'", '";--', "\\", "(", "[zz", "<script>alert(1)</script>", "x" * 5_000]
)
def test_what_stands_nowhere_is_not_found_and_harms_nobody(stranger, asked):
    page = stranger.get(f"{TEXT}search/", {"q": asked})
    assert page.status_code == 200
    assert "<script>alert" not in page.content.decode()
    assert "#p" not in page.content.decode().split("<main", 1)[1]


def test_without_a_question_the_page_says_what_to_do(stranger):
    assert "Enter one or more words." in words_in(stranger.get(f"{TEXT}search/"))


def test_drafts_that_are_being_written_are_never_searched(stranger, cast):
    draft = drafting.open_draft(cast.document, by=cast.edie)
    drafting.save_level(draft, "who", "overview", "The secret plan.", read_version=1, by=cast.edie)
    assert "secret plan" not in words_in(stranger.get(f"{TEXT}search/", {"q": "secret"}))
    assert stranger.get(f"{TEXT}draft-2/search/", {"q": "secret"}).status_code == 404


def test_no_page_of_results_grows_without_end(revision):
    results = search(revision, "a")
    assert len(results.hits) <= MOST_SHOWN


@given(st.text(max_size=30))
def test_any_word_has_a_beginning(word):
    assert stem(word) is not None


@given(st.text(max_size=60))
def test_whatever_is_asked_is_answered(asked):
    from guidance.models import Revision

    revision = Revision.objects.published().first()
    for hit in search(revision, asked).hits:
        assert any(piece.is_found for piece in hit.pieces)


# --- Addresses --------------------------------------------------------------------------------------------
def test_no_section_can_have_the_address_of_another_page():
    """Whatever stands in an address where a section's key could stand is no key."""

    def addresses(patterns, before=""):
        for pattern in patterns:
            if isinstance(pattern, URLResolver):
                yield from addresses(pattern.url_patterns, before + str(pattern.pattern))
            elif isinstance(pattern, URLPattern):
                yield before + str(pattern.pattern)

    fixed = set()
    for address in addresses(get_resolver().url_patterns):
        if found := re.match(r"guidance/<slug:slug>/(?:draft-<draft_number:number>/)?([a-z-]+)/", address):
            fixed.add(found[1])
    assert fixed >= {"whole", "search", "compare"}
    assert all(map(is_taken, fixed))


@pytest.mark.parametrize("title", ["Whole", "Search", "Compare", "Draft 3"])
def test_a_section_of_such_a_title_gets_another_key(cast, title):
    draft = drafting.open_draft(cast.document, by=cast.edie)
    assert not is_taken(outline.add_section(draft, title).section.key)
    imported = read_markdown(f"# Guidance\n\n## {title}\n\nWords.\n")
    assert not is_taken(imported.sections[0].key)


# --- What changed since -----------------------------------------------------------------------------------
def test_who_has_read_the_draft_before_is_led_to_what_changed(browser_of, cast, second_draft):
    ada_at = browser_of(cast.ada)
    assert "You have read" not in words_in(ada_at.get(TEXT))
    ada_at.get(f"{TEXT}draft-1/who/")
    page = ada_at.get(TEXT)
    assert "You have read draft 1." in words_in(page)
    assert f'href="{TEXT}compare/1/2/"' in page.content.decode()


def test_a_section_of_the_consultation_counts_as_read_too(browser_of, cast):
    browser_of(cast.ada).get("/consultations/draft-1/sections/who/")
    assert Reading.objects.get().account == cast.ada


def test_reading_is_noted_once_and_looking_at_the_contents_is_no_reading(browser_of, cast, revision):
    ada_at = browser_of(cast.ada)
    ada_at.get(TEXT)
    assert not Reading.objects.exists()
    for _again in range(2):
        caches["process"].clear()
        ada_at.get(f"{TEXT}who/")
        ada_at.get(f"{TEXT}whole/")
    assert [reading.revision for reading in Reading.objects.all()] == [revision]


def test_nobody_else_learns_what_ada_has_read(browser_of, stranger, cast, second_draft):
    browser_of(cast.ada).get(f"{TEXT}draft-1/who/")
    for reader in (stranger, browser_of(cast.ben), browser_of(cast.edie), browser_of(cast.ann)):
        assert "You have read" not in words_in(reader.get(TEXT))


def test_strangers_leave_no_trace(stranger, cast):
    stranger.get(f"{TEXT}who/")
    assert not Reading.objects.exists()


def row_of(response, key: str) -> str:
    """The line of the contents that leads to a section."""
    body = response.content.decode().split("<tbody>", 1)[1]
    return next(row for row in body.split("</tr>") if f"/{key}/" in row)


# --- Contents ---------------------------------------------------------------------------------------------
def test_the_contents_say_how_many_comments_each_section_has_had(stranger, say, cast):
    assert "Comments" not in words_in(stranger.get(TEXT))
    say()
    cache.clear()
    row = row_of(stranger.get(TEXT), "yourself")
    assert '<td class="n">1</td>' in row


def test_a_section_says_whom_it_is_for(stranger, cast):
    draft = drafting.open_draft(cast.document, by=cast.edie)
    drafting.rename_section(draft, "who", "Who this is for", applies_to="Managers & <leaders>", by=cast.edie)
    publishing.publish(draft, changelog="New.", by=cast.edie)
    for address in (f"{TEXT}who/", f"{TEXT}whole/", TEXT):
        assert "Managers &amp; &lt;leaders&gt;" in stranger.get(address).content.decode()


@pytest.mark.parametrize("level", list(Level))
def test_links_to_sections_say_which_levels_they_have(stranger, level, cast):
    row = row_of(stranger.get(TEXT), "yourself")
    assert level in re.search(r'data-levels="([^"]*)"', row)[1]


def test_what_replaces_what_is_said_on_both(stranger, cast):
    old, new = cast.document, cast.other_document
    draft = drafting.open_draft(new, by=cast.otto)
    drafting.save_level(
        draft,
        drafting.add_section(draft, "No", by=cast.otto).section.key,
        "full",
        "Say no.",
        read_version=0,
        by=cast.otto,
    )
    new.replaces, new.review_by = old, date(2031, 5, 2)
    new.save()
    assert "was replaced" not in words_in(stranger.get(TEXT))  # nobody can read the new one yet
    publishing.publish(draft, changelog="New.", by=cast.otto)
    cache.clear()
    page = words_in(stranger.get(TEXT))
    assert "This guidance was replaced. Read “Gifts and hospitality” instead" in page
    page = words_in(stranger.get("/guidance/gifts/"))
    assert "It replaces Social media for public servants." in page
    assert "To be looked at again by 2 May 2031." in page


def test_a_link_by_reference_keeps_its_address_when_an_editor_saves_it(stranger, cast):
    draft = drafting.open_draft(cast.document, by=cast.edie)
    markdown = "Read [the code][1] first.\n\nThen act.\n\n[1]: https://standards.example/code\n"
    drafting.save_level(draft, "who", "overview", markdown, read_version=1, by=cast.edie)
    publishing.publish(draft, changelog="New.", by=cast.edie)
    page = stranger.get(f"{TEXT}who/overview/").content.decode()
    assert 'href="https://standards.example/code"' in page
    assert "[1]" not in page
