"""Nobody is exposed: marked strings in every private field, looked for in everything that comes out.

And a second world beside the first one, in which two names are two people's instead of one's: nobody outside can
tell which of the two worlds they are looking at.
"""

import hashlib
import io
import logging
import re
from contextlib import contextmanager
from datetime import UTC, date, datetime, timedelta
from html import unescape
from types import SimpleNamespace
from urllib.parse import parse_qs, urljoin, urlsplit
from uuid import UUID
from zipfile import ZipFile

import pytest
from allauth.account.models import EmailAddress
from allauth.usersessions.models import UserSession
from django.core.cache import cache
from django.db import connection, connections, transaction
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from django_comments_xtd.models import XtdComment

from consult.config.logs import JSONLines
from consult.consultations import actions as consultations
from consult.consultations.models import Consultation
from consult.discussion.actions import Said, post, receipt_of, withdraw
from consult.discussion.elsewhere.importing import enter_from_elsewhere
from consult.discussion.elsewhere.letters import Provenance, enter_letter
from consult.discussion.elsewhere.recognising import say_that_is_me
from consult.discussion.elsewhere.wxr import read_wxr
from consult.discussion.guests.actions import leave_as_guest
from consult.discussion.models import PublicComment
from consult.discussion.places import place_at_question, place_in_section
from consult.drafting.actions import cite_new, import_draft
from consult.exports.actions import ask_for_comments, ask_for_summary_file
from consult.jobs.models import Job
from consult.jobs.running import run_job
from consult.ledger.actions import seal_everything
from consult.ledger.models import Entry, PrivateSide
from consult.moderation.complaints.actions import Told, complain
from consult.people.models import Account, Persona
from consult.themes.actions import ask_for_summary
from guidance.downloads.views import WORD
from guidance.importing import read_markdown
from tests.conftest import named, open_consultation

ROLES = ["stranger", "ada", "ben", "edie", "otto", "mo", "ann"]
MAIL = "canary-mail.zq7@hidden-employer.example"
NUMBER = 734_091_100_257
"""The account's id: no page has such a number for any other reason."""
PROFESSION, REASON = "canary-profession-zq7", "canary-reason-zq7"
AUTHOR, AUTHOR_MAIL, AUTHOR_ADDRESS = "canary-author-zq7", "canary-author-mail@zq7.example", "203.0.113.177"
AGENT, NETWORK = "CanaryAgent/73.1", "203.0.113.77"
GUEST, ASKED = "canary-guest-zq7", "canary-asked-zq7"
COMPLAINS = "canary-complains-zq7"
SENDER, FILED = "canary-sender-zq7", "canary-filed-zq7"
WITHDRAWN, SECRET, DRAFT = "canary-withdrawn-zq7", "canary-secret-zq7", "canary-draft-zq7"
SUBMISSION = UUID("c0ffee00-7a3b-4c2d-9e1f-734091100257")
AT_NIGHT = {"hour": 3, "minute": 47, "second": 19, "microsecond": 481_516}
CLOCK = re.compile(r"(?<![\d:])\d{1,2}:\d\d(?::\d\d)?(?:\s?[ap]m)?(?![\d:])", re.I)


@pytest.fixture
def clock(monkeypatch):
    """A clock that a test sets. Everything is said at an hour that nothing else happens at."""
    three_days_ago = timezone.localtime() - timedelta(days=3)
    hands = SimpleNamespace(
        night=three_days_ago.replace(**AT_NIGHT),
        noon=(three_days_ago + timedelta(days=1)).replace(hour=12, minute=0, second=0, microsecond=0),
    )
    hands.now = hands.night
    monkeypatch.setattr(timezone, "now", lambda: hands.now.astimezone(UTC))
    return hands


@pytest.fixture(autouse=True)
def _long_reads_see_the_test(db):
    """Exports read through a connection of their own, which would not see what a test has not committed."""
    own = connections["steady"]
    connections["steady"] = connections["default"]
    yield
    connections["steady"] = own


