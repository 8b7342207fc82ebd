"""What every page must be: data is text, numbers add up, links lead somewhere, and nobody is given away."""

import re
from html.parser import HTMLParser
from pathlib import Path

import pytest
from django.core.exceptions import ValidationError
from django.forms import CharField, Form
from django.template import Context, Template
from django.template.loader import get_template, render_to_string
from django.urls import reverse

from consult.discussion.actions import withdraw
from consult.discussion.models import Elsewhere, Mention, PublicComment
from consult.discussion.places import place_at_block, place_at_question
from guidance.templatetags.look import bar, tag
from guidance.templatetags.text import opening, web_address
from tests.conftest import named

TEMPLATES = Path(__file__).resolve().parent.parent / "templates"
NAMES = sorted(str(path.relative_to(TEMPLATES)) for path in TEMPLATES.rglob("*.html"))
FILES = {"consult/exports/summary.html"}
"""Files that are taken away: they stand alone, with their style in them."""
SHARED = [name for name in NAMES if name.endswith("_body.html")]


class Page(HTMLParser):
    """A page as a reader meets it: its ids, its links, its words."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.ids: list[str] = []
        self.links: list[str] = []
        self.tags: list[tuple[str, dict]] = []
        self.words = ""
        self.feed(html)

    def handle_starttag(self, tag, attrs):
        found = dict(attrs)
        self.tags.append((tag, found))
        if "id" in found:
            self.ids.append(found["id"])
        if tag == "a":
            self.links.append(found.get("href") or "")

    def handle_data(self, data):
        self.words += data


def read(client, address: str, status: int = 200) -> str:
    response = client.get(address)
    assert response.status_code == status, address
    return response.content.decode()


# --- The templates as files --------------------------------------------------------------------------


@pytest.mark.parametrize("name", [name for name in NAMES if name not in FILES])
def test_a_template_can_be_read_and_keeps_the_content_policy(name):
    get_template(name)
    text = (TEMPLATES / name).read_text(encoding="utf-8")
    assert not re.search(r"<script(?![^>]*\bsrc=)|<style|\sstyle=|\son[a-z]+=|javascript:", text)
    assert "|safe" not in text
    assert "autoescape off" not in text


@pytest.mark.parametrize("name", SHARED)
def test_a_body_that_readers_share_knows_nothing_of_the_reader(name):
    seen, todo = set(), [name]
    while todo:
        text = (TEMPLATES / todo.pop()).read_text(encoding="utf-8")
        assert not re.search(r"\b(request|reader|csrf_token|user|messages)\b", re.sub(r'"[^"]*"', "", text))
        more = set(re.findall(r'{% include "([^"]+)"', text)) - seen
        seen |= more
        todo += more


# --- The pages ---------------------------------------------------------------------------------------


@pytest.fixture
def addresses(cast, say, block_place):
    root = say("One.", place=block_place)
    say("Two.", reply_to=root, persona=cast.ben_persona)
    section = reverse("section", args=["draft-1", "yourself"])
    return [
        "/",
        reverse("consultation", args=["draft-1"]),
        reverse("consultation", args=["ideas"]),
        section,
        f"{section}?block={block_place.block.key}",
        reverse("section_at", args=["draft-1", "yourself", "full"]),
        reverse("question", args=["ideas", 1]),
        reverse("whole", args=["draft-1"]),
        reverse("thread", args=["draft-1", root.pk]),
        reverse("guidance:library"),
        reverse("document", args=["social-media"]),
        reverse("guidance:section", args=["social-media", "yourself"]),
        reverse("house_rules"),
        reverse("privacy_notice", args=[1]),
        reverse("standing", args=["how-it-works"]),
    ]


def test_every_page_names_things_once_and_its_links_within_it_arrive(addresses, stranger):
    for address in addresses:
        page = Page(read(stranger, address))
        assert len(page.ids) == len(set(page.ids)), address
        within = {link[1:] for link in page.links if link.startswith("#")}
        described = {
            one
            for _tag, attrs in page.tags
            for name in ("aria-labelledby", "aria-describedby", "for")
            for one in (attrs.get(name) or "").split()
        }
        assert within | described <= set(page.ids), address
        assert [tag for tag, _attrs in page.tags].count("h1") == 1, address


def test_a_strangers_page_holds_no_token_and_no_time_finer_than_a_day(addresses, stranger):
    for address in addresses:
        html = read(stranger, address)
        assert "csrf" not in html
        assert "nonce" not in html
        assert all(re.fullmatch(r"\d{4}-\d\d-\d\d", day) for day in re.findall(r'datetime="([^"]*)"', html))


def test_the_rows_of_the_front_page_add_up_to_its_total(
    say, consultation, block_place, ada_persona, ben_persona, stranger, ada
):
    say("On a section.")
    say("On a paragraph.", place=block_place, persona=ben_persona)
    say("On a question.", place=place_at_question(consultation, 1))
    withdraw(say("Taken back."), by=ada)
    html = read(stranger, consultation.get_absolute_url())
    table = html[html.index("<tbody>") : html.index("</tfoot>")]
    *rows, total = [int(n) for n in re.findall(r'<td class="n">(\d+)</td>', table)]
    answers = sum(int(n) for n in re.findall(r'consult-nowrap">(\d+) comment', html))
    assert total == sum(rows) + answers == 3
    assert "1 more was withdrawn" in html


def test_the_way_through_the_text_stays_at_the_level_where_it_began(cast, stranger):
    html = read(stranger, reverse("section_at", args=["draft-1", "who", "overview"]))
    assert 'href="/consultations/draft-1/sections/yourself/overview/"' in html
    html = read(stranger, reverse("section_at", args=["draft-1", "yourself", "full"]))
    assert 'href="/consultations/draft-1/sections/who/"' in html, "section 1 has no full story"


def test_headings_of_the_text_follow_the_pages_own(cast, stranger):
    html = read(stranger, reverse("guidance:section_at", args=["social-media", "yourself", "full"]))
    assert re.findall(r"<(h\d)[^>]*>An example", html) == ["h2"]


# --- What people typed -------------------------------------------------------------------------------


def test_what_is_typed_is_shown_and_never_obeyed(say, cast, stranger, ada):
    from consult.people.models import Persona

    Persona.objects.filter(pk=cast.ada_persona.pk).update(
        name="<b>Heron</b>", profession="<i>nurse</i>", profession_is_shown=True, organisation="<u>us</u>"
    )
    say('<script>alert(1)</script>\n\n<!--own:1--> {{ organisation }} <img src=x onerror="x">')
    html = read(stranger, reverse("section", args=["draft-1", "yourself"]))
    assert "<script>alert" not in html
    assert "<img" not in html
    assert "<b>Heron" not in html
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in html
    assert "{{ organisation }}" in html
    assert "&lt;i&gt;nurse" in html
    assert "&lt;u&gt;us" in html


def test_a_name_from_right_to_left_keeps_to_itself(say, consultation, ben, cast, stranger):
    root = say("One.")
    cast.ben_persona.delete()
    say("Two.", reply_to=root, persona=named(consultation, ben, "نسيم البحر"))
    html = read(stranger, reverse("thread", args=["draft-1", root.pk]))
    assert '<bdi class="consult-persona__name">نسيم البحر</bdi>' in html
    assert html.count('class="consult-comment__words" dir="auto"') == 2


def test_where_a_comment_was_withdrawn_neither_words_nor_name_remain(say, ada, ben_persona, stranger):
    root = say("My ward is on the third floor.")
    say("Careful.", reply_to=root, persona=ben_persona)
    withdraw(root, by=ada)
    html = read(stranger, reverse("section", args=["draft-1", "yourself"]))
    assert "third floor" not in html
    assert "Night Heron" not in html
    assert "Its writer withdrew it on" in html
    assert "1 reply remains." in html


def test_what_came_from_elsewhere_admits_what_is_not_known(say, consultation, stranger):
    comment = say("Please print the guidance.")
    PublicComment.objects.filter(pk=comment.pk).update(persona=None, day=None)
    Elsewhere.objects.create(
        comment=comment, consultation=consultation, source="a letter", external_key="1", url="javascript:alert(1)"
    )
    html = read(stranger, reverse("section", args=["draft-1", "yourself"]))
    for words in ("From elsewhere", "Came from a letter", "Name not given", "Date not known"):
        assert words in html
    assert "javascript:" not in html


def test_a_mention_leads_to_the_web_or_nowhere(consultation, stranger):
    for number, url in enumerate(("https://example.org/post", "javascript:alert(1)", "")):
        Mention.objects.create(
            consultation=consultation, source="a blog", external_key=str(number), title=f"No. {number}", url=url
        )
    html = read(stranger, consultation.get_absolute_url())
    assert 'href="https://example.org/post"' in html
    assert "javascript:" not in html
    assert all(f"<bdi>No. {number}</bdi>" in html for number in range(3))


def test_a_comment_on_another_level_says_so_and_leads_there(say, consultation, revision, stranger):
    block = revision.blocks.get(level="full", section_text__section__key="yourself", position=1)
    say("On the long version.", place=place_at_block(consultation, block.key))
    html = read(stranger, reverse("section", args=["draft-1", "yourself"]))
    there = reverse("section_at", args=["draft-1", "yourself", "full"])
    assert f'href="{there}?block={block.key}#talk">a paragraph of the full story</a>' in html


# --- Forms -------------------------------------------------------------------------------------------


@pytest.fixture
def newcomer(cast, browser_of):
    """ben, who has no name in the call for ideas yet."""
    return browser_of(cast.ben)


def test_one_summary_names_what_is_wrong_with_the_words_and_with_the_name(newcomer, form_of):
    address = reverse("comment_on_question", args=["ideas", 1])
    response = newcomer.post(address, form_of(newcomer.get(address)))
    html = response.content.decode()
    assert response.status_code == 422
    assert html.count('class="govuk-error-summary"') == 1
    summary = html[html.index("govuk-error-summary__list") : html.index("<h1")]
    for words in ("Write your comment.", "Enter the name that readers will see.", "Tick the box"):
        assert words in summary
    assert re.search(r"<title>\s*Error:", html)


def test_nobody_meets_the_honeypot(newcomer):
    page = Page(read(newcomer, reverse("comment_on_question", args=["ideas", 1])))
    (field,) = [attrs for tag, attrs in page.tags if tag == "input" and attrs.get("name") == "honeypot"]
    assert field["tabindex"] == "-1"
    assert field["autocomplete"] == "off"


def test_a_reply_shows_what_it_answers_and_nothing_to_press_on_it(say, browser_of, cast):
    root = say("One.")
    html = read(browser_of(cast.ben), reverse("reply", args=[root.pk]))
    assert "Reply to Night Heron" in html
    assert "One." in html
    assert reverse("reply", args=[root.pk]) not in Page(html).links


def test_only_its_writer_is_offered_to_withdraw(say, browser_of, cast):
    comment = say("Mine.")
    section, link = reverse("section", args=["draft-1", "yourself"]), reverse("withdraw", args=[comment.pk])
    assert link in read(browser_of(cast.ada), section)
    assert link not in read(browser_of(cast.ben), section)


def test_a_summary_of_errors_gives_a_name_to_what_is_nameless():
    class Both(Form):
        title = CharField()
        why = CharField(error_messages={"required": "Say why."})

        def clean(self):
            raise ValidationError("And the whole is wrong.")

    html = render_to_string("components/error_summary.html", {"form": Both({})})
    assert '<a href="#id_title">Title: This field is required.</a>' in html
    assert '<a href="#id_why">Say why.</a>' in html
    assert "And the whole is wrong." in html


# --- Small things ------------------------------------------------------------------------------------


def test_an_opening_is_the_first_paragraph_without_marks():
    assert opening("# Title\n\n- a list\n\nThe **first** [paragraph](/x).\n\nThe second.") == "The first paragraph."
    assert opening("") == ""


@pytest.mark.parametrize("url", ["javascript:alert(1)", "data:text/html,x", "//evil.example", "ftp://x", ""])
def test_only_the_web_is_linked_to(url):
    assert web_address(url) == ""
    assert web_address("HTTPS://example.org/") == "HTTPS://example.org/"


def test_a_tag_of_an_unknown_kind_is_a_mistake_that_shows():
    with pytest.raises(ValueError, match="no tag of the kind"):
        tag("Open", kind="green")


def test_a_bar_is_never_wider_than_the_whole():
    assert 'width="100.0%"' in bar(9, 3)
    assert 'width="0.0%"' in bar(1, 0)


def test_words_in_a_template_that_come_from_people_are_escaped():
    shown = Template("{% load look %}{% tag words %}").render(Context({"words": "<b>"}))
    assert "&lt;b&gt;" in shown
