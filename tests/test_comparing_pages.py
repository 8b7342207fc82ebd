"""Reading what changed between two drafts, and what became of the comments on the older one."""

import re

import pytest

from consult.discussion.models import PublicComment, Tally
from consult.discussion.places import Place, place_at_block
from consult.drafting import actions as drafting
from consult.publishing import actions as publishing
from guidance.anchors import quote_at

SECOND = "Assume that your manager, a journalist and the people you serve could all read what you post."
COMPARE = "/guidance/social-media/compare/1/2/"
HOSTILE = "<script>alert(1)</script> & <b>bold</b>"


def words(response) -> str:
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", response.content.decode()))


@pytest.fixture
def second(cast):
    """Draft 2: one paragraph changed, one removed with its list, a new one, and a section renamed."""

    def publish(text: str = SECOND.replace("all read", "one day read")):
        draft = drafting.open_draft(cast.document, by=cast.edie)
        there = draft.section_texts.get(section__key="yourself").levels.get(level="snapshot")
        markdown = f"You keep a private life when you join a public service.\n\n{text}\n\nBicycles are parked outside."
        drafting.save_level(draft, "yourself", "snapshot", markdown, read_version=there.version, by=cast.edie)
        drafting.rename_section(draft, "who", "Whom this is for", by=cast.edie)
        return publishing.publish(draft, changelog="Shorter.", by=cast.edie)

    return publish


@pytest.fixture
def said_on(cast, say):
    def speak(text: str, quoted: str = "", **more) -> PublicComment:
        block = cast.revision.blocks.get(text__startswith=text, level="snapshot")
        place = place_at_block(cast.consultation, block.key)
        if quoted:
            start = block.text.index(quoted)
            place = Place(
                cast.consultation, place.section_text, block, quote=quote_at(block.text, start, start + len(quoted))
            )
        return say("A word on this.", place=place, **more)

    return speak


# --- Compare ----------------------------------------------------------------------------------------------
def test_it_says_in_words_what_became_of_each_paragraph(second, stranger):
    second()
    page = words(stranger.get(COMPARE))
    assert "What changed from draft 1 to draft 2" in page
    for told in ("Changed Paragraph 2.2", "removed: all end of removed.", "added: one day end of added.",
                 "Was paragraph 2.3", "New Paragraph 2.3", "It was called “Who this is for”.",
                 "Paragraph 2.1 is the same."):  # fmt: skip
        assert told in page, told


def test_the_five_counts_add_up_to_all_paragraphs(second, stranger, cast):
    revision = second()
    counts = [int(n) for n in re.findall(r"<dd>(\d+) <small>", stranger.get(COMPARE).content.decode())]
    removed = counts[2]
    assert len(counts) == 5
    assert sum(counts) == revision.blocks.count() + removed


def test_each_change_has_an_address_of_its_own(second, stranger):
    second()
    html = stranger.get(COMPARE).content.decode()
    links = re.findall(rf'href="{COMPARE}#(change-[a-z0-9]+-\d+)"', html)
    assert links
    assert all(html.count(f'id="{link}"') == 1 for link in links)


def test_one_section_and_the_whole_text_have_pages_too(second, stranger):
    second()
    section = words(stranger.get(f"{COMPARE}yourself/"))
    assert "Bicycles are parked outside." in section
    assert "Whom this is for" not in section
    whole = words(stranger.get(f"{COMPARE}whole/"))
    assert "The same Paragraph 1.1" in whole


def test_the_form_leads_to_the_page_and_the_older_one_comes_first(second, stranger):
    second()
    answer = stranger.get("/guidance/social-media/compare/?old=2&new=1&show=changes")
    assert (answer.status_code, answer["Location"]) == (302, COMPARE)
    assert stranger.get("/guidance/social-media/compare/?old=2&new=1&show=whole")["Location"] == f"{COMPARE}whole/"
    assert stranger.get("/guidance/social-media/compare/?old=2&new=2")["Location"] == "/guidance/social-media/draft-2/"


@pytest.mark.parametrize("address", ["compare/1/1/", "compare/2/1/", "compare/1/3/", "compare/1/2/nothing/",
                                     "compare/?old=1", "compare/?old=1&new=99999999999999999999",
                                     "compare/1/99999999999999999999/"])  # fmt: skip
def test_two_drafts_that_are_not_there_are_not_found(second, stranger, address):
    second()
    assert stranger.get(f"/guidance/social-media/{address}").status_code == 404


def test_an_open_draft_is_compared_by_nobody_outside(cast, stranger):
    drafting.open_draft(cast.document, by=cast.edie)
    assert stranger.get(COMPARE).status_code == 404


