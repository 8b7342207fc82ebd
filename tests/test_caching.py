"""Strangers' pages are kept and given at once; nobody sees what was withdrawn, what is old, or what is another's."""

import re
import time
from datetime import timedelta
from types import SimpleNamespace

import pytest
from django.core.cache import cache, caches
from django.http import HttpResponse
from django.test import Client, RequestFactory
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st

from consult.config.cache import CacheThatMayBeAway, outage
from consult.consultations import actions as consultations
from consult.consultations.models import Consultation
from consult.discussion.actions import withdraw
from consult.discussion.models import PublicComment
from consult.drafting.actions import import_draft
from consult.pages import versions
from consult.pages.caching import FinishedPages, scope_of_path
from consult.pages.versions import Kept, Shelf, remembered, scope_of, something_must_go, something_was_said
from consult.publishing.actions import publish
from guidance.importing import read_markdown
from tests.conftest import GUIDANCE

SECTION = "/consultations/draft-1/sections/yourself/"


@pytest.fixture
def clock(monkeypatch):
    """A clock that stands still at noon until a test moves it: `clock.ahead` seconds after its start."""
    hands = SimpleNamespace(ahead=0.0)
    moment = timezone.localtime().replace(hour=12, minute=0, second=0, microsecond=0)
    monkeypatch.setattr(time, "time", lambda: moment.timestamp() + hands.ahead)
    monkeypatch.setattr(timezone, "now", lambda: moment + timedelta(seconds=hands.ahead))
    return hands


@pytest.fixture
def said(say, django_capture_on_commit_callbacks):
    """Someone says something, and it is committed."""

    def speak(words, **more):
        with django_capture_on_commit_callbacks(execute=True):
            return say(words, **more)

    return speak


@pytest.fixture
def taken_back(ada, django_capture_on_commit_callbacks):
    def take_back(comment):
        with django_capture_on_commit_callbacks(execute=True):
            return withdraw(comment, by=ada)

    return take_back


def addresses(comment: PublicComment) -> list[str]:
    return [
        "/",
        "/consultations/draft-1/",
        SECTION,
        f"{SECTION}snapshot/",
        "/consultations/draft-1/questions/1/",
        "/consultations/draft-1/whole/",
        f"/consultations/draft-1/threads/{comment.pk}/",
        "/guidance/social-media/",
    ]


# --- What such a page is ------------------------------------------------------------------------------
def test_a_strangers_page_holds_nothing_of_its_own(stranger, said):
    comment = said("The badge test rules out nearly everything.")
    for address in addresses(comment):
        response = stranger.get(address)
        html = response.content.decode()
        assert response.status_code == 200, address
        assert not response.cookies, address
        assert response["Cache-Control"] == "no-cache", address
        assert not re.search(r"csrf|nonce|sessionid", html, re.IGNORECASE), address
        assert not re.search(r"\d\d:\d\d:\d\d|datetime=\"[^\"]*T", html), address


def test_it_is_the_same_bytes_for_everyone_whenever_it_is_made(stranger, said, clock):
    comment = said("One.")
    for address in addresses(comment):
        clock.ahead = 0.0
        first = stranger.get(address)
        cache.clear()
        clock.ahead = 0.5
        second = Client(headers={"user-agent": "another"}).get(address)
        assert (first.content, first["ETag"]) == (second.content, second["ETag"]), address


def test_the_second_stranger_costs_the_database_nothing(stranger, said, django_assert_num_queries):
    comment = said("One.")
    for address in addresses(comment):
        stranger.get(address)
        with django_assert_num_queries(0):
            assert Client().get(address).status_code == 200, address


def test_a_page_that_has_not_changed_is_not_sent_again(stranger, said):
    said("One.")
    first = stranger.get(SECTION)
    again = stranger.get(SECTION, headers={"if-none-match": first["ETag"]})
    assert (again.status_code, again.content) == (304, b"")
    assert (again["ETag"], again["Cache-Control"]) == (first["ETag"], "no-cache")
    assert "Cookie" in again["Vary"]
    assert stranger.get(SECTION, headers={"if-none-match": '"something else"'}).status_code == 200


