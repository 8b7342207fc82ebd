"""Bringing guidance in from the command line."""

import io

import pytest
from django.core.management import CommandError, call_command

from consult.ledger.models import Entry
from guidance.models import Document, Revision
from tests.conftest import GUIDANCE
from tests.word_files import guidance_document, saved


@pytest.fixture
def bring_in(db, tmp_path):
    """The command, on a text or on the bytes of a file."""

    def running(text: str | bytes = GUIDANCE, *options: str, slug="new-guidance") -> str:
        file = tmp_path / "guidance.md"
        file.write_bytes(text.encode() if isinstance(text, str) else text)
        out = io.StringIO()
        call_command("import_guidance", str(file), "--slug", slug, *options, stdout=out, stderr=out)
        return out.getvalue()

    return running


def stored(slug="new-guidance") -> list:
    return list(
        Document.objects.get(slug=slug)
        .revisions.get()
        .blocks.order_by("section_text__position", "level", "position")
        .values_list("section_text__section__key", "level", "position", "key", "source")
    )


def test_it_says_what_became_which_section_and_level(bring_in):
    said = bring_in()
    assert "Social media for public servants (new-guidance), draft 1:" in said
    assert "1. Who this is for {#who}: Overview, 1 paragraph, 7 words; Snapshot, 2 paragraphs, " in said
    assert "Look again: Section “Who this is for” has no level “Full story”." in said
    assert "Nobody but its team can read it yet" in said
    assert not Document.objects.get(slug="new-guidance").revisions.get().is_published


def test_it_can_be_published_at_once_and_the_ledger_says_who_did_it(bring_in):
    assert "can now be read by everyone" in bring_in(GUIDANCE, "--publish", "--changelog", "The first draft.")
    revision = Document.objects.get(slug="new-guidance").current
    assert (revision.state, revision.changelog) == (Revision.State.PUBLISHED, "The first draft.")
    entries = Entry.objects.order_by("-pk")[:3]
    assert {(entry.verb, entry.actor) for entry in entries} == {
        ("document.started", "system"),
        ("draft.imported", "system"),
        ("revision.published", "system"),
    }


@pytest.mark.parametrize("options", [(), ("--publish", "--changelog", "The first draft.")])
def test_the_same_file_twice_changes_nothing(bring_in, options):
    bring_in(GUIDANCE, *options)
    before, entries = stored(), Entry.objects.count()
    assert "nothing was changed in it" in bring_in(GUIDANCE, *options)
    assert stored() == before
    assert Entry.objects.count() == entries


def test_a_draft_that_is_here_already_can_be_published_later(bring_in):
    bring_in()
    before = stored()
    said = bring_in(GUIDANCE, "--publish", "--changelog", "The first draft.")
    assert "nothing was changed in it" in said
    assert "can now be read" in said
    assert stored() == before


def test_a_changed_paragraph_leaves_the_others_their_keys(bring_in):
    bring_in()
    before = {source: key for *_where, key, source in stored()}
    bring_in(GUIDANCE.replace("It does not take your private life away.", "It leaves you your private life."))
    after = {source: key for *_where, key, source in stored()}
    assert before.keys() - after.keys() == {"It does not take your private life away."}
    assert all(after[source] == key for source, key in before.items() if source in after)


def test_another_title_can_be_given(bring_in):
    bring_in(GUIDANCE, "--title", "Online  conduct")
    assert Document.objects.get(slug="new-guidance").title == "Online conduct"
    assert "nothing was changed" in bring_in(GUIDANCE, "--title", "Online conduct")


@pytest.mark.parametrize(
    ("text", "options", "says"),
    [
        ("", (), "This file is empty"),
        ("Just words.", (), "Begin the file with its title"),
        ("# Title\n\nNo section.", (), "There is no section"),
        ("# T\n\n## One {#a}\n\nx\n\n## Two {#a}\n\ny", (), "Two sections have the key “a”"),
        ("# Title\n\nCafé".encode("cp1252"), (), r"Line 3 \(byte 13\) is not UTF-8"),
        ("# T\n" + "x" * 5_000_001, (), "5 million characters are the most"),
        (b"# T\n" + b"x" * 20_000_001, (), "larger than 20 MB"),
        (GUIDANCE, ("--publish",), "--changelog"),
        (GUIDANCE, ("--title", "T" * 201), "1 to 200 characters"),
    ],
)
def test_what_cannot_come_in_says_what_to_mend_and_leaves_nothing(bring_in, text, options, says):
    before = Entry.objects.count()
    with pytest.raises(CommandError, match=says) as raised:
        bring_in(text, *options)
    assert "Nothing was changed" in str(raised.value)
    assert not Document.objects.filter(slug="new-guidance").exists()
    assert Entry.objects.count() == before


def test_a_word_document_comes_in_like_any_other_file(bring_in):
    said = bring_in(saved(guidance_document()))
    assert "1. Pen names {#pen-names}: Overview, 1 paragraph, 6 words; Full story, 3 paragraphs, " in said
    assert "nothing was changed in it" in bring_in(saved(guidance_document()))


def test_a_web_page_comes_in_like_any_other_file(bring_in):
    assert "1. A {#a}: Full story, 1 paragraph, 1 words" in bring_in("<html><h1>T</h1><h2>A</h2><p>Word.")


def test_an_address_that_is_none_is_refused(bring_in):
    with pytest.raises(CommandError, match="slug"):
        bring_in(slug="Not an address")


def test_what_was_published_stands_as_it_is_and_the_file_becomes_the_next_draft(bring_in, document):
    bring_in(GUIDANCE + "\nOne more paragraph.\n", slug=document.slug)
    published, draft = document.revisions.order_by("number")
    assert published.is_published
    assert draft.is_draft
    assert not published.blocks.filter(text="One more paragraph.").exists()
    assert draft.blocks.get(text="One more paragraph.").key not in published.blocks.values_list("key", flat=True)


def test_a_missing_file_is_said_to_be_missing(db):
    with pytest.raises(CommandError, match="No such file"):
        call_command("import_guidance", "/nowhere/at-all.md", "--slug", "new")
