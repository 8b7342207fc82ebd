"""What came by letter, e-mail, telephone or at a meeting, and where its parts stand."""

import re
from dataclasses import replace
from datetime import timedelta
from uuid import uuid4

import pytest
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st

from consult.consultations.models import Consultation
from consult.discussion.elsewhere.cutting import LEFT_OUT, cut, paragraphs_of
from consult.discussion.elsewhere.letters import Provenance, enter_letter
from consult.discussion.elsewhere.models import Letter
from consult.discussion.models import Elsewhere, PublicComment, Tally
from consult.discussion.places import Place, place_at_question
from consult.ledger.models import Entry, PrivateSide
from consult.people.permissions import Refused

pytestmark = pytest.mark.django_db
ENTER = "/team/consultations/draft-1/letters/enter/"
SAVE = "/team/consultations/draft-1/letters/save/"
LETTERS = "/team/consultations/draft-1/letters/"
WORDS = "Dear team,\n\nThe badge test rules out too much.\n\nAnd what is meant by “online”?\n\nYours, Ines Vidal"


@pytest.fixture
def came():
    return Provenance(route="letter", received_on=timezone.localdate(), author="Ines Vidal", reference="PSO/26/117")


@pytest.fixture
def enter(consultation, section_place, edie, came):
    def entering(*parts, by=edie, **more):
        parts = parts or ((section_place, "The badge test rules out too much."),)
        wanted = {"came": came, "submission_id": uuid4(), **more}
        return enter_letter(consultation, parts, by=by, **wanted)

    return entering


# --- Cutting ------------------------------------------------------------------------------------------
def test_paragraphs_at_one_place_are_one_part():
    a, b = object(), object()
    assert cut(["1", "2", "3", "4", "5"], [LEFT_OUT, a, a, b, a]).parts == [(a, "2\n\n3"), (b, "4"), (a, "5")]


@given(st.lists(st.tuples(st.text("ab c", min_size=1).filter(str.strip), st.sampled_from([LEFT_OUT, 1, 2, 3]))))
def test_no_paragraph_is_lost_changed_or_moved(rows):
    words, places = [words for words, _place in rows], [place for _words, place in rows]
    found = cut(words, places)
    kept = [one for one, place in rows if place is not LEFT_OUT]
    assert "\n\n".join(words for _place, words in found.parts) == "\n\n".join(kept)
    assert found.left_out == len(rows) - len(kept)
    assert all(first[0] != second[0] for first, second in zip(found.parts, found.parts[1:], strict=False))


@given(st.text("a \n\t", max_size=60))
def test_paragraphs_hold_all_words(words):
    assert "".join("".join(paragraphs_of(words)).split()) == "".join(words.split())


# --- Entering -----------------------------------------------------------------------------------------
def test_a_letter_becomes_a_comment_with_where_it_came_from(enter, section_place, consultation):
    letter = enter()
    part = letter.parts.get()
    assert (part.source, part.author_name, part.received_on) == ("a letter", "Ines Vidal", letter.received_on)
    assert part.comment.section_id == section_place.section_text.section_id
    assert part.comment.persona is None
    assert Tally.objects.of_places(consultation).all.comments == 1


def test_its_parts_stand_where_they_belong_and_know_of_each_other(enter, section_place, block_place, consultation):
    question = place_at_question(consultation, 1)
    letter = enter((block_place, "One."), (question, "Two."), (Place(consultation), "Three."))
    parts = list(letter.parts.order_by("part"))
    assert [(part.part, part.of_parts) for part in parts] == [(1, 3), (2, 3), (3, 3)]
    assert [part.comment.comment for part in parts] == ["One.", "Two.", "Three."]
    assert parts[0].comment.block_key == block_place.block.key
    assert parts[1].comment.question.number == 1


def test_sent_twice_it_is_one_letter(enter):
    twice = uuid4()
    assert enter(submission_id=twice) == enter(submission_id=twice)
    assert PublicComment.objects.count() == 1


def test_the_ledger_knows_how_many_parts_and_never_who(enter):
    letter = enter()
    entry = Entry.objects.get(verb="letter.entered")
    assert entry.subject == f"letter:{letter.pk}"
    assert "Vidal" not in entry.facts
    assert "PSO" not in entry.facts
    assert PrivateSide.objects.get(entry=entry).account_id is not None


@pytest.mark.parametrize("days", [1, 400])
def test_a_day_that_has_not_come_is_refused(enter, came, days):
    with pytest.raises(ValidationError, match="has not come yet"):
        enter(came=replace(came, received_on=timezone.localdate() + timedelta(days=days)))
    with pytest.raises(ValidationError, match="after it was received"):
        enter(came=replace(came, said_on=came.received_on + timedelta(days=days)))


