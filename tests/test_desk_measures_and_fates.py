"""What edie sees of a draft by numbers, and what she says of its paragraphs."""

import pytest
from django.core.exceptions import ValidationError

from consult.drafting import actions as drafting
from consult.drafting.mapping import mapped
from consult.people.permissions import Refused
from guidance.fates import FateKind
from guidance.models import FateByHand
from guidance.tracing import fates_between
from tests.test_desk import words

DESK = "/team/drafts/social-media/"


@pytest.fixture
def draft(cast):
    return drafting.open_draft(cast.document, by=cast.edie)


@pytest.fixture
def edie_at(browser_of, edie, draft):
    return browser_of(edie)


@pytest.fixture
def write(draft, edie):
    def written(section, level, markdown):
        there = draft.section_texts.get(section__key=section).levels.filter(level=level).first()
        version = there.version if there else 0
        drafting.save_level(draft, section, level, markdown, read_version=version, by=edie)

    return written


def block_of(revision, section="yourself", level="snapshot", position=2) -> str:
    return revision.blocks.get(section_text__section__key=section, level=level, position=position).key


# --- Measures ---------------------------------------------------------------------------------------------
def test_the_length_is_shown_against_the_budget(edie_at, document, edie, write):
    drafting.describe_document(document, sides=1, overview_sides=1, by=edie)
    write("who", "snapshot", "A word. " * 300)
    page = words(edie_at.get(f"{DESK}measures/"))
    assert "1 side Too long" in page
    assert "1 side Fits" in page
    assert "600" in page


def test_the_parts_of_the_table_add_up_to_the_whole(edie_at, draft):
    measured = edie_at.get(f"{DESK}measures/").context["measured"]
    by_block = sum(draft.blocks.values_list("words", flat=True))
    assert measured.whole.words == by_block
    assert sum(level.words for level in measured.levels) == by_block
    assert sum(section.all.words for section in measured.sections) == by_block


def test_a_sentence_that_is_too_long_is_listed_with_its_place(edie_at, write):
    write("who", "snapshot", f"{' '.join(['word'] * 40)}.")
    assert "40 words: Who this is for, snapshot, paragraph 1" in words(edie_at.get(f"{DESK}measures/"))


def test_every_must_should_and_may_is_listed_with_its_sentence(edie_at, write):
    write("who", "snapshot", "You must lock the door. You may leave early. In May nobody comes.")
    assert "You <b>must</b> lock the door." in edie_at.get(f"{DESK}duties/").content.decode()
    assert edie_at.get(f"{DESK}duties/?section=who").context["duties"].total == 2
    assert edie_at.get(f"{DESK}duties/?section=nowhere").status_code == 200


@pytest.mark.parametrize(("page", "questions"), [("measures/", 8), ("duties/", 8), ("review/", 8), ("fates/", 13)])
def test_a_page_costs_the_same_few_questions_however_long_the_draft(
    edie_at, draft, edie, write, page, questions, django_assert_num_queries
):
    for n in range(12):
        new = drafting.add_section(draft, f"Section {n}", by=edie)
        write(new.section.key, "full", "\n\n".join(f"Paragraph {i} of {n}." for i in range(5)))
    edie_at.get(f"{DESK}{page}")
    with django_assert_num_queries(questions):
        assert edie_at.get(f"{DESK}{page}").status_code == 200


# --- What became of what ----------------------------------------------------------------------------------
def test_what_did_not_change_is_counted_and_what_did_is_listed(edie_at, draft, write, revision):
    assert "Nothing has changed so far" in words(edie_at.get(f"{DESK}fates/"))
    write("who", "snapshot", "This guidance is for everyone who works in any public service at all.")
    page = edie_at.get(f"{DESK}fates/")
    kinds = {row.fate.kind for row in page.context["rows"]}
    assert kinds == {FateKind.EDITED, FateKind.REMOVED}
    assert page.context["found"].unchanged == revision.blocks.count() - 2
    assert "<ins" in page.content.decode()


