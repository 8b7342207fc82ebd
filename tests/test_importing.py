"""Bringing texts in: Markdown that stands alone, web pages, and what cannot be read."""

from contextlib import suppress

import pytest
from django.core.exceptions import ValidationError
from hypothesis import given
from hypothesis import strategies as st

from guidance.blocks import inline_words, parser, split_blocks
from guidance.importing import Imported, ImportedSection, read, read_markdown, write_markdown
from guidance.importing.escaping import as_paragraph, in_a_heading
from guidance.importing.references import resolve_references
from guidance.importing.runs import Run, as_markdown, fit_address, words_of
from guidance.rendering import render

WORDS = st.text(alphabet=st.sampled_from(" ab1.)-+*_#>|`~[]()<&;!:=\\\"'\n"), max_size=60)
LINES = st.lists(
    st.sampled_from(
        ["# T", "## A", "## A {#k}", "### Overview", "#### Deep", "", "", "words *and* [x][1]", "[1]: https://a.example",
         "- item", "  more", "> quote", "```", "| a | b |", "|---|---|", "1. one", "---", "    code", "[x]", "\tt"]
    ),
    max_size=25,
)  # fmt: skip


def page(body: str, head: str = "") -> bytes:
    return f"<!doctype html><html><head>{head}</head><body>{body}</body></html>".encode()


def sections_of(imported: Imported) -> list[tuple[str, str, dict[str, str]]]:
    return [(section.key, section.title, section.levels) for section in imported.sections]


# --- Words stay words -------------------------------------------------------------------------------------
@given(WORDS)
def test_any_words_become_a_paragraph_that_shows_exactly_them(words):
    lines = [" ".join(line.split()) for line in words.split("\n")]
    expected = "\n".join(line for line in lines if line)
    blocks = split_blocks(as_paragraph(words))
    assert [(block.kind, block.text) for block in blocks] == ([("paragraph", expected)] if expected else [])


@given(WORDS)
def test_any_words_become_a_heading_that_shows_exactly_them(words):
    expected = " ".join(words.split())
    blocks = split_blocks(f"## {in_a_heading(words)}")
    assert [(block.kind, block.text) for block in blocks] == [("heading", expected)]


@given(
    st.lists(
        st.builds(
            Run,
            text=st.text(alphabet=st.sampled_from(' ab.*_`[("\n'), max_size=8),
            is_strong=st.booleans(),
            is_emphatic=st.booleans(),
            is_code=st.booleans(),
            address=st.sampled_from(["", "https://a.example/(x)"]),
        ),
        max_size=6,
    )
)
def test_whatever_looks_it_has_a_line_keeps_its_words(runs):
    written = as_markdown(runs)
    assert "\n".join(block.text for block in split_blocks(written)) == words_of(runs)


@pytest.mark.parametrize(
    ("address", "kept"),
    [
        ("https://a.example/x y", "https://a.example/x%20y"),
        ("HTTPS://A.example", "HTTPS://A.example"),
        ("mailto:a@b.example", "mailto:a@b.example"),
        ("javascript:alert(1)", ""),
        ("java\nscript:alert(1)", ""),
        ("data:text/html,x", ""),
        ("//a.example", ""),
        ("/x", ""),
        ("file:///etc/passwd", ""),
        ("https://a.example/>x<y|z\\", "https://a.example/%3Ex%3Cy%7Cz%5C"),
        ("https://a.example/?a=1&copy;", "https://a.example/?a=1&amp;copy;"),
    ],
)
def test_links_lead_to_the_web_or_to_an_e_mail_address_and_nowhere_else(address, kept):
    assert fit_address(address) == kept


