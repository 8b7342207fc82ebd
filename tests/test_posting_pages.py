"""Saying something through the pages: the form, what goes wrong with it, and that no words are ever lost."""

import time
from datetime import timedelta
from html import unescape
from urllib.parse import urlencode
from uuid import uuid4

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from consult.discussion.actions import receipt_of, withdraw
from consult.discussion.models import PublicComment
from consult.people.models import Persona

WORDS = "The badge test rules out nearly everything. Test for harm instead."
NAME = {"kind": "pen", "name": "Blue Lamp", "capacity": "personal", "accepts": "on"}


@pytest.fixture
def address(consultation):
    return reverse("comment_on_section", args=[consultation.slug, "yourself"])


@pytest.fixture
def ada_at(browser_of, ada):
    return browser_of(ada)


def sent(browser, address, form_of, words=WORDS, **more):
    form = form_of(browser.get(address))
    return browser.post(address, {**form, "comment": words, **more})


def words_in(response) -> str:
    return unescape(response.content.decode())


def test_ada_comments_and_sees_her_reference_number(ada_at, address, form_of):
    response = sent(ada_at, address, form_of)
    comment = PublicComment.objects.get()
    assert response.url == reverse("posted", args=[comment.pk])
    page = words_in(ada_at.get(response.url))
    assert receipt_of(comment.submission_id) in page


def test_what_she_said_is_on_the_page(ada_at, address, form_of, stranger, consultation):
    sent(ada_at, address, form_of)
    page = words_in(stranger.get(reverse("section", args=[consultation.slug, "yourself"])))
    assert WORDS in page
    assert "Night Heron" in page


def test_a_newcomer_chooses_a_name_and_comments_in_one_go(browser_of, edie, address, form_of, consultation):
    response = sent(browser_of(edie), address, form_of, **NAME)
    assert response.status_code == 302
    assert Persona.objects.get(account=edie, consultation=consultation).name == "Blue Lamp"
    assert PublicComment.objects.get().persona.name == "Blue Lamp"


def test_without_accepting_the_house_rules_nothing_is_sent_and_the_words_stay(browser_of, edie, address, form_of):
    response = sent(browser_of(edie), address, form_of, **{**NAME, "accepts": ""})
    assert response.status_code == 422
    assert WORDS in words_in(response)
    assert not PublicComment.objects.exists()


def test_a_taken_name_is_said_at_the_field_and_the_words_stay(browser_of, edie, address, form_of):
    response = sent(browser_of(edie), address, form_of, **{**NAME, "name": "night heron"})
    assert response.status_code == 422
    assert "looks like it" in words_in(response)
    assert WORDS in words_in(response)
    assert not PublicComment.objects.exists()


def test_a_double_click_is_one_comment(ada_at, address, form_of):
    form = form_of(ada_at.get(address)) | {"comment": WORDS}
    first, second = ada_at.post(address, form), ada_at.post(address, form)
    assert first.url == second.url
    assert PublicComment.objects.count() == 1


def test_a_retry_after_the_close_finds_what_arrived_in_time(ada_at, address, form_of, consultation):
    form = form_of(ada_at.get(address)) | {"comment": WORDS}
    first = ada_at.post(address, form)
    close(consultation)
    assert ada_at.post(address, form).url == first.url


def close(consultation):
    consultation.closes_at = timezone.now() - timedelta(seconds=1)
    consultation.save()


def test_a_form_sent_after_the_close_gives_the_words_back(ada_at, address, form_of, consultation):
    form = form_of(ada_at.get(address)) | {"comment": WORDS}
    close(consultation)
    response = ada_at.post(address, form)
    assert response.status_code == 403
    page = words_in(response)
    assert WORDS in page
    assert "closed at" in page
    assert consultation.contact in page
    assert not PublicComment.objects.exists()


def test_signed_out_in_between_the_words_wait_for_her(ada_at, ada, address, form_of):
    form = form_of(ada_at.get(address)) | {"comment": WORDS}
    ada_at.logout()
    response = ada_at.post(address, form)
    assert response.status_code == 403
    assert WORDS in words_in(response)
    ada_at.force_login(ada, backend="consult.people.backends.SignedInByCode")
    assert WORDS in words_in(ada_at.get(address))


def test_an_old_form_is_signed_again_without_a_word(ada_at, address, form_of, monkeypatch):
    form = form_of(ada_at.get(address)) | {"comment": WORDS}
    later = time.time() + 14 * 24 * 3600
    monkeypatch.setattr("django_comments.forms.time.time", lambda: later)
    assert ada_at.post(address, form).status_code == 302
    assert PublicComment.objects.count() == 1