def wordpress() -> io.BytesIO:
    return io.BytesIO(
        f"""<?xml version="1.0" encoding="UTF-8" ?>
<rss version="2.0" xmlns:wp="http://wordpress.org/export/1.2/"><channel><title>A blog</title><item>
<wp:post_id>1</wp:post_id><wp:comment><wp:comment_id>1</wp:comment_id><wp:comment_author>{AUTHOR}</wp:comment_author>
<wp:comment_author_email>{AUTHOR_MAIL}</wp:comment_author_email><wp:comment_author_IP>{AUTHOR_ADDRESS}</wp:comment_author_IP>
<wp:comment_date>2012-02-21 03:47:19</wp:comment_date><wp:comment_content>Said on a blog.</wp:comment_content>
<wp:comment_approved>1</wp:comment_approved><wp:comment_type></wp:comment_type><wp:comment_parent>0</wp:comment_parent>
</wp:comment></item></channel></rss>""".encode()
    )


@pytest.fixture
def planted(cast, clock, block_place, settings, tmp_path):
    """A world with something marked in every private field, and work done that could let it out."""
    settings.FILES_ROOT = tmp_path
    noon = clock.noon
    Consultation.objects.update(opens_at=noon - timedelta(days=9), closes_at=noon + timedelta(days=9))
    cast.consultation.refresh_from_db()
    hidden = Account.objects.create(pk=NUMBER, email=MAIL)
    EmailAddress.objects.create(user=hidden, email=MAIL, primary=True, verified=True)
    persona = named(cast.consultation, hidden, "Grey Seal", profession=PROFESSION, profession_is_shown=False)
    said = post(block_place, text="The badge test rules out nearly everything.", persona=persona, by=hidden,
                submission_id=SUBMISSION)  # fmt: skip
    place = place_in_section(cast.consultation, "yourself")
    answer = post(place, text="It does not.", persona=cast.ben_persona, by=cast.ben, submission_id=_uuid(9),
                  reply_to=None)  # fmt: skip
    post(place, text="It does, and it should.", persona=persona, by=hidden, submission_id=_uuid(1), reply_to=answer.pk)
    gone = post(place, text=WITHDRAWN, persona=persona, by=hidden, submission_id=_uuid(2))
    withdraw(gone, by=hidden)
    enter_from_elsewhere(place_at_question(cast.consultation, 1), read_wxr(wordpress()), source="A blog", by=None)
    came = Provenance("letter", clock.night.date(), author=SENDER, organisation=SENDER, reference=FILED)
    enter_letter(cast.consultation, [(place, "By post.")], came=came, submission_id=_uuid(3), by=cast.edie)
    Consultation.objects.filter(pk=cast.consultation.pk).update(takes_guests=True)
    cast.consultation.refresh_from_db()
    leave_as_guest(place, Said(GUEST), names={"name": GUEST}, email=f"{GUEST}@people.example", submission_id=_uuid(4))
    asked = PublicComment.objects.select_related("elsewhere", "consultation").get(elsewhere__author_name=SENDER)
    say_that_is_me(asked, wish="name", message=ASKED, contact=f"{ASKED}@people.example", submission_id=_uuid(5))
    told = Told(name=COMPLAINS, email=f"{COMPLAINS}@people.example", words=COMPLAINS)
    complain(said, "privacy", told, submission_id=_uuid(6), at=noon)
    consultations.pause(cast.ideas, by=cast.ann, reason=REASON)
    secret = open_consultation(cast.document, cast.ann, revision=cast.revision, slug=SECRET, title=SECRET)
    Consultation.objects.filter(pk=secret.pk).update(announced_at=None, opens_at=noon, closes_at=noon + timedelta(9))
    draft = import_draft(cast.other_document, read_markdown(f"# Gifts\n\n## {DRAFT} {{#a}}\n\n{DRAFT}"), by=cast.otto)
    cite_new(draft, "a", DRAFT, f"https://{DRAFT}.example/", paragraph=DRAFT, by=cast.otto)
    seal_everything()
    clock.now = clock.noon
    for job in (ask_for_summary(cast.consultation, by=cast.ann), ask_for_comments(cast.consultation, by=cast.ann)):
        run_job(job.pk)
    run_job(ask_for_summary_file(cast.consultation, by=cast.ann).pk)
    assert set(Job.objects.values_list("state", flat=True)) == {"done"}
    return SimpleNamespace(hidden=hidden, persona=persona, said=said, gone=gone, jobs=list(Job.objects.all()))


def _uuid(n: int) -> UUID:
    return UUID(int=SUBMISSION.int + n)


