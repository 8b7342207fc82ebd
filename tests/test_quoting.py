"""Quoting words of a paragraph: what one means is marked in the text, and found again later."""

from html import unescape
from urllib.parse import parse_qs, urlencode, urlsplit

import pytest
from django.urls import reverse
from django.utils.safestring import mark_safe
from hypothesis import given
from hypothesis import strategies as st
from lxml import html as markup

from consult.discussion.models import PublicComment
from guidance.anchors import places_of
from guidance.blocks import split_blocks
from guidance.rendering import render, with_marks

WORDS = "The manager I do not mind. The journalist I do."
SECOND = "Assume that your manager, a journalist and the people you serve could all read what you post."


@pytest.fixture
def second(revision):
    return revision.blocks.get(text=SECOND)


@pytest.fixture
def address(consultation, second):
    return reverse("comment_on_block", args=[consultation.slug, second.key])


@pytest.fixture
def ada_at(browser_of, ada):
    return browser_of(ada)


@pytest.fixture
def post_quoting(ada_at, address, form_of):
    def send(quoted, words=WORDS):
        return ada_at.post(address, {**form_of(ada_at.get(address)), "comment": words, "quoted": quoted})

    return send


def text_of(response) -> str:
    return unescape(response.content.decode())


def test_the_words_that_ada_means_stand_above_her_comment_and_are_marked_in_the_text(
    post_quoting, stranger, consultation, second
):
    assert post_quoting("a journalist").status_code == 302
    anchor = PublicComment.objects.get().anchor
    assert (anchor.exact, anchor.prefix) == ("a journalist", "Assume that your manager, ")
    section = reverse("section", args=[consultation.slug, "yourself"])
    assert "“a journalist”" in text_of(stranger.get(section))
    chosen = text_of(stranger.get(f"{section}?block={second.key}"))
    assert "Assume that your manager, <mark>a journalist</mark> and the people" in chosen


@pytest.mark.parametrize("quoted", ["", "   ", SECOND, f"  {SECOND}\n"])
def test_without_words_or_with_all_of_them_the_whole_paragraph_is_meant(post_quoting, quoted):
    assert post_quoting(quoted).status_code == 302
    assert PublicComment.objects.get().anchor.exact == ""


def test_words_are_found_whatever_the_spaces_and_the_quotation_marks(post_quoting):
    assert post_quoting("your  manager,\n a journalist").status_code == 302
    assert PublicComment.objects.get().anchor.exact == "your manager, a journalist"


@pytest.mark.parametrize(
    ("quoted", "why"),
    [
        ("the minister", "These words do not stand in paragraph 2.2."),
        ("<script>alert(1)</script>", "These words do not stand in paragraph 2.2."),
        ("a", "These words stand in paragraph 2.2 more than once."),
        ("x" * 150_000, "These words do not stand in paragraph 2.2."),
    ],
)
def test_words_that_cannot_be_meant_are_refused_and_nothing_is_lost(post_quoting, quoted, why):
    response = post_quoting(quoted)
    assert response.status_code == 422
    page = text_of(response)
    assert why in page
    assert WORDS in page
    assert "<script>alert" not in response.content.decode()
    assert not PublicComment.objects.exists()


def test_a_very_long_quote_is_not_a_quote(cast, ada_at, form_of, revision):
    block = revision.blocks.get(text=SECOND)
    block.text = " ".join(f"word{n}" for n in range(400))
    block.save()
    address = reverse("comment_on_block", args=[cast.consultation.slug, block.key])
    form = form_of(ada_at.get(address))
    response = ada_at.post(address, {**form, "comment": WORDS, "quoted": block.text[:-8]})
    assert "Quote at most 1,000 characters." in text_of(response)


def test_words_marked_in_the_text_are_in_the_form_that_it_leads_to(ada_at, address):
    page = ada_at.get(f"{address}?{urlencode({'words': 'a journalist</textarea>'})}").content.decode()
    assert "a journalist&lt;/textarea&gt;" in page


def test_the_words_survive_being_signed_out(ada_at, address, form_of):
    form = form_of(ada_at.get(address))
    ada_at.logout()
    response = ada_at.post(address, {**form, "comment": WORDS, "quoted": "a journalist"})
    assert response.status_code == 403
    [link] = [a for a in markup.fromstring(response.content).iter("a") if a.text == "Sign in and go on"]
    [back] = parse_qs(urlsplit(link.get("href")).query)["next"]
    assert back == f"{address}?words=a+journalist"
    assert WORDS in text_of(response)


def test_the_same_form_with_other_words_meant_is_another_comment(ada_at, address, form_of):
    form = form_of(ada_at.get(address))
    for quoted in ("a journalist", "a journalist", "the people"):
        assert ada_at.post(address, {**form, "comment": WORDS, "quoted": quoted}).status_code == 302
    assert sorted(c.anchor.exact for c in PublicComment.objects.all()) == ["a journalist", "the people"]


def test_nothing_can_be_quoted_where_there_is_no_paragraph(ada_at, consultation, say, browser_of, ben):
    section = reverse("comment_on_section", args=[consultation.slug, "yourself"])
    assert "Which words do you mean?" not in text_of(ada_at.get(section))
    reply = reverse("reply", args=[say().pk])
    assert "Which words do you mean?" not in text_of(browser_of(ben).get(reply))


# --- Marks ------------------------------------------------------------------------------------------------
MARKDOWN = "Say **what you\n[mean](https://example.org/)**, and `mean` it & stay <kind>.\n"


def test_a_quote_is_marked_through_the_markup_that_runs_through_it():
    marked = with_marks(render("Say **what you [mean](https://example.org/)** today."), ["you mean today"])
    words = "".join(
        mark.text_content() for mark in markup.fragment_fromstring(marked, create_parent="div").iter("mark")
    )
    assert words == "you mean today"


def test_quotes_that_overlap_are_marked_once():
    marked = with_marks(render("One two three four five."), ["one two three", "One two three", "three four", "nowhere"])
    assert "<mark>One two three four</mark> five." in marked


@given(
    st.text(alphabet="ab &<>*_`[]()é'\"\n", max_size=60), st.lists(st.text(alphabet="ab &<é", max_size=6), max_size=3)
)
def test_marks_change_nothing_but_marks(text, quotes):
    rendered = render(text)
    before = markup.fragment_fromstring(rendered or mark_safe("<p></p>"), create_parent="div")
    marked = markup.fragment_fromstring(with_marks(rendered, quotes) or "<p></p>", create_parent="div")
    assert marked.text_content() == before.text_content()
    for mark in list(marked.iter("mark")):
        mark.drop_tag()
    assert markup.tostring(marked) == markup.tostring(before)


@given(st.text(alphabet="ab c", min_size=1, max_size=40), st.data())
def test_words_are_found_wherever_they_were_copied(text, data):
    [block] = split_blocks(text) or [None] if text.strip() else [None]
    if block is None or not block.text.strip():
        return
    start = data.draw(st.integers(0, len(block.text) - 1))
    end = data.draw(st.integers(start + 1, len(block.text)))
    words = block.text[start:end]
    if words.strip():
        assert any(block.text[a:b] == words.strip() for a, b in places_of(words, block.text))