def test_what_editors_write_is_never_markup_of_its_own(second, stranger):
    second(text=f"{SECOND} {HOSTILE}")
    html = stranger.get(COMPARE).content.decode()
    assert "<script>alert" not in html
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in html


def test_comparing_costs_the_same_few_questions_and_then_none(second, stranger, django_assert_max_num_queries):
    second()
    with django_assert_max_num_queries(16):
        stranger.get(COMPARE)
    with django_assert_max_num_queries(0):
        stranger.get(COMPARE)


# --- What became of the comments --------------------------------------------------------------------------
def test_every_comment_is_counted_once_and_the_parts_add_up(second, said_on, say, stranger, cast):
    root = said_on(SECOND)
    said_on(SECOND, reply_to=root)
    said_on("You keep a private life")
    said_on("anything from which")
    say("On the section.")
    say("On all of it.", place=Place(cast.consultation))
    second()
    html = stranger.get("/consultations/draft-1/what-became/").content.decode()
    table = html[html.index("consult-bars") : html.index("Section by section")]
    counts = [int(n) for n in re.findall(r'<td class="n">(\d+)</td>', table)]
    assert counts == [1, 0, 3, 1, 1, 6]  # in place, moved, changed, removed, on the whole, all
    assert sum(counts[:-1]) == counts[-1] == PublicComment.objects.count()


def test_then_and_now_stand_side_by_side(second, said_on, stranger):
    said_on(SECOND)
    said_on("anything from which")
    second()
    page = words(stranger.get("/consultations/draft-1/what-became/yourself/"))
    assert f"Then, draft 1 {SECOND} Now, draft 2 {SECOND.replace('all read', 'one day read')}" in page
    assert "Text removed Paragraph 2.3 of the snapshot" in page


def test_quoted_words_are_named_with_where_they_stand(second, said_on, stranger):
    said_on(SECOND, quoted="a journalist")
    second()
    page = words(stranger.get("/consultations/draft-1/what-became/yourself/"))
    assert "“a journalist” Text changed" in page


def test_a_thread_says_where_its_words_are_now_and_leads_there(second, said_on, stranger):
    comment = said_on(SECOND, quoted="the people you serve")
    second()
    for page in ("/consultations/draft-1/sections/yourself/", f"/consultations/draft-1/threads/{comment.pk}/"):
        html = stranger.get(page).content.decode()
        assert "“the people you serve”" in html
        link = f"/consultations/draft-1/what-became/yourself/#b-{comment.block_key}"
        assert link in html
        assert f'id="b-{comment.block_key}"' in stranger.get(link).content.decode()


def test_before_there_is_a_newer_version_nothing_is_marked(said_on, stranger):
    said_on(SECOND)
    html = stranger.get("/consultations/draft-1/sections/yourself/").content.decode()
    assert "what-became" not in html
    assert "is still the newest version" in stranger.get("/consultations/draft-1/what-became/").content.decode()


def test_a_call_for_ideas_has_no_such_page(cast, stranger):
    assert stranger.get("/consultations/ideas/what-became/").status_code == 404


def test_a_correction_marks_the_comments_on_what_it_said(cast, said_on, stranger):
    comment = said_on(SECOND)
    block = cast.revision.blocks.get(key=comment.block_key)
    publishing.correct_block(
        cast.revision, block.key, SECOND.replace("journalist", "reporter"), why="Wrong word.", by=cast.edie
    )
    html = stranger.get("/consultations/draft-1/sections/yourself/").content.decode()
    assert "Text changed" in html
    assert "Since a correction: then and now" in html
    page = words(stranger.get("/consultations/draft-1/what-became/yourself/"))
    assert f"Then, draft 1 {SECOND} Now, corrected" in page


@pytest.mark.parametrize("size", [4, 40])
def test_these_pages_cost_the_same_however_many_have_spoken(
    size, second, say, stranger, cast, django_assert_num_queries
):
    from consult.discussion.bulk import NewComment, insert_many

    blocks = [block for block in cast.revision.blocks.all() if block.can_be_commented_on]
    places = [place_at_block(cast.consultation, block.key) for block in blocks]
    insert_many(NewComment(f"No {i}.", places[i % len(places)], persona=cast.ada_persona) for i in range(size))
    second()
    with django_assert_num_queries(4):
        stranger.get("/consultations/draft-1/what-became/")
    with django_assert_num_queries(8):
        stranger.get("/consultations/draft-1/what-became/yourself/")


def test_the_compare_page_leads_to_what_became_of_the_comments(second, said_on, stranger):
    said_on(SECOND)
    second()
    page = words(stranger.get(COMPARE))
    assert "1 comment was made on this draft in “Social media: draft 1”." in page
    assert Tally.objects.exists()
