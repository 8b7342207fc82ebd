"""What sections rest on: kept once, cited by each section, carried from draft to draft, and never changed behind."""

import re
from html import unescape

import pytest
from django.core.cache import cache, caches
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from hypothesis import given
from hypothesis import strategies as st

from consult.drafting import actions as drafting
from consult.ledger.models import Entry
from consult.people.actions import appoint
from consult.people.models import TeamMember
from consult.publishing.actions import publish
from consult.publishing.checklist import open_points
from guidance import actions as text
from guidance.importing import read_markdown
from guidance.models import Citation, Reference
from guidance.reading import section_page
from guidance.references.fitting import fit_address
from guidance.references.reading import references_of
from tests.browser.vectors import LINKS, VECTORS
from tests.conftest import GUIDANCE

CODE, AT = "Public Service Code", "https://standards.example/code"
DESK = "/team/drafts/social-media/"
LIST = f"{DESK}outline/who/rests-on/"


def words(response) -> str:
    return unescape(re.sub(r"\s+", " ", re.sub(r"<[^>]+>", "", response.content.decode())))


@pytest.fixture
def draft(cast):
    return drafting.open_draft(cast.document, by=cast.edie)


@pytest.fixture
def edie_at(browser_of, edie, draft):
    return browser_of(edie)


@pytest.fixture
def rest(draft, edie):
    """Edie says what a section rests on."""

    def on(name=CODE, address=AT, paragraph="", section="who"):
        return drafting.cite_new(draft, section, name, address, paragraph=paragraph, by=edie)[0]

    return on


def listed(revision, section="who") -> list[tuple[str, str]]:
    return [(one.name, one.paragraph) for one in section_page(revision, section).rests_on]


def all_citations(revision) -> set[tuple[str, str, str]]:
    found = Citation.objects.of_revision(revision)
    return set(found.values_list("section_text__section__key", "reference__name", "paragraph"))


# --- Kept once --------------------------------------------------------------------------------------------
def test_a_reference_is_kept_once_however_often_it_is_named(draft, rest):
    rest(paragraph="paragraph 4.2")
    rest(paragraph="paragraph 4.2")
    rest("  public   service code ", paragraph="paragraph 5", section="yourself")
    rest(CODE, "")
    assert Reference.objects.count() == 1
    assert listed(draft) == [(CODE, ""), (CODE, "paragraph 4.2")]
    assert listed(draft, "yourself") == [(CODE, "paragraph 5")]


def test_one_name_with_two_addresses_is_sent_back(draft, rest):
    rest()
    with pytest.raises(ValidationError, match="There is “Public Service Code” already, with another address"):
        rest("PUBLIC SERVICE CODE", "https://elsewhere.example/")
    assert Reference.objects.get().address == AT


def test_another_document_keeps_its_own(rest, cast):
    gifts = drafting.import_draft(cast.other_document, read_markdown("# Gifts\n\n## A {#a}\n\nSay no."), by=cast.otto)
    rest()
    drafting.cite_new(gifts, "a", CODE, AT, by=cast.otto)
    assert Reference.objects.count() == 2
    with pytest.raises(ValidationError, match="is not there any more"):
        drafting.cite(gifts, "a", cast.document.references.get().pk, by=cast.otto)


def test_a_section_lists_them_by_name_and_paragraph(draft, rest):
    for name, paragraph in (("Staff survey", ""), (CODE, "paragraph 3.10"), (CODE, "paragraph 3.2"), ("act", "s. 1")):
        rest(name, "", paragraph)
    assert listed(draft) == [("act", "s. 1"), (CODE, "paragraph 3.2"), (CODE, "paragraph 3.10"), ("Staff survey", "")]


# --- What is published ------------------------------------------------------------------------------------
def test_the_next_draft_rests_on_what_the_one_before_did(draft, rest, edie, cast):
    rest(paragraph="paragraph 4.2")
    publish(draft, changelog="Two.", by=edie)
    third = drafting.open_draft(cast.document, by=edie)
    assert listed(third) == [(CODE, "paragraph 4.2")]
    assert Reference.objects.count() == 1


