"""Searching what was said in a consultation."""

import re

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from consult.discussion.actions import withdraw
from consult.discussion.bulk import NewComment, insert_many
from consult.discussion.models import PublicComment
from consult.discussion.places import Place
from consult.discussion.querysets import THREADS_A_PAGE
from consult.discussion.searching import said_with, stems_of
from tests.conftest import named

PAGE = "/consultations/draft-1/search/"


@pytest.fixture
def find(stranger):
    """What a stranger reads who searches for something."""

    def search(question: str, **more) -> str:
        response = stranger.get(PAGE, {"q": question, **more})
        assert response.status_code == 200
        return response.content.decode()

    return search


def found(consultation, question: str) -> set[str]:
    return {comment.text for comment in said_with(consultation, stems_of(question))}


# --- What is found --------------------------------------------------------------------------------------
def test_every_word_must_stand_in_it_in_some_form(say, consultation):
    say("Posting about work is risky.")
    say("My posts are my own.")
    say("Nothing about it.")
    assert found(consultation, "post") == {"Posting about work is risky.", "My posts are my own."}
    assert found(consultation, "POSTED about") == {"Posting about work is risky."}
    assert found(consultation, "post nurse") == set()


def test_words_are_found_from_their_beginning_and_short_ones_alone(say, consultation):
    say("A compost heap.")
    say("It is up to us.")
    say("Issue an update.")
    assert found(consultation, "post") == set()
    assert found(consultation, "up") == {"It is up to us."}


def test_letters_of_all_languages_are_found(say, consultation):
    say("Ysgrifennwch yn Gymraeg: tŷ Élan.")
    assert found(consultation, "élan tŷ") == {"Ysgrifennwch yn Gymraeg: tŷ Élan."}


def test_replies_are_found_and_other_consultations_are_not(say, consultation, cast, ben_persona, ben):
    root = say("A first word.")
    say("A heron flew.", reply_to=root, persona=ben_persona)
    say("A heron elsewhere.", place=Place(cast.ideas), persona=named(cast.ideas, ben, "Elsewhere"))
    assert found(consultation, "heron") == {"A heron flew."}


def test_the_first_words_and_those_far_down_are_found(say, consultation, find):
    say("word " * 700 + "lighthouse " + "word " * 90)
    html = find("lighthouse")
    assert "<mark>lighthouse</mark>" in html
    assert html.count("word ") < 100, "only what stands around it is shown"


# --- What is not ----------------------------------------------------------------------------------------
def test_what_cannot_be_read_is_not_found(say, find, ada, consultation):
    comment = say("Lighthouse one.")
    assert "<mark>Lighthouse</mark>" in find("lighthouse")
    withdraw(comment, by=ada)
    hidden, held = say("Lighthouse two."), say("Lighthouse three.")
    PublicComment.objects.filter(pk=hidden.pk).update(staff_state="hidden", visible=False)
    PublicComment.objects.filter(pk=held.pk).update(staff_state="held", visible=False, once_public=False, listed=False)
    assert "No comment has “lighthouse”" in find("lighthouse")


def test_words_for_the_editors_only_are_not_found(say, consultation, find):
    comment = say("A lighthouse for the editors.")
    PublicComment.objects.filter(pk=comment.pk).update(audience="editors", listed=False, visible=False)
    assert "No comment has" in find("lighthouse")


# --- What people type -----------------------------------------------------------------------------------
@pytest.mark.parametrize(
    "question",
    ["", "   ", "'", "\\", "a' | b:*", "!!! & | <->", "((", "%_%", "*" * 5000, "ab " * 3000, "\u202eabc",
     "' OR 1=1 --", "'; DROP TABLE django_comments; --", "foo:*A", "\u0130\u00df", "😀", "[a-z]+(", "10.5e3", "http://a.b/c?d=e"],
)  # fmt: skip
def test_nothing_that_is_typed_does_harm(say, stranger, question):
    say("Here stands a comment.")
    response = stranger.get(PAGE, {"q": question})
    assert response.status_code == 200
    assert "<mark>" not in response.content.decode()


@settings(max_examples=80, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.text(max_size=60))
def test_any_question_is_answered(consultation, question):
    list(said_with(consultation, stems_of(question)))


def test_what_was_said_and_asked_is_shown_as_text(say, find):
    say("<script>alert(1)</script> & <b>script</b>")
    html = find('script "><img src=x>')
    assert "<img" not in html.split("<main")[1]
    html = find("script")
    assert "&lt;<mark>script</mark>&gt;alert(1)" in html
    assert "<script>alert" not in html
    assert "<b>" not in html.split("<ol")[-1].split("</ol>")[0]


# --- The page -------------------------------------------------------------------------------------------
def test_results_lead_to_the_comment_and_say_where_it_stands(say, find):
    comment = say("Lighthouse.")
    html = find("lighthouse")
    assert f'href="/comments/{comment.pk}/"' in html
    assert "<bdi>Night Heron</bdi> on section" in html


def test_pages_follow_one_another_without_gap_or_repetition(section_place, consultation, ada_persona, find):
    insert_many(NewComment(f"Lighthouse {i}.", section_place, persona=ada_persona) for i in range(45))
    seen, before = [], None
    while True:
        html = find("lighthouse", **({"before": before} if before else {}))
        seen += re.findall(r'href="/comments/(\d+)/"', html)
        older = re.search(r"before=(\d+)", html)
        if older is None:
            break
        before = older[1]
    assert len(seen) == len(set(seen)) == 45
    assert seen == sorted(seen, key=int, reverse=True)


def test_it_is_found_on_the_pages_of_the_consultation(say, stranger):
    say("One.")
    assert f'action="{PAGE}"' in stranger.get("/consultations/draft-1/").content.decode()
    assert f'href="{PAGE}"' in stranger.get("/consultations/draft-1/sections/yourself/").content.decode()


def test_no_cache_keeps_it_and_no_search_engine_lists_it(say, stranger):
    say("Lighthouse.")
    for question in ({}, {"q": "lighthouse"}):
        response = stranger.get(PAGE, question)
        assert "no-store" in response["Cache-Control"]
        assert response["X-Robots-Tag"] == "noindex"


def test_one_that_is_being_set_up_has_no_such_page(stranger, consultation):
    type(consultation).objects.filter(pk=consultation.pk).update(announced_at=None)
    assert stranger.get(PAGE, {"q": "lighthouse"}).status_code == 404


@pytest.mark.parametrize("size", [1, 100, 1_000])
def test_it_asks_three_questions_however_much_was_said(section_place, ada_persona, find, size):
    insert_many(NewComment(f"Lighthouse {i}.", section_place, persona=ada_persona) for i in range(size))
    with CaptureQueriesContext(connection) as asked:
        html = find("lighthouse")
    assert len(asked.captured_queries) == 3, "the consultation, what was found, and what the sections are called"
    assert html.count("<mark>") == min(size, THREADS_A_PAGE)


@pytest.mark.postgres
def test_an_index_finds_a_rare_word_among_many(section_place, ada_persona, consultation):
    """What of twenty thousand comments is read: the few that have it."""
    insert_many(NewComment(f"Something {i} was said.", section_place, persona=ada_persona) for i in range(20_000))
    insert_many([NewComment("A lighthouse.", section_place, persona=ada_persona)])
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")
    explained = said_with(consultation, stems_of("lighthouse")).explain()
    assert "words_of_comments" in explained, explained
