"""Every page, in every state, for everyone: axe at two widths, no sideways scrolling at 400%."""

import re
from pathlib import Path
from uuid import uuid4
from zipfile import ZipFile

import pytest
from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from django.conf import settings as project
from django.core import mail
from django.core.cache import cache
from django.core.signing import b62_encode
from django.http import HttpResponse
from django.template.loader import render_to_string
from django.test.signals import template_rendered
from django.urls import reverse
from playwright.sync_api import expect

from consult.consultations.models import Consultation
from consult.discussion.actions import receipt_of
from consult.discussion.guests.actions import token_for
from consult.discussion.guests.models import GuestComment
from consult.drafting import actions as drafting
from consult.jobs.models import Job
from consult.jobs.running import run_job
from consult.pages.standing import TITLES
from consult.publishing.actions import correct_block, publish
from guidance.models import Block, Citation, Document
from guidance.templatetags.look import _rendered_once
from tests.browser import world
from tests.browser.looking import look_at
from tests.test_second_step import digits

RENDERED: set[str] = set()
"""Templates that this file's tests have put on a page."""
WALKS = 5
walked: list[str] = []


@pytest.fixture(autouse=True)
def _templates_noted():
    def note(template, **_signal):
        RENDERED.add(template.name)

    _rendered_once.cache_clear()  # what an earlier test has put on a page is put there once more
    template_rendered.connect(note)
    yield
    template_rendered.disconnect(note)


@pytest.fixture
def here(cast):
    return world.build(cast)


class Walk:
    """One person's way through the pages. What is wrong is gathered, so that one run tells everything."""

    def __init__(self, visitor) -> None:
        self.visitor, self.page, self.wrong = visitor, visitor.page, []
        self.looked = 0

    def to(self, address: str, status: int = 200) -> None:
        response = self.visitor.goes_to(address)
        if response.status != status:
            self.wrong.append(f"{address}: answered {response.status}, not {status}")
        self.look(address)

    def look(self, state: str) -> None:
        self.looked += 1
        self.wrong += [f"{state}: {what}" for what in look_at(self.visitor)]

    def sends(self, state: str, button: str, **fields: str) -> None:
        """Fill the form on the page, send it, and look at the answer."""
        for label, words in fields.items():
            self.visitor.field(label).fill(words)
        with self.page.expect_navigation():
            self.visitor.button(button).click()
        self.look(state)

    def ends(self) -> None:
        walked.append(self.visitor.name)
        assert not self.wrong, f"{len(self.wrong)} on {self.looked} pages:\n" + "\n".join(self.wrong)