def test_what_was_published_keeps_its_list_whatever_becomes_of_the_next(draft, rest, edie, cast):
    cited = rest(paragraph="paragraph 4.2")
    publish(draft, changelog="Two.", by=edie)
    third = drafting.open_draft(cast.document, by=edie)
    before = [vars(one) for one in section_page(draft, "who").rests_on]
    changed = drafting.change_reference(
        third, cited.reference_id, "Code of the Public Service", f"{AT}/2", read_version=1, by=edie
    )
    assert [vars(one) for one in section_page(draft, "who").rests_on] == before
    assert listed(third) == [("Code of the Public Service", "paragraph 4.2")]
    drafting.stop_citing(third, "who", Citation.objects.of_revision(third).get().pk, by=edie)
    drafting.remove_reference(third, changed.pk, by=edie)
    with pytest.raises(ValidationError, match="A published version rests on it"):
        drafting.remove_reference(third, cited.reference_id, by=edie)
    assert [vars(one) for one in section_page(draft, "who").rests_on] == before


def test_what_was_never_published_is_simply_mended(draft, rest, edie):
    cited = rest(section="who")
    rest(section="yourself")
    drafting.change_reference(draft, cited.reference_id, "Code", "", read_version=1, by=edie)
    assert Reference.objects.get().name == "Code"
    assert listed(draft) == listed(draft, "yourself") == [("Code", "")]


def test_two_references_that_become_the_same_are_one(draft, rest, edie):
    rest(paragraph="1")
    twin = rest("Publik Service Code", "", "1")
    rest("Publik Service Code", "", "2")
    drafting.change_reference(draft, twin.reference_id, CODE, AT, read_version=1, by=edie)
    assert listed(draft) == [(CODE, "1"), (CODE, "2")]
    assert Reference.objects.count() == 1


def test_a_change_that_is_taken_back_after_publication_is_the_old_reference_again(draft, rest, edie, cast):
    cited = rest()
    publish(draft, changelog="Two.", by=edie)
    third = drafting.open_draft(cast.document, by=edie)
    other = drafting.change_reference(third, cited.reference_id, CODE, "", read_version=1, by=edie)
    assert other.pk != cited.reference_id
    back = drafting.change_reference(third, other.pk, CODE, AT, read_version=1, by=edie)
    assert back.pk == cited.reference_id
    assert Reference.objects.get().replaced_by is None


def test_a_list_that_was_open_while_a_reference_was_replaced_leads_to_the_new_one(draft, rest, edie, cast):
    cited = rest()
    publish(draft, changelog="Two.", by=edie)
    third = drafting.open_draft(cast.document, by=edie)
    drafting.change_reference(third, cited.reference_id, "New Code", AT, read_version=1, by=edie)
    drafting.cite(third, "yourself", cited.reference_id, by=edie)
    assert listed(third, "yourself") == [("New Code", "")]


def test_what_sections_rest_on_is_not_removed(draft, rest, edie):
    cited = rest()
    with pytest.raises(ValidationError, match="Sections of this draft rest on it"):
        drafting.remove_reference(draft, cited.reference_id, by=edie)


def test_nobody_changes_the_list_of_a_draft_on_its_way(draft, rest, edie):
    cited = rest()
    text.freeze(draft)
    for act in (
        lambda: rest("Another", ""),
        lambda: drafting.cite(draft, "yourself", cited.reference_id, by=edie),
        lambda: drafting.stop_citing(draft, "who", cited.pk, by=edie),
        lambda: drafting.change_reference(draft, cited.reference_id, "X", "", read_version=1, by=edie),
        lambda: drafting.remove_reference(draft, cited.reference_id, by=edie),
    ):
        with pytest.raises(ValidationError, match="about to be published"):
            act()
    assert all_citations(draft) == {("who", CODE, "")}


# --- With the outline -------------------------------------------------------------------------------------
def test_both_parts_of_a_split_section_rest_on_all_that_it_rested_on(draft, rest, edie):
    rest(section="yourself", paragraph="1")
    second = draft.blocks.get(section_text__section__key="yourself", level="snapshot", position=2)
    new = drafting.split_section(draft, "yourself", at=second.key, title="Assume an audience", by=edie)
    assert listed(draft, "yourself") == listed(draft, new.section.key) == [(CODE, "1")]


