"""Whatever anyone types is data. Script in every field of every kind of person, on real pages in a real browser:

once with the Content-Security-Policy switched off, since escaping must hold alone, and once with it, since no page of
ours may come near to breaking it.
"""

import csv
import io
from uuid import uuid4
from xml.sax.saxutils import escape

import pytest
from django.urls import reverse
from django.utils import timezone
from django.utils.http import urlencode
from playwright.sync_api import expect

from consult.consultations import actions as consultations
from consult.discussion.actions import post
from consult.discussion.elsewhere.importing import enter_from_elsewhere
from consult.discussion.elsewhere.table import Columns, read_table
from consult.discussion.elsewhere.wxr import read_wxr
from consult.discussion.models import Mention, PublicComment
from consult.discussion.places import Place, place_at_question, place_in_section
from consult.drafting.actions import cite_new, import_draft, start_document
from consult.exports.actions import ask_for_summary_file
from consult.jobs.models import Job
from consult.pages.actions import rewrite_standing_page
from consult.people.actions import open_account
from consult.publishing.actions import publish
from consult.themes.actions import ask_for_summary
from guidance.importing import read_markdown
from tests.browser.vectors import LINKS, MARKUP, VECTORS, as_markdown
from tests.browser.world import do
from tests.conftest import named, open_consultation

RAW = '"><img src=x onerror=ran(1)>'
SUSPECT = """() => [...document.querySelectorAll("*")].flatMap(e => {
  const found = [...e.attributes].filter(a => /^on|^hx-on|^data-hx-on|^style$/i.test(a.name)).map(a => a.name)
  for (const name of ["href", "src", "action", "formaction", "data", "srcset", "poster", "xlink:href"]) {
    if (!e.hasAttribute(name)) continue
    const value = e.getAttribute(name)
    if (!URL.canParse(value, location.href)) continue
    const at = new URL(value, location.href)
    const ours = at.origin === location.origin
    const goes = e.localName === "a" ? ["http:", "https:", "mailto:"].includes(at.protocol) : ours
    if (!goes) found.push(`${name}=${at.href.slice(0, 60)}`)
  }
  if (e.matches("script:not([src]), style, iframe, frame, object, embed, base, meta[http-equiv], template, math, " +
    "img, video, audio, dialog, marquee, portal, foreignObject, animate, set, use, [contenteditable], [autofocus]"))
    found.push("stands here at all")
  return found.map(what => `${e.localName}: ${what}: ${e.outerHTML.slice(0, 120)}`)
}).slice(0, 5)"""


def fit(vector: str, length: int) -> str:
    return vector if len(vector) <= length else RAW


def as_document() -> str:
    """Guidance in which each vector stands in every corner that Markdown has. Ten sections, two levels."""
    parts = [f"# {RAW}\n\n{RAW} {LINKS[0]}"]
    for n in range(0, len(VECTORS), 17):
        some = VECTORS[n : n + 17]
        title = next((vector for vector in some if len(vector) < 60 and vector in MARKUP[1:]), RAW)
        paragraphs = [text for i, vector in enumerate(some) for text in as_markdown(vector, n + i)]
        table = "\n".join(["| a | b |", "|---|---|", *(f"| {' '.join(v.split())} | x |" for v in some)])
        parts.append(f"## {title} {{#part-{n}}}")
        parts.append("### Overview\n\n" + "\n\n".join(paragraphs))
        parts.append(f"### Full story\n\n#### {title}\n\n{table}")
    return "\n\n".join(parts)


def as_wordpress() -> bytes:
    """An export of WordPress, in which author, address, words and mentions are hostile."""

    def comment(n: int, vector: str, kind: str = "") -> str:
        words = vector.replace("]]>", "]]]]><![CDATA[>")
        return (
            f"<wp:comment><wp:comment_id>{n}</wp:comment_id><wp:comment_author>{escape(vector)}</wp:comment_author>"
            f"<wp:comment_author_url>{escape(vector)}</wp:comment_author_url>"
            f"<wp:comment_date>2012-02-21 09:30:00</wp:comment_date><wp:comment_content><![CDATA[{words}]]>"
            f"</wp:comment_content><wp:comment_approved>1</wp:comment_approved><wp:comment_type>{kind}</wp:comment_type>"
            f"<wp:comment_parent>0</wp:comment_parent></wp:comment>"
        )

    comments = [comment(n, vector) for n, vector in enumerate(VECTORS, start=1)]
    mentions = [comment(1000 + n, vector, "pingback") for n, vector in enumerate(VECTORS)]
    return (
        '<?xml version="1.0" encoding="UTF-8" ?><rss version="2.0" xmlns:wp="http://wordpress.org/export/1.2/">'
        f"<channel><title>x</title><item><wp:post_id>1</wp:post_id>{''.join(comments + mentions)}</item></channel>"
        "</rss>"
    ).encode()