@pytest.mark.parametrize("first", ["head", "get"])
def test_asking_for_the_head_alone_gives_the_same_head(stranger, said, first):
    said("One.")
    getattr(stranger, first)(SECTION)
    head, whole = stranger.head(SECTION), stranger.get(SECTION)
    assert (head.status_code, head.content) == (200, b"")
    assert dict(head.headers) == dict(whole.headers)
    assert int(head["Content-Length"]) == len(whole.content)


def test_the_headers_that_keep_a_browser_safe_are_kept_with_the_page(stranger, said):
    said("One.")
    made, kept = stranger.get(SECTION), stranger.get(SECTION)
    assert dict(made.headers) == dict(kept.headers)
    for header in ("Content-Security-Policy", "X-Content-Type-Options", "X-Frame-Options", "Referrer-Policy"):
        assert header in kept.headers


def test_what_is_not_there_is_not_kept(stranger, cast, say):
    assert stranger.get("/consultations/nowhere/")["Cache-Control"] == "no-store"
    assert stranger.get(f"{SECTION}?block=nothing")["Cache-Control"] == "no-store"


def test_a_made_up_query_fills_no_cache(stranger, said, django_assert_num_queries):
    said("One.")
    stranger.get(f"{SECTION}?before=999")
    with django_assert_num_queries(0):
        stranger.get(f"{SECTION}?before=999")
    for made_up in ("utm_source=mail", "before=999&x=1", "a" * 500):
        response = stranger.get(f"{SECTION}?{made_up}")
        assert response.status_code == 200
        assert response["Cache-Control"] == "private, no-store"


@pytest.mark.parametrize(
    "address", ["/consultations/a b/", "/consultations/\x01/x/", f"/consultations/{'é' * 90}/", f"/{'x' * 390}/"]
)
def test_a_strange_address_is_not_found_and_nothing_worse(db, stranger, address):
    assert stranger.get(address).status_code == 404
    assert scope_of_path(address) == versions.SITE


# --- When it changes ------------------------------------------------------------------------------------
def test_what_is_said_is_seen_within_a_second(stranger, said, clock):
    said("One.")
    stranger.get(SECTION)
    clock.ahead = 0.4
    said("Two.")
    clock.ahead = 0.9
    assert b"Two." not in stranger.get(SECTION).content  # this is what makes a busy thread cheap
    clock.ahead = 1.0
    assert b"Two." in stranger.get(SECTION).content


def test_on_a_page_that_nobody_read_for_a_while_it_is_seen_at_once(stranger, said, clock):
    said("One.")
    stranger.get(SECTION)
    clock.ahead = 100
    said("Two.")
    assert b"Two." in stranger.get(SECTION).content


def test_a_stranger_waits_no_longer_because_someone_signed_in_has_read_it(stranger, browser_of, ada, said, clock):
    said("One.")
    browser_of(ada).get(SECTION)
    clock.ahead = 0.4
    said("Two.")
    clock.ahead = 0.9
    stranger.get(SECTION)
    clock.ahead = 1.0
    assert b"Two." in stranger.get(SECTION).content


def test_what_is_withdrawn_is_gone_at_once_everywhere(stranger, browser_of, ben, said, taken_back, clock):
    comment = said("My ward is on the third floor.")
    reader = browser_of(ben)
    places = addresses(comment)[2:4] + addresses(comment)[6:7]
    for address in places:
        assert b"third floor" in stranger.get(address).content
        assert b"third floor" in reader.get(address).content
    taken_back(comment)
    for address in places:
        assert b"third floor" not in stranger.get(address).content
        assert b"third floor" not in reader.get(address).content


def test_words_that_go_while_a_page_is_being_made_do_not_come_back_with_it(stranger, said, taken_back, monkeypatch):
    comment = said("My ward is on the third floor.")
    keep = Shelf.keep

    def keep_late(shelf, *what, **how):
        if not PublicComment.objects.get(pk=comment.pk).is_withdrawn:
            taken_back(comment)
        return keep(shelf, *what, **how)

    monkeypatch.setattr(Shelf, "keep", keep_late)
    stranger.get(SECTION)
    assert b"third floor" not in stranger.get(SECTION).content


