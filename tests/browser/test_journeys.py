"""Whole journeys, as people make them: once with JavaScript and once without."""

import csv
import io
import re
from datetime import timedelta
from zipfile import ZipFile

from django.utils import timezone
from playwright.sync_api import expect

from consult.discussion.models import PublicComment
from guidance.models import Document

WORDS = "Say what I may do on a private account, not only what I may not."
REPLY = "And say who decides when two duties pull apart."
MARK = """(paragraph, words) => {
  const texts = document.createTreeWalker(paragraph, NodeFilter.SHOW_TEXT)
  while (texts.nextNode() && !texts.currentNode.data.includes(words));
  document.getSelection().removeAllRanges()
  const start = texts.currentNode.data.indexOf(words)
  document.getSelection().setBaseAndExtent(texts.currentNode, start, texts.currentNode, start + words.length)
}"""
REFERENCE = re.compile(r"[0-9A-Z]{4}-[0-9A-Z]{4}-[0-9A-Z]{4}-[0-9A-Z]{2}")


# --- The respondent ------------------------------------------------------------------------------------
def test_a_respondent_takes_part_by_keyboard_alone(visit, script, code_from_the_mail, ada):
    wren = visit(script=script)
    wren.goes_to("/")
    wren.presses(wren.link("Social media: draft 1"))
    wren.presses(wren.page.locator("#main table").get_by_role("link", name="When you post as yourself"))
    wren.presses(wren.page.get_by_role("navigation", name="How much detail").get_by_role("link", name="Full story"))
    assert "A long story about" in wren.reads()
    wren.presses(wren.page.get_by_role("navigation", name="How much detail").get_by_role("link", name="Snapshot"))
    wren.presses(wren.link("Comment on paragraph 2.2"))

    assert wren.heading() == "Sign in"
    wren.presses(wren.link("Create an account"))
    wren.types(wren.field("E-mail address"), "wren@hospital.example")
    wren.presses(wren.button("Send me a code"))
    wren.types(wren.field("Code"), code_from_the_mail())
    wren.presses(wren.button("Go on"))

    assert "Comment on paragraph 2.2" in wren.heading()
    assert "Assume that your manager" in wren.reads()
    wren.types(wren.field("Your comment"), WORDS)
    wren.types(wren.field("Name that readers will see"), "Quiet Wren")
    wren.ticks(wren.field("I accept the house rules"))
    wren.presses(wren.button("Post"))

    assert wren.heading() == "Your comment is public"
    reference = REFERENCE.search(wren.reads())[0]
    wren.presses(wren.link("See it in its place"))
    assert WORDS in wren.reads()
    assert "Quiet Wren" in wren.reads()
    assert "Posted by you" in wren.reads()

    wren.presses(wren.link("Reply to Quiet Wren"))
    assert "You are speaking as Quiet Wren" in wren.reads()
    wren.types(wren.field("Your comment"), REPLY)
    wren.presses(wren.button("Post"))
    wren.presses(wren.link("See it in its place"))
    assert REPLY in wren.page.get_by_role("list").filter(has_text=REPLY).first.inner_text()

    wren.presses(wren.menu("Your contributions"))
    wren.presses(wren.link(f"Withdraw the comment {reference}"))
    wren.presses(wren.button("Withdraw my comment"))
    assert "Withdrawn" in wren.reads()

    wren.presses(wren.page.get_by_role("contentinfo").get_by_role("link", name="Check a reference number"))
    wren.types(wren.field("Reference number"), reference.lower().replace("-", " "))
    wren.presses(wren.button("Check"))
    assert "Withdrawn by its writer" in wren.reads()
    assert WORDS not in wren.reads()

    stranger = visit(script=script)
    stranger.goes_to("/consultations/draft-1/sections/yourself/snapshot/")
    assert "A comment was here. Its writer withdrew it" in stranger.reads()
    assert WORDS not in stranger.page.content()
    assert REPLY in stranger.reads()
    assert PublicComment.objects.count() == 2


