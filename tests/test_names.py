"""The page of a name, what its owner says there, and a second name for an organisation."""

import pytest
from django.core.cache import cache
from django.core.exceptions import ValidationError
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from consult.discussion.actions import withdraw
from consult.discussion.models import PublicComment
from consult.people.actions import describe
from consult.people.models import Persona
from consult.people.permissions import Refused
from tests.conftest import named

HERON = "/consultations/draft-1/names/nlghtheron/"
FORM = "/consultations/draft-1/comment/section/yourself/"


def read(browser, address: str = HERON) -> str:
    response = browser.get(address)
    assert response.status_code == 200
    return response.content.decode()


# --- The page -------------------------------------------------------------------------------------------
def test_a_name_has_a_page_with_what_it_said_here(say, stranger, ben_persona):
    say("The badge test.")
    say("Something else.", persona=ben_persona)
    html = read(stranger)
    assert "<bdi>Night Heron</bdi>" in html
    assert "The badge test." in html
    assert "Something else." not in html
    assert "Speaking personally" in html


def test_cards_lead_to_it(say, stranger):
    say("One.")
    assert f'href="{HERON}"' in read(stranger, reverse("section", args=["draft-1", "yourself"]))


def test_search_engines_are_asked_to_stay_away(say, stranger):
    comment = say("One.")
    for page in (HERON, reverse("thread", args=["draft-1", comment.pk])):
        response = stranger.get(page)
        assert response["X-Robots-Tag"] == "noindex"
        assert '<meta name="robots" content="noindex">' in response.content.decode()
        assert stranger.get(page)["X-Robots-Tag"] == "noindex", "and when it comes from the cache"
    assert stranger.get(reverse("comment", args=[comment.pk]))["X-Robots-Tag"] == "noindex"
    assert "X-Robots-Tag" not in stranger.get(reverse("section", args=["draft-1", "yourself"]))


def test_a_name_that_has_said_nothing_public_has_no_page(say, stranger, cast):
    named(cast.ideas, cast.ben, "Unheard")
    assert stranger.get("/consultations/ideas/names/unheard/").status_code == 404
    comment = say("Taken back.")
    assert stranger.get(HERON).status_code == 200
    withdraw(comment, by=cast.ada)
    cache.clear()  # as the commit would
    assert stranger.get(HERON).status_code == 404


@pytest.mark.parametrize(
    "who", ["nobody", "NlghtHeron", "night%20heron", "%00", "x" * 300, "..", "%F0%9F%A6%89", "nlghtheron%2F.."]
)
def test_other_addresses_lead_nowhere(who, say, stranger):
    say("One.")
    assert stranger.get(f"/consultations/draft-1/names/{who}/").status_code in {400, 404}


def test_what_is_hidden_or_held_is_not_there(say, stranger):
    shown, hidden = say("Shown."), say("Hidden words.")
    PublicComment.objects.filter(pk=hidden.pk).update(visible=False, staff_state="hidden")
    html = read(stranger)
    assert "Shown." in html
    assert "Hidden words." not in html
    assert shown.pk


def test_its_comments_come_in_pages_and_cost_the_same(say, stranger):
    for n in range(45):
        say(f"Number {n:02}.")
    seen, page, costs = [], HERON, []
    while page:
        with CaptureQueriesContext(connection) as queries:
            html = read(stranger, page)
        costs.append(len(queries))
        seen += [n for n in range(45) if f"Number {n:02}." in html]
        older = html.partition('href="?before=')[2].partition('"')[0]
        page = f"{HERON}?before={older}" if older else ""
    assert sorted(seen) == list(range(45))
    assert len(costs) == 3
    assert max(costs) <= min(costs) + 1


def test_a_name_no_address_can_hold_has_no_page_and_breaks_none(cast, say, stranger):
    odd = named(cast.ideas, cast.ben, "???/../")
    assert odd.address_key == ""
    from consult.discussion.places import Place

    say("One.", place=Place(cast.ideas), persona=odd)
    assert "???/../" in read(stranger, "/consultations/ideas/whole/")


