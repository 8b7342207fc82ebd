"""Taking the text away: as Markdown that can be brought in again, as Word, and with what changed as tracked changes."""

import io
import re
import unicodedata
from datetime import UTC, datetime
from zipfile import ZipFile

import docx
import pytest
from django.core.cache import cache
from django.core.exceptions import ValidationError
from django.utils import timezone
from docx.oxml.ns import qn
from hypothesis import given
from hypothesis import strategies as st

from consult.drafting import actions as drafting
from consult.publishing import actions as publishing
from guidance.blocks import split_blocks
from guidance.cleaning import clean_text
from guidance.downloads.docx import as_docx, as_redline
from guidance.downloads.facts import Facts
from guidance.downloads.lines import Line, lines_of
from guidance.downloads.markdown import as_markdown
from guidance.downloads.parts import parts_of
from guidance.fates import Passage
from guidance.importing import read, read_markdown
from guidance.importing.mapping import ExistingSection, map_sections, settle
from guidance.importing.rests_on import RestsOn
from guidance.models import Citation, Level, Reference
from guidance.reading import sections_as_written
from guidance.references.fitting import fit_address, fit_name, fit_paragraph
from tests.office.cases import CASES, FIRST, LIST, NUMBERED, TABLE, THEN, WIDE
from tests.office.changes import DELETED, INSERTED, body, left, part, two_texts

MARKDOWN, WORD = "/guidance/social-media/draft-1/download.md", "/guidance/social-media/draft-1/download.docx"
REDLINE = "/guidance/social-media/compare/1/2/redline.docx"
HEADS = ["# T", "## A", "## A {#k}", "A\n===", "### Overview", "### full story", "### Of *ours* #", "#### Deep"]
LINES = st.lists(
    st.sampled_from(
        [*HEADS, "", "", "", "a\\",
         "words *and* [x][1]", "[1]: https://a.example", "[x]", "- item", "  more", "> quote",
         "```",          "| a | b |", "|---|---|", "| c |", "1. one", "---", "    code", "\tt", "&#12;&#x202e;"]
    ),
    max_size=14,
).map("\n".join)  # fmt: skip
SOURCES = [
    FIRST, THEN, f"{FIRST} {THEN}", "Yes.", "Yes **and** no.", "*Yes* and [no](https://a.example/?b=1&c=2).", LIST,
    LIST.replace("a case", "any case"), "- > said\n-\n- - deep\n\n  more", NUMBERED, "1. one\n   - x\n2. two\n   1. y",
    TABLE, TABLE.replace("travels", "travels far"), WIDE, "#### Examples", "##### Examples",
    "> He said\n>\n> so", "---",
    "```\na\n\n b\n```", "one\\\ntwo",
]  # fmt: skip
TEXTS = st.lists(
    st.tuples(
        st.sampled_from(["a", "b", "c"]), st.sampled_from(["One", "Two"]),
        st.lists(st.sampled_from(SOURCES), max_size=5),
    ),
    min_size=1, max_size=3, unique_by=lambda one: one[0],
).map(lambda rows: "\n\n".join("\n\n".join([f"## {a} | {title}", *blocks]) for a, title, blocks in rows))  # fmt: skip


def facts(number: int = 1, **more) -> Facts:
    told = {
        "title": "Social media", "summary": "What you may say.", "name": f"draft {number}",
        "published_at": datetime(2026, 5, number, 9, 30, tzinfo=UTC),
        "address": f"https://consult.example/guidance/social-media/draft-{number}/",
        "organisation": "Public Standards Office", "licence": "Open Government Licence v3.0",
    }  # fmt: skip
    return Facts(**{**told, **more})


def redlined(before: str, after: str) -> tuple[bytes, bytes, bytes]:
    """The older text, the newer one, and both in one with tracked changes."""
    old, new, ties = two_texts(before, after)
    return as_docx(facts(1), old), as_docx(facts(2), new), as_redline(facts(1), facts(2), old, new, ties)


