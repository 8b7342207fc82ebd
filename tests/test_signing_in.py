"""Signing up and in, with codes by e-mail; and what is not kept of it."""

import re

import pytest
from allauth.usersessions.models import UserSession
from django.core import mail
from django.urls import reverse

from consult.people.models import Account

CODE = re.compile(r"^\s+([A-Z0-9]{3,4}-[A-Z0-9]{3,4})\s*$", re.MULTILINE)


def code_in(message) -> str:
    return CODE.search(message.body)[1]


def test_a_newcomer_signs_up_with_an_address_and_a_code(stranger, db):
    response = stranger.post(reverse("account_signup"), {"email": "new@hospital.example"}, follow=True)
    assert response.status_code == 200
    response = stranger.post(response.request["PATH_INFO"], {"code": code_in(mail.outbox[-1])}, follow=True)
    account = Account.objects.get(email="new@hospital.example")
    assert stranger.session["_auth_user_id"] == str(account.pk)


def test_ada_signs_in_with_a_code_and_comes_back_to_where_she_was(stranger, ada):
    there = "/consultations/draft-1/comment/section/yourself/"
    response = stranger.post(
        f"{reverse('account_request_login_code')}?next={there}", {"email": ada.email, "next": there}
    )
    confirm = response.url
    response = stranger.post(confirm, {"code": code_in(mail.outbox[-1])})
    assert response.url == there
    assert stranger.session["_auth_user_id"] == str(ada.pk)


def test_the_mail_names_neither_consultation_nor_pen_name(stranger, ada, ada_persona, consultation):
    stranger.post(reverse("account_request_login_code"), {"email": ada.email})
    sent = mail.outbox[-1]
    text = sent.subject + sent.body + sent.from_email
    assert ada_persona.name not in text
    assert consultation.title not in text


def test_a_wrong_code_is_refused_with_what_to_do(stranger, ada):
    response = stranger.post(reverse("account_request_login_code"), {"email": ada.email})
    response = stranger.post(response.url, {"code": "XXX-XXX"})
    assert "_auth_user_id" not in stranger.session
    assert "not right" in response.content.decode()


def test_nobody_learns_whether_an_address_has_an_account(stranger, ada):
    known = stranger.post(reverse("account_request_login_code"), {"email": ada.email})
    unknown = stranger.post(reverse("account_request_login_code"), {"email": "nobody@nowhere.example"})
    assert (known.status_code, known.url) == (unknown.status_code, unknown.url)


def test_the_network_address_is_kept_nowhere(stranger, ada):
    response = stranger.post(reverse("account_request_login_code"), {"email": ada.email}, REMOTE_ADDR="198.51.100.7")
    stranger.post(response.url, {"code": code_in(mail.outbox[-1])}, REMOTE_ADDR="198.51.100.7")
    assert {session.ip for session in UserSession.objects.all()} <= {"0.0.0.0"}
    assert "198.51.100.7" not in str(dict(stranger.session))


def test_ada_sees_where_she_is_signed_in(browser_of, ada):
    page = browser_of(ada).get(reverse("usersessions_list"))
    assert page.status_code == 200
    assert page["Cache-Control"] == "private, no-store" or "no-store" in page["Cache-Control"]


@pytest.mark.parametrize("name", ["account_login", "account_signup", "account_request_login_code"])
def test_the_entrances_open_for_strangers(stranger, name, db):
    assert stranger.get(reverse(name)).status_code == 200


def test_signing_out_asks_first(browser_of, ada):
    browser = browser_of(ada)
    assert browser.get(reverse("account_logout")).status_code == 200
    assert "_auth_user_id" in browser.session
    browser.post(reverse("account_logout"))
    assert "_auth_user_id" not in browser.session


def test_an_address_in_capitals_is_the_same_account(stranger, ada):
    stranger.post(reverse("account_request_login_code"), {"email": ada.email.upper()})
    assert mail.outbox[-1].to == [ada.email]
    assert CODE.search(mail.outbox[-1].body)


def test_a_second_sign_up_tells_only_the_owner_of_the_address(stranger, ada):
    response = stranger.post(reverse("account_signup"), {"email": ada.email}, follow=True)
    assert response.status_code == 200
    assert Account.objects.filter(email=ada.email).count() == 1
    assert "exist" not in response.content.decode().lower()
    assert mail.outbox[-1].to == [ada.email]


@pytest.mark.parametrize("name", ["account_signup", "account_request_login_code"])
@pytest.mark.parametrize(("typed", "mend"), [("", "Enter your e-mail address"), ("ada", "like name@example.org")])
def test_an_address_that_is_none_is_explained(stranger, db, name, typed, mend):
    assert mend in stranger.post(reverse(name), {"email": typed}).content.decode()


@pytest.mark.parametrize("page", ["change/", "set/", "reset/", "reset/done/", "reset/key/a-b/"])
def test_nobody_has_a_password_so_its_pages_are_not_there(page, browser_of, ada, stranger):
    for browser in (stranger, browser_of(ada)):
        assert browser.get(f"/account/password/{page}").status_code == 404