# --- What it says of itself -------------------------------------------------------------------------------
def test_a_statement_stands_on_the_page_as_it_was_typed(say, browser_of, ada, stranger):
    say("One.")
    page = reverse("own_name", args=["draft-1"])
    browser_of(ada).post(page, {"do": "statement", "statement": "  Night-shift <b>nurse</b>,\n thirty years. "})
    html = read(stranger)
    assert "Night-shift &lt;b&gt;nurse&lt;/b&gt;, thirty years." in html


def test_one_that_is_too_long_comes_back(browser_of, ada, ada_persona):
    answer = browser_of(ada).post(reverse("own_name", args=["draft-1"]), {"do": "statement", "statement": "x" * 281})
    assert answer.status_code == 422
    assert "x" * 281 in answer.content.decode()
    with pytest.raises(ValidationError, match="Shorten"):
        describe(ada_persona, statement="x" * 281, by=ada)


def test_only_its_owner_says_who_speaks(ada_persona, ben):
    with pytest.raises(Refused):
        describe(ada_persona, statement="Not ada.", by=ben)


# --- A second name, for an organisation -------------------------------------------------------------------
@pytest.fixture
def for_the_union(consultation, ada):
    return named(consultation, ada, "Ruth Union", capacity="organisation", organisation="Nurses’ Union")


def test_one_account_speaks_for_itself_and_for_one_organisation(consultation, ada, for_the_union):
    with pytest.raises(ValidationError, match="a name in this consultation already"):
        named(consultation, ada, "Third", capacity="organisation", organisation="Another")
    with pytest.raises(ValidationError, match="a name in this consultation already"):
        named(consultation, ada, "Fourth")
    assert Persona.objects.of(ada).filter(consultation=consultation).count() == 2


@pytest.mark.parametrize(
    ("chosen", "name"), [("personal", "Night Heron"), ("organisation", "Ruth Union"), ("", "Night Heron")]
)
def test_they_choose_as_whom_they_speak(chosen, name, browser_of, ada, for_the_union, form_of):
    browser = browser_of(ada)
    page = browser.get(FORM)
    assert "Speaking as" in page.content.decode()
    browser.post(FORM, {**form_of(page), "comment": "Said.", "as": chosen})
    assert PublicComment.objects.get(comment="Said.").persona.name == name


def test_the_second_name_is_taken_in_the_form(browser_of, ada, ada_persona, form_of):
    browser = browser_of(ada)
    page = browser.get(f"{FORM}?as=organisation")
    html = page.content.decode()
    assert "Who is speaking?" in html
    fields = {**form_of(page), "comment": "For us all.", "name": "Ruth Union", "kind": "own", "accepts": "on"}
    assert fields["capacity"] == "organisation"
    browser.post(f"{FORM}?as=organisation", {**fields, "organisation": "Nurses’ Union"})
    said = PublicComment.objects.get(comment="For us all.")
    assert (said.persona.organisation, said.persona.account_id) == ("Nurses’ Union", ada.pk)


def test_a_made_up_capacity_is_nobody_s(browser_of, ada, ada_persona, form_of):
    browser = browser_of(ada)
    for made_up in ("moderator", "\x01", "x" * 1000):
        assert "Night Heron" in browser.get(FORM, {"as": made_up}).content.decode()


def test_the_same_form_sent_for_both_is_two_comments_and_for_one_it_is_one(browser_of, ada, for_the_union, form_of):
    browser = browser_of(ada)
    fields = {**form_of(browser.get(FORM)), "comment": "Said."}
    for chosen in ("personal", "organisation", "organisation"):
        browser.post(FORM, {**fields, "as": chosen})
    assert PublicComment.objects.filter(comment="Said.").count() == 2


def test_nothing_public_joins_the_two(say, for_the_union, stranger):
    say("One.")
    say("Two.", persona=for_the_union)
    html = read(stranger, "/consultations/draft-1/names/ruthunlon/")
    assert "Nurses’ Union" in html
    assert "Heron" not in html
    assert "Ruth" not in read(stranger)


def test_both_are_one_s_own(say, for_the_union, browser_of, ada):
    mine, ours = say("One."), say("Two.", persona=for_the_union)
    html = read(browser_of(ada), reverse("section", args=["draft-1", "yourself"]))
    assert all(reverse("withdraw", args=[one.pk]) in html for one in (mine, ours))
    assert html.count("Speaking as") == 1
    assert "Night Heron" in html[html.index("Speaking as") :][:80]
