"""The lawyer, who was asked to read a draft before it is published: she reads, and nobody else learns of it."""

import re

import pytest
from django.core.cache import cache
from django.urls import reverse
from django.utils.html import escape

from consult.drafting import actions as drafting
from consult.ledger.models import Entry
from consult.people.actions import appoint
from consult.people.models import TeamMember
from tests.browser.vectors import VECTORS
from tests.test_doors import ASK, DOORS, GONE, IN, POST, WRITES, seen
from tests.test_templates import Page

DESK = "/team/drafts/social-media/"
READS = [
    "/team/drafts/", DESK, f"{DESK}sections/who/", f"{DESK}sections/yourself/full/", f"{DESK}review/",
    f"{DESK}measures/", f"{DESK}duties/", f"{DESK}references/",
]  # fmt: skip


@pytest.fixture
def draft(cast):
    return drafting.open_draft(cast.document, by=cast.edie)


@pytest.fixture
def lawyer(cast):
    return appoint("lawyer@standards.example", role=TeamMember.Role.REVIEWER, document=cast.document)


@pytest.fixture
def lawyer_at(browser_of, lawyer, draft):
    return browser_of(lawyer)


TOKEN = re.compile(rb'name="csrfmiddlewaretoken" value="[^"]+"')


# --- What she may -----------------------------------------------------------------------------------------
@pytest.mark.parametrize("address", READS)
def test_she_reads_the_draft_and_is_offered_nothing_to_write(lawyer_at, address):
    answer = lawyer_at.get(address)
    assert answer.status_code == 200
    main = answer.content.decode().partition("<main")[2]
    assert "csrfmiddlewaretoken" not in main
    for link in Page(main).links:
        there = lawyer_at.get(link, follow=True) if link.startswith("/") else None
        assert there is None or there.status_code == 200, link


def test_her_team_page_leads_to_what_she_may_read(lawyer_at):
    there = lawyer_at.get("/team/", follow=True)
    assert there.redirect_chain == [("/team/drafts/", 302)]
    assert "Social media for public servants" in there.content.decode()


def test_no_other_door_opens_to_her(lawyer_at, draft, cast):
    """Every address of the doors' table: what a respondent may not see is hers only if it is listed above."""
    arguments = {"gifts": "social-media", "a": "who"}
    for name, (args, expected) in DOORS.items():
        if "<" in str(args) or expected[1] in {IN, "redirect"} or name == "team":
            continue
        address = reverse(name, args=[arguments.get(argument, argument) for argument in args])
        allowed = {IN} if address in READS else {GONE, POST}
        assert seen(lawyer_at.get(address)) in allowed, address


def test_she_writes_nothing(lawyer_at, draft, cast):
    before = Entry.objects.count()
    arguments = {"gifts": "social-media", "a": "who"}
    for name, args in WRITES.items():
        if "<" in str(args):
            continue
        address = reverse(name, args=[arguments.get(argument, argument) for argument in args])
        assert seen(lawyer_at.post(address, {"markdown": "Mine.", "read_version": 1})) in {GONE, POST, 403}, address
    assert Entry.objects.count() == before


def test_that_she_read_it_is_written_down_once_for_each_version(lawyer_at, draft, cast):
    def noted():
        return Entry.objects.filter(verb="draft.read").count()

    for address in READS:
        lawyer_at.get(address)
    assert noted() == 1
    drafting.rename_section(draft, "who", "Another title", by=cast.edie)
    lawyer_at.get(DESK)
    lawyer_at.get(f"{DESK}review/")
    assert noted() == 2


def test_that_its_editors_read_it_is_no_news(browser_of, draft, cast):
    for address in READS:
        assert browser_of(cast.edie).get(address).status_code == 200
    assert not Entry.objects.filter(verb="draft.read").exists()


def test_the_list_of_drafts_is_hers_alone_and_costs_the_same(
    lawyer_at, cast, browser_of, django_assert_num_queries, draft
):
    other = drafting.open_draft(cast.other_document, by=cast.otto)
    lawyer_at.get("/team/drafts/")  # that she belongs to a team is remembered from now on
    with django_assert_num_queries(3):
        page = lawyer_at.get("/team/drafts/")
    assert page.context["drafts"] == [draft]
    assert browser_of(cast.otto).get("/team/drafts/").context["drafts"] == [other]
    for someone in (cast.ada, cast.ben, cast.mo):
        assert browser_of(someone).get("/team/drafts/").status_code == 404


def test_where_nothing_is_drafted_she_is_told_so(browser_of, lawyer, cast):
    assert "No draft is open at the moment" in browser_of(lawyer).get("/team/drafts/").content.decode()


