"""The text: cleaning, blocks with lasting keys, import from Markdown, safe HTML, measures."""

from contextlib import suppress

import pytest
from django.core.exceptions import ValidationError
from hypothesis import example, given
from hypothesis import strategies as st

from guidance.actions import publish, save_draft
from guidance.blocks import split_blocks
from guidance.cleaning import clean, clean_text
from guidance.importing import read_markdown
from guidance.matching import keep_keys
from guidance.measures import minutes_to_read, words_in
from guidance.models import Document, Level, Revision
from guidance.rendering import laid_over, render

ANY_TEXT = st.text(alphabet=st.characters(), max_size=400)


# --- Cleaning -----------------------------------------------------------------------------------------
@given(ANY_TEXT)
def test_a_cleaned_text_can_be_stored_and_is_clean(raw):
    text = clean_text(raw)
    text.encode("utf-8")
    assert "\x00" not in text
    assert "\r" not in text
    assert not set(text) & set("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")
    assert clean(text).taken_out == 0
    assert clean_text(text) == text


def test_it_says_how_much_had_to_go():
    assert clean("a\x00b\ud800c\u202ed").taken_out == 3


def test_arabic_emoji_and_line_ends_survive():
    assert clean_text("نسيم\r\nالصباح 👩‍⚕️") == "نسيم\nالصباح 👩‍⚕️"


# --- Blocks -------------------------------------------------------------------------------------------
def test_a_list_is_one_block_and_so_is_a_table():
    kinds = [(b.kind, b.text) for b in split_blocks("One **two**.\n\n- a\n- b\n\n| x | y |\n|---|---|\n| 1 | 2 |\n")]
    assert kinds == [("paragraph", "One two."), ("list", "a\nb"), ("table", "x | y\n1 | 2")]


@given(st.lists(st.sampled_from("abcde"), max_size=8), st.lists(st.sampled_from("abcde"), max_size=8), st.randoms())
def test_keys_are_unique_and_unchanged_blocks_keep_theirs(before, after, random):
    rows = [(f"key{i}", random.choice("xy"), text) for i, text in enumerate(before)]
    places = [(random.choice("xy"), text) for text in after]
    keys = keep_keys(rows, places)
    assert len(set(keys)) == len(places)
    for text in set(after):
        same = {f"key{i}" for i, t in enumerate(before) if t == text}
        kept = sum(key in same for key, (_where, t) in zip(keys, places, strict=True) if t == text)
        assert kept == min(before.count(text), after.count(text))


def test_a_block_that_moved_keeps_its_key_when_its_twin_stayed():
    keys = keep_keys([("stays", "one", "same"), ("moves", "two", "same")], [("three", "same"), ("one", "same")])
    assert keys == ["moves", "stays"]


# --- Import -------------------------------------------------------------------------------------------
GOOD = """# Title

Summary.

## Pen names {#pen-names}

### Overview

Short.

### Full story

Long.

#### Deep

Deeper."""


def test_headings_make_sections_and_levels():
    imported = read_markdown(GOOD)
    assert (imported.title, imported.summary) == ("Title", "Summary.")
    section = imported.sections[0]
    assert (section.key, section.title, list(section.levels)) == ("pen-names", "Pen names", ["overview", "full"])
    assert [b.kind for b in split_blocks(section.levels["full"])] == ["paragraph", "heading", "paragraph"]


def test_a_key_is_made_from_the_title_where_none_is_given():
    assert read_markdown("# T\n\n## When You Post\n\nText.").sections[0].key == "when-you-post"


@pytest.mark.parametrize(
    ("markdown", "complaint"),
    [
        ("", "Begin the file with its title"),
        ("## No title\n\nText", "Begin the file with its title"),
        ("# One\n\n# Two\n\n## S\n\nText", "Begin the file with its title"),
        ("# Title\n\nText only", "There is no section"),
        ("# T\n\n## A\n\n", "is empty"),
        ("# T\n\n## A {#x}\n\nText\n\n## B {#x}\n\nText", "Two sections have the key"),
        ("# T\n\n## 日本語\n\nText", "needs a key in plain letters"),
        ("# T\n\n### Overview\n\nText", "stands before the first section"),
        ("# T\n\n## A\n\n### Overview\n\na\n\n### Overview\n\nb", "twice"),
    ],
)
def test_what_cannot_stand_is_refused_with_what_to_mend(markdown, complaint):
    with pytest.raises(ValidationError, match=complaint):
        read_markdown(markdown)


def test_a_heading_in_a_code_block_is_no_section():
    imported = read_markdown("# T\n\n## A\n\n```\n## not a section\n```\n")
    assert len(imported.sections) == 1


