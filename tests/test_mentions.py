"""Pages elsewhere that tell us that they link to us: what is believed, what is shown, and who decides."""

import re
from urllib.parse import urlsplit

import pytest
from django.core.cache import cache
from django.urls import reverse

from consult.discussion.elsewhere import mentions, pingback
from consult.discussion.elsewhere.mentions import TooOften, decide_on_mention, hear_of
from consult.discussion.models import Mention
from consult.jobs import nudging
from consult.jobs.models import Job
from consult.jobs.running import run_job
from consult.jobs.states import State
from consult.ledger.models import Entry
from consult.people.permissions import Refused
from tests.elsewhere_server import Server, page, sent_to

pytestmark = pytest.mark.django_db
TARGET = "http://testserver/consultations/draft-1/sections/yourself/"
FRONT = "/consultations/draft-1/"
QUEUE = "/team/consultations/draft-1/mentions/"


@pytest.fixture(autouse=True)
def switched_on(settings, monkeypatch, cast):
    settings.WEBMENTION = True
    monkeypatch.setattr(nudging.current_app, "send_task", lambda *_what, **_how: None)


@pytest.fixture
def blog(monkeypatch):
    with Server() as server:
        monkeypatch.setattr(mentions, "guard", server.guard())
        yield server


def post_with(words: str = "the draft", title: str = "My blog", target: str = TARGET) -> bytes:
    return page(f'<title>{title}</title><p>I read <a href="{target}">{words}</a> twice.</p>')


@pytest.fixture
def tell(blog, stranger):
    """Somebody says that a page links to one of ours, and a worker looks."""

    def telling(path="/post", target=TARGET) -> Job:
        response = stranger.post("/webmention/", {"source": blog.url(path), "target": target})
        assert response.status_code == 202, response.content
        job = Job.objects.order_by("pk").last()
        run_job(job.pk)
        return Job.objects.get(pk=job.pk)

    return telling


def front(browser) -> str:
    cache.clear()
    return browser.get(FRONT).content.decode()


# --- Hearing ------------------------------------------------------------------------------------------
def test_a_page_that_links_here_waits_until_someone_lets_it_in(blog, tell, stranger, edie):
    blog.answers["/post"] = post_with()
    assert tell().state == State.DONE
    mention = Mention.objects.get()
    assert (mention.state, mention.title, mention.excerpt) == ("waiting", "My blog", "I read the draft twice.")
    assert "My blog" not in front(stranger)
    decide_on_mention(mention, is_shown=True, by=edie)
    html = front(stranger)
    assert "Mentioned elsewhere" in html
    assert f'href="{blog.url("/post")}"' in html


def test_the_answer_comes_before_anyone_looks(blog, stranger):
    response = stranger.post("/webmention/", {"source": blog.url("/post"), "target": TARGET})
    assert response.status_code == 202
    assert blog.asked == []
    assert Job.objects.get().state == State.WAITING


def test_the_same_news_twice_is_one_job_and_one_mention(blog, tell, stranger):
    blog.answers["/post"] = post_with()
    for _time in range(3):
        stranger.post("/webmention/", {"source": blog.url("/post"), "target": TARGET})
    assert Job.objects.count() == 1
    run_job(Job.objects.get().pk)
    tell()
    tell(target="http://testserver/consultations/draft-1/sections/yourself/")
    assert Mention.objects.count() == 1
    assert Entry.objects.filter(verb__startswith="mention.").count() == 1


def test_a_page_that_does_not_link_here_is_not_kept(blog, tell):
    blog.answers["/post"] = page("<p>Nothing of yours.</p>")
    job = tell()
    assert (job.state, job.error) == (State.FAILED, "The page does not link to us.")
    assert not Mention.objects.exists()


def test_a_page_that_links_to_another_page_of_ours_does_not_link_to_this_one(blog, tell):
    blog.answers["/post"] = post_with(target="http://testserver/consultations/draft-1/")
    assert tell().state == State.FAILED