def test_what_is_merged_rests_on_what_both_rested_on_each_once(draft, rest, edie):
    rest(section="who", paragraph="1")
    rest(section="yourself", paragraph="1")
    rest(section="who", paragraph="2")
    drafting.merge_sections(draft, "who", into="yourself", by=edie)
    assert listed(draft, "yourself") == [(CODE, "1"), (CODE, "2")]


def test_a_retired_section_that_is_brought_in_again_rests_on_what_is_published_of_it(draft, rest, edie, cast):
    rest(paragraph="1")
    rest(section="yourself", paragraph="2")
    publish(draft, changelog="Two.", by=edie)
    third = drafting.open_draft(cast.document, by=edie)
    drafting.retire_section(third, "who", by=edie)
    assert all_citations(third) == {("yourself", CODE, "2")}
    drafting.import_draft(cast.document, read_markdown(GUIDANCE), by=edie)
    assert all_citations(third) == {("who", CODE, "1"), ("yourself", CODE, "2")}


def test_a_new_section_that_rests_on_something_is_not_undone(edie_at, draft, edie):
    edie_at.post(f"{DESK}outline/", {"act": "add", "title": "Pen names"})
    undo = edie_at.get(f"{DESK}outline/").context["done"]["undo"]
    drafting.cite_new(draft, "pen-names", CODE, AT, by=edie)
    assert "Retire it, if it is not wanted" in words(edie_at.post(f"{DESK}outline/", undo))
    assert listed(draft, "pen-names") == [(CODE, "")]


ACTS = st.sampled_from(["add", "move", "rename", "split", "merge", "retire", "cite", "import", "publish"])


@given(st.lists(st.tuples(ACTS, st.integers(0, 6), st.integers(0, 6)), max_size=10))
def test_whatever_is_done_to_the_outline_a_section_that_stays_loses_nothing_it_rests_on(cast, rolled_back, acts):
    rolled_back(lambda: _walk(cast, acts))


def _walk(cast, acts) -> None:
    edie = cast.edie
    draft = drafting.open_draft(cast.document, by=edie)
    expected: dict[str, set] = {"who": set(), "yourself": set()}
    published: dict = {}
    for act, one, other in acts:
        keys = list(draft.section_texts.order_by("position").values_list("section__key", flat=True))
        key, into = (keys[one % len(keys)], keys[other % len(keys)]) if keys else ("", "")
        match act:
            case "add":
                expected[drafting.add_section(draft, f"Section {one}", by=edie).section.key] = set()
            case "move" if key:
                drafting.move_section(draft, key, to=other, by=edie)
            case "rename" if key:
                drafting.rename_section(draft, key, f"Title {other}", by=edie)
            case "cite" if key:
                drafting.cite_new(draft, key, f"Code {other}", "", paragraph=str(one), by=edie)
                expected[key].add((f"Code {other}", str(one)))
            case "split" if at := draft.blocks.filter(section_text__section__key=key, position=2).first():
                new = drafting.split_section(draft, key, at=at.key, title=f"Part {other}", by=edie)
                expected[new.section.key] = set(expected[key])
            case "merge" if key != into:
                drafting.merge_sections(draft, key, into=into, by=edie)
                expected[into] |= expected.pop(key)
            case "retire" if key:
                drafting.retire_section(draft, key, by=edie)
                del expected[key]
            case "import":
                drafting.import_draft(cast.document, read_markdown(GUIDANCE), by=edie)
                expected = {k: expected.get(k, _last(published, k)) for k in ("who", "yourself")}
            case "publish" if draft.blocks.exists():
                publish(draft, changelog="Next.", by=edie)
                published[draft] = {k: set(v) for k, v in expected.items()}
                draft = drafting.open_draft(cast.document, by=edie)
        for revision, rests in {**published, draft: expected}.items():
            assert all_citations(revision) == {(k, *cited) for k, all_of_it in rests.items() for cited in all_of_it}


def _last(published: dict, key: str) -> set:
    return set([*published.values()][-1].get(key, ())) if published else set()


# --- Two at once ------------------------------------------------------------------------------------------
def test_two_who_add_at_once_are_both_kept(browser_of, cast, draft):
    edie, ann = browser_of(cast.edie), browser_of(cast.ann)
    edie.get(LIST), ann.get(LIST)
    edie.post(LIST, {"act": "new", "new-name": CODE, "new-address": AT, "new-paragraph": "1"})
    ann.post(LIST, {"act": "new", "new-name": "Staff survey", "new-address": "", "new-paragraph": ""})
    assert listed(draft) == [(CODE, "1"), ("Staff survey", "")]


