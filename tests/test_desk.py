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


# --- Whatever happens, the words come back ----------------------------------------------------------------
def test_what_browsers_make_of_line_ends_is_no_change_and_no_conflict(edie_at, ann_at, draft):
    """A form sends CRLF. Compared with what is stored, every line would differ."""
    address = "/team/drafts/social-media/write/who/snapshot/"
    base = level(draft, name="snapshot")
    first, second = base.markdown.split("\n\n")
    ann_at.post(address, {"markdown": f"{first} Ann's.\r\n\r\n{second}", "read_version": base.version})
    met = edie_at.post(address, {"markdown": f"{first}\r\n\r\n{second} Edie's.", "read_version": base.version})
    assert met.status_code == 409
    assert met.context["merged"].text == f"{first} Ann's.\n\n{second} Edie's."


def test_a_conflict_between_line_ends_of_browsers_is_settled_as_it_was_shown(edie_at, ann_at, draft):
    base = level(draft)
    ann_at.post(WRITE, {"markdown": "Ann's\r\n\r\nwords.", "read_version": base.version})
    met = edie_at.post(WRITE, {"markdown": "Edie's\r\n\r\nwords.", "read_version": base.version})
    shown = met.context["merged"]
    sent = {"markdown": "Edie's\r\n\r\nwords.", "base_version": base.version, "read_version": base.version + 1}
    settled = edie_at.post(f"{WRITE}settle/", {**sent, **{f"choice-{n}": "mine" for n in range(1, 9)}})
    expected = shown.with_choices([conflict.mine for conflict in shown.conflicts])
    assert settled.context["form"]["markdown"].value() == expected


def test_a_conflict_is_kept_for_her_should_she_leave_the_page(edie_at, ann_at, draft):
    base = level(draft)
    ann_at.post(WRITE, {"markdown": "Ann says who.", "read_version": base.version})
    edie_at.post(WRITE, {"markdown": "Edie says who.", "read_version": base.version})
    assert "You have unsaved words" in words(edie_at.get(WRITE))
    form = edie_at.get(f"{WRITE}?unsaved=go-on").context["form"]
    again = edie_at.post(WRITE, {name: form[name].value() for name in ("markdown", "read_version")})
    assert again.status_code == 409


def test_a_third_who_was_faster_still_meets_both(edie_at, ann_at, draft, cast):
    base = level(draft)
    ann_at.post(WRITE, {"markdown": "Ann says who.", "read_version": base.version})
    sent = {"markdown": "Edie says who.", "base_version": base.version, "read_version": base.version + 1}
    form = edie_at.post(f"{WRITE}settle/", {**sent, "choice-1": "both"}).context["form"]
    ann_at.post(WRITE, {"markdown": "Ann says who, again.", "read_version": base.version + 1})
    met = edie_at.post(WRITE, {name: form[name].value() for name in ("markdown", "read_version")})
    assert met.status_code == 409
    assert met.context["theirs"].markdown == "Ann says who, again."


def test_a_section_that_goes_while_she_settles_a_conflict_gives_her_words_back(edie_at, draft, cast):
    drafting.retire_section(draft, "who", by=cast.ann)
    answer = edie_at.post(f"{WRITE}settle/", {"markdown": "Long thought.", "base_version": 1, "read_version": 2})
    assert answer.status_code == 409
    assert "Long thought." in answer.content.decode()


def test_who_was_signed_out_gets_the_words_back(stranger, draft):
    for address in (WRITE, f"{WRITE}settle/"):
        answer = stranger.post(address, {"markdown": "An hour's work.", "read_version": 1})
        assert answer.status_code == 403
        assert "An hour&#x27;s work." in answer.content.decode()
    assert stranger.post(f"{WRITE}autosave/", {"markdown": "x", "read_version": 1}).status_code == 403
    assert not Autosaved.objects.exists()


def test_words_for_a_draft_that_was_published_meanwhile_come_back(edie_at, browser_of, draft, cast):
    draft.delete()
    answer = edie_at.post(WRITE, {"markdown": "Too late.", "read_version": 1})
    assert answer.status_code == 409
    assert "Too late." in answer.content.decode()
    assert "was published while you were writing" in words(answer)
    assert browser_of(cast.ada).post(WRITE, {"markdown": "Too late.", "read_version": 1}).status_code == 404
    assert edie_at.get(WRITE).status_code == 404


def test_words_with_a_stale_token_come_back(edie, draft):
    from django.test import Client

    client = Client(enforce_csrf_checks=True)
    client.force_login(edie, backend="consult.people.backends.SignedInByCode")
    answer = client.post(WRITE, {"markdown": "An hour's work.", "read_version": 1})
    assert answer.status_code == 403
    assert "An hour&#x27;s work." in answer.content.decode()


def test_too_much_and_the_unshowable_come_back_in_the_form(edie_at, draft):
    version = level(draft).version
    for markdown, complaint in {
        "Kept. " + "x" * 1_000_001: "This text is too long",
        "Kept. " + "y" * 20_001: "is longer than 20,000 characters",
        "Kept. a\x00b": "Null characters are not allowed",
    }.items():
        answer = edie_at.post(WRITE, {"markdown": markdown, "read_version": version})
        assert answer.status_code == 422
        assert complaint in words(answer)[:3000]
        assert "Kept. " in answer.content.decode()