def words(markdown: str) -> list[tuple[str, str]]:
    """Kinds and words of blocks. A heading has no lines."""
    return [(b.kind, " ".join(b.text.split()) if b.kind == "heading" else b.text) for b in split_blocks(markdown)]


def passages(key: str, level: str, markdown: str) -> list[Passage]:
    blocks = enumerate(split_blocks(markdown), start=1)
    return [Passage(f"{key}{level}{n}", key, level, n, block.kind, block.source, block.text) for n, block in blocks]


# --- Markdown ---------------------------------------------------------------------------------------------
@given(st.lists(st.tuples(LINES, LINES), min_size=1, max_size=3), st.text(max_size=20))
def test_whatever_was_published_is_read_back_section_by_section_and_block_by_block(sections, title):
    titles = [clean_text(f"{title} {n}") for n in range(len(sections))]
    stored, blocks = [], {}
    for n, texts in enumerate(sections):
        levels = {level: clean_text(text) or "a" for level, text in zip(("snapshot", "full"), texts, strict=True)}
        levels = {level: text if split_blocks(text) else "a" for level, text in levels.items()}
        stored.append(ExistingSection(f"key-{n}", titles[n], levels))
        blocks |= {(f"key-{n}", level): passages(f"key-{n}", level, text) for level, text in levels.items()}
    found = read_markdown(as_markdown(facts(), stored, blocks))
    assert found.title == "Social media"
    assert [(one.key, one.title) for one in found.sections] == [
        (one.key, " ".join(one.title.split())) for one in stored
    ]
    for one, there in zip(found.sections, stored, strict=True):
        assert {level: words(text) for level, text in one.levels.items()} == {
            level: words(text) for level, text in there.levels.items()
        }


def test_what_was_brought_in_is_given_back_to_the_letter(revision, stranger):
    response = stranger.get(MARKDOWN)
    found = read_markdown(response.content.decode())
    assert [(one.key, one.title, one.levels) for one in found.sections] == [
        (one.key, one.title, one.levels) for one in sections_as_written(revision)
    ]
    assert found.title == "Social media for public servants"
    assert not found.warnings[1:]


# --- What sections rest on --------------------------------------------------------------------------------
NAMES = st.text(max_size=30) | st.sampled_from(
    ["The *Code*", "[x](y)", "a, b", "Code_of_conduct", "**", "# 1", "&amp; <b>"]
)
PLACES = st.sampled_from(["", "https://a.example/?b=1&copy;=2", "http://[::1]/(x)_[y]", "https://é.example/%zz|ü"])


def cited(name: str, address: str, paragraph: str) -> RestsOn | None:
    try:
        return RestsOn(fit_name(name), fit_address(address), fit_paragraph(paragraph))
    except ValidationError:
        return None


@given(st.lists(st.builds(cited, NAMES, PLACES, NAMES).filter(bool), min_size=1, max_size=4, unique=True))
def test_what_a_section_rests_on_is_read_back_and_is_no_part_of_the_text(rests_on):
    stored = [ExistingSection("a", "A", {"full": "b"}, tuple(rests_on)), ExistingSection("c", "C", {"full": "d"})]
    blocks = {("a", "full"): passages("a", "full", "b"), ("c", "full"): passages("c", "full", "d")}
    first, second = read_markdown(as_markdown(facts(), stored, blocks)).sections
    assert [(one.name, one.paragraph) for one in first.rests_on] == [(one.name, one.paragraph) for one in rests_on]
    assert [bool(one.address) for one in first.rests_on] == [bool(one.address) for one in rests_on]
    assert (first.levels, second.levels, second.rests_on) == ({"full": "b"}, {"full": "d"}, [])


