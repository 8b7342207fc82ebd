"""The team's pages: setting up, importing, publishing, as people do it."""

from html import unescape

import pytest
from django.core.cache import cache
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from consult.consultations.models import Consultation
from consult.jobs.running import run_job
from consult.publishing.models import Publication
from guidance.models import Document, Revision


@pytest.fixture
def ann_at(browser_of, ann):
    return browser_of(ann)


def text_of(response) -> str:
    return unescape(response.content.decode())


def as_sent(form) -> dict:
    """What a browser sends when the form is saved as it was opened."""
    sent = {}
    for name in form.fields:
        value = form[name].value()
        if isinstance(value, bool):
            value = "on" if value else None
        if value is not None:
            sent[name] = form[name].field.widget.format_value(value) if hasattr(value, "isoformat") else value
    return sent


def test_saving_the_form_unchanged_changes_nothing(ann_at, consultation):
    Consultation.objects.filter(pk=consultation.pk).update(contact="special@standards.example")
    before = Consultation.objects.filter(pk=consultation.pk).values().get()
    address = reverse("change_consultation", args=[consultation.slug])
    form = ann_at.get(address).context["form"]
    assert ann_at.post(address, as_sent(form)).status_code == 302
    after = Consultation.objects.filter(pk=consultation.pk).values().get()
    dates = {"opens_at", "closes_at"}  # the form knows minutes
    assert {k: v for k, v in after.items() if k not in dates} == {k: v for k, v in before.items() if k not in dates}
    assert all(abs((after[name] - before[name]).total_seconds()) < 60 for name in dates)


def markdown_file(text: str, name: str = "guidance.md") -> SimpleUploadedFile:
    return SimpleUploadedFile(name, text.encode())


def bring_in(browser, document, text: str):
    """Both steps: choose the file, and save what was shown."""
    shown = browser.post(reverse("import_text"), {"document": document.pk, "file": markdown_file(text)})
    sent = {name: shown.context[name] for name in ("markdown", "against")}
    return browser.post(reverse("save_import"), {"document": document.pk, **sent})


def test_otto_brings_a_text_in_and_publishes_it(browser_of, otto, other_document, stranger, form_of):
    otto_at = browser_of(otto)
    response = bring_in(otto_at, other_document, "# Gifts\n\nWhat you may take.\n\n## No {#no}\n\nSay no.")
    assert response.url == reverse("team_draft", args=["gifts"])
    assert stranger.get("/guidance/gifts/").status_code == 404
    publish_page = reverse("publication", args=["gifts"])
    shown = otto_at.post(publish_page, {"changelog": "The first draft.", "when": "now"})
    otto_at.post(publish_page, form_of(shown))
    run_job(Publication.objects.get().job_id)
    cache.clear()
    assert "Say no." in text_of(stranger.get("/guidance/gifts/no/"))


def test_an_empty_changelog_publishes_nothing(browser_of, otto, other_document):
    otto_at = browser_of(otto)
    bring_in(otto_at, other_document, "# Gifts\n\n## No\n\nSay no.")
    response = otto_at.post(reverse("publication", args=["gifts"]), {"changelog": "  ", "when": "now"})
    assert response.status_code == 422
    assert Revision.objects.get(document=other_document).state == Revision.State.DRAFT


@pytest.mark.parametrize(
    ("content", "complaint"),
    [
        (b"\xff\xfe\x00", "UTF-8"),
        (b"no title", "Begin the file with its title"),
        (b"# T\n\n## A {#x}\n\na\n\n## B {#x}\n\nb", "Two sections have the key"),
    ],
)
def test_a_file_that_cannot_be_read_says_what_to_mend(ann_at, content, complaint, db):
    before = Document.objects.count()
    response = ann_at.post(reverse("import_text"), {"file": SimpleUploadedFile("x.md", content)})
    assert response.status_code == 422
    assert complaint in text_of(response)
    assert Document.objects.count() == before


def test_edie_whose_guidance_is_published_starts_the_next_draft(browser_of, edie, document, stranger):
    edie_at = browser_of(edie)
    assert "Start the next draft" in text_of(edie_at.get("/team/"))
    response = edie_at.post(reverse("start_draft", args=["social-media"]))
    assert response.url == reverse("team_draft", args=["social-media"])
    assert document.revisions.get(number=2).is_draft
    page = text_of(edie_at.get("/team/drafts/social-media/compare/"))
    assert "Nothing changed between these two drafts" in page
    assert stranger.get("/guidance/social-media/compare/1/2/").status_code == 404


def test_ann_pauses_and_resumes(ann_at, consultation):
    ann_at.post(reverse("move_consultation", args=[consultation.slug, "pause"]), {"reason": "Too much at once"})
    assert Consultation.objects.get(pk=consultation.pk).state == "paused"
    ann_at.post(reverse("move_consultation", args=[consultation.slug, "resume"]))
    assert Consultation.objects.get(pk=consultation.pk).state == "open"