def test_words_marked_with_the_mouse_are_quoted(visit, ada, consultation, revision):
    reader = visit(ada)
    reader.goes_to("/consultations/draft-1/sections/yourself/snapshot/")
    offer = reader.page.get_by_text("Comment on these words")
    expect(offer).not_to_be_visible()
    paragraph = reader.page.locator(".consult-block__text", has_text="Assume that your manager")
    paragraph.evaluate(MARK, "a journalist")
    expect(offer).to_be_visible()
    reader.page.keyboard.press("Escape")
    expect(offer).not_to_be_visible()
    paragraph.evaluate(MARK, "a journalist")
    offer.click()
    expect(reader.field("Which words do you mean?")).to_have_value("a journalist")
    reader.field("Your comment").fill("Leave them out.")
    with reader.page.expect_navigation():
        reader.button("Post").click()
    block = revision.blocks.get(text__startswith="Assume that your manager")
    reader.goes_to(f"/consultations/draft-1/sections/yourself/snapshot/?block={block.key}")
    expect(reader.page.locator(".consult-block--here mark")).to_have_text("a journalist")


def test_the_level_that_someone_chose_is_remembered(visit, cast):
    reader = visit()
    reader.goes_to("/consultations/draft-1/sections/yourself/")
    reader.link("Full story").click()
    expect(reader.page.locator(".consult-levels [aria-current]")).to_contain_text("Full story")
    reader.goes_to("/guidance/social-media/")
    reader.link("When you post as yourself").click()
    expect(reader.page.locator(".consult-levels [aria-current]")).to_contain_text("Full story")
    reader.goes_to("/guidance/social-media/")
    reader.link("Who this is for").click()  # it has no full story
    expect(reader.page.locator(".consult-levels [aria-current]")).to_contain_text("Snapshot")


def test_a_mistake_is_said_and_no_word_is_lost(visit, script, edie):
    someone = visit(edie, script=script)
    someone.goes_to("/consultations/draft-1/comment/section/yourself/")
    someone.field("Your comment").fill(WORDS)
    someone.field("Name that readers will see").fill("night heron")
    someone.button("Post").click()
    summary = someone.page.locator(".govuk-error-summary")
    expect(summary).to_contain_text("Tick the box")
    assert someone.field("Your comment").input_value() == WORDS
    summary.get_by_role("link", name="Tick the box").click()
    expect(someone.field("I accept the house rules")).to_be_focused()
    someone.field("I accept the house rules").check()
    someone.button("Post").click()
    expect(someone.page.locator(".govuk-error-summary")).to_contain_text("looks like it")
    assert someone.field("Your comment").input_value() == WORDS
    someone.field("Name that readers will see").fill("Blue Lamp")
    someone.button("Post").click()
    expect(someone.page.locator("h1")).to_have_text("Your comment is public")


def test_a_call_for_ideas_is_answered_question_by_question(visit, script, ada):
    someone = visit(ada, script=script)
    someone.goes_to("/")
    someone.link("What should the guidance answer?").click()
    someone.link("What should it contain?").click()
    someone.link("Answer").or_(someone.link("Comment")).first.click()
    someone.field("Your comment").fill("Examples, with the reasons for them.")
    someone.field("Name that readers will see").fill("Early Train")
    someone.field("I accept the house rules").check()
    someone.button("Post").click()
    someone.link("See it in its place").click()
    expect(someone.main).to_contain_text("Examples, with the reasons for them.")


def test_who_was_signed_out_comes_back_to_their_words(visit, script, ada, code_from_the_mail):
    someone = visit(ada, script=script)
    someone.goes_to("/consultations/draft-1/comment/section/yourself/")
    someone.field("Your comment").fill(WORDS)
    someone.page.context.clear_cookies(name="sessionid")
    someone.button("Post").click()
    expect(someone.page.locator("h1")).to_have_text("You were signed out")
    assert WORDS in someone.page.locator("textarea").input_value()
    someone.link("Sign in and go on").click()
    someone.field("E-mail address").fill(ada.email)
    someone.button("Send me a code").click()
    someone.page.get_by_label("Code", exact=True).wait_for()
    someone.page.get_by_label("Code", exact=True).fill(code_from_the_mail())
    someone.button("Go on").click()
    expect(someone.field("Your comment")).to_have_value(WORDS)


# --- The editor ----------------------------------------------------------------------------------------
DRAFT = """# Gifts and hospitality

What you may take, and what you write down.

## What counts as a gift {#what-counts}

### Overview

If it is worth something to you, it is a gift.

### Full story

A ticket that **somebody else** would have paid for is a gift, whatever it says on it.

## What you write down {#what-you-write-down}

### Overview

Who, what, when, and what it was worth.
"""