@given(ANY_TEXT)
def test_any_text_is_imported_or_refused_in_words(raw):
    with suppress(ValidationError):
        assert read_markdown(f"# T\n\n## S {{#s}}\n\n{raw}").sections


def test_a_missing_level_is_a_doubt_and_no_error():
    imported = read_markdown(GOOD + "\n\n## Other {#other}\n\n### Overview\n\nX.")
    assert any("Other" in warning and "Full story" in warning for warning in imported.warnings)


def test_pathological_nesting_is_refused_and_brackets_are_read():
    with pytest.raises(ValidationError, match="nested too deep"):
        read_markdown("# T\n\n## S\n\n" + "- " * 500 + "x\n\n" + ">" * 500 + " y")
    read_markdown("# T\n\n## S\n\n" + "[" * 2000)


# --- Safe HTML ----------------------------------------------------------------------------------------
HOSTILE = [
    "<script>alert(1)</script>",
    "<img src=x onerror=alert(1)>",
    "[x](javascript:alert(1))",
    "[x](JaVaScRiPt:alert(1))",
    "[x](data:text/html;base64,PHNjcmlwdD4=)",
    "<a href='vbscript:x'>y</a>",
    "![x](x onerror=alert(1))",
    "<svg/onload=alert(1)>",
    '[x](https://a.example/"onmouseover="alert(1))',
    "<!--own:1--><script>",
]


@pytest.mark.parametrize("markdown", HOSTILE)
def test_nothing_that_a_writer_types_becomes_markup(markdown):
    html = render(markdown).lower()
    for bad in ("<script", "<img", "<svg", "onerror=alert", 'href="javascript', 'href="data', 'href="vbscript', "<!--"):
        assert bad not in html or f"&lt;{bad[1:]}" in html or bad == "onerror=alert"
    assert not any(tag in html for tag in ("<script", "<img", "<svg", "<!--"))


@given(ANY_TEXT)
@example("\ud800")
def test_rendered_html_never_holds_a_script_or_a_slot(raw):
    html = render(raw).lower()
    assert "<script" not in html
    assert "<!--own" not in html


def test_headings_start_below_the_pages_own():
    assert "<h1" not in render("# One")


def test_marks_are_laid_into_their_slots_and_other_slots_vanish():
    page = "a<!--slot own 1-->b<!--slot own 22-->c<!--slot me-->"
    assert laid_over(page, {"own 22": render("x")}) == 'ab<p class="govuk-body">x</p>c'


# --- Measures -----------------------------------------------------------------------------------------
def test_words_and_minutes():
    assert words_in("It's a 3.5 per cent rise – really.") == 7
    assert [minutes_to_read(n) for n in (0, 238, 239)] == [1, 1, 2]


# --- Drafts and publishing ----------------------------------------------------------------------------
@pytest.fixture
def empty_document(db):
    return Document.objects.create(slug="new", title="New")


def test_importing_the_same_text_twice_keeps_every_key(empty_document):
    save_draft(empty_document, read_markdown(GOOD))
    before = list(Revision.objects.get(document=empty_document).blocks.values_list("key", "text"))
    save_draft(empty_document, read_markdown(GOOD))
    assert list(Revision.objects.get(document=empty_document).blocks.values_list("key", "text")) == before


def test_a_block_keeps_its_key_while_its_neighbour_is_rewritten(empty_document):
    save_draft(empty_document, read_markdown(GOOD))
    key = empty_document.revisions.get().blocks.get(text="Long.").key
    save_draft(empty_document, read_markdown(GOOD.replace("Short.", "Shorter.")))
    blocks = empty_document.revisions.get().blocks
    assert blocks.get(text="Long.").key == key
    assert not blocks.filter(text="Short.").exists()


def test_a_published_text_stands_as_it_is_and_the_next_draft_beside_it(cast):
    before = list(cast.revision.blocks.order_by("pk").values_list("key", "text"))
    draft = save_draft(cast.document, read_markdown(GOOD))
    assert (draft.number, draft.state) == (2, Revision.State.DRAFT)
    assert list(cast.revision.blocks.order_by("pk").values_list("key", "text")) == before
    cast.document.refresh_from_db()
    assert cast.document.current == cast.revision
    assert cast.document.title == "Social media for public servants"


def test_an_empty_draft_is_not_published(empty_document):
    from django.utils import timezone

    draft = Revision.objects.create(document=empty_document, number=1)
    with pytest.raises(ValidationError, match="nothing to publish"):
        publish(draft, changelog="x", at=timezone.now())


def test_levels_come_in_their_order(cast):
    levels = list(dict.fromkeys(cast.revision.blocks.values_list("level", flat=True)))
    assert levels == [Level.OVERVIEW, Level.SNAPSHOT, Level.FULL]