def canaries(clock) -> dict[str, re.Pattern]:
    """What must not come out, and how it would look."""
    night = clock.night
    words = {
        "an account's address": r"canary-mail|hidden-employer",
        "an account's id": str(NUMBER),
        "a hidden profession": PROFESSION,
        "a ledger reason": REASON,
        "what a guest has not confirmed": GUEST,
        "what a blog knew of its writer": f"{AUTHOR}|{AUTHOR_MAIL}|{AUTHOR_ADDRESS}",
        "where and with what someone signed in": f"{AGENT}|{NETWORK}",
        "a submission's id": "|".join(str(_uuid(n)) for n in range(3)),
        "somebody else's reference number": "|".join(receipt_of(_uuid(n)) for n in range(3)),
        "words that were withdrawn": WITHDRAWN,
        "an exact moment": f"481516|47:19|{int(night.timestamp())}|{night.hour}:47|{night.astimezone(UTC).hour:02}:47",
    }
    return {name: re.compile(pattern, re.I) for name, pattern in words.items()}


TEAMS_ALONE = {
    "a consultation that nobody was told of": SECRET,
    "a draft that is not public": DRAFT,
    "who wrote a letter": f"{SENDER}|{FILED}",
    "who said that it is them": ASKED,
    "who complained": COMPLAINS,
}
MAY_SEE = {
    "edie": {"a consultation that nobody was told of", "who wrote a letter", "who said that it is them"},
    "otto": {"a draft that is not public"},
    "mo": {"a consultation that nobody was told of", "who complained"},
    "ann": set(TEAMS_ALONE),
}  # fmt: skip


WORK = ("job", "job_progress", "export_file")


# --- Everything that comes out -------------------------------------------------------------------------
def seeds(cast, planted) -> list[str]:
    """Where a walk begins beside the start page: addresses to which no link need lead."""
    own = [planted.said.pk, planted.gone.pk]
    names = ["posted", "withdraw", "reply", "comment"]
    return [
        "/", "/guidance/", "/your-contributions/", "/team/", "/account/email/", "/account/sessions/", "/nowhere/",
        "/consultations/draft-1/", f"/consultations/{SECRET}/", f"/consultations/{SECRET}/sections/yourself/",
        "/team/house/", "/team/consultations/draft-1/summary/", "/team/consultations/draft-1/export/",
        "/team/consultations/draft-1/letters/", "/team/consultations/draft-1/that-is-me/",
        f"/team/consultations/{SECRET}/", "/team/consultations/ideas/", "/team/drafts/gifts/",
        "/team/drafts/gifts/sections/a/",
        *(reverse(name, args=[pk]) for name in names for pk in own),
        *(reverse(name, args=[job.public_id]) for name in WORK for job in planted.jobs),
    ]  # fmt: skip


TRACKED = re.compile(rb"(?<=T)12:0[02]:00(?=Z)")
"""When tracked changes and files are said to be made: about noon of the day of publication, whenever that was."""
LINK = re.compile(r'(?:href|action|hx-get|src)="([^"]*)"')
MOST = 600


def walk(client: Client, start: list[str]) -> dict[str, str]:
    """Everything that one person can get by following links: by address, headers and body as text."""
    found, ahead = {}, list(dict.fromkeys(start))
    while ahead:
        address = ahead.pop(0)
        response = client.get(address, HTTP_USER_AGENT=AGENT, REMOTE_ADDR=NETWORK)
        found[address] = as_text(response)
        assert len(found) < MOST, "the walk does not end"
        location = [response["Location"]] if response.has_header("Location") else []
        for link in [*LINK.findall(unescape(found[address])), *location]:
            there = urlsplit(urljoin(f"http://testserver{address}", link))
            query = "" if there.path.startswith("/account/") else there.query
            onward = there._replace(scheme="", netloc="", fragment="", query=query).geturl()
            if there.netloc == "testserver" and not there.path.startswith("/static/") and onward not in found:
                ahead += [onward] if onward not in ahead else []
    return found


def as_text(response) -> str:
    """Headers and body. Of a ZIP and a Word document, what is inside; of cookies, only that there are some."""
    # Expires says when the answer was given, which is now, and may by chance be the minute that is looked for.
    headers = "\n".join(f"{name}: {value}" for name, value in response.items() if name != "Expires")
    body = b"".join(response.streaming_content) if response.streaming else response.content
    if response["Content-Type"] == "application/zip":
        body = inside(io.BytesIO(body))
    if response["Content-Type"] == WORD:
        body = TRACKED.sub(b"", inside(io.BytesIO(body)))
        body += re.sub(rb"<[^>]*>", b"", body)  # a word may stand in several runs
    return f"{response.status_code}\n{headers}\n\n{body.decode(errors='replace')}"