def test_word_has_what_a_section_rests_on_and_gives_it_back():
    rests_on = [
        RestsOn("The Code", "https://a.example/code?b=1&c=2", "paragraph 4.2"),
        RestsOn("The *Guide*", "", "p. 3"),
    ]
    parts = parts_of({"a": "A", "c": "C"}, passages("a", "full", "b"), rests_on={"a": rests_on, "c": rests_on[:1]})
    found = read("a.docx", as_docx(facts(), parts))
    assert [(one.title, one.levels, one.rests_on) for one in found.sections] == [
        ("A", {"full": "b"}, rests_on), ("C", {}, rests_on[:1]),
    ]  # fmt: skip


@pytest.mark.parametrize("body", ["Words.", "- words", "- [a](https://a.example) and b", "1. [a](https://a.example)",
                                  "- [a](mailto:a@b.example)", "- [a](https://a.example)\n\nMore.", ""])  # fmt: skip
def test_what_only_looks_like_it_stays_text(body):
    [section] = read_markdown(f"# T\n\n## A\n\nb\n\n### What this section rests on\n\n{body}").sections
    assert not section.rests_on
    assert section.levels["full"] == f"b\n\n### What this section rests on\n\n{body}".rstrip()


def test_a_heading_in_the_text_that_is_called_so_is_read_back_as_text():
    text = "b\n\n### What this section rests on\n\n- [a](https://a.example)"
    file = as_markdown(
        facts(), [ExistingSection("a", "A", {"full": text})], {("a", "full"): passages("a", "full", text)}
    )
    [section] = read_markdown(file).sections
    assert not section.rests_on
    assert words(section.levels["full"]) == words(text)


def test_bringing_a_download_in_again_cites_nothing_twice(cast, stranger, edie):
    draft = drafting.open_draft(cast.document, by=edie)
    drafting.cite_new(draft, "who", "The Code", "https://a.example/code", paragraph="4.2", by=edie)
    publishing.publish(draft, changelog="Two.", by=edie)
    third = drafting.open_draft(cast.document, by=edie)
    there = set(Citation.objects.of_revision(third).values_list("reference__name", "paragraph"))
    file = stranger.get("/guidance/social-media/draft-2/download.md").content.decode()
    word = stranger.get("/guidance/social-media/draft-2/download.docx").content
    mapping = map_sections(sections_as_written(third), read_markdown(file))
    assert not any(change.newly_rests_on for change in mapping.sections)
    drafting.import_draft(cast.document, settle(mapping), by=edie)
    drafting.import_draft(
        cast.document, settle(map_sections(sections_as_written(third), read("a.docx", word))), by=edie
    )
    assert set(Citation.objects.of_revision(third).values_list("reference__name", "paragraph")) == there
    assert Citation.objects.of_revision(third).count() == Reference.objects.count() == 1


def test_what_was_renamed_since_is_not_brought_back_by_an_older_file(cast, stranger, edie):
    draft = drafting.open_draft(cast.document, by=edie)
    citation, _is_new = drafting.cite_new(draft, "who", "The Code", "https://a.example/code", by=edie)
    publishing.publish(draft, changelog="Two.", by=edie)
    third = drafting.open_draft(cast.document, by=edie)
    file = stranger.get("/guidance/social-media/draft-2/download.md").content.decode()
    drafting.change_reference(
        third, citation.reference_id, "The New Code", "https://a.example/2", read_version=1, by=edie
    )
    drafting.import_draft(cast.document, settle(map_sections(sections_as_written(third), read_markdown(file))), by=edie)
    assert [one.reference.name for one in Citation.objects.of_revision(third)] == ["The New Code"]


def test_in_another_document_it_is_kept_anew(cast, ann):
    text = "# T\n\n## A\n\nb\n\n### What this section rests on\n\n- [Code](<https://a.example/>), 4\n- **Paper**"
    document = drafting.start_document(title="Elsewhere", by=ann)
    draft = drafting.import_draft(document, read_markdown(text), by=ann)
    found = Citation.objects.of_revision(draft).order_by("pk")
    assert [(one.reference.name, one.reference.address, one.paragraph) for one in found] == [
        ("Code", "https://a.example/", "4"), ("Paper", "", ""),
    ]  # fmt: skip


