"""Edie checks a draft and publishes it; withdraws and corrects what is published; and what readers see of that."""

import re
from datetime import timedelta
from html import unescape

import pytest
from django.core.cache import cache
from django.utils import timezone

from consult.drafting import actions as drafting
from consult.jobs.running import run_job
from consult.publishing import actions as publishing
from consult.publishing.checklist import open_points
from consult.publishing.models import Publication
from guidance.models import Document

PAGE = "/team/drafts/social-media/publish/"
SECOND = "Assume that your manager, a journalist and the people you serve could all read what you post."


def words(response) -> str:
    return unescape(re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", response.content.decode())))


@pytest.fixture
def draft(cast):
    return drafting.open_draft(cast.document, by=cast.edie)


@pytest.fixture
def edie_at(browser_of, edie):
    return browser_of(edie)


@pytest.fixture
def asks(form_of):
    """Someone fills the form, looks at what readers will see, and says yes."""

    def send(browser, **sent):
        shown = browser.post(PAGE, {"changelog": "Shorter.", "when": "now", **sent})
        assert shown.status_code == 200
        return browser.post(PAGE, form_of(shown))

    return send


def save(cast, draft, section: str, level: str, markdown: str) -> None:
    there = draft.section_texts.get(section__key=section).levels.filter(level=level).first()
    drafting.save_level(draft, section, level, markdown, read_version=there.version if there else 0, by=cast.edie)


# --- The checklist ----------------------------------------------------------------------------------------
def kinds(draft) -> list[str]:
    return [point.kind for point in open_points(draft)]


def test_it_finds_what_is_still_open(cast, draft):
    assert kinds(draft) == ["level", "consultation"]  # a section without a full story; people are still asked
    save(cast, draft, "yourself", "full", "### One\n\nWords.\n\n##### Three steps down\n\nMore words.")
    section = draft.section_texts.get(section__key="who").section
    drafting.keep_autosaved(draft, section, "overview", "Half", read_version=1, by=cast.ann)
    Document.objects.filter(pk=cast.document.pk).update(overview_sides=1, sides=1)
    draft.document.refresh_from_db()
    save(cast, draft, "who", "overview", "word " * 600)
    assert set(kinds(draft)) == {"budget", "level", "heading", "siblings", "unsaved", "consultation"}


def test_its_sentences_could_stand_in_public(cast, draft):
    section = draft.section_texts.get(section__key="who").section
    drafting.keep_autosaved(draft, section, "overview", "A secret", read_version=1, by=cast.ann)
    told = " ".join(point.sentence for point in open_points(draft))
    assert "@" not in told
    assert "secret" not in told


# --- The way to everyone ----------------------------------------------------------------------------------
def test_open_points_and_the_reason_are_shown_before_and_asked_for(draft, edie_at):
    page = words(edie_at.get(PAGE))
    assert "2 points are open" in page
    assert "Section “Who this is for” has no full story." in page
    refused = edie_at.post(PAGE, {"changelog": "Shorter.", "when": "now"})
    assert refused.status_code == 422
    assert "Say why it is published though points are open" in words(refused)
    assert "Shorter." in words(refused)
    assert not Publication.objects.exists()


def test_she_sees_what_readers_will_see_before_she_says_yes(draft, edie_at, form_of):
    sent = {"changelog": "Shorter.", "when": "now", "why_anyway": "The <law> comes into force."}
    shown = edie_at.post(PAGE, sent)
    assert "What readers will see" in words(shown)
    assert "Published with open points: Section “Who this is for” has no full story." in words(shown)
    assert "Why: The <law> comes into force." in words(shown)
    assert not Publication.objects.exists()
    changed = edie_at.post(PAGE, {**form_of(shown), "change": "1"})
    assert "The <law> comes into force." in words(changed)
    assert not Publication.objects.exists()


def test_what_was_not_shown_is_not_said(cast, draft, edie_at, form_of):
    sent = {"changelog": "Shorter.", "when": "now", "why_anyway": "So."}
    shown = form_of(edie_at.post(PAGE, sent))
    assert "What readers will see" in words(edie_at.post(PAGE, {**shown, "changelog": "Longer."}))
    save(cast, draft, "who", "full", "### One\n\n##### Three\n\nWords.")  # another point is open now
    assert "skips a step" in words(edie_at.post(PAGE, shown))
    assert not Publication.objects.exists()


def test_each_point_leads_to_where_it_can_be_mended(draft, edie_at):
    assert 'href="/team/drafts/social-media/write/who/full/"' in edie_at.get(PAGE).content.decode()


def test_she_publishes_and_readers_are_told_what_was_open_and_why(draft, edie_at, stranger, asks):
    assert asks(edie_at, why_anyway="The law comes into force.").status_code == 302
    assert "draft 2 is on its way" in words(edie_at.get(PAGE))
    run_job(Publication.objects.get().job_id)
    cache.clear()
    assert "It was published on" in words(edie_at.get(PAGE))
    page = words(stranger.get("/guidance/social-media/"))
    assert "Shorter." in page
    assert "Published with open points: Section “Who this is for” has no full story." in page
    assert "Why: The law comes into force." in page


def test_on_a_day_at_a_time(draft, edie_at, cast, asks):
    tomorrow = timezone.localtime() + timedelta(days=1)
    day = {"due_at_0": tomorrow.date().isoformat(), "due_at_1": "12:00"}
    assert asks(edie_at, when="later", why_anyway="So.", **day).status_code == 302
    run_job(Publication.objects.get().job_id)
    assert "It is prepared, and will be published at 12:00" in words(edie_at.get(PAGE))
    assert publishing.publish_due(at=timezone.now()) == 0
    assert publishing.publish_due(at=timezone.now() + timedelta(days=2)) == 1
    cast.document.refresh_from_db()
    assert cast.document.current == draft


@pytest.mark.parametrize(
    ("sent", "complaint"),
    [
        ({"when": "later"}, "Enter the day and the time"),
        ({"when": "later", "due_at_0": "2001-01-01", "due_at_1": "12:00"}, "This moment has passed"),
        ({"when": "later", "due_at_0": "soon", "due_at_1": "12:00"}, "Enter the day like"),
        ({"when": "now", "changelog": " \n "}, "Say in a sentence or two"),
        ({"when": "never"}, "Select a valid choice"),
    ],
)
def test_what_cannot_be_says_what_to_mend(draft, edie_at, sent, complaint):
    refused = edie_at.post(PAGE, {"changelog": "Shorter.", "why_anyway": "So.", **sent})
    assert refused.status_code == 422
    assert complaint in words(refused)
    draft.refresh_from_db()
    assert not draft.is_frozen


def test_stopping_it_lets_editors_go_on(draft, edie_at, asks):
    asks(edie_at, why_anyway="So.")
    edie_at.post(f"{PAGE}stop/")
    draft.refresh_from_db()
    assert not draft.is_frozen
    assert "points are open" in words(edie_at.get(PAGE))
    assert "Nothing of this guidance" in words(edie_at.post(f"{PAGE}stop/", follow=True))


def test_a_preparation_that_failed_is_tried_again(draft, edie_at, monkeypatch, cast, asks):
    def broken(*_what, **_how):
        raise RuntimeError("a bug")

    asks(edie_at, why_anyway="So.")
    with monkeypatch.context() as patch:
        patch.setattr(publishing, "prepare", broken)
        run_job(Publication.objects.get().job_id)
    assert "this did not work" in words(edie_at.get(PAGE))
    edie_at.post(f"{PAGE}again/")
    run_job(Publication.objects.get().job_id)
    cast.document.refresh_from_db()
    assert cast.document.current == draft


# --- Afterwards -------------------------------------------------------------------------------------------
def test_a_withdrawn_version_says_so_on_every_page_and_which_one_is_current(cast, draft, edie_at, stranger):
    publishing.publish(draft, changelog="Two.", by=cast.edie)
    answer = edie_at.post(
        "/team/published/social-media/draft-1/withdraw/", {"why": "It named <b>the wrong</b> office."}
    )
    assert answer.status_code == 302
    for page in ("/guidance/social-media/draft-1/", "/guidance/social-media/draft-1/who/"):
        told = words(stranger.get(page))
        assert "Draft 1 was withdrawn on" in told
        assert "It named <b>the wrong</b> office." in told
        assert "Read draft 2, the current one" in told


def test_the_current_version_withdrawn_says_so_at_the_top(cast, edie_at, stranger):
    edie_at.post("/team/published/social-media/draft-1/withdraw/", {"why": "A court has ruled."})
    assert "A court has ruled." in words(stranger.get("/guidance/social-media/"))


def test_a_correction_is_looked_at_then_published_with_its_date_and_the_old_words(cast, edie_at, stranger):
    block = cast.revision.blocks.get(text=SECOND)
    address = f"/team/published/social-media/draft-1/correct/{block.key}/"
    sent = {"source": SECOND.replace("journalist", "reporter"), "why": "Wrong <i>word</i>."}
    looked = words(edie_at.post(address, {**sent, "look": "1"}))
    assert "removed: journalist end of removed." in looked
    assert not cast.revision.corrections.exists()
    assert edie_at.post(address, sent).status_code == 302
    for page in ("/guidance/social-media/yourself/", "/consultations/draft-1/sections/yourself/"):
        told = words(stranger.get(page))
        assert "a reporter and the people" in told
        assert "Wrong <i>word</i>. See what it said" in told
        assert SECOND in told


def test_a_correction_that_is_none_is_refused_with_the_words_kept(cast, edie_at):
    block = cast.revision.blocks.get(text=SECOND)
    address = f"/team/published/social-media/draft-1/correct/{block.key}/"
    refused = edie_at.post(address, {"source": "One.\n\nTwo.", "why": "x"})
    assert refused.status_code == 422
    assert "one paragraph one paragraph" in words(refused)
    assert "One.\n\nTwo." in unescape(refused.content.decode())


def test_paragraphs_to_correct_are_shown_a_section_at_a_time(edie_at, cast, django_assert_max_num_queries):
    page = edie_at.get("/team/published/social-media/").content.decode()
    assert "2. When you post as yourself" in page
    assert "/correct/" not in page
    with django_assert_max_num_queries(7):
        page = edie_at.get("/team/published/social-media/?section=yourself").content.decode()
    block = cast.revision.blocks.get(text=SECOND)
    assert f"/team/published/social-media/draft-1/correct/{block.key}/" in page
    other = cast.revision.blocks.filter(section_text__section__key="who").first()
    assert other.key not in page
    assert edie_at.get("/team/published/social-media/?section=nowhere").status_code == 200
