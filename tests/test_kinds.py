"""Questions, evidence, suggested wording, words for the editors: what a comment can be, and that it stays safe."""

from html import unescape
from uuid import uuid4

import pytest
from django.core.exceptions import ValidationError
from django.test import Client
from django.urls import reverse
from hypothesis import given
from hypothesis import strategies as st

from consult.discussion.actions import Said, post
from consult.discussion.models import PublicComment
from consult.discussion.suggesting import copy_of, difference, refuse_unfit_wording, words_in
from guidance.anchors import places_of, quote_at
from guidance.blocks import split_blocks
from guidance.diffs import edits, new_text

pytestmark = pytest.mark.django_db
SECTION = "/consultations/draft-1/sections/yourself/"
OLD = "Assume that your manager, a journalist and the people you serve could all read what you post."
NEW = "Assume that anyone could read what you post."


@pytest.fixture
def at_block(block_place):
    return reverse("comment_on_block", args=["draft-1", block_place.block.key])


@pytest.fixture
def wording(block_place):
    return reverse("suggest_wording", args=["draft-1", block_place.block.key])


@pytest.fixture
def ada_at(browser_of, ada):
    return browser_of(ada)


def words_in_page(response) -> str:
    return unescape(response.content.decode())


def sent(browser, address, form_of, **fields):
    return browser.post(address, {**form_of(browser.get(address)), **fields})


# --- Suggested wording -----------------------------------------------------------------------------------
def test_ada_writes_in_a_copy_of_the_paragraph(ada_at, wording, form_of, stranger):
    assert f">\n{OLD}</textarea>" in words_in_page(ada_at.get(wording))
    sent(ada_at, wording, form_of, suggested=NEW, comment="")
    suggestion = PublicComment.objects.get()
    assert (suggestion.kind, suggestion.suggested, suggestion.comment) == ("suggestion", NEW, "")
    page = words_in_page(stranger.get(SECTION))
    assert "Suggested wording" in page
    assert '<del><span class="govuk-visually-hidden">removed: </span>' in page
    assert NEW in page


def test_a_suggestion_that_changes_nothing_is_refused_and_the_words_stay(ada_at, wording, form_of):
    response = sent(ada_at, wording, form_of, suggested=f"  {OLD} ", comment="Because it is too long.")
    assert response.status_code == 422
    assert "same words as the draft" in words_in_page(response)
    assert "Because it is too long." in words_in_page(response)
    assert not PublicComment.objects.exists()


@pytest.mark.parametrize(
    "breaks_out",
    ["One paragraph.\n\nAnd another.", "# A heading", "- a list", "Head\n====", "> said", "| a | b |\n|---|---|\n| c | d |",
     "```\ncode\n```", "***", "[x]: https://evil.example/\n\nWords.", "    code"],
)  # fmt: skip
def test_markdown_does_not_break_out_of_its_paragraph(breaks_out):
    with pytest.raises(ValidationError, match="one paragraph"):
        refuse_unfit_wording(breaks_out, source=OLD, kind="paragraph")


@given(st.text(alphabet="ab \n#>-*|`=[]:_1.", max_size=60))
def test_what_is_taken_stands_as_one_block_of_the_same_kind(typed):
    try:
        refuse_unfit_wording(typed, source=OLD, kind="paragraph")
    except ValidationError:
        return
    around = split_blocks(f"Before.\n\n{typed}\n\nBehind.")
    assert [block.kind for block in around] == ["paragraph"] * 3
    assert around[1].text == words_in(typed)
    assert any(is_edit for is_edit, _pieces in edits(difference(OLD, typed)))
    assert new_text(difference(OLD, typed)) == words_in(typed)