# --- Markdown that stands alone ---------------------------------------------------------------------------
def test_links_by_reference_keep_their_address_in_every_level():
    imported = read_markdown(
        "# T\n\n## A\n\n### Overview\n\nSee [the *code*][1], [this][] and [that].\n\n### Full story\n\n"
        "> In [a\n> quote][1]\n\n- [that]\n\n| [this] | x |\n|---|---|\n| `[that]` [a \\| b][1] | y |\n\n"
        "## B\n\nNot [here][2].\n\n[1]: https://a.example/b_c 'T'\n[this]: <https://b.example>\n[that]: /c\n"
    )
    a, b = imported.sections
    html = "".join(render(block.source) for level in a.levels for block in a.blocks(level))
    assert [html.count(f'href="https://{x}"') for x in ("a.example/b_c", "b.example")] == [3, 2]
    assert html.count("<a ") == 7
    assert "[that]" in html  # in the example, where it is no link
    assert b.levels["full"] == "Not [here][2]."
    assert not imported.warnings[1:]


@given(LINES)
def test_writing_references_out_changes_nothing_that_is_read(lines):
    text = "\n".join(lines)
    written, _is_whole = resolve_references(text)
    assert " ".join(parser().render(written).split()) == " ".join(parser().render(text).split())


def test_a_long_address_that_is_used_four_thousand_times_is_refused_and_not_written_out():
    text = "# T\n\n## A\n\n" + "[a] " * 4_000 + "\n\n[a]: https://a.example/" + "x" * 15_000
    with pytest.raises(ValidationError, match="With its links written out"):
        read_markdown(text)


@given(LINES)
def test_what_was_read_is_written_and_read_again_as_the_same(lines):
    with suppress(ValidationError):
        imported = read_markdown("# Title *x*\n\n## First {#first}\n\nWords.\n\n" + "\n".join(lines))
        again = read_markdown(write_markdown(imported))
        assert (again.title, again.summary, sections_of(again)) == (
            imported.title,
            imported.summary,
            sections_of(imported),
        )


@pytest.mark.parametrize("title", ["A # b", "C #", "1. One", "*x*", "a {#b}", "<b>", "x_y_", "- a", "&amp;", "`a`"])
def test_any_title_is_written_and_read_again(title):
    imported = Imported(title, "", [ImportedSection("k", title, {"full": "Words."})])
    again = read_markdown(write_markdown(imported))
    assert (again.title, again.sections[0].title, again.sections[0].key) == (title, title, "k")


@pytest.mark.parametrize("end", ["\r\n", "\r", "\u2028", "\u0085"])
def test_line_ends_of_every_kind_are_line_ends(end):
    text = "# T\n\n## A\n\n### Overview\n\nOne.\n\nTwo."
    mixed = text.replace("\n", end, 5)
    assert sections_of(read_markdown(mixed)) == sections_of(read_markdown(text))


def test_an_example_that_nobody_closed_ends_with_its_section():
    imported = read_markdown("# T\n\n## A\n\n```\ncode\n## B\n")
    assert imported.sections[0].levels["full"] == "```\ncode\n## B\n```"


def test_two_sections_with_one_key_are_both_named():
    with pytest.raises(ValidationError, match=r"“x”: “A” \(line 3\) and “B” \(line 7\)"):
        read_markdown("# T\n\n## A {#x}\n\na\n\n## B {#x}\n\nb")


def test_two_sections_with_one_title_get_two_keys_and_a_warning():
    imported = read_markdown("# T\n\n## A\n\na\n\n## A\n\nb\n\n## A {#a-2}\n\nc")
    assert [section.key for section in imported.sections] == ["a", "a-3", "a-2"]
    assert any("line 7" in warning and "“a-3”" in warning for warning in imported.warnings)


def test_markup_in_a_file_is_words():
    imported = read_markdown("# T\n\n## A\n\n<script>alert(1)</script> <img src=x onerror=alert(1)>")
    assert imported.sections[0].blocks("full")[0].text == "<script>alert(1)</script> <img src=x onerror=alert(1)>"