@pytest.mark.parametrize(
    "target",
    ["", "x", "http://testserver/", "http://testserver/nowhere/", "http://testserver/consultations/nowhere/",
     "https://testserver/consultations/draft-1/", "http://evil.example/consultations/draft-1/",
     "http://testserver@evil.example/consultations/draft-1/", "http://testserver/team/",
     "http://testserver/comments/1/", "http://testserver/consultations/draft-1/comment/", "http://[::1/",
     "http://testserver/consultations/draft-1/" + "x" * 600, "http://testserver/consultations/draft-1/\x00"],
)  # fmt: skip
def test_only_pages_of_ours_that_can_be_mentioned_are_targets(blog, stranger, target):
    response = stranger.post("/webmention/", {"source": blog.url("/post"), "target": target})
    assert response.status_code == 400
    assert not Job.objects.exists()


def test_a_consultation_that_nobody_was_told_of_is_no_target(blog, stranger, consultation):
    type(consultation).objects.filter(pk=consultation.pk).update(announced_at=None)
    assert stranger.post("/webmention/", {"source": blog.url("/"), "target": TARGET}).status_code == 400


@pytest.mark.parametrize(
    "source",
    ["", "post", "ftp://blog.example/", "http://a@blog.example/", "http://testserver/consultations/draft-1/", TARGET,
     "http://blog.example/" + "x" * 600, "javascript:alert(1)"],
)  # fmt: skip
def test_a_source_that_nobody_would_look_at_is_refused_at_once(blog, stranger, source):
    assert stranger.post("/webmention/", {"source": source, "target": TARGET}).status_code == 400
    assert not Job.objects.exists()


def test_nothing_inside_is_asked_for(stranger, monkeypatch):
    """With the guard as it is: the job ends with a reason, and no connection is made."""
    monkeypatch.setattr("socket.create_connection", lambda *_a, **_k: pytest.fail("A connection was made."))
    for source in ("http://127.0.0.1/", "http://localhost/", "http://169.254.169.254/latest/", "http://[::1]/"):
        stranger.post("/webmention/", {"source": source, "target": TARGET})
    for job in Job.objects.all():
        run_job(job.pk)
    assert {(job.state, job.error) for job in Job.objects.all()} == {
        (State.FAILED, "This address does not lie on the public internet.")
    }


def test_one_host_is_heard_so_often_and_no_more(blog, stranger, consultation):
    for n in range(mentions.FROM_A_HOST):
        hear_of(consultation, source=f"http://blog.example:{blog.port}/{n}", target=TARGET)
    with pytest.raises(TooOften):
        hear_of(consultation, source=f"http://blog.example:{blog.port}/more", target=TARGET)
    answer = stranger.post("/webmention/", {"source": blog.url("/more"), "target": TARGET})
    assert answer.status_code == 429
    hear_of(consultation, source=f"http://other.example:{blog.port}/1", target=TARGET)


def test_switched_off_there_is_no_such_address_and_no_page_names_one(settings, stranger):
    settings.WEBMENTION = False
    for address in ("/webmention/", "/pingback/"):
        assert stranger.post(address, {}).status_code == 404
    response = stranger.get(FRONT)
    assert "Link" not in response
    assert "webmention" not in response.content.decode()


def test_switched_off_meanwhile_what_waits_is_not_fetched(blog, stranger, settings):
    stranger.post("/webmention/", {"source": blog.url("/post"), "target": TARGET})
    settings.WEBMENTION = False
    run_job(Job.objects.get().pk)
    assert Job.objects.get().state == State.FAILED
    assert blog.asked == []


# --- Pages say where ----------------------------------------------------------------------------------
@pytest.mark.parametrize("who", ["stranger", "ada"])
@pytest.mark.parametrize("address", [FRONT, "/consultations/draft-1/sections/yourself/"])
def test_pages_say_where_they_can_be_told_of_kept_or_not(who, address, cast, browser_of, stranger):
    browser = stranger if who == "stranger" else browser_of(cast.ada)
    for _time in range(2):
        response = browser.get(address)
        assert response["Link"] == '<http://testserver/webmention/>; rel="webmention"'
        assert response["X-Pingback"] == "http://testserver/pingback/"
        assert '<link rel="webmention" href="/webmention/">' in response.content.decode()


# --- Updates and deletions ----------------------------------------------------------------------------
@pytest.fixture
def let_in(blog, tell, edie):
    blog.answers["/post"] = post_with()
    tell()
    return decide_on_mention(Mention.objects.get(), is_shown=True, by=edie)


