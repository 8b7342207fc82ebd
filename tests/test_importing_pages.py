"""Bringing a text in on the team's pages: seen first, saved when someone says so."""

from html import unescape

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from consult.ledger.models import Entry
from guidance.models import Document, Revision
from guidance.reading import sections_as_written
from tests.conftest import GUIDANCE
from tests.word_files import guidance_document, saved

GIFTS = (
    "# Gifts\n\nWhat you may take.\n\n## No\n\n### Overview\n\nSay *no*.\n\n## Yes {#yes}\n\n### Overview\n\nSay yes."
)


@pytest.fixture
def otto_at(browser_of, otto):
    return browser_of(otto)


def looks_at(browser, document, content: str | bytes, name="text.md"):
    content = content.encode() if isinstance(content, str) else content
    return browser.post(
        reverse("import_text"), {"document": document.pk if document else "", "file": SimpleUploadedFile(name, content)}
    )


def saves(browser, shown, **also):
    """What the browser sends when the form is sent as it was shown: with the line ends of forms."""
    context = shown.context
    sent = {
        "document": context["document"].pk if context["document"] else "",
        "against": context["against"],
        "markdown": context["markdown"].replace("\n", "\r\n"),
        "guessed": [change.existing.key for change in context["mapping"].guesses],
        "same": [change.existing.key for change in context["mapping"].guesses],
        "keep": [section.key for section in context["mapping"].missing],
    }
    return browser.post(reverse("save_import"), {**sent, **also})


def words_of(response) -> str:
    return unescape(response.content.decode())


def sections(document) -> list[tuple[str, str]]:
    draft = Revision.objects.open_draft_of(document)
    return [(section.key, section.title) for section in sections_as_written(draft)]


def test_otto_sees_what_a_word_document_would_become_and_nothing_is_saved(otto_at, other_document):
    before = Entry.objects.count()
    page = words_of(looks_at(otto_at, other_document, saved(guidance_document()), "social.docx"))
    for words in ("Nothing is saved yet", "1. Pen names", "pen-names", "2. Photographs", "You may use a",
                  "Section “Photographs” has no level “Overview”."):  # fmt: skip
        assert words in page
    assert not Revision.objects.filter(document=other_document).exists()
    assert Entry.objects.count() == before


def test_what_was_shown_is_what_is_saved(otto_at, other_document):
    response = saves(otto_at, looks_at(otto_at, other_document, GIFTS))
    assert response.url == reverse("team_draft", args=["gifts"])
    draft = Revision.objects.get(document=other_document)
    assert [(s.key, s.title, s.levels) for s in sections_as_written(draft)] == [
        ("no", "No", {"overview": "Say *no*."}),
        ("yes", "Yes", {"overview": "Say yes."}),
    ]


def test_a_second_file_shows_what_would_change_in_the_draft(otto_at, other_document):
    saves(otto_at, looks_at(otto_at, other_document, GIFTS))
    again = GIFTS.replace("Say yes.", "Say yes, and write it down.").replace("## No", "## Maybe\n\nPerhaps.\n\n## No")
    shown = looks_at(otto_at, other_document, again)
    changes = {c.section.key: c.change.value for c in shown.context["mapping"].sections}
    assert changes == {"maybe": "new", "no": "unchanged", "yes": "changed"}
    assert "It takes the place of the words in" in words_of(shown)


def test_a_section_that_is_not_in_the_file_stays_unless_otto_lets_it_go(otto_at, other_document):
    saves(otto_at, looks_at(otto_at, other_document, GIFTS))
    only_one = GIFTS[: GIFTS.index("## Yes")]
    saves(otto_at, looks_at(otto_at, other_document, only_one))
    assert sections(other_document) == [("no", "No"), ("yes", "Yes")]
    saves(otto_at, looks_at(otto_at, other_document, only_one), keep=[])
    assert sections(other_document) == [("no", "No")]


def test_a_guess_is_shown_as_one_and_can_be_refused(otto_at, other_document):
    saves(otto_at, looks_at(otto_at, other_document, GIFTS.replace("## No", "## Pen names")))
    renamed = looks_at(otto_at, other_document, GIFTS.replace("## No", "## Pen-name"))
    assert "“Pen-name” in the file is “Pen names” here" in words_of(renamed)
    saves(otto_at, renamed, same=[])
    assert sections(other_document) == [("pen-names", "Pen names"), ("pen-name", "Pen-name"), ("yes", "Yes")]