def test_a_new_date_is_seen_at_once(stranger, ann, consultation, django_capture_on_commit_callbacks):
    assert b"Paused" not in stranger.get(SECTION).content
    with django_capture_on_commit_callbacks(execute=True):
        consultations.pause(consultation, by=ann, reason="A flood of identical comments.")
    assert b"Paused" in stranger.get(SECTION).content
    assert b"Paused" in stranger.get("/").content


def test_a_new_draft_is_seen_at_once(stranger, other_document, otto, django_capture_on_commit_callbacks):
    draft = import_draft(other_document, read_markdown(GUIDANCE.replace("Social media", "Gifts")), by=otto)
    assert b"Gifts for public servants" not in stranger.get("/guidance/").content
    with django_capture_on_commit_callbacks(execute=True):
        publish(draft, changelog="The first draft.", by=otto)
    assert b"Gifts for public servants" in stranger.get("/guidance/").content


def test_the_clock_alone_closes_a_page(stranger, consultation, clock, django_assert_num_queries):
    Consultation.objects.filter(pk=consultation.pk).update(closes_at=timezone.now() + timedelta(seconds=120))
    assert b"Closes today" in stranger.get(SECTION).content
    clock.ahead = 119
    with django_assert_num_queries(0):
        assert b"Closes today" in stranger.get(SECTION).content
    clock.ahead = 120
    assert b"Closed at" in stranger.get(SECTION).content
    assert b"Closes today" not in stranger.get("/").content


def test_nothing_is_kept_for_longer_than_five_minutes(stranger, said, clock, django_assert_num_queries):
    said("One.")
    stranger.get(SECTION)
    clock.ahead = 299
    with django_assert_num_queries(0):
        stranger.get(SECTION)
    clock.ahead = 301
    PublicComment.objects.all().update(visible=False, staff_state="hidden")  # by a way that tells nobody
    assert b"One." not in stranger.get(SECTION).content


def test_of_those_who_find_it_old_together_one_makes_it_anew(stranger, said, clock, django_assert_num_queries):
    said("One.")
    stranger.get(SECTION)
    clock.ahead = 0.5
    said("Two.")
    clock.ahead = 1.5
    first = versions.look(f"page:{SECTION}", scope_of("draft-1"))
    assert first.is_mine_to_renew()
    with django_assert_num_queries(0):
        assert b"One." in stranger.get(SECTION).content


# --- Whose it is ----------------------------------------------------------------------------------------
def test_a_page_of_someone_signed_in_is_theirs_alone(browser_of, stranger, ada, ben, said):
    said("One.")
    own = browser_of(ada).get(SECTION)
    assert own["Cache-Control"] == "private, no-store"
    assert "ETag" not in own.headers
    assert b"Posted by you" in own.content
    for other in (stranger.get(SECTION), browser_of(ben).get(SECTION), Client().get(SECTION)):
        assert b"Posted by you" not in other.content
        assert b"Night Heron" in other.content
        assert b"<!--own:" not in browser_of(ben).get(SECTION).content


def test_the_marks_are_the_readers_own_whoever_came_first(browser_of, stranger, ada, said):
    said("One.")
    stranger.get(SECTION)
    assert b"Posted by you" in browser_of(ada).get(SECTION).content
    assert b"Posted by you" not in stranger.get(SECTION).content


def test_a_page_of_someone_signed_in_is_never_stored(browser_of, ada, said, monkeypatch):
    stored = []
    keep = Shelf.keep
    monkeypatch.setattr(Shelf, "keep", lambda shelf, value, **how: stored.append(value) or keep(shelf, value, **how))
    said("One.")
    reader = browser_of(ada)
    for address in (SECTION, "/", "/consultations/draft-1/", "/guidance/social-media/", "/your-contributions/"):
        assert reader.get(address).status_code == 200
    kept = repr(stored)
    assert "Posted by you" not in kept
    assert not [value for value in stored if hasattr(value, "body")]  # shared bodies only, no finished page
    assert "/account/" not in kept.replace("/account/login/", "")