def test_she_says_what_a_paragraph_became_and_takes_it_back(edie_at, draft, write, cast):
    old = block_of(cast.revision)
    write("yourself", "snapshot", "You keep a private life when you join a public service.\n\nNothing alike.")
    new = block_of(draft, position=2)
    answer = edie_at.post(f"{DESK}fates/{old}/", {"became": [new], "act": "became"})
    assert answer.status_code == 302
    assert mapped(draft).became(old) == (new,)
    assert "said by an editor" in words(edie_at.get(f"{DESK}fates/"))
    edie_at.post(f"{DESK}fates/{old}/", {"act": "removed"})
    assert mapped(draft).became(old) == ()
    edie_at.post(f"{DESK}fates/{old}/", {"act": "forget"})
    assert not FateByHand.objects.exists()


def test_any_paragraph_of_the_draft_may_be_chosen_also_one_that_is_nothing_like_it(edie_at, draft, write, cast):
    write("who", "full", "\n\n".join(f"Filler number {n} about cats." for n in range(20)))
    old = block_of(cast.revision)
    form = edie_at.get(f"{DESK}fates/{old}/").context["form"]
    offered = [key for name in ("became", "other") for key, _words in form.fields[name].choices if key]
    assert sorted(offered) == sorted(draft.blocks.values_list("key", flat=True))


@pytest.mark.parametrize("field", ["became", "other"])
def test_what_was_likely_when_she_opened_the_page_may_be_chosen_when_it_is_no_longer(
    edie_at, draft, write, cast, field
):
    write("who", "full", "\n\n".join(f"Filler number {n} about cats." for n in range(20)))
    old, far = block_of(cast.revision), block_of(draft, section="who", level="full", position=20)
    assert edie_at.post(f"{DESK}fates/{old}/", {field: [far], "act": "became"}).status_code == 302
    assert mapped(draft).became(old) == (far,)


@pytest.mark.parametrize(
    ("sent", "complaint"),
    [
        ({"act": "became"}, "Choose at least one paragraph"),
        ({"act": "became", "became": ["nowhere"]}, "The draft has changed since you opened this page"),
        ({"act": "became", "other": "nowhere"}, "The draft has changed since you opened this page"),
    ],
)
def test_what_cannot_be_chosen_says_what_to_mend(edie_at, cast, sent, complaint):
    answer = edie_at.post(f"{DESK}fates/{block_of(cast.revision)}/", sent)
    assert answer.status_code == 422
    assert complaint in words(answer)


def test_what_contradicts_the_rest_is_refused_and_not_kept(draft, cast):
    first, second = block_of(cast.revision, position=1), block_of(cast.revision, position=2)
    with pytest.raises(ValidationError):
        drafting.say_fate_by_hand(draft, {first: (first, second)}, by=cast.edie)
    assert not FateByHand.objects.exists()


def test_what_was_said_and_fits_no_longer_is_shown_and_can_be_taken_back(edie_at, draft, write, cast, edie):
    first, second = block_of(cast.revision, position=1), block_of(cast.revision, position=2)
    FateByHand.objects.create(revision=draft, old_key=first, new_keys=[first, second])
    with pytest.raises(ValidationError):
        fates_between(cast.revision, draft)
    page = words(edie_at.get(f"{DESK}fates/"))
    assert "What you said no longer fits the draft" in page
    assert edie_at.post(f"{DESK}fates/{first}/", {"act": "forget"}).status_code == 302
    assert "Nothing has changed so far" in words(edie_at.get(f"{DESK}fates/"))


def test_a_paragraph_that_nobody_published_has_no_page(edie_at):
    assert edie_at.get(f"{DESK}fates/nowhere/").status_code == 404


def test_nobody_else_says_what_became_of_anything(draft, cast):
    for someone in (cast.otto, cast.mo, cast.ada):
        with pytest.raises(Refused):
            drafting.say_fate_by_hand(draft, {}, by=someone)
        with pytest.raises(Refused):
            drafting.forget_fate_by_hand(draft, "x", by=someone)