def test_what_came_after_the_close_is_late_and_says_so(enter, came, consultation, stranger):
    closed = timezone.now() - timedelta(days=5)
    Consultation.objects.filter(pk=consultation.pk).update(closes_at=closed)
    consultation.refresh_from_db()
    on_the_day = enter(came=replace(came, received_on=timezone.localdate(closed)))
    late = enter()
    assert [letter.parts.get().is_late for letter in (on_the_day, late)] == [False, True]
    assert (
        stranger.get("/consultations/draft-1/sections/yourself/").content.decode().count("Received after the close")
        == 1
    )


@pytest.mark.parametrize("who", ["ada", "mo", "otto"])
def test_nobody_else_enters(who, cast, enter):
    with pytest.raises(Refused):
        enter(by=getattr(cast, who))
    assert not Letter.objects.exists()


def test_once_it_was_answered_nothing_is_entered_any_more(enter, consultation):
    Consultation.objects.filter(pk=consultation.pk).update(answered_at=timezone.now())
    consultation.refresh_from_db()
    with pytest.raises(Refused):
        enter()


def test_no_part_stands_in_another_consultation(enter, section_place, ideas):
    with pytest.raises(ValidationError, match="another consultation"):
        enter((section_place, "One."), (Place(ideas), "Two."))
    assert not PublicComment.objects.exists()


@pytest.mark.parametrize("words", ["", " \u200b\n", "x" * 50_001])
def test_a_part_has_words_and_not_too_many(enter, section_place, words):
    with pytest.raises(ValidationError, match="A part of it"):
        enter((section_place, words))


# --- What readers see ---------------------------------------------------------------------------------
def test_a_name_is_shown_only_where_the_consultation_says_so(enter, came, consultation, stranger):
    enter(came=replace(came, organisation="Union of Teachers"))
    section = "/consultations/draft-1/sections/yourself/"
    html = stranger.get(section).content.decode()
    assert "Name not shown" in html
    assert "Vidal" not in html
    assert "Union of Teachers" not in html
    Consultation.objects.filter(pk=consultation.pk).update(shows_names_from_elsewhere=True)
    enter(came=replace(came, author="Second Writer", organisation="Union of Teachers"))
    from django.core.cache import cache

    cache.clear()
    html = stranger.get(section).content.decode()
    assert "Ines Vidal" in html
    assert "Union of Teachers" in html


def test_the_reference_is_the_teams_alone(enter, browser_of, edie, stranger):
    letter = enter()
    assert "PSO/26/117" in browser_of(edie).get(LETTERS).content.decode()
    for address in ("/consultations/draft-1/sections/yourself/", letter.get_absolute_url()):
        assert "PSO/26/117" not in stranger.get(address).content.decode()


def test_all_of_it_can_be_read_on_one_page(enter, section_place, consultation, stranger):
    letter = enter((section_place, "One."), (place_at_question(consultation, 1), "Two."))
    html = stranger.get(letter.get_absolute_url()).content.decode()
    assert html.index("One.") < html.index("Two.")
    assert "Part 1 of 2" in html
    assert letter.get_absolute_url() in stranger.get("/consultations/draft-1/questions/1/").content.decode()
    assert stranger.get(letter.get_absolute_url().replace("draft-1", "ideas")).status_code == 404


def test_a_letter_of_many_parts_asks_no_more_questions(enter, section_place, consultation, django_assert_num_queries):
    from django.core.cache import cache, caches
    from django.db import connection
    from django.test import Client
    from django.test.utils import CaptureQueriesContext

    costs = []
    for parts in (2, 40):
        places = [section_place, place_at_question(consultation, 1)]
        letter = enter(*[(places[n % 2], f"Part {n}.") for n in range(parts)])
        cache.clear()
        caches["process"].clear()
        with CaptureQueriesContext(connection) as asked:
            assert Client().get(letter.get_absolute_url()).status_code == 200
        costs.append(len(asked))
    assert costs[0] == costs[1]


# --- The pages ----------------------------------------------------------------------------------------
@pytest.fixture
def desk(browser_of, edie):
    return browser_of(edie)


def chosen(form_of, response, **changes) -> dict:
    """The form on the page, filled in as someone would."""
    facts = {"route": "letter", "capacity": "personal", "received_on": timezone.localdate().isoformat()}
    words = re.search(r'name="words"[^>]*value="([^"]*)"', response.content.decode(), re.DOTALL)
    assert words
    return {**form_of(response), **facts, **changes}


def test_words_are_shown_cut_up_first_and_saved_when_someone_says_so(desk, form_of):
    shown = desk.post(ENTER, {"words": WORDS})
    assert shown.status_code == 200
    assert not Letter.objects.exists()
    assert "Nothing is saved yet" in shown.content.decode()
    places = {"at_0": "out", "at_1": "section:yourself", "at_2": "question:1", "at_3": "out"}
    answer = desk.post(SAVE, chosen(form_of, shown, **places))
    assert answer.status_code == 302
    letter = Letter.objects.get()
    assert letter.left_out == 2
    assert [part.comment.comment for part in letter.parts.order_by("part")] == [
        "The badge test rules out too much.", "And what is meant by “online”?",
    ]  # fmt: skip
    assert desk.post(SAVE, chosen(form_of, shown, **places)).status_code == 302
    assert Letter.objects.count() == 1