def test_she_is_appointed_on_a_page(browser_of, cast):
    sent = {"email": "press@standards.example", "role": "reviewer", "document": cast.document.pk}
    assert browser_of(cast.ann).post(reverse("appoint"), sent).status_code == 302
    assert TeamMember.objects.get(account__email="press@standards.example").role == "reviewer"


# --- What nobody else learns ------------------------------------------------------------------------------
def crawl(client) -> dict[str, bytes]:
    """Every public page that links lead to, as bytes, with nothing in the cache."""
    cache.clear()
    found, todo = (
        {},
        ["/", "/guidance/", "/guidance/social-media/", "/guidance/gifts/", "/team/", "/team/drafts/", DESK],
    )
    while todo:
        address = todo.pop().partition("#")[0]
        if address in found or not address.startswith("/") or address.startswith(("/account/", "/static/")):
            continue
        answer = client.get(address)
        page = TOKEN.sub(b"", answer.content)
        found[address] = b"%d %s %s" % (answer.status_code, page, answer.get("Location", "").encode())
        if answer.status_code == 200 and answer["Content-Type"].startswith("text/html"):
            todo += Page(answer.content.decode()).links
    return found


def test_no_public_page_changes_by_a_byte_while_a_draft_is_written(stranger, cast, say):
    say()
    before = crawl(stranger)
    assert len(before) > 25
    draft = drafting.open_draft(cast.document, by=cast.edie)
    new = drafting.add_section(draft, "A secret section", by=cast.edie)
    drafting.save_level(draft, new.section.key, "full", "Secret words.", read_version=0, by=cast.edie)
    drafting.move_section(draft, "yourself", to=1, by=cast.edie)
    drafting.rename_section(draft, "who", "A secret title", by=cast.edie)
    drafting.keep_autosaved(draft, new.section, "full", "Half a secret.", read_version=1, by=cast.edie)
    drafting.open_draft(cast.other_document, by=cast.otto)
    assert crawl(stranger) == before


@pytest.mark.parametrize("who", ["ada", "otto", "mo"])
def test_to_those_who_were_not_asked_a_draft_and_none_look_alike(who, browser_of, cast):
    addresses = [*READS[1:], f"{DESK}outline/", f"{DESK}fates/", f"{DESK}write/who/overview/"]

    def answers():
        client = browser_of(getattr(cast, who))
        return [(seen(client.get(address)), client.get(address).content) for address in addresses]

    before = answers()
    assert {status for status, _page in before} == {GONE}
    drafting.open_draft(cast.document, by=cast.edie)
    assert answers() == before


def test_a_stranger_is_asked_to_sign_in_whether_there_is_a_draft_or_not(stranger, cast, draft):
    for slug in ("social-media", "gifts", "nowhere"):
        assert seen(stranger.get(f"/team/drafts/{slug}/review/")) == ASK


# --- What anyone typed is data ----------------------------------------------------------------------------
def test_hostile_titles_and_text_are_shown_and_never_obeyed(browser_of, cast, lawyer_at, draft):
    edie = browser_of(cast.edie)
    everything = "\n\n".join(VECTORS).replace("RUN", "alert(1)")
    version = draft.section_texts.get(section__key="who").levels.get(level="overview").version
    edie.post(f"{DESK}write/who/overview/", {"markdown": everything[:900_000], "read_version": version})
    title = '"><script>alert(1)</script><img src=x onerror=alert(1)>'
    drafting.rename_section(draft, "who", title, applies_to=title, by=cast.edie)
    drafting.keep_autosaved(
        draft, draft.section_texts.get(section__key="who").section, "full", title, read_version=0, by=cast.edie
    )
    looked = edie.post(f"{DESK}write/who/snapshot/", {"markdown": everything, "read_version": 1, "preview": "1"})
    pages = [
        looked, *(edie.get(f"{DESK}{page}") for page in ("outline/", "outline/who/", "outline/who/retire/", "fates/",
        "measures/", "duties/", "review/", "sections/who/", "write/who/full/", "write/who/snapshot/")),
        *(lawyer_at.get(address) for address in READS),
    ]  # fmt: skip
    for page in pages:
        html = page.content.decode()
        assert page.status_code == 200
        tags = Page(html).tags
        assert not [name for name, attrs in tags if name == "script" and "src" not in attrs]
        assert not [name for name, _attrs in tags if name in {"img", "iframe", "object", "embed", "base", "style"}]
        assert not [a for _name, attrs in tags for a in attrs if a.startswith("on") or a == "style"]
        assert not [
            attrs
            for _name, attrs in tags
            if (attrs.get("href") or "").lower().lstrip().startswith(("javascript", "data"))
        ]
    assert escape(title) in edie.get(f"{DESK}outline/").content.decode()