def as_table() -> bytes:
    out = io.StringIO()
    table = csv.writer(out)
    table.writerow(["id", "who", "words"])
    table.writerows([f"t{n}", vector, vector] for n, vector in enumerate(VECTORS))
    return out.getvalue().encode()


@pytest.fixture
def ill_meant(cast):
    """A document, a consultation, rules, pages, a crowd and two imports that all mean ill."""
    ann, every = cast.ann, "\n\n".join(text for n, v in enumerate(VECTORS) for text in as_markdown(v, n))
    consultations.publish_house_rules(VECTORS, by=ann)
    consultations.publish_privacy_notice(every, by=ann)
    rewrite_standing_page("terms", title=RAW, text=every, by=ann)
    document = start_document(title=RAW, slug="hostile", by=ann)
    revision = import_draft(document, read_markdown(as_document()), by=ann)
    rests_on_all_of_it(revision, "part-0", by=ann)
    publish(revision, changelog=" ".join(VECTORS[:40]), by=ann)
    rests_on_all_of_it(import_draft(cast.other_document, read_markdown(as_document()), by=ann), "part-0", by=ann)
    consultation = open_consultation(document, ann, revision=document_current(document), slug="hostile", title=RAW)
    for name in ("about", "open_to_change", "not_open_to_change", "other_ways"):
        setattr(consultation, name, every)
    consultation.decides, consultation.shows_names_from_elsewhere = RAW, True
    asked = [{"text": fit(vector, 300), "help": vector} for vector in VECTORS]
    consultations.set_up(consultation, questions=asked, by=ann)
    place = place_in_section(consultation, "part-0")
    crowd, thread = the_crowd(consultation, place)
    enter_from_elsewhere(place_at_question(consultation, 1), read_wxr(io.BytesIO(as_wordpress())), source=RAW, by=None)
    columns = Columns(text="words", key="id", author="who")
    enter_from_elsewhere(Place(consultation), read_table(io.BytesIO(as_table()), columns), source=RAW, by=None)
    Mention.objects.update(url="https://evil.example/" + RAW)
    do(ask_for_summary(consultation, by=ann))
    do(ask_for_summary_file(consultation, by=ann))
    Job.objects.create(
        kind="summary", key=RAW, params={"title": RAW, "page": LINKS[0], "again": {"address": LINKS[0]}},
        asked_by=ann, state="failed", error=RAW, note=RAW, ended_at=timezone.now(),
    )  # fmt: skip
    Job.objects.create(
        kind="summary", key=RAW, params={"title": RAW}, asked_by=ann, state="done", note=RAW, ended_at=timezone.now(),
        result={"note": RAW, "links": [{"words": RAW, "address": link} for link in LINKS]},
    )  # fmt: skip
    return {"consultation": consultation, "crowd": crowd, "thread": thread, "revision": revision}


def rests_on_all_of_it(draft, section, by):
    """References whose names, addresses and paragraphs mean ill."""
    for n, vector in enumerate(VECTORS[:90]):
        name = f"{n} {fit(vector, 190)}"
        address = f"https://evil.example/{vector}" if "\n" not in vector else ""
        cite_new(draft, section, name, address, paragraph=fit(vector, 200), by=by)


def document_current(document):
    document.refresh_from_db()
    return document.current


def the_crowd(consultation, place):
    """Somebody for each vector, whose name, organisation, profession and words it is, and an answer to each of them."""
    crowd, thread = [], None
    for n, vector in enumerate(VECTORS):
        account = open_account(f"someone-{n}@evil.example")
        persona = named(
            consultation, account, f"{n} {fit(vector, 50)}", capacity="organisation", organisation=fit(vector, 120),
            profession=fit(vector, 80), profession_is_shown=True,
        )  # fmt: skip
        crowd.append((account, persona, vector))

    def say(who, text, reply_to=None):
        account, persona, _vector = who
        return post(place, text=text, persona=persona, submission_id=uuid4(), by=account, reply_to=reply_to)

    thread = say(crowd[0], RAW)
    for n, who in enumerate(crowd):
        above = say(who, who[2], reply_to=thread.pk)
        if n % 2:
            say(crowd[n - 1], f"I agree with {who[2]}", reply_to=above.pk)
        if n % 6 == 0:
            say(who, who[2])
    return crowd, thread