def test_a_form_that_is_sent_twice_adds_once(edie_at, draft):
    said = {"act": "new", "new-name": CODE, "new-address": AT, "new-paragraph": "1"}
    assert "“Public Service Code, 1” is on the list." in words(edie_at.post(LIST, said, follow=True))
    entries = Entry.objects.count()
    assert "was on the list already" in words(edie_at.post(LIST, said, follow=True))
    assert listed(draft) == [(CODE, "1")]
    assert Entry.objects.count() == entries


def test_what_is_taken_off_twice_is_no_error(edie_at, draft, rest):
    gone = {"act": "stop", "citation": rest().pk}
    assert "is not on the list any more" in words(edie_at.post(LIST, gone, follow=True))
    assert edie_at.post(LIST, gone, follow=True).status_code == 200
    assert listed(draft) == []


def test_a_change_never_writes_over_somebody_elses_unseen(edie_at, draft, rest, cast, form_of):
    cited = rest()
    address = reverse("change_reference", args=["social-media", cited.reference_id])
    typed = {**form_of(edie_at.get(address)), "name": "Edie’s Code"}
    drafting.change_reference(draft, cited.reference_id, "Ann’s Code", AT, read_version=1, by=cast.ann)
    answer = edie_at.post(address, typed)
    assert answer.status_code == 422
    assert "It is now: Ann’s Code https://standards.example/code" in words(answer)
    again = form_of(answer)
    assert again["name"] == "Edie’s Code"
    edie_at.post(address, again)
    assert listed(draft) == [("Edie’s Code", "")]


def test_a_change_to_what_was_replaced_meanwhile_goes_to_what_took_its_place(edie_at, draft, rest, cast, form_of):
    cited = rest()
    publish(draft, changelog="Two.", by=cast.edie)
    third = drafting.open_draft(cast.document, by=cast.edie)
    address = reverse("change_reference", args=["social-media", cited.reference_id])
    typed = {**form_of(edie_at.get(address)), "name": "Edie’s Code"}
    new = drafting.change_reference(third, cited.reference_id, "Ann’s Code", AT, read_version=1, by=cast.ann)
    answer = edie_at.post(address, typed)
    there = reverse("change_reference", args=["social-media", new.pk])
    assert f'action="{there}"' in answer.content.decode()
    edie_at.post(there, form_of(answer))
    assert listed(third) == [("Edie’s Code", "")]
    assert listed(draft) == [(CODE, "")]
    assert edie_at.get(address).url == there


# --- What is typed ----------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    "address",
    [
        "javascript:alert(1)", "JaVaScRiPt:alert(1)", "java\nscript:alert(1)", "data:text/html,x", "ftp://a.example/",
        "mailto:a@b.example", "//a.example", "standards.example/code", "https://", "https:///x", "https://a b.example/",
        "https://standards.example@evil.example/", "https://a:b@c.example/", "http://[::1", "https://a.example:99999/",
        "https://" + "a" * 300 + ".example/", "https://a.example/" + "x" * 1000, "https://a.example/" + "ä" * 400,
        "\x00javascript:alert(1)", "\u202ejavascript:alert(1)", *LINKS,
    ],
)  # fmt: skip
def test_an_address_that_readers_cannot_follow_is_refused_and_comes_back(edie_at, draft, address):
    try:
        assert fit_address(address).startswith(("https://", "http://"))
    except ValidationError:
        answer = edie_at.post(LIST, {"act": "new", "new-name": CODE, "new-address": address})
        assert answer.status_code == 422
        assert not Reference.objects.exists()


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        (" https://standards.example/code ", "https://standards.example/code"),
        ("HTTPS://Standards.Example/Code?a=1#b", "https://standards.example/Code?a=1#b"),
        ("http://münchen.example/ä b", "http://xn--mnchen-3ya.example/%C3%A4%20b"),
        ('https://a.example/"><script>', "https://a.example/%22%3E%3Cscript%3E"),
        ("https://a.example:8443/x", "https://a.example:8443/x"),
        ("https://[2001:db8::1]/x", "https://[2001:db8::1]/x"),
        ("", ""),
    ],
)
def test_an_address_is_kept_in_plain_letters(typed, kept):
    assert fit_address(typed) == kept
    assert fit_address(kept) == kept