@given(st.data(), st.sampled_from([
    "Post **boldly**, and read [our guide](https://example.org/guide) first.",
    "- one *item*\n- another one here",
    "| You post | What may happen |\n|---|---|\n| A joke | It travels |",
    "A `bit` of code &amp; an entity, and a \\* star.",
]))  # fmt: skip
def test_a_copy_of_some_words_changes_those_words_alone(data, source):
    text = words_in(source)
    start = data.draw(st.integers(0, len(text) - 1))
    end = data.draw(st.integers(start + 1, len(text)))
    if not text[start:end].strip():
        return
    part = copy_of(source, quote_at(text, start, end))
    assert part.whole(part.words) == source
    if part.is_a_part:
        before, put_in, behind = words_in(part.whole("ZEBRA")).partition("ZEBRA")
        assert put_in
        assert text.startswith(before)
        assert text.endswith(behind)


def test_words_that_were_marked_are_the_ones_to_write_in(ada_at, wording, form_of):
    marked = "your manager, a journalist and the people you serve"
    form = form_of(ada_at.get(f"{wording}?words={marked}"))
    page = words_in_page(ada_at.get(f"{wording}?words={marked}"))
    assert f">\n{marked}</textarea>" in page
    ada_at.post(wording, {**form, "suggested": "anyone", "comment": ""})
    suggestion = PublicComment.objects.select_related("anchor").get()
    assert suggestion.suggested == "Assume that anyone could all read what you post."
    assert suggestion.anchor.exact == marked
    assert len(places_of(marked, suggestion.anchor.words)) == 1


def test_words_that_run_through_a_link_are_changed_in_the_whole_paragraph(revision, ada_at):
    block = revision.blocks.get(level="full", section_text__section__key="yourself", position=1)
    marked = "posting, with a link"
    address = reverse("suggest_wording", args=["draft-1", block.key])
    page = words_in_page(ada_at.get(f"{address}?words={marked}"))
    assert f">\n{block.source}</textarea>" in page


def test_nobody_suggests_wording_for_a_heading(revision, ada_at):
    heading = revision.blocks.get(level="full", kind="heading", text="An example")
    assert ada_at.get(reverse("suggest_wording", args=["draft-1", heading.key])).status_code == 404


@pytest.mark.parametrize(
    "attack", ["<img src=x onerror=alert(1)>", "[a](javascript:alert(1))", "<script>x</script>", "\u202eabc"]
)
def test_hostile_wording_is_text(ada_at, wording, form_of, stranger, attack):
    sent(ada_at, wording, form_of, suggested=f"Assume {attack} that.", comment="")
    page = stranger.get(SECTION).content.decode()
    assert "<img src=x" not in page
    assert "<script>x" not in page
    assert 'href="javascript' not in page


def test_a_suggestion_sent_twice_is_one_and_another_wording_another(ada_at, wording, form_of):
    form = form_of(ada_at.get(wording))
    first = ada_at.post(wording, {**form, "suggested": NEW, "comment": "Why."})
    assert ada_at.post(wording, {**form, "suggested": NEW, "comment": "Why."}).url == first.url
    other = ada_at.post(wording, {**form, "suggested": f"{NEW} Always.", "comment": "Why."})
    assert other.url != first.url
    assert PublicComment.objects.count() == 2


# --- Words come back, whatever field they were in ---------------------------------------------------------
def test_signed_out_in_between_every_field_waits(ada_at, ada, wording, form_of):
    form = form_of(ada_at.get(wording)) | {"suggested": NEW, "comment": "It is plainer."}
    ada_at.logout()
    shown = words_in_page(ada_at.post(wording, form))
    assert NEW in shown
    assert "It is plainer." in shown
    ada_at.force_login(ada, backend="consult.people.backends.SignedInByCode")
    again = words_in_page(ada_at.get(wording))
    assert NEW in again
    assert "It is plainer." in again


def test_after_the_close_every_field_comes_back(ada_at, at_block, form_of, consultation):
    form = form_of(ada_at.get(at_block))
    form |= {"comment": "Half of us.", "what": "evidence", "evidence_url": "https://example.org/report"}
    consultation.closes_at = consultation.opens_at.replace(year=consultation.opens_at.year - 1)
    type(consultation).objects.filter(pk=consultation.pk).update(
        opens_at=consultation.closes_at, closes_at=consultation.opens_at
    )
    response = ada_at.post(at_block, form)
    assert response.status_code == 403
    assert "https://example.org/report" in words_in_page(response)
    assert "Half of us." in words_in_page(response)


