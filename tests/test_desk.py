"""Edie's desk: the outline, writing a level, and what happens when two write at once."""

import re
from html import unescape

import pytest
from django.urls import reverse
from hypothesis import given
from hypothesis import strategies as st

from consult.drafting import actions as drafting
from consult.drafting.models import Autosaved
from consult.ledger.models import Entry
from consult.people.actions import appoint
from consult.people.models import TeamMember
from consult.publishing import actions as publishing
from guidance.models import LevelVersion

OUTLINE = "/team/drafts/social-media/outline/"
WRITE = "/team/drafts/social-media/write/who/overview/"


def words(response) -> str:
    return unescape(re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", response.content.decode())))


@pytest.fixture
def draft(cast):
    return drafting.open_draft(cast.document, by=cast.edie)


@pytest.fixture
def edie_at(browser_of, edie, draft):
    return browser_of(edie)


@pytest.fixture
def ann_at(browser_of, ann, draft):
    return browser_of(ann)


def titles(draft) -> list[str]:
    return list(draft.section_texts.order_by("position").values_list("title", flat=True))


def level(draft, section="who", name="overview"):
    return draft.section_texts.get(section__key=section).levels.get(level=name)


# --- The outline ------------------------------------------------------------------------------------------
def test_she_adds_moves_merges_and_retires_sections(edie_at, draft):
    edie_at.post(OUTLINE, {"act": "add", "title": "Pen names", "after": "who"})
    assert titles(draft) == ["Who this is for", "Pen names", "When you post as yourself"]
    edie_at.post(OUTLINE, {"act": "move", "section": "pen-names", "to": "1"})
    assert titles(draft)[0] == "Pen names"
    told = words(edie_at.post(OUTLINE, {"act": "merge", "section": "who", "to": "yourself"}, follow=True))
    assert "The words of “Who this is for” stand at the end of “When you post as yourself” now." in told
    edie_at.post(OUTLINE, {"act": "retire", "section": "pen-names"})
    assert titles(draft) == ["When you post as yourself"]


@pytest.mark.parametrize(
    ("sent", "complaint"),
    [
        ({"act": "add", "title": " "}, "Give the section a title."),
        ({"act": "add", "title": "x" * 201}, "Shorten the title"),
        ({"act": "add", "title": "New", "after": "nowhere"}, "The outline has changed"),
        ({"act": "move", "section": "who", "to": "first"}, "Enter the number of the place"),
        ({"act": "move", "section": "nowhere", "to": "1"}, "not in the draft any more"),
        ({"act": "merge", "section": "who", "to": "who"}, "Choose another section"),
        ({"act": "burn"}, "Choose what to do."),
    ],
)
def test_what_cannot_be_done_says_what_to_mend(edie_at, draft, sent, complaint):
    before = titles(draft)
    assert complaint in words(edie_at.post(OUTLINE, sent, follow=True))
    assert titles(draft) == before


def test_she_renames_a_section_and_says_whom_it_is_for(edie_at, draft):
    edie_at.post(f"{OUTLINE}who/", {"title": "<b>Whom</b>", "applies_to": "Nurses"})
    page = edie_at.get(OUTLINE).content.decode()
    assert "&lt;b&gt;Whom&lt;/b&gt;" in page
    assert "For Nurses" in page


def test_she_splits_a_section_at_a_paragraph(edie_at, draft):
    block = draft.blocks.get(section_text__section__key="yourself", level="snapshot", position=2)
    edie_at.post(f"{OUTLINE}yourself/", {"at": block.key, "new_title": "Assume an audience"})
    assert titles(draft)[-1] == "Assume an audience"
    refused = edie_at.post(f"{OUTLINE}yourself/", {"at": "nothing", "new_title": "x"})
    assert (refused.status_code, "Choose the paragraph" in words(refused)) == (422, True)


def test_the_outline_costs_the_same_few_questions(edie_at, draft, django_assert_num_queries, cast):
    for n in range(10):
        drafting.add_section(draft, f"Section {n}", by=cast.edie)
    edie_at.get(OUTLINE)
    with django_assert_num_queries(7):
        edie_at.get(OUTLINE)


# --- Writing ----------------------------------------------------------------------------------------------
def test_she_looks_at_a_preview_and_saves(edie_at, draft):
    version = level(draft).version
    looked = edie_at.post(WRITE, {"markdown": "Now **bold**.", "read_version": version, "preview": "1"})
    assert "<strong>bold</strong>" in looked.content.decode()
    assert level(draft).markdown != "Now **bold**."
    assert edie_at.post(WRITE, {"markdown": "Now **bold**.", "read_version": version}).status_code == 302
    assert level(draft).markdown == "Now **bold**."


def test_unsaved_words_wait_for_her_and_for_nobody_else(edie_at, ann_at, draft):
    version = level(draft).version
    assert edie_at.post(f"{WRITE}autosave/", {"markdown": "Half a", "read_version": version}).status_code == 204
    page = words(edie_at.get(WRITE))
    assert "You have unsaved words from" in page
    assert "Half a" in edie_at.get(f"{WRITE}?unsaved=go-on").content.decode()
    others = words(ann_at.get(WRITE))
    assert "edie@standards.example is writing in the overview of this section too" in others
    assert "Half a" not in others
    edie_at.post(WRITE, {"markdown": "x", "read_version": version, "let-go": "1"})
    assert not Autosaved.objects.exists()


def test_of_two_who_changed_other_paragraphs_both_are_merged(edie_at, ann_at, draft):
    address = "/team/drafts/social-media/write/who/snapshot/"
    base = level(draft, name="snapshot")
    first, second = base.markdown.split("\n\n")
    ann_at.post(address, {"markdown": f"{first} Ann's.\n\n{second}", "read_version": base.version})
    met = edie_at.post(address, {"markdown": f"{first}\n\n{second} Edie's.", "read_version": base.version})
    assert met.status_code == 409
    assert "do not touch each other" in words(met)
    form = met.context["form"]
    edie_at.post(address, {name: form[name].value() for name in ("markdown", "read_version")})
    merged = level(draft, name="snapshot").markdown
    assert "Ann's." in merged
    assert "Edie's." in merged


@pytest.mark.parametrize(
    ("choice", "kept"), [("mine", ["Edie"]), ("theirs", ["Ann"]), ("both", ["Ann", "Edie"]), ("own", ["Together"])]
)
def test_of_two_who_changed_the_same_words_she_chooses(edie_at, ann_at, draft, choice, kept):
    base = level(draft)
    ann_at.post(WRITE, {"markdown": "Ann says who.", "read_version": base.version})
    met = edie_at.post(WRITE, {"markdown": "Edie says who.", "read_version": base.version})
    assert met.status_code == 409
    sent = {
        "markdown": "Edie says who.", "base_version": base.version, "read_version": base.version + 1,
        "choice-1": choice, "own-1": "Together we say who.",
    }  # fmt: skip
    settled = edie_at.post(f"{WRITE}settle/", sent)
    form = settled.context["form"]
    text = form["markdown"].value()
    assert all(name in text for name in kept)
    edie_at.post(WRITE, {"markdown": text, "read_version": form["read_version"].value()})
    assert level(draft).markdown == text.strip()


TURNS = st.lists(st.tuples(st.integers(0, 2), st.sampled_from(["write", "read"])), min_size=1, max_size=12)


@given(TURNS)
def test_no_interleaving_of_three_editors_loses_a_saved_word(cast, rolled_back, turns):
    """Each writes a word of their own at every turn, merges when somebody was faster, and takes both in a conflict."""
    from guidance.actions import Stale
    from guidance.merging import merge

    def play() -> None:
        draft = drafting.open_draft(cast.document, by=cast.edie)
        there = level(draft)
        seen = dict.fromkeys(range(3), (there.markdown, there.version))
        saved: list[str] = []
        for number, (who, act) in enumerate(turns):
            text, version = seen[who]
            if act == "read":
                there = level(draft)
                seen[who] = (there.markdown, there.version)
                continue
            word = f"word{number}."
            mine = f"{text}\n\n{word}"
            try:
                there = drafting.save_level(draft, "who", "overview", mine, read_version=version, by=cast.edie)
            except Stale as stale:
                merged = merge(stale.base, mine, stale.theirs.markdown)
                both = [f"{one.theirs}\n\n{one.mine}" for one in merged.conflicts]
                there = drafting.save_level(
                    draft, "who", "overview", merged.with_choices(both), read_version=stale.theirs.version, by=cast.edie
                )
            saved.append(word)
            seen[who] = (there.markdown, there.version)
        assert all(word in level(draft).markdown for word in saved)
        assert LevelVersion.objects.filter(level_text=there).count() == level(draft).version

    rolled_back(play)


@pytest.mark.parametrize(
    ("markdown", "status"),
    [("y" * 20_001, 422), ("a\x00b", 422), ("x" * 1_000_001, 422), ("<script>alert(1)</script>\r\n\r\nTwo.", 302)],
)
def test_hostile_and_endless_text(edie_at, draft, markdown, status):
    answer = edie_at.post(WRITE, {"markdown": markdown, "read_version": level(draft).version})
    assert answer.status_code == status
    if status == 302:
        assert "<script>alert" not in edie_at.get("/team/drafts/social-media/review/").content.decode()
        assert draft.blocks.filter(section_text__section__key="who", level="overview").count() == 2


def test_her_words_come_back_when_a_colleague_retired_the_section(edie_at, draft, cast):
    drafting.retire_section(draft, "who", by=cast.ann)
    answer = edie_at.post(WRITE, {"markdown": "Long thought over.", "read_version": 1})
    assert answer.status_code == 422
    assert "not in the draft any more" in words(answer)
    assert "Long thought over." in answer.content.decode()


def test_a_frozen_draft_gives_the_words_back_with_the_reason(edie_at, draft, cast):
    publishing.ask_to_publish(draft, changelog="x", by=cast.edie)
    answer = edie_at.post(WRITE, {"markdown": "Too late.", "read_version": level(draft).version})
    assert answer.status_code == 422
    assert "about to be published" in words(answer)
    assert "Too late." in answer.content.decode()


def test_she_says_how_long_it_may_be(edie_at, document):
    sent = {"title": document.title, "summary": document.summary, "sides": 4, "overview_sides": 1, "review_by": ""}
    assert edie_at.post("/team/drafts/social-media/about/", sent).status_code == 302
    document.refresh_from_db()
    assert (document.sides, document.overview_sides) == (4, 1)


# --- Reviewers --------------------------------------------------------------------------------------------
def test_a_reviewer_reads_and_that_is_written_down(browser_of, draft, cast):
    lawyer = browser_of(appoint("lawyer@standards.example", role=TeamMember.Role.REVIEWER, document=cast.document))
    assert lawyer.get("/team/drafts/social-media/review/").status_code == 200
    assert Entry.objects.filter(verb="draft.read").exists()
    for page in (OUTLINE, WRITE, reverse("publication", args=["social-media"])):
        assert lawyer.get(page).status_code == 404
    assert lawyer.post(WRITE, {"markdown": "Mine.", "read_version": 1}).status_code == 404
