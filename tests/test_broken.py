"""When something broke on our side: a page that says so, whatever else is broken."""

import pytest
from django.contrib.staticfiles.storage import staticfiles_storage
from django.db import OperationalError, connections
from django.test import Client

SORRY = "Sorry, something broke on our side"


@pytest.fixture
def breaks(monkeypatch):
    """A page that fails, and a browser that is shown what becomes of it."""

    def fails(*_anything):
        raise RuntimeError("broken")

    monkeypatch.setattr("consult.pages.views.reading.where", fails)
    return Client(raise_request_exception=False)


def said(client, address="/") -> str:
    answer = client.get(address)
    assert answer.status_code == 500
    return answer.content.decode()


@pytest.mark.django_db
def test_it_says_sorry_in_our_look(breaks):
    page = said(breaks)
    assert SORRY in page
    assert "govuk.css" in page


@pytest.mark.django_db
@pytest.mark.parametrize("trouble", [ValueError("Missing staticfiles manifest entry"), FileNotFoundError("no file")])
def test_it_says_so_without_the_list_of_static_files(breaks, monkeypatch, trouble):
    def lost(*_anything):
        raise trouble

    monkeypatch.setattr(type(staticfiles_storage._wrapped), "url", lost)
    page = said(breaks)
    assert SORRY in page
    assert '"/static/govuk/govuk.css"' in page


@pytest.mark.django_db
def test_it_says_so_while_the_database_is_away(breaks, monkeypatch):
    def away(*_anything):
        raise OperationalError("away")

    breaks.cookies["sessionid"] = "x" * 32
    for name in connections:
        monkeypatch.setattr(connections[name], "cursor", away)
    assert SORRY in said(breaks, "/account/login/")


@pytest.mark.django_db
def test_it_says_so_while_its_own_template_is_broken(breaks, monkeypatch):
    def lost(*_anything):
        raise OSError("no templates")

    monkeypatch.setattr("consult.pages.refusals.render_to_string", lost)
    assert SORRY in said(breaks)