def test_without_a_token_every_field_comes_back(ada, wording):
    browser = Client(enforce_csrf_checks=True)
    browser.force_login(ada, backend="consult.people.backends.SignedInByCode")
    response = browser.post(wording, {"suggested": NEW, "comment": ""})
    assert response.status_code == 403
    assert NEW in words_in_page(response)


# --- Questions, evidence, stance --------------------------------------------------------------------------
def test_evidence_has_a_link_that_readers_can_follow(ada_at, at_block, form_of, stranger):
    sent(ada_at, at_block, form_of, comment="It is so.", what="evidence", evidence_url="www.example.org/a?b=<i>")
    assert PublicComment.objects.get().kind == "evidence"
    page = stranger.get(SECTION).content.decode()
    link = 'href="https://www.example.org/a?b=&lt;i&gt;" rel="nofollow ugc noopener">www.example.org</a>'
    assert link in page


def test_evidence_without_a_source_or_a_figure_is_asked_for_one(ada_at, at_block, form_of):
    response = sent(ada_at, at_block, form_of, comment="Everyone knows.", what="evidence")
    assert response.status_code == 422
    assert "Give a link to your evidence, or a figure" in words_in_page(response)
    assert sent(ada_at, at_block, form_of, comment="It was 7 in 10.", what="evidence").status_code == 302


@pytest.mark.parametrize(
    "address", ["javascript:alert(1)", "ftp://example.org/", "https://gov.uk@evil.example/", "data:text/html,x",
    "not one"]
)  # fmt: skip
def test_what_is_no_web_address_is_refused_and_stays(ada_at, at_block, form_of, address):
    response = sent(ada_at, at_block, form_of, comment="See there.", what="evidence", evidence_url=address)
    assert response.status_code == 422
    assert address in words_in_page(response)
    assert not PublicComment.objects.exists()


def test_a_comment_with_a_link_to_a_source_is_evidence(ada_at, at_block, form_of):
    sent(ada_at, at_block, form_of, comment="See there.", what="comment", evidence_url="https://example.org/")
    assert PublicComment.objects.get().kind == "evidence"


def test_a_question_says_that_it_is_one(ada_at, at_block, form_of, stranger):
    sent(ada_at, at_block, form_of, comment="Does this include liking?", what="question")
    assert "</svg>Question</strong>" in stranger.get(SECTION).content.decode()


def test_where_one_stands_is_asked_only_where_the_consultation_asks(ada_at, at_block, form_of, consultation, stranger):
    assert 'name="stance"' not in words_in_page(ada_at.get(at_block))
    sent(ada_at, at_block, form_of, comment="Made up.", stance="for")
    assert PublicComment.objects.get().stance == ""
    type(consultation).objects.update(asks_stance=True)
    sent(ada_at, at_block, form_of, comment="I mean it.", stance="against")
    assert PublicComment.objects.latest("pk").stance == "against"
    assert ">Against</strong>" in stranger.get(SECTION).content.decode()


def test_an_unknown_kind_is_refused(ada_at, at_block, form_of):
    assert sent(ada_at, at_block, form_of, comment="x", what="suggestion").status_code == 422


# --- To the editors only ----------------------------------------------------------------------------------
def test_before_she_sends_she_reads_who_will_read_it(ada_at, at_block, consultation):
    assert "Freedom of Information" not in words_in_page(ada_at.get(at_block))
    type(consultation).objects.update(takes_words_for_editors=True)
    page = words_in_page(ada_at.get(at_block))
    assert page.index("Freedom of Information Act may reach them") < page.index("Post comment")


def test_words_for_the_editors_wait_for_no_moderator(consultation, block_place, ada_persona, ada):
    for one in (consultation, block_place.consultation):
        one.takes_words_for_editors, one.moderation = True, "first"
        one.save()
    said = Said("For your eyes.", audience="editors")
    comment = post(block_place, text=said, persona=ada_persona, submission_id=uuid4(), by=ada)
    assert comment.staff_state == "shown"
    assert not comment.listed