class Trap:
    """Two browsers that see the same pages: one without the policy, one with it."""

    def __init__(self, visit, account=None) -> None:
        self.browsers = {"without": visit(account, bypass_csp=True), "with": visit(account)}
        self.caught: list[str] = []
        self.pages = 0
        for visitor in self.browsers.values():
            visitor.page.context.expose_binding("ran", lambda source, *_: self.ran(source["page"].url))
            visitor.page.context.on("page", lambda page: self.caught.append(f"opened a window: {page.url}"))

    def ran(self, where: str) -> None:
        self.caught.append(f"{where}: script ran")

    def goes_to(self, *addresses: str) -> None:
        for address in addresses:
            for visitor in self.browsers.values():
                visitor.goes_to(address)
                self.looks(visitor, address)

    def sends(self, address: str, button: str, **fields: str) -> None:
        for visitor in self.browsers.values():
            visitor.goes_to(address)
            for name, words in fields.items():
                visitor.page.locator(f"[name={name}]").first.evaluate(
                    "(field, words) => { field.value = words }", words
                )
            with visitor.page.expect_navigation():
                visitor.button(button).evaluate("button => button.form.requestSubmit(button)")
            self.looks(visitor, f"{address} sent")

    def looks(self, visitor, where: str) -> None:
        self.pages += 1
        self.caught += [f"{where}: {suspect}" for suspect in visitor.page.evaluate(SUSPECT)]
        seen, visitor.watch.seen = visitor.watch.seen, []
        self.caught += [f"{where}: {what}" for what in seen]

    def caught_nothing(self) -> None:
        assert not self.caught, f"{len(self.caught)} on {self.pages} pages:\n" + "\n".join(self.caught[:40])


def later_pages(visitor, address: str, link: str) -> list[str]:
    """The addresses behind “Show older threads” and its like, one after the other."""
    found = [address]
    while found[-1]:
        visitor.goes_to(found[-1])
        more = visitor.main.get_by_role("button", name=link)
        found.append(more.evaluate("link => link.href").partition("#")[0] if more.count() else "")
    return found[:-1]


def test_the_vectors_are_alive_and_the_trap_catches_them(chromium):
    """On a page that forgets to escape nearly all of them are noticed: so silence elsewhere means something."""
    context, noticed, missed = chromium.new_context(), [], []
    context.expose_binding("ran", lambda _source, *_words: noticed.append("ran"))
    context.route("**/*", lambda route: route.abort())
    page = context.new_page()
    for vector in MARKUP:
        noticed.clear()
        page.goto("about:blank")
        page.set_content(f"<title>x</title><p title='{vector}'>{vector}</p><input value=\"{vector}\">")
        if not (noticed or page.evaluate(SUSPECT)):
            missed.append(vector)
    context.close()
    assert len(MARKUP) - len(missed) > 100, missed


def test_nothing_that_anyone_wrote_runs_on_any_page(visit, ill_meant, ann):
    who = ill_meant["crowd"][0][0]
    traps = {"stranger": Trap(visit), "someone": Trap(visit, who), "admin": Trap(visit, ann)}
    traps["stranger"].goes_to(*what_is_said(traps["stranger"].browsers["with"], ill_meant["thread"]), *what_is_read())
    traps["someone"].goes_to(*what_is_ones_own(who, ill_meant["thread"]))
    traps["admin"].goes_to(*what_a_team_sees())
    for trap in traps.values():
        trap.caught_nothing()


def what_is_said(guide, thread: PublicComment) -> list[str]:
    """All pages of threads and replies, with what was said here and elsewhere."""
    places = ["sections/part-0/", "questions/1/", "whole/"]
    threads = [later_pages(guide, f"/consultations/hostile/{place}", "Show older threads") for place in places]
    replies = later_pages(guide, f"/consultations/hostile/threads/{thread.pk}/", "Show later replies")
    # WordPress comments are HTML: those that were nothing but tags have no words, and stayed out.
    assert [len(pages) for pages in (*threads, replies)] == [2, 7, 9, 5]
    return [*threads[0], *threads[1][::3], *threads[2], *replies]


def what_is_read() -> list[str]:
    """What editors and admins wrote, as everyone reads it."""
    sections = [f"part-{n}" for n in range(0, len(VECTORS), 17)]
    return [
        "/", "/guidance/", "/guidance/hostile/", "/guidance/hostile/references/", "/guidance/hostile/whole/full/",
        "/guidance/hostile/search/?q=script", reverse("guidance:draft", args=["hostile", 1]),
        "/consultations/hostile/", "/house-rules/", "/privacy-notice/2/", "/about/terms/",
        *(f"/consultations/hostile/sections/{key}/{level}/" for key in sections for level in ("overview", "full")),
        *(reverse("guidance:section_at", args=["hostile", key, "overview"]) for key in sections[::3]),
        *(f"/consultations/hostile/questions/{n}/" for n in range(2, len(VECTORS), 40)),
    ]  # fmt: skip