def test_what_a_stranger_sees(visit, here, code_from_the_mail, document, edie):
    walk = Walk(visit())
    thread = here.long_thread.pk
    for address in (
        "/", "/guidance/", "/guidance/social-media/",
        reverse("guidance:draft", args=["social-media", 1]),
        "/consultations/draft-1/", "/consultations/ideas/",
        *(f"/consultations/{slug}/" for slug in here.consultations if slug != "secret"),
        "/consultations/draft-1/sections/who/",
        "/consultations/draft-1/sections/yourself/overview/",
        "/consultations/draft-1/sections/yourself/full/",
        "/consultations/draft-1/sections/yourself/snapshot/",
        f"/consultations/draft-1/sections/yourself/snapshot/?block={here.block.key}",
        f"/consultations/draft-1/sections/yourself/snapshot/?before={thread}",
        "/consultations/closed/sections/yourself/", "/consultations/paused/sections/yourself/",
        "/consultations/draft-1/questions/1/", "/consultations/ideas/questions/2/", "/consultations/draft-1/whole/",
        f"/consultations/draft-1/threads/{here.root.pk}/", f"/consultations/draft-1/threads/{thread}/",
        f"/comments/{thread + 40}/", f"/consultations/draft-1/threads/{here.gone.pk}/",
        here.letter.get_absolute_url(), f"/comments/{here.blog.pk}/that-is-me/",
        f"/comments/{here.blog.pk}/that-is-me/sent/", f"/comments/{here.changed.pk}/versions/",
        "/consultations/draft-1/moderation/", "/consultations/closed/moderation/",
        "/house-rules/", "/house-rules/1/", "/privacy-notice/1/", "/reference-number/",
        *(f"/about/{slug}/" for slug in TITLES),
        reverse("guidance:section", args=["social-media", "yourself"]), "/guidance/social-media/references/",
        reverse("guidance:section_at", args=["social-media", "yourself", "full"]),
        "/guidance/social-media/whole/", "/guidance/social-media/whole/full/", "/guidance/social-media/search/",
        "/guidance/social-media/search/?q=journalists", "/guidance/social-media/search/?q=zebra",
        "/account/login/", "/account/signup/", "/account/login/code/", "/account/inactive/",
    ):  # fmt: skip
        walk.to(address)
    walk.to("/consultations/secret/", 404)
    walk.to("/nowhere/", 404)
    walk.to("/guidance/?title=%00", 400)

    walk.to("/reference-number/")
    walk.sends("a reference number that is none", "Check", **{"Reference number": "7K2M"})
    walk.sends("a reference number that nobody has", "Check", **{"Reference number": receipt_of(uuid4())})
    for state, comment in {"public": here.root, "withdrawn": here.gone}.items():
        walk.to("/reference-number/")
        walk.sends(f"a {state} comment's number", "Check", **{"Reference number": receipt_of(comment.submission_id)})

    walk.to("/account/login/")
    walk.sends("no address", "Send me a code")
    walk.sends("an address that is none", "Send me a code", **{"E-mail address": "ada at hospital"})
    walk.sends("the code is on its way", "Send me a code", **{"E-mail address": here.cast.ada.email})
    walk.sends("a wrong code", "Go on", Code="XXX-XXX")
    walk.to("/account/signup/")
    walk.sends("a newcomer's code is on its way", "Send me a code", **{"E-mail address": "wren@hospital.example"})
    walk.sends("a newcomer is in", "Go on", Code=code_from_the_mail())
    _as_a_guest(walk, here)
    _after_a_second_draft(walk, document, edie)
    walk.ends()


def _as_a_guest(walk: Walk, here) -> None:
    walk.page.context.clear_cookies(name="sessionid")
    Consultation.objects.filter(slug="draft-1").update(takes_guests=True)
    form = "/consultations/draft-1/guest/section/yourself/"
    walk.to(form)
    walk.sends("a guest without anything", "Send me the link")
    who = {"Your e-mail address": "guest@people.example", "Name that": "Winter Wren"}
    walk.visitor.page.get_by_label("I accept the house rules").check()
    walk.sends("a guest who gives an address away", "Send me the link", **who, **{"Your comment": "Ask a@b.example."})
    walk.visitor.page.get_by_label("I accept the house rules").check()
    walk.sends("a guest is written to", "Send me the link", **{"Your comment": "A guest's word."})
    guest = GuestComment.objects.get()
    link = reverse("guest_confirm", args=[token_for(guest)])
    walk.to(link)
    GuestComment.objects.update(names={**guest.names, "name": here.cast.ben_persona.name})
    walk.to(link)
    walk.sends("the name was taken meanwhile", "Yes")
    walk.sends("confirmed", "Yes", **{"Name that": "Winter Wren"})
    walk.to("/confirm/x/", 410)
    walk.to(f"/comments/{here.root.pk}/guest/")
    Consultation.objects.filter(slug="closed").update(takes_guests=True)
    walk.to("/consultations/closed/guest/", 403)