def test_new_words_are_seen_by_someone_before_they_are_shown(blog, tell, let_in, stranger):
    blog.answers["/post"] = post_with(title="Buy pills")
    tell()
    let_in.refresh_from_db()
    assert (let_in.state, let_in.title) == ("waiting", "Buy pills")
    assert "Buy pills" not in front(stranger)
    assert "My blog" not in front(stranger)


def test_the_same_words_stay_as_they_are(tell, let_in, stranger):
    tell()
    let_in.refresh_from_db()
    assert let_in.state == "shown"


@pytest.mark.parametrize(
    "answer",
    [page("", status="410 Gone"), page("", status="404 Not Found"), page("<p>No link any more.</p>")],
)
def test_what_is_gone_there_goes_here_with_its_words(blog, tell, let_in, stranger, answer):
    blog.answers["/post"] = answer
    assert tell().state == State.DONE
    let_in.refresh_from_db()
    assert (let_in.state, let_in.excerpt) == ("gone", "")
    assert let_in.title == "blog.example"
    assert "My blog" not in front(stranger)


def test_a_page_that_links_to_another_page_of_the_same_consultation_still_mentions_it(blog, tell, let_in):
    blog.answers["/post"] = post_with(target="http://testserver/consultations/draft-1/questions/1/")
    tell()
    let_in.refresh_from_db()
    assert let_in.state == "shown"


def test_what_is_gone_can_come_back_and_waits_again(blog, tell, let_in):
    blog.answers["/post"] = page("", status="410 Gone")
    tell()
    blog.answers["/post"] = post_with()
    tell()
    let_in.refresh_from_db()
    assert let_in.state == "waiting"


@pytest.mark.parametrize("status", ["500 Oh", "503 Busy", "429 Slow down"])
def test_a_page_that_has_no_answer_today_stays(blog, tell, let_in, status):
    blog.answers["/post"] = page("", status=status)
    assert tell().state == State.WAITING
    let_in.refresh_from_db()
    assert let_in.state == "shown"


def test_what_was_turned_away_stays_away_whatever_it_says_next(blog, tell, let_in, edie):
    decide_on_mention(let_in, is_shown=False, by=edie)
    blog.answers["/post"] = post_with(title="Please?")
    tell()
    let_in.refresh_from_db()
    assert let_in.state == "refused"


def test_a_worker_that_dies_after_fetching_leaves_nothing_and_the_next_one_does_it_all(blog, stranger, monkeypatch):
    blog.answers["/post"] = post_with()
    stranger.post("/webmention/", {"source": blog.url("/post"), "target": TARGET})
    job = Job.objects.get()
    with monkeypatch.context() as patch:
        patch.setattr(mentions, "_noted", lambda *_found: (_ for _ in ()).throw(KeyboardInterrupt))
        with pytest.raises(KeyboardInterrupt):
            run_job(job.pk)
    assert not Mention.objects.exists()
    run_job(job.pk)
    assert Mention.objects.count() == 1


def test_a_redirect_is_followed_and_the_mention_keeps_the_address_it_was_told(blog, tell):
    blog.answers["/short"] = sent_to("/post")
    blog.answers["/post"] = post_with()
    tell("/short")
    assert Mention.objects.get().url == blog.url("/short")


def test_hostile_words_are_shown_and_never_obeyed(blog, tell, browser_of, edie, stranger):
    blog.answers["/post"] = post_with(words="&lt;script&gt;alert(1)", title="&lt;img src=x onerror=alert(1)&gt;{{ a }}")
    tell()
    html = browser_of(edie).get(QUEUE).content.decode()
    decide_on_mention(Mention.objects.get(), is_shown=True, by=edie)
    for shown in (html, front(stranger)):
        assert "<script>alert" not in shown
        assert "<img src=x" not in shown


# --- Pingback -----------------------------------------------------------------------------------------
def call(source: str, target: str = TARGET, method: str = "pingback.ping") -> bytes:
    value = "<param><value><string>{}</string></value></param>"
    return (
        f"<?xml version='1.0'?><methodCall><methodName>{method}</methodName><params>"
        f"{value.format(source)}{value.format(target)}</params></methodCall>"
    ).encode()


def ping(stranger, body: bytes) -> str:
    response = stranger.post("/pingback/", data=body, content_type="text/xml")
    assert response.status_code == 200
    return response.content.decode()


def test_a_pingback_is_a_mention_too(blog, stranger):
    blog.answers["/post"] = post_with()
    assert "Thank you" in ping(stranger, call(blog.url("/post")))
    run_job(Job.objects.get().pk)
    assert Mention.objects.get().state == "waiting"