@given(st.text(max_size=60), st.sampled_from(["", "https://", "https://a.example/", "http://a.example/?"]))
def test_whatever_is_typed_an_address_is_on_the_web_or_sent_back(words, begins):
    try:
        kept = fit_address(begins + words)
    except ValidationError:
        return
    assert kept == "" or kept.startswith(("https://", "http://"))
    assert kept.isascii()
    assert not re.search(r"[\s\"<>\x00-\x1f]", kept)
    assert fit_address(kept) == kept


def test_names_are_one_clean_line(draft, rest):
    rest("Code\u202e of\x00\nthe \u2066Service", "", "4\u202e.2\r\n")
    assert listed(draft) == [("Code of the Service", "4.2")]


@pytest.mark.parametrize(
    ("field", "typed", "told"),
    [
        ("name", "", "Enter the name, such as"),
        ("name", "\u200b \u2060", "Enter the name, such as"),
        ("name", "x" * 10_240, "Shorten the name to 200 characters."),
        ("paragraph", "x" * 201, "Shorten the paragraph to 200 characters."),
        ("address", "javascript:alert(1)", "Enter an address on the web, such as"),
        ("address", "https://you@evil.example/", "in front of the @"),
    ],
)
def test_what_cannot_stand_comes_back_with_what_is_to_be_mended(edie_at, draft, field, typed, told):
    said = {"name": CODE, "address": AT, "paragraph": "paragraph 4.2"} | {field: typed}
    answer = edie_at.post(LIST, {"act": "new", **{f"new-{name}": value for name, value in said.items()}})
    assert answer.status_code == 422
    assert told in words(answer)
    if typed.strip("\u200b \u2060"):
        assert f'value="{typed}"' in answer.content.decode()
    assert not Reference.objects.exists()
    assert not Citation.objects.exists()


@pytest.mark.parametrize("typed", ["", "0", "x", "-1", "9" * 18, "9" * 40, "１"])
def test_a_reference_that_is_none_is_not_chosen(edie_at, draft, rest, typed):
    rest(section="yourself")
    answer = edie_at.post(LIST, {"act": "cite", "kept-reference": typed, "kept-paragraph": "paragraph 4.2"})
    assert answer.status_code == 422
    assert 'value="paragraph 4.2"' in answer.content.decode()
    assert edie_at.post(LIST, {"act": "stop", "citation": typed}).status_code == 302
    assert all_citations(draft) == {("yourself", CODE, "")}


def test_hostile_names_are_text_wherever_they_stand(draft, rest, edie, edie_at, stranger, consultation):
    hostile = [vector for vector in VECTORS if 0 < len(" ".join(vector.split())) <= 200][:60]
    for n, vector in enumerate(dict.fromkeys(" ".join(vector.split()) for vector in hostile)):
        rest(f"{n} {vector}"[:200], f"https://a.example/?{n}={vector}"[:500] if n % 2 else "", vector)
    publish(draft, changelog="Two.", by=edie)
    drafting.open_draft(draft.document, by=edie)
    for client, address in (
        (stranger, "/guidance/social-media/who/"), (stranger, "/guidance/social-media/references/"),
        (stranger, "/guidance/social-media/whole/"), (edie_at, LIST), (edie_at, f"{DESK}references/"),
        (edie_at, f"{DESK}sections/who/"),
    ):  # fmt: skip
        html = client.get(address).content.decode()
        main = html.partition("<main")[2]
        assert not re.search(r"<(script|img|svg|iframe|object|embed|style|base|meta)\b", main, re.I), address
        assert not re.search(r"<[^>]*\son\w+=", re.sub(r'"[^"]*"', '""', main)), address


def test_the_database_keeps_what_no_form_lets_through_out(document):
    for wrong in ({"name": CODE, "address": "javascript:alert(1)"}, {"name": "", "address": AT}):
        with pytest.raises(IntegrityError), transaction.atomic():
            Reference.objects.create(document=document, **wrong)