def test_what_one_posts_is_on_ones_own_page_at_once_on_a_quiet_page(browser_of, ada, said, clock):
    said("One.")
    clock.ahead = 5
    said("Two.")
    assert b"Two." in browser_of(ada).get(SECTION).content


@pytest.fixture
def unannounced(consultation, ann) -> Consultation:
    coming = Consultation.objects.get(pk=consultation.pk)
    coming.pk, coming.slug, coming.title, coming.announced_at = None, "draft-2", "Draft 2", None
    coming._state.adding = True
    return consultations.set_up(coming, questions=[{"text": "What else?"}], by=ann)


def test_a_consultation_that_is_being_set_up_is_kept_for_nobody(unannounced, stranger, browser_of, ann, monkeypatch):
    monkeypatch.setattr(Shelf, "keep", lambda *_what, **_how: pytest.fail("It was kept."))
    for address in ("/consultations/draft-2/", "/consultations/draft-2/sections/yourself/"):
        assert stranger.get(address).status_code == 404
        assert browser_of(ann).get(address).status_code == 200
        refused = stranger.get(address)
        assert (refused.status_code, refused["Cache-Control"]) == (404, "no-store")


def test_once_announced_it_is_there_at_once(unannounced, stranger, ann, django_capture_on_commit_callbacks):
    stranger.get("/")
    assert stranger.get("/consultations/draft-2/").status_code == 404
    with django_capture_on_commit_callbacks(execute=True):
        consultations.announce(unannounced, by=ann)
    assert stranger.get("/consultations/draft-2/").status_code == 200
    assert b"Draft 2" in stranger.get("/").content


# --- When the cache is away -------------------------------------------------------------------------------
AWAY = {"BACKEND": "consult.config.cache.CacheThatMayBeAway", "LOCATION": "unix:///nowhere/at/all.sock"}


@pytest.fixture
def no_cache(settings):
    """A Redis that nobody answers for."""
    outage.over()
    settings.CACHES = {**settings.CACHES, "default": AWAY}
    yield caches["default"]
    outage.over()


def test_pages_answer_without_a_cache(no_cache, stranger, browser_of, ada, said, taken_back, caplog):
    comment = said("One.")
    assert b"One." in stranger.get(SECTION).content
    assert b"Posted by you" in browser_of(ada).get(SECTION).content
    taken_back(comment)
    assert b"One." not in stranger.get(SECTION).content
    assert [record.message for record in caplog.records if "cache does not answer" in record.message] == [
        "The cache does not answer (ConnectionError). Pages are made anew until it does."
    ]


def test_someone_stays_signed_in_without_a_cache(settings, browser_of, ada, said):
    said("One.")
    reader = browser_of(ada)
    outage.over()
    settings.CACHES = {**settings.CACHES, "default": AWAY}
    assert b"Posted by you" in reader.get(SECTION).content
    outage.over()


def test_every_question_to_a_cache_that_is_away_has_an_answer(no_cache):
    assert no_cache.get("a", "nothing") == "nothing"
    assert no_cache.get_many(["a"]) == {}
    assert no_cache.set("a", 1) is None
    assert no_cache.set_many({"a": 1}) == ["a"]
    assert no_cache.add("a", 1) is True
    assert no_cache.incr("a") == 1
    assert not no_cache.has_key("a")
    assert not no_cache.touch("a")
    assert not no_cache.delete("a")
    assert no_cache.delete_many(["a"]) is None
    assert no_cache.clear() is None


class Moody:
    """A cache that one can send away."""

    def __init__(self) -> None:
        self.held: dict = {}
        self.is_away = False

    def get_many(self, names):
        return {} if self.is_away else {name: self.held[name] for name in names if name in self.held}

    def set(self, name, value, timeout=None):
        if not self.is_away:
            self.held[name] = value

    def add(self, name, value, timeout=None):
        if self.is_away or name in self.held:
            return self.is_away
        self.held[name] = value
        return True

    def delete(self, name):
        self.held.pop(name, None)

    def set_many(self, values, timeout=None):
        if self.is_away:
            return list(values)
        self.held.update(values)
        return []