# --- A section with nothing in it -------------------------------------------------------------------------
def test_a_published_section_without_words_is_taken_away_and_brought_in_again(cast, stranger, edie, ann):
    draft = drafting.open_draft(cast.document, by=edie)
    drafting.add_section(draft, "To be written", by=edie)
    publishing.publish(draft, changelog="Two.", by=edie)
    found = read_markdown(stranger.get("/guidance/social-media/draft-2/download.md").content.decode())
    assert (found.sections[-1].title, found.sections[-1].levels) == ("To be written", {})
    assert "Section “To be written” is empty: it comes in as a heading alone." in found.warnings
    document = drafting.start_document(title="Elsewhere", by=ann)
    again = drafting.import_draft(document, found, by=ann)
    assert [(one.key, one.levels) for one in sections_as_written(again)] == [
        (one.key, one.levels) for one in sections_as_written(draft)
    ]


@pytest.mark.parametrize(
    "summary", ["", "Plain words.", "Two\n\nparagraphs.", "## Not a section", "```", "[1]: https://a.example"]
)
def test_a_summary_opens_no_section(summary):
    found = read_markdown(
        as_markdown(
            facts(summary=summary),
            [ExistingSection("a", "A", {"full": "b"})],
            {("a", "full"): passages("a", "full", "b")},
        )
    )
    assert [(one.key, one.levels) for one in found.sections] == [("a", {"full": "b"})]
    assert found.summary.endswith("It may be reused under the Open Government Licence v3.0.")


def test_it_says_what_it_is_from_whom_and_what_one_may_do_with_it():
    head = as_markdown(facts(2, corrected_at=datetime(2026, 5, 7, tzinfo=UTC)), [], {})
    assert head == (
        "# Social media\n\nWhat you may say.\n\nDraft 2, published on 2 May 2026 by Public Standards Office, corrected "
        "on 7 May 2026. <https://consult.example/guidance/social-media/draft-2/> It may be reused under the Open "
        "Government Licence v3.0.\n"
    )
    assert "No licence is stated. Ask Public Standards Office" in as_markdown(facts(licence=""), [], {})


# --- Word -------------------------------------------------------------------------------------------------
@given(LINES)
def test_no_word_of_a_block_is_lost_in_word(markdown):
    for block in (alone for one in split_blocks(clean_text(markdown)) for alone in split_blocks(one.source)):
        told = [
            one.text
            if isinstance(one, Line)
            else " ".join(run.text for row in one.rows for cell in row for run in cell)
            for one in lines_of(block.source)
        ]
        expected = "".join(c for c in block.text if unicodedata.category(c) not in {"Cc", "Cf", "Zs"} and c != "|")
        assert "".join("".join(told).split()).replace("|", "") == "".join(expected.split())


def test_headings_lists_tables_and_links_are_what_they_are_in_a_word_processor():
    last = "A **b** *c* `d` [e](https://e.example/)."
    blocks = [LIST, NUMBERED, TABLE, "#### Examples", "> Said.", "```\na\n b\n```", last]
    markdown = "\n\n".join(blocks)
    document = docx.Document(
        io.BytesIO(as_docx(facts(), parts_of({"a": "Photographs"}, passages("a", "full", markdown))))
    )
    styles = [paragraph.style.name for paragraph in document.paragraphs]
    assert styles == [
        "Title", "Body Text", "Facts", "Facts", "Heading 1", "Heading 2", "List Bullet", "List Bullet", "List Number",
        "List Number", "List Bullet", "List Number", "List Number", "List Number", "Beside Table", "Heading 3", "Quote",
        "Example", "Body Text",
    ]  # fmt: skip
    [table] = document.tables
    assert [cell.text for cell in table.rows[0].cells] == ["You post", "What may happen"]
    assert [row._tr.trPr.find(qn("w:tblHeader")) is not None for row in table.rows] == [True, False, False]
    last = document.paragraphs[-1]
    assert [(run.text, run.bold, run.italic) for run in last.runs if run.bold or run.italic] == [
        ("b", True, None),
        ("c", None, True),
    ]
    assert [(link.text, link.address) for link in last.hyperlinks] == [("e", "https://e.example/")]
    starts = part(as_docx(facts(), parts_of({"a": "A"}, passages("a", "full", NUMBERED))), "word/numbering.xml")
    assert [one.get(qn("w:val")) for one in starts.iter(qn("w:start"))][-1] == "3"


