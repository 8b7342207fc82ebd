"""Signing out leaves nothing behind on a machine that others use."""

import re
from pathlib import Path

import pytest
from django.urls import reverse

from tests.test_doors import CAST, DOORS
from tests.test_doors import everything as _everything

everything = _everything
SCRIPTS = sorted((Path(__file__).resolve().parent.parent / "static" / "consult").glob("*.js"))
FOR_ALL = {"theme"}
"""What is the same for everyone, whoever asks."""
OF_ALLAUTH = [
    "account_login", "account_logout", "account_email", "account_reauthenticate", "usersessions_list", "mfa_index",
    "mfa_activate_totp", "mfa_list_webauthn", "mfa_add_webauthn", "mfa_generate_recovery_codes",
]  # fmt: skip


@pytest.mark.parametrize("name", [name for name in DOORS if name not in FOR_ALL])
def test_no_page_of_someone_signed_in_is_kept_by_the_browser(name, cast, everything, browser_of):
    address = reverse(name, args=[everything.get(argument, argument) for argument in DOORS[name][0]])
    for who in CAST[1:]:
        assert "no-store" in browser_of(getattr(cast, who)).get(address)["Cache-Control"], f"{who} at {address}"


@pytest.mark.parametrize("name", OF_ALLAUTH)
def test_nor_a_page_of_their_account(name, browser_of, ada):
    assert "no-store" in browser_of(ada).get(reverse(name))["Cache-Control"]


def test_signing_out_tells_the_browser_to_forget(browser_of, ada):
    browser = browser_of(ada)
    assert "Clear-Site-Data" not in browser.get(reverse("account_logout"), secure=True)
    gone = browser.post(reverse("account_logout"), secure=True)
    assert gone["Clear-Site-Data"] == '"cache", "cookies", "storage"'
    assert "no-store" in gone["Cache-Control"]


def test_words_that_wait_on_the_server_go_with_the_session(browser_of, ada, section_place):
    browser = browser_of(ada)
    session = browser.session
    session["kept_words"] = {"paths": ["/consultations/draft-1/comment/section/yourself/"], "words": "canary-words"}
    session.save()
    browser.post(reverse("account_logout"))
    assert (
        "canary-words"
        not in browser.get("/consultations/draft-1/comment/section/yourself/", follow=True).content.decode()
    )
    assert "kept_words" not in browser.session


@pytest.mark.parametrize("script", SCRIPTS, ids=lambda path: path.name)
def test_no_script_keeps_words_in_the_browser(script):
    text = script.read_text(encoding="utf-8")
    assert not re.search(r"sessionStorage|indexedDB|caches\.open|document\.cookie", text)
    kept = re.findall(r"localStorage\.setItem\((\w+), (\w+)\)", text)
    assert kept == ([("CHOSEN", "level")] if script.name == "consult.js" else [])
    assert text.count("localStorage.") == (3 if kept else 0), "set, get, clear"