def inside(file) -> bytes:
    """All that an archive says, with the times that it says its files were made."""
    with ZipFile(file) as archive:
        return b"\n".join(f"{entry.date_time}".encode() + archive.read(entry) for entry in archive.infolist())


@pytest.fixture
def walked(request, cast, planted, clock, browser_of):
    """The whole walk of one person of the cast."""
    who = request.param
    clock.now = clock.noon
    client = Client() if who == "stranger" else browser_of(getattr(cast, who))
    start = seeds(cast, planted)
    found = walk(client, start)
    assert len(found) > 40
    return SimpleNamespace(who=who, found=found, start=set(start))


@pytest.mark.parametrize("walked", ROLES, indirect=True)
def test_nothing_private_comes_out_on_any_page(walked, cast, clock):
    nothing_marked(walked, clock)
    no_e_mail_address_but_ones_own(walked, cast)
    no_time_finer_than_a_day(walked)
    cursors_are_numbers_of_comments(walked)
    no_link_leads_nowhere(walked)


def nothing_marked(walked, clock) -> None:
    others = {n: re.compile(p) for n, p in TEAMS_ALONE.items() if n not in MAY_SEE.get(walked.who, ())}
    for address, text in walked.found.items():
        for name, pattern in {**canaries(clock), **others}.items():
            assert not pattern.search(text.replace(address, "")), f"{walked.who} sees {name} at {address}"


def no_e_mail_address_but_ones_own(walked, cast) -> None:
    own = getattr(cast, walked.who).email if walked.who != "stranger" else "nobody@nowhere"
    others = {account.email for account in Account.objects.all()} - {own}
    for address, text in walked.found.items():
        seen = {email for email in others if email in text}
        assert not seen, f"{walked.who} sees {seen} at {address}"
        assert own not in text or address.startswith("/account/"), f"{address} shows {walked.who}'s own address"


def no_time_finer_than_a_day(walked) -> None:
    """What is said has a day. Only dates that the organisation sets, and its own work (at noon, here), have an hour."""
    for address, text in walked.found.items():
        head, _, body = text.partition("\n\n")
        assert all(date.fromisoformat(day) for day in re.findall(r'datetime="([^"]*)"', body)), address
        assert set(CLOCK.findall(body)) <= {"12:00"}, address
        assert "Last-Modified" not in head, address


def cursors_are_numbers_of_comments(walked) -> None:
    newest = PublicComment.objects.order_by("pk").last().pk
    for address, text in walked.found.items():
        for link in LINK.findall(unescape(text)):
            for name, values in parse_qs(urlsplit(link).query).items():
                assert name in {
                    "block",
                    "before",
                    "from",
                    "next",
                    "answers",
                    "tab",
                    "consultation",
                    "after",
                    "sort",
                    "kind",
                    "rank",
                    "as",
                }, f"{link} at {address}"
                if name in {"before", "from", "after"}:
                    assert int(values[0]) <= newest
                if name == "as":
                    assert values[0] in {"personal", "organisation"}, link
                if name == "answers":  # which answers of a decision aid were chosen: small numbers, of nobody
                    assert re.fullmatch(r"[0-9.]{1,200}", values[0]), link


def no_link_leads_nowhere(walked) -> None:
    """Not what this is about, but a walk through everything is the place to notice it."""
    dead = {address for address, text in walked.found.items() if text.startswith(("404", "5"))} - walked.start
    assert not dead, f"{walked.who} finds {dead}"


def test_its_writer_sees_what_is_theirs_and_no_more(planted, browser_of, clock, cast):
    """The same walk as the person behind the pen name: so that the canaries are known to be alive."""
    found = walk(browser_of(planted.hidden), seeds(cast, planted))
    assert MAIL in found["/account/email/"]
    assert receipt_of(SUBMISSION) in found["/your-contributions/"]
    assert WITHDRAWN in found[reverse("withdraw", args=[planted.gone.pk])]
    for address, text in found.items():
        for name in (
            "an account's id",
            "a hidden profession",
            "an exact moment",
            "a submission's id",
            "a ledger reason",
        ):
            assert not canaries(clock)[name].search(text), f"{name} at {address}"