def test_what_a_respondent_sees(visit, here, ada, settings):
    walk = Walk(visit(ada))
    own, withdrawn = here.root.pk, here.gone.pk
    for address in (
        "/", "/consultations/draft-1/sections/yourself/snapshot/", "/your-contributions/",
        "/consultations/draft-1/comment/", "/consultations/draft-1/comment/section/yourself/",
        f"/consultations/draft-1/comment/block/{here.block.key}/", "/consultations/draft-1/comment/question/1/",
        f"/comments/{here.long_thread.pk}/reply/", f"/comments/{own}/posted/", f"/comments/{own}/withdraw/",
        f"/comments/{withdrawn}/posted/", f"/comments/{withdrawn}/withdraw/",
        f"/comments/{own}/change/", f"/comments/{own}/remove/", f"/comments/{withdrawn}/remove/",
        f"/consultations/draft-1/comment/block/{here.block.key}/wording/",
        f"/comments/{here.long_thread.pk}/agree/", "/consultations/draft-1/sections/yourself/?sort=agreed",
        "/consultations/draft-1/sections/yourself/?kind=evidence",
        f"/comments/{here.deepest.pk}/reply/", f"/comments/{withdrawn}/reply/",
        "/consultations/ideas/comment/question/1/",
        "/account/email/", "/account/sessions/", "/account/logout/", "/consultations/draft-1/your-name/",
        "/consultations/draft-1/names/nlghtheron/", "/consultations/draft-1/names/harbourcouncll/",
    ):  # fmt: skip
        walk.to(address)
    walk.to(f"/comments/{withdrawn}/change/", 403)
    walk.to(f"/consultations/draft-1/comment/block/{here.block.key}/wording/")
    walk.sends("wording that changes nothing", "Post")
    walk.to("/consultations/closed/comment/section/yourself/", 403)
    walk.to("/consultations/coming/comment/section/yourself/", 403)
    walk.to("/team/", 404)
    walk.to("/account/reauthenticate/", 403)

    _of_single_sign_on(walk, settings)
    _of_a_second_step(walk, ada)
    walk.to("/consultations/draft-1/your-name/")
    walk.sends("an address at no public body", "Send a code", **{"Your work": "ada@private.example"})
    walk.sends("a code on its way", "Send a code", **{"Your work": "ada@trust.nhs.uk"})
    walk.sends("a wrong code for a badge", "Confirm", Code="BBBB-BBBB")
    walk.to("/consultations/draft-1/comment/section/yourself/?as=organisation")
    form = "/consultations/draft-1/comment/section/yourself/"
    walk.to(form)
    walk.sends("an empty comment", "Post")
    walk.sends("a comment that is too long", "Post", **{"Your comment": "x" * 4001})
    walk.to("/consultations/draft-1/comment/")
    walk.sends("something similar was said", "Post", **{"Your comment": world.LETTER})
    expect(walk.page.locator("h2").first).to_have_text("Similar things already said here")
    walk.to(f"/consultations/draft-1/comment/block/{here.block.key}/?words=a+journalist")
    walk.sends("words that the paragraph does not have", "Post", **{"Which words do you mean?": "a minister"})
    walk.sends("words that it has", "Post", **{"Which words": "a journalist", "Your comment": "Not them."})
    walk.to(f"/consultations/draft-1/sections/yourself/snapshot/?block={here.block.key}")
    walk.to("/consultations/ideas/comment/question/1/")
    walk.sends("a newcomer's first comment without anything", "Post")
    walk.visitor.page.get_by_label("No, for an organisation").check()
    walk.sends("for an organisation without a name", "Post", **{"Your comment": "Yes.", "Name that": "night@heron"})

    walk.to(form)
    walk.page.locator("[name=csrfmiddlewaretoken]").first.evaluate("field => { field.value = 'x'.repeat(64) }")
    walk.sends("a stale form", "Post", **{"Your comment": "These words must not be lost."})
    expect(walk.page.locator("body")).to_contain_text("These words must not be lost.")
    walk.to(form)
    walk.page.locator("[name=submission_id]").evaluate("field => { field.value = 'x'.repeat(3_000_000) }")
    walk.sends("far too much", "Post")
    walk.to(form)
    Consultation.objects.filter(slug="draft-1").update(closes_at=here.consultations["closed"].closes_at)
    walk.sends("closed in the meantime", "Post", **{"Your comment": "These words came late."})
    walk.page.context.clear_cookies(name="sessionid")
    walk.to("/account/login/")
    walk.ends()


def test_what_a_moderator_sees(visit, here, mo):
    walk = Walk(visit(mo))
    for tab in ("waiting", "reported", "appeals", "new", "hidden"):
        walk.to(f"/team/moderation/?tab={tab}")
    walk.to("/team/moderation/?consultation=draft-1&tab=reported")
    walk.to("/team/moderation/changes/")
    walk.to(f"/team/moderation/changes/{here.proposed.pk}/")
    walk.sends("a change on which nothing was decided", "Decide")
    for comment in (here.reported, here.hidden, here.left_alone, here.gone):
        walk.to(f"/team/moderation/comments/{comment.pk}/")
    walk.to(f"/team/moderation/comments/{here.reported.pk}/")
    walk.sends("nothing chosen", "Decide")
    walk.page.get_by_label("Hide it; its replies stay").check()
    walk.sends("no reason given", "Decide")
    walk.to("/team/moderation/?tab=new")
    walk.page.get_by_text("Decide on all that are ticked").click()
    walk.sends("nothing ticked", "See what it would do")
    walk.to("/team/moderation/?tab=new")
    for box in walk.page.locator(".consult-tickbox").all()[:2]:
        box.check()
    walk.page.get_by_text("Decide on all that are ticked").click()
    walk.page.get_by_label("Keep it").check()
    walk.sends("a look at what it would do", "See what it would do")
    walk.sends("decided on two", "Decide on all")
    walk.ends()