@pytest.mark.parametrize(
    "text",
    ["- " * 500 + "x", ">" * 500 + " y", "\n".join("  " * n + "- a" for n in range(60)), "> - " * 8 + "x"],
)
def test_what_is_nested_too_deep_is_refused_and_not_lost(text):
    with pytest.raises(ValidationError, match="nested too deep"):
        read_markdown(f"# T\n\n## A\n\n{text}")


@pytest.mark.parametrize(
    ("text", "complaint"),
    [
        ("1. a\n" * 100_001, "lines"),
        ("*a " * 6_000 + "\n", "marks"),
        ("|a" * 2_000 + "\n" + "|-" * 2_000 + "\n" + "|x\n" * 500, "cells"),
        ("x" * 20_001, "Line 5 is longer"),
    ],
)
def test_what_would_keep_a_server_busy_is_refused_before_it_is_parsed(text, complaint, monkeypatch):
    if complaint == "marks":
        text *= 70
    monkeypatch.setattr("guidance.importing.markdown.resolve_references", lambda _text: pytest.fail("was parsed"))
    with pytest.raises(ValidationError, match=complaint):
        read_markdown("# T\n\n## A\n\n" + text)


def test_a_section_of_a_hundred_thousand_words_comes_in():
    imported = read_markdown("# T\n\n## A\n\n" + ("word " * 100 + "\n\n") * 1_000)
    assert imported.sections[0].words("full") == 100_000


# --- Web pages --------------------------------------------------------------------------------------------
def test_a_saved_page_becomes_sections_and_says_what_it_left_out():
    imported = read(
        "page.html",
        page(
            "<header><a href=/>Site</a></header><nav><ul><li>Home</ul></nav><main><h1>Gifts <em>and</em> more</h1>"
            "<p>What\n you <b>may </b>take.<h2>Money</h2><h3>Overview</h3><p># Never.<br>1. Not once."
            "<ul><li>one<ul><li>two</ul><li>three</ul><h3>Full story</h3>"
            "<table><tr><th>A|b<th>C<tr><td><p>x<p>y<td><a href='https://a.example/'>z</a></table>"
            "<p>See <a href='/rules'>rules</a>.<img src=x><script>alert(1)</script><h4>Deeper</h4><blockquote><p>So."
            "</blockquote><pre>a\n  b</pre><h2>Related</h2><h2>Food</h2><p>Cake.</main><footer>Us</footer>",
            "<title>Old</title><script>x</script>",
        ),
    )
    assert (imported.title, imported.summary) == ("Gifts and more", "What you **may** take.")
    assert sections_of(imported) == [
        (
            "money",
            "Money",
            {
                "overview": "\\# Never.\\\n1\\. Not once.\n\n- one\n  - two\n- three",
                "full": "| A\\|b | C |\n|---|---|\n| x; y | [z](<https://a.example/>) |\n\nSee rules.\n\n"
                "#### Deeper\n\n"
                "> So.\n\n```\na\n  b\n```",
            },
        ),
        ("food", "Food", {"full": "Cake."}),
    ]
    assert "1 image was left out." in imported.warnings
    assert "2 scripts and style sheets were left out." in imported.warnings
    assert any(warning.startswith("1 link that does not lead") for warning in imported.warnings)
    assert any("heading with no text below it" in warning for warning in imported.warnings)


@pytest.mark.parametrize(
    ("body", "title", "sections"),
    [
        ("<h1>T</h1><h2>A</h2><p>a<h2>B</h2><p>b", "T", ["A", "B"]),
        ("<h1>A</h1><p>a<h1>B</h1><p>b", "From the head", ["A", "B"]),
        ("<h2>A</h2><p>a<h3>x</h3><p>y<h2>B</h2><p>b", "From the head", ["A", "B"]),
        ("<h1>T</h1><h3>A</h3><p>a<h4>x</h4><p>y", "T", ["A"]),
        ("<article><h1>T</h1><h2>A</h2><p>a</article><h2>Comments</h2><p>c", "T", ["A"]),
        ("<h1>T</h1><main><h2>A</h2><p>a</main>", "T", ["A"]),
    ],
)
def test_what_a_heading_is_depends_on_the_headings_around_it(body, title, sections):
    imported = read("x.html", page(body, "<title>From the head</title>"))
    assert (imported.title, [section.title for section in imported.sections]) == (title, sections)