def test_a_hundred_thousand_words_are_written_previewed_and_kept(edie_at, draft):
    markdown = "\n\n".join("one two three four five six seven eight nine ten" for _ in range(10_000))
    version = level(draft).version
    assert edie_at.post(f"{WRITE}autosave/", {"markdown": markdown, "read_version": version}).status_code == 204
    assert edie_at.post(WRITE, {"markdown": markdown, "read_version": version}).status_code == 302
    assert sum(draft.blocks.filter(level="overview").values_list("words", flat=True)) >= 100_000
    assert not Autosaved.objects.exists()


def test_half_a_surrogate_and_marks_that_turn_text_round_do_not_enter(edie_at, draft):
    sent = f"markdown=Good+%ED%A0%80%E2%80%AEtext.&read_version={level(draft).version}"
    edie_at.post(WRITE, sent, content_type="application/x-www-form-urlencoded")
    there = level(draft).markdown
    assert there.startswith("Good ")
    assert not {"\ud800", "\u202e"} & set(there)


def test_a_version_that_is_no_number_is_refused_and_the_words_come_back(edie_at, draft):
    for version in ("", "x", "-1", "9" * 40):
        answer = edie_at.post(WRITE, {"markdown": "Mine.", "read_version": version})
        assert answer.status_code == 422
        assert "Mine." in answer.content.decode()


def test_unsaved_words_that_say_what_is_saved_are_not_offered(edie_at, draft):
    there = level(draft)
    edie_at.post(f"{WRITE}autosave/", {"markdown": there.markdown + "\n", "read_version": there.version})
    assert "You have unsaved words" not in words(edie_at.get(WRITE))


# --- Undoing ----------------------------------------------------------------------------------------------
def undo(client) -> str:
    done = client.get(OUTLINE).context["done"]
    return words(client.post(OUTLINE, done["undo"], follow=True))


def test_a_move_a_name_and_a_new_section_can_be_undone(edie_at, draft):
    before = list(draft.section_texts.order_by("position").values_list("title", "applies_to"))
    for address, act in (
        (OUTLINE, {"act": "move", "section": "yourself", "to": "1"}),
        (f"{OUTLINE}who/", {"title": "Whom", "applies_to": "Nurses"}),
        (OUTLINE, {"act": "add", "title": "Pen names", "after": "who"}),
    ):
        edie_at.post(address, act)
        assert list(draft.section_texts.order_by("position").values_list("title", "applies_to")) != before
        undo(edie_at)
        assert list(draft.section_texts.order_by("position").values_list("title", "applies_to")) == before


def test_what_somebody_has_written_in_is_not_undone(edie_at, ann_at, draft):
    edie_at.post(OUTLINE, {"act": "add", "title": "Pen names"})
    ann_at.post("/team/drafts/social-media/write/pen-names/full/", {"markdown": "Words.", "read_version": 0})
    assert "Somebody has written in this section" in undo(edie_at)
    assert "Pen names" in titles(draft)


def test_what_was_done_is_said_once_and_to_her_alone(edie_at, ann_at, draft):
    edie_at.post(OUTLINE, {"act": "move", "section": "yourself", "to": "1"})
    assert "is section 1 now" not in words(ann_at.get(OUTLINE))
    assert "is section 1 now" in words(edie_at.get(OUTLINE))
    assert "is section 1 now" not in words(edie_at.get(OUTLINE))


def test_a_title_that_is_too_long_comes_back_in_the_form(edie_at, draft):
    answer = edie_at.post(OUTLINE, {"act": "add", "title": "x" * 201})
    assert answer.status_code == 422
    assert "x" * 201 in answer.content.decode()
    answer = edie_at.post(f"{OUTLINE}who/", {"title": "y" * 201, "applies_to": "Nurses"})
    assert answer.status_code == 422
    assert all(typed in answer.content.decode() for typed in ("y" * 201, "Nurses"))


def test_before_a_section_is_retired_she_is_asked_once_and_told_what_stays(edie_at, ann_at, draft):
    ann_at.post(f"{WRITE}autosave/", {"markdown": "Half a", "read_version": 1})
    page = edie_at.get(f"{OUTLINE}who/retire/")
    assert "the section in draft 1, which everyone can go on reading" in words(page)
    assert "ann@standards.example is writing in it" in words(page)
    assert "Who this is for" in titles(draft)


def test_a_frozen_outline_says_so_and_offers_nothing(edie_at, draft, cast):
    publishing.ask_to_publish(draft, changelog="x", by=cast.edie)
    page = edie_at.get(OUTLINE)
    assert "about to be published" in words(page)
    assert 'name="act"' not in page.content.decode()
    answer = edie_at.post(OUTLINE, {"act": "move", "section": "yourself", "to": "1"})
    assert (answer.status_code, "about to be published" in words(answer)) == (422, True)


def test_guidance_that_nobody_published_is_not_offered_as_replaced(edie_at, cast):
    assert "Gifts and hospitality" not in edie_at.get("/team/drafts/social-media/about/").content.decode()


# --- Reviewers --------------------------------------------------------------------------------------------
def test_a_reviewer_reads_and_that_is_written_down(browser_of, draft, cast):
    lawyer = browser_of(appoint("lawyer@standards.example", role=TeamMember.Role.REVIEWER, document=cast.document))
    assert lawyer.get("/team/drafts/social-media/review/").status_code == 200
    assert Entry.objects.filter(verb="draft.read").exists()
    for page in (OUTLINE, WRITE, reverse("publication", args=["social-media"])):
        assert lawyer.get(page).status_code == 404
    assert lawyer.post(WRITE, {"markdown": "Mine.", "read_version": 1}).status_code == 404