def test_an_editor_brings_a_text_in_and_publishes_it(visit, script, otto, worker, tmp_path):
    file = tmp_path / "gifts.md"
    file.write_text(DRAFT, encoding="utf-8")
    editor, stranger = visit(otto, script=script), visit(script=script)
    editor.goes_to("/")
    editor.menu("Team pages").click()
    editor.link("Bring a text in").click()
    editor.field("File").set_input_files(str(file))
    editor.button("Show me what it becomes").click()
    expect(editor.main.locator("table")).to_contain_text("what-you-write-down")
    editor.button("Bring it in").click()
    expect(editor.main.locator("table")).to_contain_text("What you write down")
    editor.link("What counts as a gift").click()
    expect(editor.main).to_contain_text("If it is worth something to you, it is a gift.")
    assert stranger.goes_to("/guidance/gifts/").status == 404

    editor.page.go_back()
    editor.link("Check and publish").click()
    editor.field("What readers find in this draft").fill("The first draft: what counts, and what you write down.")
    editor.field("Why it is published though points are open").fill("One section is written at two levels only.")
    editor.button("Check what readers will see").click()
    expect(editor.main).to_contain_text("Why: One section is written at two levels only.")
    editor.button("Publish").click()
    expect(editor.main).to_contain_text("is on its way")
    assert worker() == 1
    editor.link("Look again").click()
    expect(editor.main).to_contain_text("It was published on")

    stranger.goes_to("/guidance/")
    stranger.link("Gifts and hospitality").click()
    expect(stranger.main).to_contain_text("The first draft: what counts, and what you write down.")
    stranger.link("What counts as a gift").click()
    expect(stranger.main).to_contain_text("If it is worth something to you, it is a gift.")
    stranger.link("Full story").click()
    expect(stranger.main).to_contain_text("somebody else would have paid for")


def test_a_text_that_cannot_be_read_is_explained(visit, script, ann, tmp_path):
    file = tmp_path / "broken.md"
    file.write_bytes("# Räte".encode("latin-1"))
    editor = visit(ann, script=script)
    editor.goes_to("/team/import/")
    editor.field("File").set_input_files(str(file))
    editor.button("Show me what it becomes").click()
    expect(editor.page.locator(".govuk-error-summary")).to_contain_text("UTF-8")


# --- The admin -----------------------------------------------------------------------------------------
def _moment(days: int) -> str:
    return timezone.localtime(timezone.now() + timedelta(days=days)).strftime("%Y-%m-%dT%H:%M")


def test_an_admin_asks_the_public_and_takes_the_answers_away(visit, script, ann, ada, worker, tmp_path):
    admin = visit(ann, script=script, accept_downloads=True)
    admin.goes_to("/team/")
    admin.link("Set up a consultation").click()
    admin.field("Title").fill("Records: what is missing?")
    admin.field("Address").fill("records")
    admin.page.get_by_label("call for ideas").check()
    admin.field("Guidance").select_option(label="Social media for public servants")
    admin.field("What it is about").fill("Nobody knows which messages to keep.")
    admin.page.get_by_label("What is open to change", exact=True).fill("Everything.")
    admin.field("Who decides").fill("The head of records")
    admin.field("Answer promised by").fill(_moment(60)[:10])
    admin.page.get_by_label("Opens", exact=True).fill(_moment(-1))
    admin.page.get_by_label("Closes", exact=True).fill(_moment(20))
    admin.page.get_by_label("Questions", exact=True).fill("Which messages do you keep? | In your own words.\nAnd why?")
    admin.button("Save").click()
    expect(admin.page.locator("h1")).to_contain_text("Records: what is missing?")
    stranger = visit(script=script)
    assert stranger.goes_to("/consultations/records/").status == 404
    admin.button("Announce it").click()
    expect(admin.main).to_contain_text("Pause it")

    assert stranger.goes_to("/consultations/records/").status == 200
    someone = visit(ada, script=script)
    someone.goes_to("/consultations/records/comment/question/1/")
    someone.field("Your comment").fill("All of them, in one place, for two years.")
    someone.field("Name that readers will see").fill("=Night+Heron")
    someone.field("I accept the house rules").check()
    someone.button("Post").click()
    expect(someone.page.locator("h1")).to_have_text("Your comment is public")
    for words in ("I keep what decided something.", "Nobody told me which ones."):
        someone.goes_to("/consultations/records/comment/question/1/")
        someone.field("Your comment").fill(words)
        someone.button("Post").click()
        expect(someone.page.locator("h1")).to_have_text("Your comment is public")

    admin.goes_to("/team/consultations/records/")
    admin.link("Summary").click()
    admin.button("Make a summary").click()
    expect(admin.main).to_contain_text("Look again")
    assert worker() == 1
    if script:
        expect(admin.main).to_contain_text("Question 1")  # the page noticed by itself
    else:
        admin.link("Look again").click()
    expect(admin.main).to_contain_text("In their own words")
    expect(admin.page.locator("blockquote").first).to_contain_text("“")
    admin.page.locator("blockquote").first.get_by_role("link").click()
    expect(admin.main).to_contain_text("=Night+Heron")

    with _taken_away(admin, "comments", worker, tmp_path) as archive:
        rows = list(csv.DictReader(io.StringIO(archive.read("comments.csv").decode("utf-8-sig"))))
        everything = b"".join(archive.read(name) for name in archive.namelist()).decode()
    assert [row["text"] for row in rows] == [
        "All of them, in one place, for two years.",
        "I keep what decided something.",
        "Nobody told me which ones.",
    ]
    assert {row["name"] for row in rows} == {"'=Night+Heron"}
    assert ada.email not in everything
    with _taken_away(admin, "summary", worker, tmp_path) as archive:
        assert "In their own words" in archive.read("summary.html").decode()
        assert "Records: what is missing?" in archive.read("summary.md").decode()


