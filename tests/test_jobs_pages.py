"""Watching a job: what those who asked for it see, and nobody else."""

import pytest
from django.db.models import Model

from consult.jobs import nudging
from consult.jobs.actions import ask_for
from consult.jobs.models import Job
from consult.jobs.running import run_job
from consult.jobs.troubles import CannotFinish
from consult.jobs.work import WORK, Work

pytestmark = pytest.mark.django_db
PARAMS = {
    "title": "Comments on “Pen names & <badges>”",
    "page": "/team/consultations/draft-1/export/",
    "again": {"address": "/team/consultations/draft-1/export/", "fields": {"seal": 1234}},
}


@pytest.fixture(autouse=True)
def quiet(monkeypatch):
    """No broker takes part; “sums” means whatever the test says."""
    monkeypatch.setattr(nudging.current_app, "send_task", lambda *_what, **_how: None)


@pytest.fixture
def work(monkeypatch):
    def means(function):
        monkeypatch.setitem(WORK, "sums", Work(do=function))

    return means


def sums(by: Model, **params) -> Job:
    return ask_for("sums", params={**PARAMS, **params}, key="1", by=by)


def address(job: Job) -> str:
    return f"/team/jobs/{job.public_id}/"


def text(response) -> str:
    return response.content.decode()


def test_who_asked_sees_it_wait_and_where_it_was_asked_for(edie, browser_of):
    page = browser_of(edie).get(address(sums(edie)))
    assert page.status_code == 200
    assert "Comments on “Pen names &amp; &lt;badges&gt;”" in text(page)
    assert "Waiting for its turn." in text(page)
    assert f'href="{PARAMS["page"]}"' in text(page)
    assert "no-store" in page.headers["Cache-Control"]


def test_without_javascript_a_plain_link_looks_again(edie, browser_of):
    job = sums(edie)
    page = text(browser_of(edie).get(address(job)))
    assert f'<a class="govuk-link" href="{address(job)}">Look again</a>' in page
    moving = page[page.index("hx-get") : page.index("Look again")]
    assert moving.count("</div>") > moving.count("<div")  # the link stands outside of what is exchanged


def test_the_moving_part_says_how_far_it_is(edie, browser_of):
    job = sums(edie)
    claimed = Job.objects.claim(job.pk)
    claimed.progress(done=2_000, total=5_000, note="Writing comments")
    moving = browser_of(edie).get(f"{address(job)}progress/")
    assert "2,000 of 5,000 done." in text(moving)
    assert "Writing comments" in text(moving)
    assert 'aria-valuenow="2000"' in text(moving)
    assert f'hx-get="{address(job)}progress/"' in text(moving)
    assert "<html" not in text(moving)
    assert "HX-Refresh" not in moving.headers


def test_when_it_has_ended_the_page_is_opened_anew_and_stops_asking(edie, browser_of, work):
    work(lambda job: None)
    job = sums(edie)
    run_job(job.pk)
    moving = browser_of(edie).get(f"{address(job)}progress/")
    assert moving.headers["HX-Refresh"] == "true"
    assert "hx-get" not in text(moving)
    page = text(browser_of(edie).get(address(job)))
    assert "This is done." in page
    assert "htmx" not in page
    assert "Look again" not in page


def test_what_came_of_it_is_linked(edie, browser_of, work):
    link = {"words": "Download the <sums>", "address": "/team/sums/1/"}
    work(lambda job: {"links": [link], "note": "Twelve sums."})
    job = sums(edie)
    run_job(job.pk)
    page = text(browser_of(edie).get(address(job)))
    assert 'href="/team/sums/1/">Download the &lt;sums&gt;</a>' in page
    assert "Twelve sums." in page


@pytest.mark.parametrize(
    "elsewhere", ["https://evil.example/", "//evil.example/", "/\\evil.example/", "javascript:alert(1)"]
)
def test_no_link_leads_elsewhere(elsewhere, edie, browser_of, work):
    work(lambda job: {"links": [{"words": "Click", "address": elsewhere}]})
    job = sums(edie, page=elsewhere, again={"address": elsewhere})
    run_job(job.pk)
    page = text(browser_of(edie).get(address(job)))
    assert "evil" not in page
    assert "alert(1)" not in page


def refuse(_job: Job) -> None:
    raise CannotFinish("There is nothing to add up.")


def test_a_failure_says_why_and_can_be_tried_again(edie, browser_of, work):
    work(refuse)
    job = sums(edie)
    run_job(job.pk)
    page = text(browser_of(edie).get(address(job)))
    assert "this did not work" in page
    assert "There is nothing to add up." in page
    form = page[page.index('<form method="post" action="/team/consultations') : page.index("Try again")]
    assert 'action="/team/consultations/draft-1/export/"' in form
    assert '<input type="hidden" name="seal" value="1234">' in form
    assert "csrfmiddlewaretoken" in form


def test_a_failure_without_a_way_to_ask_again_has_no_button(edie, browser_of, work):
    work(refuse)
    job = ask_for("sums", params={}, key="1", by=edie)
    run_job(job.pk)
    page = text(browser_of(edie).get(address(job)))
    assert "There is nothing to add up." in page
    assert "Try again" not in page


def test_a_result_that_is_no_dictionary_breaks_nothing(edie, browser_of, work):
    work(lambda job: [1, 2, 3])
    job = sums(edie)
    run_job(job.pk)
    assert browser_of(edie).get(address(job)).status_code == 200


@pytest.mark.parametrize("part", ["", "progress/"])
def test_others_do_not_find_it(part, cast, stranger, browser_of):
    job = sums(cast.edie)
    for other in (cast.otto, cast.mo, cast.ada, cast.ben):
        assert browser_of(other).get(address(job) + part).status_code == 404
    assert stranger.get(address(job) + part).headers["Location"].startswith("/account/login/")
    assert browser_of(cast.ann).get(address(job) + part).status_code == 200
    assert browser_of(cast.edie).get(address(job) + part).status_code == 200


def test_someone_who_asked_for_the_same_watches_it_too(edie, otto, browser_of):
    job = sums(edie)
    assert sums(otto) == job
    assert browser_of(otto).get(address(job)).status_code == 200


def test_a_job_is_only_looked_at(edie, browser_of):
    job = sums(edie)
    assert browser_of(edie).post(address(job)).status_code == 405
    assert browser_of(edie).get("/team/jobs/1/").status_code == 404
    assert browser_of(edie).head(address(job)).status_code == 200


def test_who_asked_is_not_on_the_page(edie, ann, browser_of):
    page = text(browser_of(ann).get(address(sums(edie))))
    assert edie.email not in page