def test_it_says_whose_it_is_and_in_which_language():
    about = docx.Document(io.BytesIO(as_docx(facts(2), []))).core_properties
    assert (about.title, about.author, about.language) == ("Social media", "Public Standards Office", "en-GB")
    assert about.created.replace(tzinfo=None) == about.modified.replace(tzinfo=None) == datetime(2026, 5, 2, 12, 0)
    spoken = {one.get(qn("w:val")) for one in part(as_docx(facts(), []), "word/styles.xml").iter(qn("w:lang"))}
    assert spoken == {"en-GB"}


def test_the_same_text_is_the_same_file(monkeypatch):
    before, after = CASES["no two words are the same"]
    first = redlined(before, after)
    monkeypatch.setattr("time.localtime", lambda *_when: (2031, 1, 1, 1, 1, 1, 0, 1, 0))
    assert redlined(before, after) == first
    with ZipFile(io.BytesIO(first[2])) as file:
        assert {one.date_time for one in file.infolist()} == {(2026, 5, 2, 12, 0, 0)}


def test_word_can_be_brought_in_again_too():
    markdown = f"{FIRST}\n\n{LIST}\n\n{TABLE}\n\n#### Examples\n\nAsk **first**."
    shown = [*passages("a", "snapshot", "Short."), *passages("a", "full", markdown)]
    found = read("a.docx", as_docx(facts(), parts_of({"a": "Photographs"}, shown)))
    assert (found.title, [one.title for one in found.sections]) == ("Social media", ["Photographs"])
    assert {level: words(text) for level, text in found.sections[0].levels.items()} == {
        "snapshot": words("Short."), "full": words(markdown),
    }  # fmt: skip


HOSTILE = [
    "\x00\x01\x0b\x0c\x1f\ufffe\uffff", "&#12;&#11;&#1;&#13;", "\u202egnirts\u202c &#x202e;", "W" * 20_000,
    "]]>&<!--<![CDATA[",     "\ud800", "[a](https://" + "x" * 3_000 + ")",
    "[a](javascript:alert(1)) [b](//c) [d](https://[e) [f](https://g:99999999/)",
    "[a](<https://a.example/\u202e>)", "`&#12;`", "| &#12; |\n|---|\n| \u202e |", "\u0000", "𝕏 \U0010ffff",
]  # fmt: skip


@pytest.mark.parametrize("words", HOSTILE)
def test_hostile_words_make_no_broken_file(words):
    old = parts_of({"a": words}, passages("a", "full", "A word."))
    new = parts_of({"a": f"{words}!"}, passages("a", "full", f"A word. {words}"))
    told = facts(
        2,
        title=words,
        summary=words,
        organisation=words,
        licence=words,
        withdrawn_at=timezone.now(),
        why_withdrawn=words,
    )
    ties = [([one.key], [one.key]) for one in old]
    for data in (as_docx(told, new), as_redline(facts(), told, old, new, ties)):
        document = docx.Document(io.BytesIO(data))
        seen = "".join(part(data).itertext()) + "".join(part(data, "docProps/core.xml").itertext())
        assert not re.search(r"[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\u202a-\u202e\ufffe\uffff]", seen)
        addresses = [one.target_ref for one in document.part.rels.values() if one.is_external]
        assert all(
            address.startswith("https://") and len(address) <= 2_000 and address.isascii() for address in addresses
        )