@pytest.mark.parametrize(
    ("data", "word"),
    [
        ("<meta charset=windows-1252><h1>T</h1><h2>A</h2><p>Caf\xe9 \x93x\x94".encode("latin-1"), "Café “x”"),
        ("<meta http-equiv=Content-Type content='text/html; charset=iso-8859-1'>"
         "<h1>T</h1><h2>A</h2><p>Caf\xe9 \x93x\x94".encode("latin-1"), "Café “x”"),
        ("<h1>T</h1><h2>A</h2><p>Café".encode(), "Café"),
        ("<meta charset=latin1><h1>T</h1><h2>A</h2><p>Café".encode("utf-8-sig"), "Café"),
        ("<html><h1>T</h1><h2>A</h2><p>Café".encode("utf-16"), "Café"),
    ],
)  # fmt: skip
def test_a_page_is_read_in_the_encoding_that_it_names(data, word):
    assert read("x.html", data).sections[0].levels["full"] == word


@pytest.mark.parametrize(
    ("data", "complaint"),
    [
        ("<h1>T</h1><h2>A</h2><p>Caf\xe9".encode("latin-1"), r"Line 1 \(byte 27\) is not UTF-8"),
        (b"<meta charset=rot13><h1>T</h1><h2>A</h2><p>a", "“rot13”"),
        (b"<meta charset=zlib_codec><h1>T</h1><h2>A</h2><p>a", "“zlib_codec”"),
        (b"<meta charset=utf-7><h1>T</h1><h2>A</h2><p>+ADw-", "“utf-7”"),
        (b"<html>", "no section"),
        (b"<html>" + b"<div>" * 5_000 + b"x", "more elements"),
        (b"<html><h1>T</h1><h2>A</h2><p>" + b"<" * 100_000, "longer than 20,000"),
        (b"<html><h1>T</h1><h2>A</h2><table><tr>" + b"<td>a" * 300 + b"<tr><td>a</table>", "300 columns"),
        (b"<html><h1>T</h1><h2>A {#x}</h2><p>a<h2>B {#x}</h2><p>b", "“A” and “B”"),
    ],
)
def test_a_page_that_cannot_be_read_says_what_to_mend(data, complaint):
    with pytest.raises(ValidationError, match=complaint):
        read("x.html", data)


HOSTILE = [
    "<svg/onload=alert(1)>x", "<a href=javascript:alert(1)>x</a>", "<p onclick=alert(1)>x", "<iframe src=x></iframe>x",
    "<style>@import 'x'</style>x", "<math><mtext><script>alert(1)</script></mtext></math>x", "&lt;script&gt;alert(1)",
    "<p>[x](javascript:alert(1))", "<!--<script>-->x", "<noscript><p title='</noscript><script>alert(1)</script>'>x",
    "<template><script>alert(1)</script></template>x", "<p>&lt;!--own:1--&gt;", "<base href='javascript:x'><a href=y>z",
]  # fmt: skip


@pytest.mark.parametrize("body", HOSTILE)
def test_nothing_of_a_page_becomes_markup(body):
    with suppress(ValidationError):
        imported = read("x.html", page(f"<h1>T</h1><h2>A</h2><p>a</p>{body}"))
        html = render(imported.sections[0].levels["full"]).lower()
        assert not any(
            bad in html for bad in ("<script", "<svg", "<iframe", "<!--", 'href="javascript', "<p on", "<style")
        )


STRAY = [
    "<ul>one", "<ul><li>a</li>one", "<ol><b>one</b>", "<ul><ul><li>one</ul></ul>", "<table>one", "<table><td>one",
    "<table>one<tr><td>a<td>b<tr><td>c<td>d</table>", "<table><caption>one</caption><tr><td>a",
    "<table><tr>one<td>a<td>b<tr><td>c<td>d</table>", "<table><tr><tr><td>one",
]  # fmt: skip