def _taken_away(admin, what: str, worker, folder) -> ZipFile:
    """Ask for an export on its page, wait for it there, and download it."""
    admin.goes_to("/team/consultations/records/")
    admin.link("Export").click()
    admin.button(f"Export the {what}").click()
    expect(admin.main).to_contain_text("Look again")
    assert worker() == 1
    download = admin.link(f"Download the {what}")
    if admin.script:
        download.wait_for()  # the page notices by itself
    else:
        admin.link("Look again").click()
    with admin.page.expect_download() as waiting:
        download.click()
    waiting.value.save_as(folder / f"{what}.zip")
    return ZipFile(folder / f"{what}.zip")


def test_an_admin_pauses_a_consultation_and_lets_comments_in_again(visit, script, ann):
    admin, stranger = visit(ann, script=script), visit(script=script)
    admin.goes_to("/team/consultations/draft-1/")
    admin.page.get_by_text("Pause it").click()
    admin.field("Why?").fill("A flood of copied messages.")
    admin.button("Pause new comments").click()
    expect(admin.button("Let comments in again")).to_be_visible()
    stranger.goes_to("/consultations/draft-1/sections/yourself/")
    assert "New comments are held back" in stranger.reads()
    assert stranger.link("Comment on the whole section").count() == 0
    assert "A flood of copied messages" not in stranger.page.content()
    admin.button("Let comments in again").click()
    expect(admin.page.get_by_text("Pause it")).to_be_visible()


def test_an_admin_looks_after_the_house(visit, script, ann):
    admin, stranger = visit(ann, script=script), visit(script=script)
    admin.goes_to("/team/")
    admin.link("Pages, rules and people").click()
    admin.link("Rewrite Cookies").click()
    admin.field("Text").fill("We keep **one** cookie.")
    admin.button("Save the page").click()
    expect(admin.main).to_contain_text("The page has your words now.")
    stranger.goes_to("/about/cookies/")
    assert "We keep one cookie." in stranger.reads()

    admin.goes_to("/team/house/rules/")
    admin.field("House rules").fill("Argue with the text.\nName nobody.\nOne person, one name.")
    admin.button("Publish the house rules").click()
    expect(admin.main).to_contain_text("New consultations will go by these house rules.")
    stranger.goes_to("/house-rules/")
    assert "One person, one name." in stranger.reads()
    stranger.goes_to("/house-rules/1/")
    assert "One person, one name." not in stranger.reads()

    admin.goes_to("/team/house/appoint/")
    admin.field("E-mail address").fill("uma@standards.example")
    admin.page.get_by_label("Draft guidance").check()
    admin.field("Guidance (for editors and reviewers)").select_option(label="Gifts and hospitality")
    admin.button("Appoint").click()
    expect(admin.main).to_contain_text("They can sign in")
    assert Document.objects.get(slug="gifts").team.filter(account__email="uma@standards.example").exists()