def what_is_ones_own(account, thread: PublicComment) -> list[str]:
    """The pages of someone who takes part, and the forms in which they answer others."""
    own = PublicComment.objects.filter(persona__account=account).order_by("pk").last()
    return [
        "/your-contributions/", f"/comments/{own.pk}/posted/", f"/comments/{own.pk}/withdraw/",
        "/consultations/hostile/comment/", "/consultations/hostile/comment/section/part-0/",
        *(f"/consultations/hostile/comment/question/{n}/" for n in range(1, len(VECTORS), 40)),
        *(f"/comments/{thread.pk + n}/reply/" for n in range(1, 80, 10)),
        f"/consultations/hostile/threads/{thread.pk}/", "/account/email/", "/account/sessions/",
    ]  # fmt: skip


DESK = (
    "outline", "outline/part-0", "outline/part-0/retire", "about", "measures", "duties", "review",
    "write/part-0/full", "write/part-17/overview", "references", "outline/part-0/rests-on",
)  # fmt: skip


def what_a_team_sees() -> list[str]:
    return [
        "/team/", "/team/house/", "/team/house/pages/terms/", "/team/house/rules/", "/team/house/privacy/",
        "/team/house/appoint/", "/team/consultations/new/", "/team/consultations/hostile/",
        "/team/consultations/hostile/change/", "/team/consultations/hostile/summary/",
        "/team/consultations/hostile/export/", "/team/import/",
        "/team/drafts/gifts/", "/team/drafts/gifts/sections/part-0/", "/team/drafts/gifts/sections/part-17/overview/",
        "/team/drafts/", *(f"/team/drafts/gifts/{page}/" for page in DESK),
        *(reverse("job", args=[public_id]) for public_id in Job.objects.values_list("public_id", flat=True)),
    ]  # fmt: skip


def test_nothing_that_comes_back_from_a_form_or_an_address_runs(visit, edie, ann):
    stranger, newcomer, admin = Trap(visit), Trap(visit, edie), Trap(visit, ann)
    for vector in (*MARKUP[::20], *BREAKING):
        query = urlencode({"block": vector, "before": vector, "from": vector, "next": vector, "q": vector})
        stranger.goes_to(f"/consultations/draft-1/sections/who/?{query}", f"/account/login/?{query}")
    stranger.goes_to(*(f"/account/login/?{urlencode({'next': link})}" for link in LINKS[::7]))
    stranger.goes_to("/nowhere/" + RAW.replace("/", ""), "/about/" + RAW.replace("/", "") + "/")
    for vector in BREAKING:
        stranger.sends("/reference-number/", "Check", reference=vector[:60])
        stranger.sends("/account/login/", "Send me a code", login=vector)
        stranger.sends("/account/signup/", "Send me a code", email=f"{vector}@evil.example")
        newcomer.sends(
            "/consultations/draft-1/comment/", "Post", comment=vector, name=f"{vector}@"[:60], organisation=vector,
            profession=vector[:80],
        )  # fmt: skip
        admin.sends("/team/house/appoint/", "Appoint", email=vector)
        admin.sends("/team/consultations/new/", "Save", title=vector, slug=vector, about=vector, contact=vector)
        admin.sends("/team/house/pages/terms/", "Save", title=vector * 9, text="")
    for trap in (stranger, newcomer, admin):
        trap.caught_nothing()


BREAKING = [
    RAW, '</textarea><script>ran(1)</script>', "' onfocus=ran(1) autofocus x='", "</title><script>ran(1)</script>",
    "{{constructor.constructor('ran(1)')()}}",
]  # fmt: skip


def test_a_files_name_is_only_a_name(visit, ann):
    trap = Trap(visit, ann)
    for policy, visitor in trap.browsers.items():
        visitor.goes_to("/team/import/")
        file = {"name": f"{policy}{RAW}.md", "mimeType": "text/html", "buffer": b"no heading <script>ran(1)</script>"}
        visitor.page.locator("[name=file]").set_input_files(file)
        visitor.button("Show me what it becomes").click()
        expect(visitor.page.locator(".govuk-error-summary")).to_be_visible()
        trap.looks(visitor, "a hostile file name")
    trap.caught_nothing()