@pytest.mark.parametrize("body", STRAY)
def test_words_where_there_should_be_none_are_not_lost(body):
    section = read("x.html", page(f"<h1>T</h1><h2>A</h2>{body}")).sections[0]
    assert "one" in "\n".join(block.text for block in section.blocks("full"))


@given(st.lists(st.sampled_from(
    ["<p>", "</p>", "<div>", "</div>", "<ul>", "<li>", "</ul>", "<ol start=3>", "</ol>", "<b>", "</b>", "<i>", "</i>",
     "<table>", "<tr>", "<td>", "<td rowspan=3>", "<td colspan=2>", "</table>", "<h2>", "</h2>", "<h3>Overview</h3>",
     "<blockquote>", "</blockquote>", "<pre>", "</pre>", "<a href=https://a.example>", "</a>", "<br>", "<hr>", "one",
     " two ", "*three*", "`four", "1.", "#", "|", "<dl><dt>", "<dd>", "<q>", "</q>", "<code>", "</code>", "\n"]
), max_size=30))  # fmt: skip
def test_no_word_of_any_page_is_lost(pieces):
    words = ["one", "two", "three", "four"]
    with suppress(ValidationError):
        imported = read("x.html", page("<h1>T</h1><h2>Start</h2><p>begin</p>" + "".join(pieces)))
        said = " ".join(
            [imported.title, *(s.title for s in imported.sections)]
            + [block.text for s in imported.sections for level in s.levels for block in s.blocks(level)]
        )
        empty = any("with no text below" in warning for warning in imported.warnings)
        for word in words:
            there = sum(piece.count(word) for piece in pieces)
            assert said.count(word) == there or empty


# --- Choosing by content ----------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("name", "data", "complaint"),
    [
        ("a.md", b"", "empty"),
        ("a.docx", b"  \n", "empty"),
        ("a.docx", b"x" * 20_000_001, "larger than 20 MB"),
        ("a.docx", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\x00" * 99, "old Word file"),
        ("a.docx", b"%PDF-1.7", "PDF"),
        ("a.docx", b"{\\rtf1", "RTF"),
        ("a.html", b"From: <Saved by Blink>\nMIME-Version: 1.0", "web archive"),
        ("a.docx", b"PK\x05\x06" + b"\x00" * 18, "no Word document"),
        ("a.md", b"\x89PNG\r\n\x1a\n", "UTF-8"),
        ("a.md", b"# T\n\x00\n## A\n\nx", "not a text"),
        ("a.md", b"\xff\xfe\x00", "UTF-8"),
    ],
)
def test_what_we_do_not_take_is_refused_with_what_to_do(name, data, complaint):
    with pytest.raises(ValidationError, match=complaint):
        read(name, data)


def test_content_counts_and_not_the_name():
    markdown = b"# T\n\n## A\n\nWords <p>with</p> marks."
    assert read("a.docx", markdown).title == "T"
    assert read("a.html", b"# T\n\n## A\n\nWords.").title == "T"
    assert read("a.md", page("<h1>P</h1><h2>A</h2><p>a")).title == "P"
    assert read("a.md", "# T\n\n## A\n\nCafé".encode("utf-16")).sections[0].levels["full"] == "Café"


@given(st.binary(max_size=300), st.sampled_from(["a.md", "a.html", "a.docx"]), st.sampled_from([b"", b"PK\x03\x04"]))
def test_any_bytes_are_read_or_refused_in_words(data, name, start):
    with suppress(ValidationError):
        read(name, start + data)


def test_a_heading_is_plain_words():
    section = read_markdown("# A *b*\n\n## `c` & [d](https://x.example) \\# {#k}\n\nx").sections[0]
    assert (section.key, section.title) == ("k", "c & d #")
    assert inline_words(parser().parseInline("*b*")[0]) == "b"