@pytest.mark.parametrize(
    "forgery",
    [
        {"security_hash": "0" * 40},
        {"security_hash": ""},
        {"object_pk": "999"},
        {"timestamp": "1"},
        {"timestamp": "x"},
        {"submission_id": "x"},
        {"honeypot": "buy"},
        {"content_type": "consult.account"},
    ],
)
def test_a_forged_form_is_refused_and_can_be_sent_again(ada_at, address, form_of, forgery):
    response = sent(ada_at, address, form_of, **forgery)
    assert response.status_code == 422
    assert WORDS in words_in(response)
    assert not PublicComment.objects.exists()
    again = ada_at.post(address, form_of(response) | {"comment": WORDS})
    assert again.status_code == 302


def test_without_a_token_the_words_come_back(ada, address):
    browser = Client(enforce_csrf_checks=True)
    browser.force_login(ada, backend="consult.people.backends.SignedInByCode")
    response = browser.post(address, {"comment": WORDS})
    assert response.status_code == 403
    assert WORDS in words_in(response)


@pytest.mark.parametrize(
    ("words", "complaint"),
    [
        ("", "Write your comment"),
        ("   \n ", "Write your comment"),
        ("x" * 4001, "Shorten your comment to 4,000 characters"),
        ("be\u202eware", "characters that cannot be shown"),
        ("be\x07ware", "characters that cannot be shown"),
    ],
)
def test_unfit_words_are_explained_and_kept(ada_at, address, form_of, words, complaint):
    response = sent(ada_at, address, form_of, words=words)
    assert response.status_code == 422
    assert complaint in words_in(response)
    assert words.strip().replace("\u202e", "").replace("\x07", "")[:3000] in words_in(response)
    assert not PublicComment.objects.exists()


@pytest.mark.parametrize("hostile", [b"a%00b", b"a%ED%A0%80b"])
def test_a_nul_or_half_a_character_is_taken_out_and_said(hostile, ada_at, address, form_of):
    body = urlencode(form_of(ada_at.get(address))).encode() + b"&comment=" + hostile
    response = ada_at.post(address, body, content_type="application/x-www-form-urlencoded")
    assert response.status_code == 422
    assert "characters that cannot be shown" in words_in(response)


def test_ten_megabytes_are_refused_in_words(ada_at, address, form_of):
    form = form_of(ada_at.get(address))
    response = ada_at.post(address, form | {"comment": "x" * 10_000_000})
    assert response.status_code == 413
    assert not PublicComment.objects.exists()


def test_line_ends_of_the_browser_do_not_count_against_her(ada_at, address, form_of):
    response = sent(ada_at, address, form_of, words="a\r\n" * 1999 + "bc")
    assert response.status_code == 302


# --- Replies ------------------------------------------------------------------------------------------
def test_ben_replies(say, browser_of, ben, form_of):
    root = say()
    assert sent(browser_of(ben), reverse("reply", args=[root.pk]), form_of).status_code == 302
    assert PublicComment.objects.get(depth=1).parent_id == root.pk


def test_a_comment_that_is_not_there_has_no_reply_form(ada_at):
    assert ada_at.get(reverse("reply", args=[987654321])).status_code == 404


def test_a_reply_to_words_withdrawn_meanwhile_comes_back(say, ada, browser_of, ben, form_of):
    root = say()
    ben_at, address = browser_of(ben), reverse("reply", args=[root.pk])
    form = form_of(ben_at.get(address)) | {"comment": WORDS}
    withdraw(root, by=ada)
    response = ben_at.post(address, form)
    assert response.status_code == 422
    assert WORDS in words_in(response)
    assert "not there any more" in words_in(response)


def test_the_words_of_a_late_reply_wait_in_the_form_for_an_own_thread(say, ada, browser_of, ben, form_of, address):
    root = say()
    ben_at, reply_address = browser_of(ben), reverse("reply", args=[root.pk])
    form = form_of(ben_at.get(reply_address)) | {"comment": WORDS}
    withdraw(root, by=ada)
    assert address in words_in(ben_at.post(reply_address, form))
    assert WORDS in words_in(ben_at.get(address))


def test_too_deep_offers_the_deepest_comment_that_takes_a_reply(say, ada_at, form_of):
    comment = say("0")
    for depth in range(1, 7):
        comment = say(str(depth), reply_to=comment)
    response = sent(ada_at, reverse("reply", args=[comment.pk]), form_of)
    assert response.status_code == 422
    assert WORDS in words_in(response)
    assert reverse("reply", args=[PublicComment.objects.get(comment="5").pk]) in words_in(response)


