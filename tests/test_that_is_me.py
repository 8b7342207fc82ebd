"""People who were named in what came from elsewhere, and say: that is me."""

from datetime import date
from uuid import uuid4

import pytest
from django.core.cache import cache
from django.core.exceptions import ValidationError
from django.urls import reverse

from consult.discussion.actions import withdraw
from consult.discussion.elsewhere.found import FoundComment
from consult.discussion.elsewhere.importing import enter_from_elsewhere
from consult.discussion.elsewhere.letters import Provenance, enter_letter
from consult.discussion.elsewhere.models import ThatIsMe
from consult.discussion.elsewhere.recognising import MOST_WAITING, say_that_is_me, settle
from consult.discussion.models import Elsewhere, PublicComment, Tally
from consult.discussion.places import place_at_question
from consult.ledger.models import Entry
from consult.pages.views import recognising
from consult.people.models import TeamMember
from consult.people.permissions import Refused

pytestmark = pytest.mark.django_db
SECTION = "/consultations/draft-1/sections/yourself/"
TEAM = "/team/consultations/draft-1/that-is-me/"
HERS = "Said on a blog in the spring, and long regretted."


@pytest.fixture
def from_a_blog(section_place, consultation):
    type(consultation).objects.filter(pk=consultation.pk).update(shows_names_from_elsewhere=True)
    found = [
        FoundComment(1, "a", HERS, "Ines Vidal", date(2012, 2, 21), "", "https://blog.example/1"),
        FoundComment(2, "b", "And one thing more.", "Ines Vidal", date(2012, 2, 22), "", "https://blog.example/2"),
        FoundComment(3, "c", "By somebody else.", "Tom Field", date(2012, 2, 22), "", "https://blog.example/3"),
    ]
    enter_from_elsewhere(section_place, found, source="A blog", by=None)
    return PublicComment.objects.select_related("elsewhere", "consultation").get(elsewhere__external_key="a")


@pytest.fixture
def ask(from_a_blog):
    def asking(wish="name", comment=None, **more) -> ThatIsMe:
        wanted = {"message": "I wrote it in 2012.", "contact": "ines@people.example", "submission_id": uuid4(), **more}
        return say_that_is_me(comment or from_a_blog, wish=wish, **wanted)

    return asking


def section(stranger) -> str:
    cache.clear()
    return stranger.get(SECTION).content.decode()


def test_beside_what_came_from_elsewhere_stands_that_is_me_and_nowhere_else(from_a_blog, say, stranger):
    own = say("Said here.")
    html = section(stranger)
    assert reverse("that_is_me", args=[from_a_blog.pk]) in html
    assert reverse("that_is_me", args=[own.pk]) not in html
    assert stranger.get(reverse("that_is_me", args=[own.pk])).status_code == 404


def test_a_name_goes_and_with_it_the_way_to_where_it_stood(ask, edie, stranger, from_a_blog):
    settle(ask("name"), is_confirmed=True, means="Answered from the blog's own account", by=edie)
    here = Elsewhere.objects.get(comment=from_a_blog)
    assert (here.author_name, here.url) == ("", "")
    html = section(stranger)
    assert HERS in html
    assert "https://blog.example/1" not in html
    assert "https://blog.example/2" in html, "the other one was not asked for"


def test_all_of_theirs_goes_where_that_is_wanted_and_nobody_elses(ask, edie, stranger):
    settle(ask("name"), is_confirmed=True, means="By telephone", all_of_them=True, by=edie)
    html = section(stranger)
    assert "Ines Vidal" not in html
    assert "Tom Field" in html


def test_words_go_for_good_from_replies_too(ask, edie, say, ben_persona, from_a_blog, stranger, consultation):
    say(f"> {HERS}\n\nWhy regret it?", reply_to=from_a_blog, persona=ben_persona)
    settle(ask("words"), is_confirmed=True, means="By telephone", by=edie)
    html = section(stranger)
    assert "long regretted" not in html
    assert "Why regret it?" in html
    assert "A comment was here. Its writer removed the words" in html
    assert not PublicComment.objects.filter(comment__contains="regretted").exists()
    counts = Tally.objects.of_places(consultation).all
    assert (counts.comments, counts.withdrawn) == (3, 1)