def test_what_another_moderator_sees(visit, here, ann):
    walk = Walk(visit(ann))
    walk.to("/team/moderation/?tab=appeals")
    walk.to(f"/team/moderation/appeals/{here.appeal.pk}/")
    walk.sends("an answer without words", "Answer")
    walk.to("/team/moderation/lists/")
    walk.sends("nothing to list", "Add it")
    walk.page.get_by_label("Public addresses").check()
    walk.sends("something listed", "Add it", **{"Address, number": "@council.example"})
    walk.ends()


def test_what_someone_sees_of_a_decision_on_their_words(visit, here, ben):
    walk = Walk(visit(ben))
    walk.to("/your-contributions/")
    walk.to(f"/comments/{here.hidden.pk}/ask-again/")
    walk.to(f"/comments/{here.reported.pk}/report/")
    walk.to(f"/comments/{here.root.pk}/report/")
    walk.sends("a report without anything", "Report it")
    walk.ends()


def _of_a_second_step(walk: Walk, ada) -> None:
    """The app, recovery codes, and a passkey that a virtual device makes."""
    EmailAddress.objects.filter(user=ada).update(verified=True)
    device = walk.page.context.new_cdp_session(walk.page)
    device.send("WebAuthn.enable")
    made = {"protocol": "ctap2", "transport": "internal", "hasResidentKey": True, "hasUserVerification": True,
            "isUserVerified": True, "automaticPresenceSimulation": True}  # fmt: skip
    device.send("WebAuthn.addVirtualAuthenticator", {"options": made})
    walk.to("/account/second-step/webauthn/")
    walk.to("/account/second-step/")
    walk.to("/account/second-step/totp/activate/")
    key = walk.page.locator(".consult-key").inner_text()
    walk.sends("a wrong code of the app", "Turn it on", Code="000000")
    walk.sends("recovery codes", "Turn it on", Code=digits(key))
    expect(walk.page.locator("h1")).to_have_text("Recovery codes")
    for page in ("", "totp/deactivate/", "recovery-codes/", "recovery-codes/generate/"):
        walk.to(f"/account/second-step/{page}")
    walk.to("/account/second-step/webauthn/add/")
    walk.sends("a passkey is made", "Make the passkey")
    key = Authenticator.objects.get(user=ada, type="webauthn")
    for page in ("", "webauthn/", f"webauthn/keys/{key.pk}/edit/", f"webauthn/keys/{key.pk}/remove/"):
        walk.to(f"/account/second-step/{page}")
    for page in ("reauthenticate/", "webauthn/reauthenticate/"):
        walk.to(f"/account/second-step/{page}")
    walk.to("/account/logout/")
    with walk.page.expect_navigation():
        walk.visitor.button("Sign out").click()
    walk.to("/account/login/")
    walk.sends("the code is on its way", "Send me a code", **{"E-mail address": ada.email})
    code = re.search(r"^ +([A-Z0-9]{3,4}-[A-Z0-9]{3,4})", mail.outbox[-1].body, re.MULTILINE)[1]
    walk.sends("the second step", "Go on", Code=code)
    expect(walk.page.locator("h1")).to_have_text("The second step")
    walk.sends("a wrong second step", "Sign in", Code="000000")
    walk.sends("signed in by a passkey, as the second step", "Use a passkey")
    walk.to("/account/logout/")
    with walk.page.expect_navigation():
        walk.visitor.button("Sign out").click()
    walk.to("/account/login/?next=/house-rules/")
    walk.sends("signed in by a passkey alone", "Use a passkey")
    expect(walk.page.locator("h1")).to_have_text("House rules")
    expect(walk.page.locator(".consult-me")).to_have_text("Your account")