def test_there_is_an_end_to_them(draft, rest, monkeypatch):
    monkeypatch.setattr("guidance.actions.references.MOST_CITATIONS", 2)
    monkeypatch.setattr("guidance.actions.references.MOST_REFERENCES", 3)
    rest("One", ""), rest("Two", "")
    with pytest.raises(ValidationError, match="A section rests on at most 2"):
        rest("Three", "")
    rest("Three", "", section="yourself")
    with pytest.raises(ValidationError, match="A document has at most 3"):
        rest("Four", "", section="yourself")


# --- Who may ----------------------------------------------------------------------------------------------
def test_a_reviewer_reads_and_does_not_write(browser_of, draft, rest, cast):
    cited = rest(paragraph="paragraph 4.2")
    lawyer = appoint("lawyer@standards.example", role=TeamMember.Role.REVIEWER, document=cast.document)
    at_desk = browser_of(lawyer)
    for address in (f"{DESK}references/", f"{DESK}sections/who/", f"{DESK}review/"):
        assert CODE in words(at_desk.get(address)), address
        assert "paragraph 4.2" in words(at_desk.get(address)), address
    for address in (LIST, reverse("change_reference", args=["social-media", cited.reference_id])):
        assert at_desk.get(address).status_code == 404
        assert at_desk.post(address, {"act": "stop", "citation": cited.pk, "remove": 1}).status_code == 404
    with pytest.raises(PermissionDenied):
        drafting.cite_new(draft, "who", "Mine", "", by=lawyer)
    assert all_citations(draft) == {("who", CODE, "paragraph 4.2")}


def test_each_change_is_in_the_history_without_a_word_of_it(draft, rest, edie):
    cited = rest(paragraph="canary-paragraph")
    drafting.change_reference(draft, cited.reference_id, "canary-name", "", read_version=1, by=edie)
    drafting.stop_citing(draft, "who", cited.pk, by=edie)
    drafting.remove_reference(draft, cited.reference_id, by=edie)
    verbs = ["reference.added", "citation.added", "reference.changed", "citation.removed", "reference.removed"]
    entries = list(Entry.objects.filter(verb__in=verbs).order_by("pk"))
    assert [entry.verb for entry in entries] == verbs
    for entry in entries:
        assert not re.search("canary|Code|standards", entry.public_bytes().decode().replace("social-media", ""))


# --- Reading ----------------------------------------------------------------------------------------------
def test_readers_find_it_below_the_text_wherever_they_read(draft, rest, edie, stranger):
    rest(paragraph="paragraph 4.2")
    rest("Staff survey", "", section="yourself")
    publish(draft, changelog="Two.", by=edie)
    link = f'<a class="govuk-link" href="{AT}" rel="nofollow noopener"><bdi>{CODE}</bdi></a>, <bdi>paragraph 4.2</bdi>'
    for address in ("who/", "who/overview/", "draft-2/who/", "whole/"):
        html = stranger.get(f"/guidance/social-media/{address}").content.decode()
        assert link in html
        assert html.index("What this section rests on") > html.index('class="consult-text')
    assert "rests on" not in words(stranger.get("/guidance/social-media/draft-1/who/"))


def test_who_comments_on_a_section_sees_what_it_rests_on(revision, stranger):
    """In as few questions as ever: see tests/test_query_counts.py."""
    address = "/consultations/draft-1/sections/who/"
    before = len(_asked(stranger, address))
    code = Reference.objects.create(document=revision.document, name=CODE, address=AT)
    for n in range(5):
        revision.section_texts.get(section__key="who").citations.create(reference=code, paragraph=f"paragraph {n}")
    assert len(_asked(stranger, address)) == before
    html = stranger.get(address).content.decode()
    assert "<bdi>paragraph 4</bdi>" in html
    assert 'href="/guidance/social-media/draft-1/references/"' in html


def _asked(client, address) -> list:
    cache.clear()
    caches["process"].clear()
    with CaptureQueriesContext(connection) as asked:
        assert client.get(address).status_code == 200
    return asked.captured_queries


def test_a_section_that_rests_on_nothing_says_nothing_of_it(stranger, revision):
    assert "rests on" not in words(stranger.get("/guidance/social-media/who/"))
    assert "references/" not in stranger.get("/guidance/social-media/").content.decode()
    assert "No section of this draft names what it rests on" in words(
        stranger.get("/guidance/social-media/references/")
    )