@given(st.text(max_size=60))
def test_any_words_make_a_file_that_can_be_opened(text):
    data = as_docx(facts(title=text, summary=text), parts_of({"a": text}, passages("a", "full", text)))
    assert docx.Document(io.BytesIO(data)).paragraphs


# --- Tracked changes --------------------------------------------------------------------------------------
@pytest.mark.parametrize("name", list(CASES))
def test_accepted_it_is_the_newer_text_and_rejected_the_older_one(name):
    old, new, both = redlined(*CASES[name])
    assert body(left(both, DELETED)) == body(left(new))
    assert body(left(both, INSERTED)) == body(left(old))


@given(TEXTS, TEXTS)
def test_so_it_is_whatever_changed(before, after):
    old, new, both = redlined(before, after)
    assert body(left(both, DELETED)) == body(left(new))
    assert body(left(both, INSERTED)) == body(left(old))


@given(TEXTS)
def test_where_nothing_changed_nothing_is_marked(text):
    [old, _new, both] = redlined(text, text)
    assert not list(part(both).iter(INSERTED, DELETED))
    assert body(left(both)) == body(left(old))


def test_only_the_words_that_changed_are_marked():
    _old, _new, both = redlined(*CASES["words change"])
    marked = [(one.tag == INSERTED, "".join(one.itertext())) for one in part(both).iter(INSERTED, DELETED)]
    assert marked == [(True, "long ")]


def test_a_split_is_a_new_end_of_a_paragraph_and_no_word():
    _old, _new, both = redlined(*CASES["a paragraph is split"])
    assert ["".join(one.itertext()) for one in part(both).iter(INSERTED, DELETED)] == ["", " "]


def test_each_change_is_signed_and_dated_by_the_text():
    _old, _new, both = redlined(*CASES["a section is new"])
    marks = list(part(both).iter(INSERTED, DELETED))
    assert {one.get(qn("w:author")) for one in marks} == {"Public Standards Office"}
    assert {one.get(qn("w:date")) for one in marks} == {"2026-05-02T12:02:00Z"}
    assert len({one.get(qn("w:id")) for one in marks}) == len(marks)
    assert not [text for one in part(both).iter(DELETED) for text in one.iter(qn("w:t"))]


def test_words_that_are_put_in_again_say_so_where_they_are_taken_out():
    _old, _new, both = redlined(*CASES["moved within"])
    authors = {one.tag: one.get(qn("w:author")) for one in part(both).iter(INSERTED, DELETED)}
    assert authors[INSERTED] == "Public Standards Office"
    assert authors[DELETED] == "Public Standards Office: the same words are put in again"


# --- Doors and pages --------------------------------------------------------------------------------------
@pytest.fixture
def second(cast):
    draft = drafting.open_draft(cast.document, by=cast.edie)
    there = draft.section_texts.get(section__key="yourself").levels.get(level="snapshot")
    markdown = there.markdown.replace("all read", "one day read")
    drafting.save_level(draft, "yourself", "snapshot", markdown, read_version=there.version, by=cast.edie)
    return draft


def test_a_draft_that_is_not_published_cannot_be_taken_away_even_by_its_editors(second, cast, stranger, browser_of):
    for reader in (stranger, browser_of(cast.edie), browser_of(cast.ann)):
        for address in (MARKDOWN.replace("-1", "-2"), WORD.replace("-1", "-2"), REDLINE):
            assert reader.get(address).status_code == 404
    for address in (
        "/guidance/gifts/draft-1/download.md",
        REDLINE.replace("1/2", "2/1"),
        REDLINE.replace("1/2", "1/1"),
    ):
        assert stranger.get(address).status_code == 404


