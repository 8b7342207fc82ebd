"""Whether a page links to us, and the few words of it that we keep."""

import pytest
from django.core.exceptions import ValidationError
from hypothesis import given
from hypothesis import strategies as st

from consult.discussion.elsewhere.linking import Linked, decoded, link_in

OURS = "https://consult.example/consultations/draft-1/"
URL = "https://blog.example/2026/11/post"


def look(page: str, **more) -> Linked | None:
    return link_in(page, url=URL, leads_to_us=lambda url: url == OURS, **more)


def test_a_plain_page_gives_its_title_and_the_paragraph_of_the_link():
    found = look(f'<title> My\n blog </title><p>Before.</p><p>I read <a href="{OURS}">the <b>draft</b></a> twice.</p>')
    assert found == Linked("My blog", "I read the draft twice.")


def test_an_entry_gives_its_name_and_summary():
    found = look(
        f"""<title>Blog</title><div class="h-entry"><h1 class="p-name">On the badge</h1>
        <p class="p-summary">It is hard.</p><div class="e-content">Long. <a href="{OURS}">here</a></div></div>"""
    )
    assert found == Linked("On the badge", "It is hard.")


def test_of_several_entries_the_one_that_links_is_taken():
    found = look(
        f"""<div class="h-entry"><p class="p-name">Another</p></div>
        <div class="h-entry"><p class="p-name">This</p><div class="e-content"><p>One.</p><p>Two
        <a href="{OURS}">x</a></p></div></div>"""
    )
    assert found == Linked("This", "One. Two x")


@pytest.mark.parametrize(
    "page",
    [
        "", "<p>No link.</p>", f"<p>{OURS}</p>", f"<!-- <a href='{OURS}'>x</a> -->",
        f"<script>'<a href=\"{OURS}\">'</script>", f'<a href="{OURS}x">x</a>', f'<a href="{OURS}?x">x</a>',
        f'<a name="{OURS}">x</a>', f'<a href="https://blog.example/?to={OURS}">x</a>', "<a href='https://[::1'>x</a>",
        "<a href='" + "x" * 5_000 + "'>x</a>",
    ],
)  # fmt: skip
def test_what_only_looks_like_a_link_is_none(page):
    assert look(page) is None


@pytest.mark.parametrize("page", [f'<img src="{OURS}">', f'<a href=" {OURS} ">x</a>', f"<A HREF={OURS}>x</A>",
                                  '<base href="https://consult.example/"><a href="consultations/draft-1/">x</a>',
                                  '<a href="//consult.example/consultations/draft-1/">x</a>'])  # fmt: skip
def test_links_come_in_many_forms(page):
    assert look(page) is not None


def test_text_is_all_that_is_kept():
    found = look(
        f"""<title>a &lt;b&gt; <i>c</i></title><div><p>x<script>evil()</script><style>y</style>
        &lt;script&gt; <a href="{OURS}">go</a>\u202e</p></div>"""
    )
    assert "evil" not in found.excerpt
    assert found.excerpt == "x <script> go"
    assert "\u202e" not in found.excerpt


def test_a_page_of_plain_text_is_read_by_lines():
    found = look(f"My notes\n\nSee <{OURS}>, it says.\n", is_plain=True)
    assert found == Linked("My notes", f"See <{OURS}>, it says.")
    assert look("My notes", is_plain=True) is None


def test_it_is_short_however_long_the_page_is():
    found = look(f'<title>{"long " * 9_000}</title><p>{"words " * 90_000}<a href="{OURS}">x</a></p>')
    assert (len(found.title), len(found.excerpt)) <= (200, 300)
    assert found.excerpt.endswith("…")


@pytest.mark.parametrize("page", ["<div>" * 5_000, "<b>" * 200_000])
def test_a_page_that_was_made_to_be_a_burden_is_refused(page):
    with pytest.raises(ValidationError):
        look(page + f'<a href="{OURS}">x</a>')


@given(st.text(max_size=400), st.sampled_from(["h-entry", "h-entry p-name e-content", "p-summary"]))
def test_whatever_stands_there_is_one_clean_line(words, kind):
    found = look(f'<div class="{kind}"><p class="p-name">{words}</p><a href="{OURS}">x</a></div>')
    for line in (found.title, found.excerpt) if found else ():
        assert "\n" not in line
        assert "\x00" not in line


@pytest.mark.parametrize(
    ("body", "charset"),
    [("Café".encode(), ""), ("Café".encode(), "utf-8"), ("Café".encode("cp1252"), "iso-8859-1"),
     ('<meta charset="windows-1252">Café'.encode("cp1252"), ""), (b"\xff\xfeC\x00a\x00f\x00\xe9\x00", "")],
)  # fmt: skip
def test_letters_are_read_as_the_page_says(body, charset):
    assert decoded(body, charset).endswith("Café")


@given(st.binary(max_size=300), st.sampled_from(["", "utf-8", "zlib", "hex", "utf-16", "shift_jis"]))
def test_wrong_letters_are_marked_and_never_fatal(body, charset):
    assert isinstance(decoded(body, charset), str)