def test_a_claim_puts_the_words_beside_a_name_and_into_its_hands(ask, edie, ada, ada_persona, stranger, from_a_blog):
    asked = ask("claim", persona=ada_persona, by=ada)
    assert asked.contact == ""
    assert HERS in section(stranger)
    settle(asked, is_confirmed=True, means="She signed in from there", by=edie)
    html = section(stranger)
    assert html.count("Night Heron") >= 1
    assert "https://blog.example/1" not in html
    from_a_blog.refresh_from_db()
    withdraw(PublicComment.objects.get(pk=from_a_blog.pk), by=ada)
    assert HERS not in section(stranger)


def test_what_is_settled_keeps_nothing_of_who_asked(ask, edie):
    for is_confirmed in (True, False):
        asked = settle(ask("name"), is_confirmed=is_confirmed, means="By telephone", by=edie)
        asked.refresh_from_db()
        assert (asked.contact, asked.message) == ("", "")
    assert all("Vidal" not in entry.facts and "ines" not in entry.facts for entry in Entry.objects.all())


def test_not_confirmed_nothing_changes(ask, edie, stranger):
    settle(ask("words"), is_confirmed=False, by=edie)
    assert HERS in section(stranger)
    assert "Ines Vidal" in section(stranger)


def test_who_confirms_says_by_what_means_and_once(ask, edie, ann):
    asked = ask()
    with pytest.raises(ValidationError, match="by what means"):
        settle(asked, is_confirmed=True, means="  ", by=edie)
    settle(asked, is_confirmed=True, means="By telephone", by=edie)
    with pytest.raises(ValidationError, match="already"):
        settle(asked, is_confirmed=False, by=ann)


@pytest.mark.parametrize("who", ["ada", "ben", "mo", "otto"])
def test_nobody_else_confirms(who, cast, ask):
    with pytest.raises(Refused):
        settle(ask(), is_confirmed=True, means="x", by=getattr(cast, who))


def test_nobody_confirms_themselves(ask, ada, ada_persona, document):
    TeamMember.objects.create(account=ada, document=document, role="editor")
    with pytest.raises(Refused, match="yourself"):
        settle(ask("claim", persona=ada_persona, by=ada), is_confirmed=True, means="I know me", by=ada)


def test_a_claim_needs_a_name_of_ones_own_here(ask, ada, ben, ada_persona):
    for persona, by in ((None, ada), (ada_persona, None), (ada_persona, ben)):
        with pytest.raises(ValidationError, match="choose a name"):
            ask("claim", persona=persona, by=by)


def test_what_two_claim_goes_to_the_one_who_was_confirmed_first(ask, edie, ada, ben, ada_persona, ben_persona):
    first, second = ask("claim", persona=ada_persona, by=ada), ask("claim", persona=ben_persona, by=ben)
    settle(second, is_confirmed=True, means="By telephone", by=edie)
    with pytest.raises(ValidationError, match="somebody's name by now"):
        settle(first, is_confirmed=True, means="By telephone", by=edie)
    first.refresh_from_db()
    assert first.state == "waiting"


def test_a_letter_is_one_persons_however_many_parts_it_has(ask, edie, section_place, consultation, stranger):
    came = Provenance("letter", date(2026, 1, 5), author="Ines Vidal", organisation="Guild")
    parts = [(section_place, "Part one."), (place_at_question(consultation, 1), "Part two.")]
    letter = enter_letter(consultation, parts, came=came, submission_id=uuid4(), by=edie)
    one = PublicComment.objects.select_related("elsewhere", "consultation").get(elsewhere=letter.parts.first())
    settle(ask("words", comment=one), is_confirmed=True, means="By post", by=edie)
    assert set(letter.parts.values_list("author_name", "organisation")) == {("", "")}
    assert not PublicComment.objects.filter(comment__contains="Part ").exists()