def _of_single_sign_on(walk: Walk, settings) -> None:
    """Its pages, as they are when there is an identity provider."""
    settings.OIDC = {"name": "Department sign-in", "issuer": "https://id.example"}
    walk.to("/account/single-sign-on/")
    walk.to("/account/single-sign-on/no-address/")
    walk.to("/account/single-sign-on/login/cancelled/")
    settings.OIDC = {}
    known = {"provider": {"name": "Department sign-in"}, "email": "ada@hospital.example"}
    for name in ("socialaccount/known_address.html", "socialaccount/authentication_error.html"):
        shown(walk, name, known)


def test_what_someone_new_sees(visit, here, settings):
    from consult.people.actions import open_account

    walk = Walk(visit(open_account("new@hospital.example")))
    walk.to("/your-contributions/")
    walk.to("/consultations/draft-1/comment/section/yourself/")
    walk.page.context.clear_cookies(name="sessionid")
    walk.sends("signed out in the meantime", "Post", **{"Your comment": "These words wait."})
    settings.DEMO = True
    settings.EMAIL_FILE_PATH = Path(project.EMAIL_FILE_PATH) / "none"
    walk.to("/demo/mail/")
    settings.EMAIL_FILE_PATH.mkdir(parents=True, exist_ok=True)
    (settings.EMAIL_FILE_PATH / "1.log").write_text("To: ada@hospital.example\nSubject: Your code\n\nABC-DEF\n")
    walk.to("/demo/mail/")
    settings.DEMO = False
    Consultation.objects.update(announced_at=None)
    walk.to("/?before=1")
    walk.ends()


def _after_a_second_draft(walk: Walk, document: Document, edie) -> None:
    draft = drafting.open_draft(document, by=edie)
    there = draft.section_texts.get(section__key="yourself").levels.get(level="snapshot")
    markdown = there.markdown.replace("could all read", "could one day read")
    drafting.save_level(draft, "yourself", "snapshot", markdown, read_version=there.version, by=edie)
    publish(draft, changelog="Two.", by=edie)
    cache.clear()
    for page in ("draft-1/", "draft-1/what-became/", "draft-1/what-became/yourself/", "draft-1/what-became/who/",
                 "draft-1/sections/yourself/"):  # fmt: skip
        walk.to(f"/consultations/{page}")
    walk.to("/guidance/social-media/compare/1/2/")
    walk.to("/guidance/social-media/yourself/aid/")
    walk.to("/guidance/social-media/yourself/aid/1/")