@pytest.fixture
def moody(monkeypatch):
    held = Moody()
    monkeypatch.setattr(versions, "cache", held)
    monkeypatch.setattr(versions, "_owed", {})
    return held


def test_what_was_withdrawn_while_the_cache_was_away_does_not_come_back_with_it(moody):
    words = ["third floor"]
    assert remembered("page", "here", lambda: (list(words), None)).value == ["third floor"]
    moody.is_away = True
    words.clear()
    something_must_go("here")
    moody.is_away = False
    assert remembered("page", "here", lambda: (list(words), None)).value == []
    assert not versions._owed


def test_a_version_that_the_cache_forgot_takes_what_hangs_on_it_along(moody):
    remembered("page", "here", lambda: ("old", None))
    something_must_go("here")
    del moody.held["hard:here"]
    assert remembered("page", "here", lambda: ("new", None)).value == "new"


def test_what_an_older_release_kept_is_not_looked_at(moody, monkeypatch):
    remembered("page", "here", lambda: ("old", None))
    monkeypatch.setattr(versions, "SHAPE", versions.SHAPE + 1)
    assert remembered("page", "here", lambda: ("new", None)).value == "new"


OFTEN = [("wait", 0.4), ("wait", 0.4), ("wait", 1.0), ("say",), ("say",), ("read",), ("read",), ("read signed in",)]
SELDOM = [("wait", 400.0), ("withdraw",), ("leave",), ("come back",), ("forget",)]
MOVES = st.lists(st.sampled_from([*OFTEN, *OFTEN, *SELDOM]), min_size=20, max_size=60)


@given(moves=MOVES)
def test_nobody_ever_reads_what_was_withdrawn_or_misses_what_was_said_a_second_ago(moves):
    """Two layers, as in the product: a page that is made of a shared body. Whatever happens, in whatever order."""
    with pytest.MonkeyPatch.context() as patch:
        held, now = Moody(), SimpleNamespace(at=1_000.0)
        patch.setattr(versions, "cache", held)
        patch.setattr(versions, "_owed", {})
        patch.setattr(versions.time, "time", lambda: now.at)
        said: dict[str, float] = {}
        count = 0

        def body() -> Kept:
            return remembered("body", "consultation:c", lambda: (" ".join(said), None))

        def view(request):
            kept = body()
            response = HttpResponse(kept.value)
            response.made_of = kept
            return response

        pages, request = FinishedPages(view), RequestFactory().get("/consultations/c/")
        for move in moves:
            match move:
                case ("wait", seconds):
                    now.at += seconds
                case ("say",):
                    count += 1
                    said[f"w{count}."] = now.at
                    something_was_said("consultation:c")
                case ("withdraw",) if said:
                    said.pop(next(iter(said)))
                    something_must_go("consultation:c")
                case ("leave",):
                    held.is_away = True
                case ("come back",):
                    held.is_away = False
                case ("forget",):
                    held.held.clear()
                case ("read" | "read signed in" as how,):
                    page = pages(request).content.decode() if how == "read" else body().value
                    words = set(page.split())
                    assert words <= set(said)
                    assert {word for word, at in said.items() if now.at - at >= 1.0} <= words


# --- Redis itself -------------------------------------------------------------------------------------------
@pytest.fixture
def redis():
    if not isinstance(caches["default"], CacheThatMayBeAway):
        pytest.skip("needs Redis: make lane-b")
    return caches["default"]


def test_clearing_the_cache_leaves_alone_what_is_not_ours(redis):
    theirs = f"somebody-else-{time.time()}"
    client = redis._cache.get_client(write=True)
    client.set(theirs, "their own", ex=60)
    redis.set("ours", 1)
    redis.clear()
    assert redis.get("ours") is None
    assert client.get(theirs) == b"their own"
    client.delete(theirs)


def test_values_come_back_as_they_were(redis):
    for value in (7, True, None, "7", b"\x80", {"a": [1]}, Kept("x", "1", "2", 1.0, 2.0)):
        redis.set("value", value)
        assert redis.get("value") == value
        assert type(redis.get("value")) is type(value)