def test_sent_twice_it_is_one(ask):
    twice = uuid4()
    assert ask(submission_id=twice) == ask(submission_id=twice)


def test_one_comment_is_recognised_by_so_many_and_no_more(ask):
    for _time in range(MOST_WAITING):
        ask()
    with pytest.raises(ValidationError, match="Several people"):
        ask()


# --- The pages ----------------------------------------------------------------------------------------
def filled(form_of, page, **changes) -> dict:
    return {**form_of(page), "wish": "name", "contact": "ines@people.example", "message": "It is me.", **changes}


def test_a_stranger_asks_and_is_told_nothing_about_anyone(from_a_blog, stranger, form_of):
    address = reverse("that_is_me", args=[from_a_blog.pk])
    answer = stranger.post(address, filled(form_of, stranger.get(address)), follow=True)
    html = answer.content.decode()
    assert "We have your message" in html
    assert "ines@people.example" not in html
    assert ThatIsMe.objects.get().message == "It is me."


def test_a_stranger_is_not_offered_to_claim(from_a_blog, stranger, browser_of, ada, ben, form_of):
    address = reverse("that_is_me", args=[from_a_blog.pk])
    assert 'value="claim"' not in stranger.get(address).content.decode()
    assert stranger.post(address, filled(form_of, stranger.get(address), wish="claim")).status_code == 422
    html = browser_of(ada).get(address).content.decode()
    assert 'value="claim"' in html
    assert "knows who is behind it" in html


@pytest.mark.parametrize("changes", [{"wish": ""}, {"wish": "x"}, {"contact": ""}, {"contact": "ines"},
                                     {"website": "https://spam.example"}, {"message": "x" * 2_001}])  # fmt: skip
def test_what_is_missing_is_said_and_the_rest_comes_back(from_a_blog, stranger, form_of, changes):
    address = reverse("that_is_me", args=[from_a_blog.pk])
    answer = stranger.post(address, filled(form_of, stranger.get(address), **changes))
    assert answer.status_code == 422
    assert not ThatIsMe.objects.exists()


def test_one_network_asks_so_often_and_the_words_come_back(from_a_blog, stranger, form_of, monkeypatch):
    monkeypatch.setattr(recognising, "FROM_ONE_ADDRESS", 0)
    address = reverse("that_is_me", args=[from_a_blog.pk])
    answer = stranger.post(address, filled(form_of, stranger.get(address)))
    assert answer.status_code == 422
    assert "It is me." in answer.content.decode()


def test_the_team_finds_who_asked_and_settles_it(ask, browser_of, edie, stranger):
    asked = ask("name", message="<b>me</b>")
    browser = browser_of(edie)
    html = browser.get(TEAM).content.decode()
    for words in ("ines@people.example", "&lt;b&gt;me", "Also for 1 more"):
        assert words in html
    field = f"ask-{asked.pk}"
    nothing = browser.post(TEAM, {"asked": asked.pk, "verdict": "confirm", f"{field}-means": ""})
    assert nothing.status_code == 422
    sent = {"asked": asked.pk, "verdict": "confirm", f"{field}-means": "By post", f"{field}-all_of_them": "on"}
    assert browser.post(TEAM, sent).status_code == 302
    assert "Ines Vidal" not in section(stranger)
    html = browser.get(TEAM).content.decode()
    assert "ines@people.example" not in html
    assert "By post" in html


@pytest.mark.parametrize("number", ["", "x", "9" * 30, "77777"])
def test_a_request_that_is_none_is_not_found(number, browser_of, edie):
    assert browser_of(edie).post(TEAM, {"asked": number, "verdict": "confirm"}).status_code == 404