def test_what_an_editor_sees(visit, here, otto, tmp_path):
    walk = Walk(visit(otto))
    for address in (
        "/team/", "/team/import/", "/team/drafts/gifts/",
        "/team/drafts/gifts/sections/a/", "/team/drafts/gifts/sections/a/full/",
        "/team/drafts/gifts/outline/", "/team/drafts/gifts/outline/a/", "/team/drafts/gifts/about/",
        "/team/drafts/gifts/write/a/full/", "/team/drafts/gifts/write/a/overview/", "/team/drafts/gifts/review/",
        "/team/drafts/gifts/publish/", "/team/published/gifts/",
    ):  # fmt: skip
        walk.to(address)
    walk.to("/team/consultations/draft-1/", 404)
    walk.to("/team/house/", 403)
    walk.to("/team/import/")
    walk.sends("no file", "Show me what it becomes")
    (tmp_path / "broken.md").write_bytes(b"\xff\xfe#")
    walk.visitor.field("File").set_input_files(str(tmp_path / "broken.md"))
    walk.sends("a file that is no text", "Show me what it becomes")
    (tmp_path / "gifts.md").write_text("# Gifts\n\n## What counts\n\nNearly all.\n\n## Money\n\n### Overview\n\nNever.")
    walk.visitor.field("File").set_input_files(str(tmp_path / "gifts.md"))
    walk.sends("what a file would become", "Show me what it becomes")
    walk.to("/team/drafts/gifts/write/a/full/")
    walk.page.locator("textarea[name=markdown]").fill("Say **no**.")
    walk.visitor.button("Preview").click()
    expect(walk.page.get_by_text("As readers will see it")).to_be_visible()
    expect(walk.page.locator("#preview-heading")).to_be_focused()
    walk.look("a preview")
    walk.to("/team/drafts/gifts/write/a/full/")
    expect(walk.page.get_by_text("You have unsaved words")).to_be_visible()
    with walk.page.expect_navigation():
        walk.page.get_by_text("Go on with them").click()
    walk.page.locator("textarea[name=markdown]").fill("Say **no**. You must. " * 40)
    walk.sends("saved", "Save")
    walk.to("/team/drafts/gifts/write/a/full/")
    walk.to("/team/drafts/gifts/outline/")
    walk.sends("a section without a title", "Add it")
    walk.sends("a section added", "Add it", **{"Title of the new section": "Money " + "x" * 120})
    walk.page.get_by_text("Move far, merge, retire").first.click()
    walk.look("what can be done to a section")
    walk.sends("undone", "Undo")
    walk.to("/team/drafts/gifts/outline/a/")
    walk.sends("a title that is none", "Save", Title=" ")
    _of_what_it_rests_on(walk, otto)
    walk.to("/team/drafts/gifts/publish/")
    walk.sends("published without a word", "Check what")
    walk.sends("what readers will see", "Check what", **{"What readers find": "The first draft."})
    walk.sends("on its way", "Publish")
    walk.to("/team/drafts/gifts/outline/")
    run_job(Job.objects.get(kind="publish").pk)
    walk.to("/team/drafts/gifts/publish/")
    walk.to("/guidance/gifts/")
    walk.to("/team/published/gifts/")
    walk.sends("the paragraphs of a section", "Show its paragraphs")
    for page in ("references/", "a/", "whole/", "draft-1/references/"):
        walk.to(f"/guidance/gifts/{page}")
    walk.to("/team/published/gifts/draft-1/withdraw/")
    walk.sends("withdrawn without a word", "Withdraw it")
    block = Block.objects.get(revision__document__slug="gifts", level="full")
    walk.to(f"/team/published/gifts/draft-1/correct/{block.key}/")
    walk.sends("a look at the correction", "Show the difference", **{"The paragraph, corrected": "Say no, thank you."})
    _of_a_second_draft(walk, otto, block)
    walk.ends()


def _of_what_it_rests_on(walk: Walk, otto) -> None:
    for page in ("references/", "outline/a/rests-on/"):
        walk.to(f"/team/drafts/gifts/{page}")
    walk.sends("a reference without a name", "Add the new one")
    walk.sends("one that leads nowhere", "Add the new one", Name="Gifts Code", Address="gifts")
    where = {"Name": "Gifts Code", "Address": "https://standards.example/gifts", "Paragraph": "paragraph 4.2"}
    walk.sends("what a section rests on", "Add the new one", **where)
    walk.visitor.field("Reference").select_option(label="Gifts Code (standards.example)")
    walk.page.get_by_label("Paragraph").first.fill("paragraph 5")
    walk.sends("a second paragraph of it", "Add it")
    walk.sends("nothing is chosen", "Add it")
    draft = Document.objects.get(slug="gifts").revisions.get()
    beside, _is_new = drafting.cite_new(draft, "a", "Staff survey", "", by=otto)
    drafting.stop_citing(draft, "a", beside.pk, by=otto)
    cited = Citation.objects.of_revision(draft).first().reference_id
    for page in ("references/", f"references/{cited}/", f"references/{beside.reference_id}/", "review/"):
        walk.to(f"/team/drafts/gifts/{page}")
    walk.to(f"/team/drafts/gifts/references/{cited}/")
    walk.sends("a reference without its name", "Save", Name=" ")