# --- Withdrawing, and one's own list ------------------------------------------------------------------
def test_ada_withdraws_after_a_look(say, ada_at, stranger, consultation):
    comment = say("My ward is on the third floor.")
    ada_at.get(reverse("withdraw", args=[comment.pk]))
    assert PublicComment.objects.get().visible
    ada_at.post(reverse("withdraw", args=[comment.pk]))
    page = words_in(stranger.get(reverse("section", args=[consultation.slug, "yourself"])))
    assert "third floor" not in page
    assert "withdrew it on" in page


def test_only_replies_that_can_be_read_are_said_to_remain(say, ada, ben, ben_persona, stranger, consultation):
    root = say("First.")
    gone = say("Second.", reply_to=root, persona=ben_persona)
    say("Third.", reply_to=root)
    withdraw(gone, by=ben)
    withdraw(root, by=ada)
    page = words_in(stranger.get(reverse("section", args=[consultation.slug, "yourself"])))
    assert "1 reply remains" in page


def test_nobody_elses_comment_has_private_pages(say, browser_of, ben):
    comment = say()
    for name in ("posted", "withdraw"):
        assert browser_of(ben).get(reverse(name, args=[comment.pk])).status_code == 404


def test_your_contributions_are_yours_alone(say, ada_at, browser_of, ben):
    say("Only mine.")
    assert "Only mine." in words_in(ada_at.get(reverse("contributions")))
    assert "Only mine." not in words_in(browser_of(ben).get(reverse("contributions")))


def test_a_stranger_is_asked_to_sign_in(stranger, address):
    assert stranger.get(address).url.startswith(reverse("account_login"))


# --- Reference numbers --------------------------------------------------------------------------------
def test_a_reference_number_shows_the_state_and_neither_words_nor_name(say, stranger):
    comment = say("A secret of words.")
    code = receipt_of(comment.submission_id).lower().replace("-", " ")
    page = words_in(stranger.post(reverse("check_reference"), {"reference": code}))
    assert "public" in page.lower()
    assert "A secret of words." not in page
    assert "Night Heron" not in page


@pytest.mark.parametrize("typed", ["", "x", "AAAA-AAAA-AAAA-AA", "é" * 40, "\x00"])
def test_a_number_we_never_gave_out_is_said_to_be_wrong(typed, stranger):
    assert stranger.post(reverse("check_reference"), {"reference": typed}).status_code in {404, 422}


def test_places_that_do_not_exist_have_no_form(ada_at, consultation):
    for name, args in [
        ("comment_on_section", ["draft-1", "nowhere"]),
        ("comment_on_block", ["draft-1", "zzzz"]),
        ("comment_on_question", ["draft-1", 99]),
        ("comment_on_whole", ["nowhere"]),
    ]:
        assert ada_at.get(reverse(name, args=args)).status_code == 404


def test_every_kind_of_place_takes_a_comment(ada_at, form_of, block_place):
    slug = block_place.consultation.slug
    for name, args in [
        ("comment_on_section", [slug, "who"]),
        ("comment_on_block", [slug, block_place.block.key]),
        ("comment_on_question", [slug, 1]),
        ("comment_on_whole", [slug]),
    ]:
        assert sent(ada_at, reverse(name, args=args), form_of, words=str(uuid4())).status_code == 302
    assert PublicComment.objects.count() == 4


def test_personal_data_is_asked_about_before_it_is_posted(ada, browser_of, form_of):
    browser = browser_of(ada)
    address = "/consultations/draft-1/comment/section/yourself/"
    fields = {**form_of(browser.get(address)), "comment": "Ask her on 07700 900461, she knows."}
    asked = browser.post(address, fields)
    page = asked.content.decode()
    assert asked.status_code == 422
    assert "<mark>07700 900461</mark>" in page
    assert "a telephone number" in page
    assert "Ask her on 07700 900461, she knows." in page
    assert not PublicComment.objects.exists()
    again = {**form_of(asked), "comment": fields["comment"]}
    assert browser.post(address, again).status_code == 302
    assert PublicComment.objects.get().waits
    assert browser.post(address, again).status_code == 302
    assert PublicComment.objects.count() == 1


def test_whoever_changes_the_words_is_asked_only_about_what_is_new(ada, browser_of, form_of):
    browser = browser_of(ada)
    address = "/consultations/draft-1/comment/section/yourself/"
    fields = {**form_of(browser.get(address)), "comment": "I work at Ryecroft Academy, ring 07700 900461."}
    asked = browser.post(address, fields)
    changed = {**form_of(asked), "comment": "I work at Ryecroft Academy."}
    asked = browser.post(address, changed)
    assert asked.status_code == 422
    assert "07700" not in asked.content.decode()
    assert browser.post(address, {**form_of(asked), "comment": changed["comment"]}).status_code == 302
    assert PublicComment.objects.get().visible