def test_each_reference_leads_to_all_sections_that_rest_on_it(draft, rest, edie, stranger):
    rest(paragraph="paragraph 3.10"), rest(paragraph="paragraph 3.2"), rest(section="yourself")
    publish(draft, changelog="Two.", by=edie)
    page = stranger.get("/guidance/social-media/references/")
    assert "1. Who this is for: paragraph 3.2; paragraph 3.10" in words(page)
    assert "2. When you post as yourself" in words(page).partition("paragraph 3.10")[2]
    assert 'href="/guidance/social-media/who/"' in page.content.decode()
    fixed = stranger.get("/guidance/social-media/draft-2/references/").content.decode()
    assert 'href="/guidance/social-media/draft-2/who/"' in fixed


def test_the_comparison_says_where_a_section_rests_on_something_else(draft, rest, edie, stranger):
    rest(paragraph="paragraph 4.2"), rest("Staff survey", ""), rest(section="yourself")
    publish(draft, changelog="Two.", by=edie)
    third = drafting.open_draft(draft.document, by=edie)
    who = Citation.objects.of_revision(third).filter(section_text__section__key="who")
    drafting.stop_citing(third, "who", who.get(reference__name=CODE).pk, by=edie)
    drafting.cite_new(third, "who", CODE, AT, paragraph="paragraph 5", by=edie)
    publish(third, changelog="Three.", by=edie)
    told = words(stranger.get("/guidance/social-media/compare/2/3/"))
    assert f"It rests on this as well now{CODE}, paragraph 5" in told
    assert f"It does not rest on this any more{CODE}, paragraph 4.2" in told
    assert "Staff survey" not in told
    assert "1 section is the same: When you post as yourself." in told
    assert "It rests on this as well now" in words(stranger.get("/guidance/social-media/compare/1/2/"))


def test_a_drafts_references_are_not_shown_in_public(draft, rest, edie, stranger, consultation):
    rest("canary-published", "https://canary-published.example/")
    publish(draft, changelog="Two.", by=edie)
    third = drafting.open_draft(draft.document, by=edie)
    cited = Citation.objects.of_revision(third).get()
    drafting.change_reference(
        third, cited.reference_id, "canary-secret", "https://canary-secret.example/", read_version=1, by=edie
    )
    drafting.cite_new(third, "yourself", "canary-secret-too", "", paragraph="canary-secret-3", by=edie)
    for address in (
        "", "who/", "yourself/", "whole/", "references/", "draft-2/", "draft-2/references/", "draft-2/who/",
        "draft-1/references/", "compare/1/2/", "search/?q=canary",
    ):  # fmt: skip
        html = stranger.get(f"/guidance/social-media/{address}").content.decode()
        assert "canary-secret" not in html, address
    assert "canary-published" in stranger.get("/guidance/social-media/who/").content.decode()
    assert stranger.get("/guidance/social-media/draft-3/references/").status_code == 404


def test_what_a_section_rests_on_rides_along(draft, rest, django_assert_num_queries):
    for n in range(20):
        rest(f"Code {n}", "", str(n))
    with django_assert_num_queries(2):
        assert len(section_page(draft, "who").rests_on) == 20
    with CaptureQueriesContext(connection) as asked:
        references_of(draft)
    assert len(asked) == 1


# --- Before it is published -------------------------------------------------------------------------------
def test_the_checklist_names_what_readers_cannot_look_up(draft, rest):
    rest("Fire Regulations", ""), rest()
    told = [(point.sentence, point.section) for point in open_points(draft) if point.kind == "reference"]
    assert told == [("“Fire Regulations” has no address at which readers could look it up.", "who")]


def test_from_the_checklist_an_editor_comes_to_where_it_is_mended(edie_at, draft, rest):
    cited = rest("Fire Regulations", "")
    page = edie_at.get(f"{DESK}publish/").content.decode()
    assert f'href="{LIST}"' in page
    there = reverse("change_reference", args=["social-media", cited.reference_id])
    assert f'href="{there}"' in edie_at.get(LIST).content.decode()
    edie_at.post(there, {"name": "Fire Regulations", "address": AT, "read_version": 1})
    assert not [point for point in open_points(draft) if point.kind == "reference"]