def test_what_is_published_can_be_taken_away(second, cast, stranger):
    publishing.publish(second, changelog="Shorter.", by=cast.edie)
    names = {}
    for address in (MARKDOWN, WORD, REDLINE):
        response = stranger.get(address)
        assert response["X-Robots-Tag"] == "noindex"
        assert response["X-Content-Type-Options"] == "nosniff"
        names[response["Content-Disposition"]] = response["Content-Type"]
        cache.clear()
        assert stranger.get(address).content == response.content
    word = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
    assert names == {
        'attachment; filename="social-media-draft-1.md"': "text/markdown; charset=utf-8",
        'attachment; filename="social-media-draft-1.docx"': word,
        'attachment; filename="social-media-draft-1-to-2.docx"': word,
    }
    both = stranger.get(REDLINE).content
    told = ["".join(one.itertext()) for one in part(both).iter(INSERTED, DELETED)]
    assert told == ["all ", "one day "]
    assert body(left(both, DELETED)) == body(left(stranger.get(WORD.replace("-1", "-2")).content))
    assert body(left(both, INSERTED)) == body(left(stranger.get(WORD).content))


def test_pages_lead_to_the_files(second, cast, stranger, settings):
    settings.ORGANISATION = {**settings.ORGANISATION, "licence": "Open Government Licence v3.0"}
    for page in ("/guidance/social-media/", "/guidance/social-media/draft-1/"):
        html = stranger.get(page).content.decode()
        assert f'href="{MARKDOWN}"' in html
        assert f'href="{WORD}"' in html
        assert "You may adopt and adapt it under the Open Government Licence v3.0." in html
    publishing.publish(second, changelog="Shorter.", by=cast.edie)
    for page in ("compare/1/2/", "compare/1/2/whole/", "compare/1/2/yourself/"):
        assert f'href="{REDLINE}"' in stranger.get(f"/guidance/social-media/{page}").content.decode()


def test_a_correction_is_in_the_next_file_and_said(cast, stranger, block_place, django_capture_on_commit_callbacks):
    stranger.get(MARKDOWN), stranger.get(WORD)
    mended = "Assume that **everyone** reads it."
    with django_capture_on_commit_callbacks(execute=True):
        publishing.correct_block(cast.revision, block_place.block.key, mended, why="A slip.", by=cast.edie)
    found = stranger.get(MARKDOWN).content.decode()
    assert mended in found
    assert f"corrected on {timezone.localdate().day} " in found
    assert "Assume that everyone reads it." in [
        p.text for p in docx.Document(io.BytesIO(stranger.get(WORD).content)).paragraphs
    ]


def test_what_was_withdrawn_says_so_and_why(cast, stranger, django_capture_on_commit_callbacks):
    stranger.get(MARKDOWN), stranger.get(WORD)
    with django_capture_on_commit_callbacks(execute=True):
        publishing.withdraw_revision(cast.revision, why="The law has changed.", by=cast.edie)
    assert re.search(
        r"Draft 1 was withdrawn on \d+ \w+ \d{4}\. The law has changed\.", stranger.get(MARKDOWN).content.decode()
    )
    told = [one.text for one in docx.Document(io.BytesIO(stranger.get(WORD).content)).paragraphs]
    assert any(re.fullmatch(r"Draft 1 was withdrawn on .* The law has changed\.", one) for one in told)


def test_every_level_of_the_text_is_in_the_file(revision, stranger):
    styles = [(one.style.name, one.text) for one in docx.Document(io.BytesIO(stranger.get(WORD).content)).paragraphs]
    assert [text for style, text in styles if style == "Heading 1"] == ["Who this is for", "When you post as yourself"]
    assert [text for style, text in styles if style == "Heading 2"] == [
        "Overview",
        "Snapshot",
        "Overview",
        "Snapshot",
        "Full story",
    ]
    assert len(Level) == 3