def _of_a_second_draft(walk: Walk, otto, block: Block) -> None:
    """What is seen of a draft that changes a published one, and of both when it is published."""
    document = Document.objects.get(slug="gifts")
    draft = drafting.open_draft(document, by=otto)
    there = draft.section_texts.get(section__key="a").levels.get(level="full")
    drafting.save_level(draft, "a", "full", "Say no, always.\n\nAnd why.", read_version=there.version, by=otto)
    walk.to("/team/drafts/gifts/compare/")
    for page in ("fates/", f"fates/{block.key}/", "measures/", "duties/", "outline/a/retire/"):
        walk.to(f"/team/drafts/gifts/{page}")
    walk.to("/team/drafts/")
    for mine in ("Say no, always.\n\nAnd why, in a word.", "Say no, mostly.\n\nAnd why."):
        drafting.drop_autosaved(draft, there.section_text.section, "full", by=otto)
        walk.to("/team/drafts/gifts/write/a/full/")
        there = draft.section_texts.get(section__key="a").levels.get(level="full")
        theirs = there.markdown.replace("Say no, always.", "Say no, never.").replace(
            "Say no, seldom.", "Say no, always."
        )
        drafting.save_level(draft, "a", "full", theirs, read_version=there.version, by=otto)
        walk.page.locator("textarea[name=markdown]").fill(mine)
        walk.sends("two who wrote at once", "Save")
        walk.page.goto("about:blank")
        there = draft.section_texts.get(section__key="a").levels.get(level="full")
        drafting.save_level(draft, "a", "full", "Say no, always.\n\nAnd why.", read_version=there.version, by=otto)
    walk.to(f"/team/drafts/gifts/fates/{block.key}/")
    walk.sends("what became of it", "It was taken out")
    drafting.forget_fate_by_hand(draft, block.key, by=otto)
    drafting.drop_autosaved(draft, there.section_text.section, "full", by=otto)
    walk.to("/team/drafts/gifts/write/a/full/")
    walk.page.locator("textarea[name=markdown]").fill("Words that come back.")
    cookies = walk.page.context.cookies()
    walk.page.context.clear_cookies(name="sessionid")
    walk.sends("signed out meanwhile", "Save")
    expect(walk.page.locator("#kept")).to_have_value("Words that come back.")
    walk.page.context.add_cookies([one for one in cookies if one["name"] == "sessionid"])
    drafting.add_section(draft, "Gone", by=otto)
    walk.to("/team/drafts/gifts/write/gone/full/")
    walk.page.locator("textarea[name=markdown]").fill("Long thought over.")
    drafting.retire_section(draft, "gone", by=otto)
    walk.sends("words for a section that is gone", "Save")
    walk.page.goto("about:blank")
    drafting.cite_new(draft, "a", "Law on Gifts", "https://law.example/gifts", by=otto)
    publish(draft, changelog="Two.", by=otto)
    correct_block(draft, draft.blocks.get(text="And why.").key, "And why not.", why="A word was missing.", by=otto)
    cache.clear()
    for page in ("compare/1/2/", "compare/1/2/whole/", "compare/1/2/a/", "draft-1/", "draft-1/a/full/"):
        walk.to(f"/guidance/gifts/{page}")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("guidance.compared.MOST_SHOWN", 0)
        cache.clear()
        walk.to("/guidance/gifts/compare/1/2/")


def _of_what_came_another_way(walk: Walk, tmp_path: Path) -> None:
    for slug in ("draft-1", "ideas"):
        walk.to(f"/team/consultations/{slug}/mentions/")
        walk.to(f"/team/consultations/{slug}/that-is-me/")
    desk = "/team/consultations/draft-1/letters/"
    for address in (desk, "/team/consultations/answered/letters/", "/team/consultations/paused/letters/"):
        walk.to(address)
    walk.to(f"{desk}enter/")
    walk.sends("nothing was entered", "Go on")
    (tmp_path / "letter.eml").write_text(
        "From: Ines <i@people.example>\nSubject: x\n\nDear all,\n\nThe test is hard.\n"
    )
    walk.visitor.field("Or an e-mail").set_input_files(str(tmp_path / "letter.eml"))
    walk.sends("where does a mail belong", "Go on")
    walk.sends("no place and no day", "Save it")
    for number, place in enumerate(("out", "whole")):
        walk.page.locator(f"[name=at_{number}]").select_option(place)
    walk.visitor.field("Received on").fill("2026-01-05")
    walk.sends("a mail is entered", "Save it")