def test_an_admin_who_has_it_all_in_files_has_nothing_private(planted, clock):
    files = [job.path for job in planted.jobs if job.file]
    assert len(files) == 2
    for file in files:
        text = inside(file).decode()
        assert "The badge test" in text
        for name, pattern in canaries(clock).items():
            assert not pattern.search(text), f"{name} in {file.name}"
        assert not CLOCK.search(text)


def test_the_public_side_of_the_history_is_as_quiet(planted, clock):
    for entry in Entry.objects.all():
        text = entry.public_bytes().decode() + str(entry)
        for name, pattern in canaries(clock).items():
            assert not pattern.search(text), f"{name} in {text}"
    assert REASON in PrivateSide.objects.values_list("reason", flat=True)


def test_nothing_private_reaches_the_log(planted, cast, clock, browser_of, monkeypatch):
    """Refusals, late forms, forged ones, and an error that had it all in its hands."""

    def breaks(*_anything):
        raise RuntimeError(f"{MAIL} from {NETWORK} asked for /x/?next={REASON}")

    with listening() as lines:
        browser = browser_of(planted.hidden)
        walk(browser, seeds(cast, planted))
        strict = Client(enforce_csrf_checks=True, HTTP_USER_AGENT=AGENT, REMOTE_ADDR=NETWORK)
        strict.post("/consultations/draft-1/comment/", {"comment": WITHDRAWN})
        browser.post("/account/login/", {"login": MAIL})
        Client().post("/account/login/?next=/" + REASON, {"login": MAIL}, REMOTE_ADDR=NETWORK)
        monkeypatch.setattr("consult.pages.views.reading.where", breaks)
        browser.raise_request_exception = False
        assert browser.get("/?before=" + REASON, REMOTE_ADDR=NETWORK).status_code == 500
    text = lines.getvalue()
    assert "RuntimeError" in text
    for name, pattern in canaries(clock).items():
        seen = pattern.search(text)
        assert not seen, f"{name} in the log: {text[max(0, seen.start() - 200) : seen.end() + 50]}"


@contextmanager
def listening():
    """What the log says meanwhile, as production writes it."""
    lines = io.StringIO()
    handler = logging.StreamHandler(lines)
    handler.setFormatter(JSONLines())
    root = logging.getLogger()
    level = root.level
    root.addHandler(handler)
    root.setLevel(logging.INFO)
    try:
        yield lines
    finally:
        root.removeHandler(handler)
        root.setLevel(level)


def test_what_is_kept_of_a_session_names_no_network(planted, browser_of):
    client = browser_of(planted.hidden)
    client.get("/account/sessions/", HTTP_USER_AGENT=AGENT, REMOTE_ADDR=NETWORK)
    assert NETWORK not in str(list(UserSession.objects.values()))


def test_the_packages_own_columns_stay_empty(planted):
    """django-comments has room for a name, an e-mail address, an account and an address of the network. We do not."""
    for row in XtdComment.objects.values("user_id", "user_name", "user_email", "user_url", "ip_address", "followup"):
        assert not any(row.values()), row


# --- Two names, one person or two ----------------------------------------------------------------------
START = 5_000_000


def counted_from(start: int) -> None:
    """Let every table count from here, so that two worlds, one after the other, give the same numbers."""
    with connection.cursor() as cursor:
        for table in connection.introspection.table_names(cursor):
            if connection.vendor == "postgresql":
                for sequence in connection.introspection.get_sequences(cursor, table):
                    cursor.execute(f'ALTER SEQUENCE "{sequence["name"]}" RESTART WITH {start}')
            else:
                cursor.execute("UPDATE sqlite_sequence SET seq = %s WHERE name = %s", [start, table])
                cursor.execute(
                    "INSERT INTO sqlite_sequence (name, seq) SELECT %s, %s WHERE NOT EXISTS "
                    "(SELECT 1 FROM sqlite_sequence WHERE name = %s)",
                    [table, start, table],
                )