BILLION_LAUGHS = b'<!DOCTYPE a [<!ENTITY b "ha"><!ENTITY c "&b;&b;">]><methodCall>&c;</methodCall>'
OUTSIDE_FILE = b'<!DOCTYPE a [<!ENTITY b SYSTEM "file:///etc/passwd">]><methodCall>&b;</methodCall>'


@pytest.mark.parametrize(
    "body",
    [b"", b"<", b"\x00\xff", BILLION_LAUGHS, OUTSIDE_FILE, b"<methodCall/>", call("x", method="system.listMethods"),
     call("x").replace(b"</params>", b"<param><value>x</value></param></params>"), b"<a>" * 3_000, b"x" * 20_000,
     b"<?xml version='1.0' encoding='hex'?><a/>"],
)  # fmt: skip
def test_what_is_no_pingback_is_refused_in_its_own_language(stranger, body):
    answer = ping(stranger, body)
    assert "<int>0</int>" in answer
    assert "root:" not in answer
    assert not Job.objects.exists()


def test_pingback_says_in_its_own_numbers_what_is_wrong(blog, stranger):
    assert "<int>33</int>" in ping(stranger, call(blog.url("/post"), "http://testserver/nowhere/"))
    assert pingback.refused(1, "<&>").count("&lt;&amp;&gt;") == 1


# --- Who decides --------------------------------------------------------------------------------------
@pytest.mark.parametrize("who", ["edie", "mo", "ann"])
def test_editors_moderators_and_admins_let_in(who, cast, blog, tell, browser_of, stranger):
    blog.answers["/post"] = post_with()
    tell()
    browser, mention = browser_of(getattr(cast, who)), Mention.objects.get()
    assert "My blog" in browser.get(QUEUE).content.decode()
    assert browser.post(QUEUE, {"mention": mention.pk, "verdict": "show"}).status_code == 302
    assert "My blog" in front(stranger)
    browser.post(QUEUE, {"mention": mention.pk, "verdict": "refuse"})
    assert "My blog" not in front(stranger)
    assert [entry.verb for entry in Entry.objects.filter(subject=f"mention:{mention.pk}").order_by("pk")] == [
        "mention.heard", "mention.shown", "mention.refused",
    ]  # fmt: skip


@pytest.mark.parametrize("who", ["ada", "ben", "otto"])
def test_nobody_else_does(who, cast, blog, tell, browser_of):
    blog.answers["/post"] = post_with()
    tell()
    mention, someone = Mention.objects.get(), getattr(cast, who)
    with pytest.raises(Refused):
        decide_on_mention(mention, is_shown=True, by=someone)
    answer = browser_of(someone).post(QUEUE, {"mention": mention.pk, "verdict": "show"})
    assert answer.status_code == 404
    mention.refresh_from_db()
    assert mention.state == "waiting"


def test_what_its_page_took_back_cannot_be_let_in(blog, tell, let_in, edie, browser_of):
    blog.answers["/post"] = page("", status="410 Gone")
    tell()
    answer = browser_of(edie).post(QUEUE, {"mention": let_in.pk, "verdict": "show"}, follow=True)
    assert "does not mention us any more" in answer.content.decode()


@pytest.mark.parametrize("number", ["", "x", "-1", "9" * 30, "99999"])
def test_a_mention_that_is_none_is_not_found(number, browser_of, edie):
    assert browser_of(edie).post(QUEUE, {"mention": number, "verdict": "show"}).status_code == 404


def test_a_page_of_another_consultation_is_not_decided_here(blog, tell, browser_of, edie):
    blog.answers["/post"] = post_with()
    tell()
    there = reverse("mentions", args=["ideas"])
    assert browser_of(edie).post(there, {"mention": Mention.objects.get().pk, "verdict": "show"}).status_code == 404


def test_what_is_kept_of_a_page_names_its_host_and_no_query(blog, tell):
    """The ledger has no address."""
    blog.answers["/post"] = post_with()
    tell()
    assert all("blog" not in entry.facts for entry in Entry.objects.filter(verb__startswith="mention."))
    assert urlsplit(Mention.objects.get().url).hostname == "blog.example"
    assert re.fullmatch(r"[0-9a-f]{64}", Mention.objects.get().external_key)