def test_what_an_admin_sees(visit, here, ann, tmp_path):
    walk = Walk(visit(ann))
    for address in (
        "/", "/team/", "/team/import/", "/team/house/", "/team/house/pages/privacy/", "/team/house/rules/",
        "/team/house/privacy/", "/team/house/public-bodies/", "/team/house/appoint/", "/team/consultations/new/",
        *(f"/team/consultations/{slug}/" for slug in ("draft-1", "ideas", *here.consultations)),
        "/team/consultations/draft-1/change/", "/team/consultations/secret/change/",
        "/team/consultations/draft-1/for-the-editors/", "/team/consultations/ideas/for-the-editors/",
        "/team/consultations/draft-1/campaigns/", "/team/consultations/ideas/campaigns/",
        f"/team/consultations/draft-1/campaigns/{here.campaign}/",
        "/consultations/secret/", "/consultations/secret/sections/yourself/",
        "/team/consultations/draft-1/summary/", "/team/consultations/ideas/summary/",
        "/team/consultations/coming/summary/",
        "/team/consultations/draft-1/export/", "/team/consultations/closed/export/",
        "/team/consultations/coming/export/",
        *(reverse("job", args=[job.public_id]) for job in here.jobs.values()),
    ):  # fmt: skip
        walk.to(address)
    walk.to(reverse("export_file", args=[here.jobs["superseded"].public_id]), 410)
    walk.to("/team/consultations/new/")
    walk.sends("a consultation without anything", "Save")
    walk.to("/team/house/rules/")
    walk.sends("house rules without a rule", "Publish", **{"House rules": ""})
    walk.to("/team/house/appoint/")
    walk.sends("appointed without an address", "Appoint")
    walk.to("/team/house/pages/cookies/")
    walk.sends(
        "a page rewritten",
        "Save the page",
        Text="## One\n\n- two\n- three\n\n> four\n\n| a | b |\n|---|---|\n| 1 | 2 |",
    )
    walk.to("/about/cookies/")
    walk.to("/team/consultations/draft-1/export/")
    walk.page.get_by_text("As things stood earlier").click()
    walk.sends("a seal that is none", "Export the comments", **{"Number of the seal": "x"})
    walk.to("/team/consultations/ideas/summary/")
    walk.sends("a summary that waits", "Make a summary")
    walk.page.goto("about:blank")  # its page asks how far it is until then
    as_a_file(walk, here.jobs["summary"])
    _of_what_came_another_way(walk, tmp_path)
    for name in ("429.html", "500.html", "422.html", "account/signup_closed.html"):
        shown(walk, name)
    walk.ends()


def shown(walk: Walk, template: str, context: dict | None = None) -> None:
    """A page that no address leads to: as it would be sent."""
    address = f"{walk.visitor.home}/shown/{b62_encode(len(template))}/"
    body = HttpResponse(
        render_to_string(template, {"organisation": project.ORGANISATION, **(context or {})})
    ).content.decode()
    walk.page.route(address, lambda route: route.fulfill(body=body, content_type="text/html; charset=utf-8"))
    walk.to(address)


def as_a_file(walk: Walk, job: Job) -> None:
    """The summary's page out of the archive, as it looks when it is opened from a disk."""
    with ZipFile(job.path) as archive:
        file = archive.read("summary.html")
    address = f"{walk.visitor.home}/taken/away/"
    walk.page.route(address, lambda route: route.fulfill(body=file, content_type="text/html; charset=utf-8"))
    walk.to(address)


NO_PAGES = ("/email/", "/messages/", "allauth/elements/", "django/forms/", "allauth/layouts/")
NEVER_SHOWN = {
    "account/reauthenticate.html",  # nobody has a password to type again
    "account/email.html",  # an account has one address, and account/email_change.html changes it
    "account/snippets/warn_no_email.html",
    "account/snippets/already_logged_in.html",  # stands on the pages of passwords alone, which lead nowhere here
    "account/verification_sent.html",  # what allauth shows when links, not codes, are sent
    "account/verified_email_required.html",
    # No walk is sure to lead there yet; to be taken out one by one.
    "consult/drafting/_frozen.html",
    "consult/drafting/fate.html",
    "consult/publishing/_open_points.html",
}


def test_every_template_was_looked_at():
    if len(walked) < WALKS:
        pytest.skip("not everyone has walked")
    ours = project.BASE_DIR / "templates"
    names = {str(file.relative_to(ours)) for file in ours.rglob("*.html")}
    expected = {name for name in names if not any(part in f"/{name}" or name.startswith(part) for part in NO_PAGES)}
    missed = sorted(expected - RENDERED - NEVER_SHOWN)
    assert not missed, chr(10).join(missed)