def test_a_paragraph_of_the_draft_is_named_by_its_number(desk, form_of, block_place):
    shown = desk.post(ENTER, {"words": "One thing."})
    unclear = desk.post(SAVE, chosen(form_of, shown, block_0="2.1"))
    assert unclear.status_code == 422
    assert "stands at several levels" in unclear.content.decode()
    assert desk.post(SAVE, chosen(form_of, shown, block_0="2.2 snapshot")).status_code == 302
    assert PublicComment.objects.get().block_key == block_place.block.key


@pytest.mark.parametrize(
    "places",
    [{"at_0": ""}, {"at_0": "same"}, {"at_0": "section:nowhere"}, {"at_0": "question:99"}, {"at_0": "question:x"},
     {"block_0": "99.99"}, {"block_0": "two"}, {"block_0": "2.1 attic"}, {"at_0": "out"}],
)  # fmt: skip
def test_a_place_that_is_none_is_refused_and_the_words_come_back(desk, form_of, places):
    shown = desk.post(ENTER, {"words": "These words stay."})
    answer = desk.post(SAVE, chosen(form_of, shown, reference="PSO/1", **places))
    assert answer.status_code == 422
    assert "These words stay." in answer.content.decode()
    assert "PSO/1" in answer.content.decode()
    assert not Letter.objects.exists()


def test_a_mail_fills_in_what_it_says_of_itself(desk):
    head = b"From: Ines Vidal <ines@people.example>\nDate: Mon, 2 Nov 2026 10:00:00 +0000\nSubject: x\n\n"
    raw = head + b"Hello.\n\nThe rest."
    shown = desk.post(ENTER, {"file": SimpleUploadedFile("letter.eml", raw)})
    html = shown.content.decode()
    assert shown.status_code == 200
    for words in ('value="Ines Vidal"', 'value="2026-11-02"', "The rest."):
        assert words in html
    assert "ines@people.example" not in html


def test_a_mail_that_cannot_be_read_says_so_on_the_page(desk):
    answer = desk.post(ENTER, {"file": SimpleUploadedFile("letter.eml", b"%PDF")})
    assert answer.status_code == 422
    assert "not an e-mail file" in answer.content.decode()


@pytest.mark.parametrize("sent", [{}, {"words": "  "}, {"words": "x\n\n" * 500}, {"words": "x" * 400_001}])
def test_nothing_and_far_too_much_are_refused(desk, sent):
    assert desk.post(ENTER, sent).status_code == 422


def test_words_and_a_file_at_once_are_refused_and_the_words_come_back(desk):
    answer = desk.post(ENTER, {"words": "Both.", "file": SimpleUploadedFile("a.eml", b"Subject: x\n\nMail.")})
    assert answer.status_code == 422
    assert "Both." in answer.content.decode()


@pytest.mark.parametrize("words", [None, "", "x\n\n" * 500])
def test_words_that_were_lost_on_the_way_send_back_to_the_beginning(desk, form_of, words):
    answer = desk.post(SAVE, {} if words is None else {"words": words})
    assert answer.status_code == 302
    assert answer.url == ENTER


def test_hostile_words_are_shown_and_never_obeyed(desk, form_of, consultation, stranger):
    hostile = "<script>alert(1)</script> {{ organisation }}"
    shown = desk.post(ENTER, {"words": hostile})
    assert "<script>alert" not in shown.content.decode()
    desk.post(SAVE, chosen(form_of, shown, at_0="section:yourself", author=hostile, source=hostile, reference=hostile))
    for address, browser in ((LETTERS, desk), ("/consultations/draft-1/sections/yourself/", stranger)):
        html = browser.get(address).content.decode()
        assert "<script>alert" not in html
        assert "{{ organisation }}" in html


def test_before_it_opens_nothing_is_entered_and_the_page_says_why(desk, consultation):
    Consultation.objects.filter(pk=consultation.pk).update(opens_at=timezone.now() + timedelta(days=1))
    answer = desk.get(ENTER)
    assert answer.status_code == 403
    assert "has not opened yet" in answer.content.decode()
    assert desk.get(LETTERS).status_code == 200


def test_a_name_from_elsewhere_is_removed_in_one_place(enter):
    """The name stands with the parts alone: the letter has no column for it."""
    enter()
    fields = {field.name for field in Letter._meta.fields}
    assert not fields & {"author_name", "name", "email"}
    assert Elsewhere.objects.filter(author_name="Ines Vidal").count() == 1