def seen_from_outside(cast, clock, same_person: bool) -> dict[str, str]:
    """A world in which “Grey Seal” and “Tall Heron” are one person's names in two consultations, or two people's."""
    counted_from(START)
    clock.now = clock.night
    first = Account.objects.create(email="one@hospital.example")
    second = Account.objects.create(email="two@hospital.example")
    other = first if same_person else second
    seal = named(cast.consultation, first, "Grey Seal", profession="nurse")
    heron = named(cast.ideas, other, "Tall Heron", profession="nurse")
    places = place_in_section(cast.consultation, "yourself"), place_at_question(cast.ideas, 1)
    said = []
    for n, (place, persona, account) in enumerate(zip(places, (seal, heron), (first, other), strict=True)):
        for m in range(3):
            said.append(post(place, text=f"I say {m}.", persona=persona, by=account, submission_id=_uuid(10 * n + m)))
    for comment in (said[2], said[5]):  # both names take something back at the same moment
        withdraw(comment, by=Account.objects.get(pk=comment.account_id))
    clock.now = clock.noon
    for consultation in (cast.consultation, cast.ideas):
        run_job(ask_for_summary(consultation, by=cast.ann).pk)
        run_job(ask_for_comments(consultation, by=cast.ann).pk)
    cache.clear()
    pages = walk(Client(), ["/", *(c.get_absolute_url() for c in (cast.consultation, cast.ideas))])
    for job in Job.objects.filter(kind="export_comments").order_by("pk"):
        with ZipFile(job.path) as archive:
            pages[f"export {job.params['consultation']}"] = archive.read("comments.csv").decode()
    client = Client()
    client.force_login(cast.ann, backend="consult.people.backends.SignedInByCode")
    for consultation in (cast.consultation, cast.ideas):
        pages[f"summary {consultation.pk}"] = client.get(reverse("summary", args=[consultation.slug])).content.decode()
    return {address: TOKEN.sub("", text) for address, text in pages.items()}


TOKEN = re.compile(
    r'(?<=name="csrfmiddlewaretoken" value=")[^"]*|(?<=name="submission_id" value=")[^"]*|(?<=Expires: )[^\n]*'
)
"""What differs from one look at a page to the next, by chance: a form's token and its random number."""


def test_two_names_of_one_person_look_like_two_peoples(cast, clock, settings, tmp_path):
    """Every page, file and summary, byte for byte, whoever is behind the names."""
    settings.FILES_ROOT = tmp_path
    noon = clock.noon
    Consultation.objects.update(opens_at=noon - timedelta(days=9), closes_at=noon + timedelta(days=9))
    cast.consultation.refresh_from_db()
    cast.ideas.refresh_from_db()
    worlds = []
    for same_person in (True, False):
        undo = transaction.savepoint()
        worlds.append(seen_from_outside(cast, clock, same_person))
        transaction.savepoint_rollback(undo)
    one, two = worlds
    assert one.keys() == two.keys()
    assert "Grey Seal" in one["/consultations/draft-1/sections/yourself/"]
    for address in one:
        assert one[address] == two[address], address


def test_the_hour_at_which_something_is_said_changes_nothing_that_is_shown(cast, clock, settings, tmp_path):
    """Pages and their ETags are the same for words said at night and in the afternoon of a day."""
    worlds = []
    for hour in (3, 17):
        undo = transaction.savepoint()
        clock.night = clock.night.replace(hour=hour, microsecond=hour)
        worlds.append(seen_at(cast, clock))
        transaction.savepoint_rollback(undo)
    assert worlds[0] == worlds[1]


def seen_at(cast, clock) -> dict[str, str]:
    counted_from(START)
    noon = clock.noon
    Consultation.objects.update(opens_at=noon - timedelta(days=9), closes_at=noon + timedelta(days=9))
    clock.now = clock.night
    comment = post(place_in_section(cast.consultation, "yourself"), text="I say so.", persona=cast.ada_persona,
                   by=cast.ada, submission_id=SUBMISSION)  # fmt: skip
    clock.now = clock.noon
    cache.clear()
    pages = walk(Client(), ["/", f"/comments/{comment.pk}/"])
    assert any("ETag" in text for text in pages.values())
    return {address: hashlib.sha256(TOKEN.sub("", text).encode()).hexdigest() for address, text in pages.items()}


def test_no_persona_points_to_an_account_outside_the_database(planted):
    """What is public of a persona has no way back: neither its text form nor a comment's does."""
    persona = Persona.objects.get(pk=planted.persona.pk)
    comment = PublicComment.objects.get(pk=planted.said.pk)
    shown = f"{persona} {comment} {comment.get_absolute_url()} {planted.hidden}"
    assert MAIL not in shown
    assert datetime.min.replace(tzinfo=UTC) < comment.submit_date