def test_a_draft_that_changed_meanwhile_is_shown_again_and_not_written_over(otto_at, other_document):
    saves(otto_at, looks_at(otto_at, other_document, GIFTS))
    shown = looks_at(otto_at, other_document, GIFTS.replace("Say yes.", "Mine."))
    saves(otto_at, looks_at(otto_at, other_document, GIFTS.replace("Say yes.", "Theirs.")))
    late = saves(otto_at, shown)
    assert late.status_code == 422
    assert "Somebody changed the draft while you were looking" in words_of(late)
    assert sections_as_written(Revision.objects.get(document=other_document))[1].levels == {"overview": "Theirs."}
    assert saves(otto_at, late).status_code == 302
    assert sections_as_written(Revision.objects.get(document=other_document))[1].levels == {"overview": "Mine."}


def test_edie_brings_in_the_next_draft_of_what_is_published(browser_of, edie, document):
    edie_at = browser_of(edie)
    shown = looks_at(edie_at, document, GUIDANCE.replace("A joke", "A good joke"))
    assert "What is published stands as it is." in words_of(shown)
    assert [c.change.value for c in shown.context["mapping"].sections] == ["unchanged", "changed"]
    saves(edie_at, shown)
    assert Revision.objects.get(document=document, state="draft").number == 2


def test_ann_starts_a_new_piece_of_guidance_and_otto_cannot(browser_of, ann, otto_at):
    before = Document.objects.count()
    shown = looks_at(browser_of(ann), None, "# Records\n\n## A\n\nKeep them.")
    assert Document.objects.count() == before
    assert saves(otto_at, shown).url == reverse("import_text")
    assert Document.objects.count() == before
    assert saves(browser_of(ann), shown).url == reverse("team_draft", args=["records"])


def test_otto_cannot_save_into_the_guidance_of_others(otto_at, other_document, document):
    shown = looks_at(otto_at, other_document, GIFTS)
    before = Revision.objects.count()
    assert saves(otto_at, shown, document=document.pk).url == reverse("import_text")
    assert Revision.objects.count() == before


@pytest.mark.parametrize("markdown", ["", "no title", "# T\n\n## A {#x}\n\na\n\n## B {#x}\n\nb", "x" * 2_000_001])
def test_what_comes_back_is_trusted_as_little_as_a_file(otto_at, other_document, markdown):
    shown = looks_at(otto_at, other_document, GIFTS)
    assert saves(otto_at, shown, markdown=markdown).url == reverse("import_text")
    assert not Revision.objects.filter(document=other_document).exists()


def test_nothing_of_a_file_becomes_markup_on_the_page(otto_at, other_document):
    bad = "<script>alert(1)</script>"
    heading = '<h2>A"&gt;&lt;script&gt;</h2><p>&lt;img src=x onerror=alert(3)&gt;'
    page = f"<html><h1>{bad}T &lt;script&gt;alert(2)</h1>{heading}"
    content = looks_at(otto_at, other_document, page, f"{bad}.html").content.decode()
    assert "alert(1)" not in content
    assert "<script>alert" not in content
    assert "<img" not in content
    assert "&lt;img src=x onerror=alert(3)&gt;" in content


def test_a_text_too_long_for_a_page_says_what_to_do(otto_at, other_document):
    text = "# T\n\n## A\n\n" + ("word " * 1_000 + "\n\n") * 450
    response = looks_at(otto_at, other_document, text)
    assert response.status_code == 422
    assert "import_guidance" in words_of(response)


def test_a_file_that_cannot_be_read_says_what_to_mend(otto_at, other_document):
    response = looks_at(otto_at, other_document, b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(50), "old.docx")
    assert response.status_code == 422
    assert "Save it as .docx" in words_of(response)


def test_looking_costs_the_same_for_two_sections_and_for_forty(otto_at, other_document, django_assert_max_num_queries):
    many = "# T\n\n" + "\n\n".join(f"## S{n}\n\n### Overview\n\nWords {n}." for n in range(40))
    saves(otto_at, looks_at(otto_at, other_document, many))
    with django_assert_max_num_queries(14):
        looks_at(otto_at, other_document, many)
