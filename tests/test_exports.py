"""The export: everything that was said, as of a seal, in a file that is safe to open and gives nobody away."""

import csv
import io
import json
import os
import re
import subprocess
import sys
import unicodedata
import uuid
import zipfile
from contextlib import contextmanager
from hashlib import sha256

import pytest
from django.contrib.contenttypes.models import ContentType
from django.core.exceptions import ValidationError
from django.db import connections, transaction
from django.utils import timezone
from hypothesis import example, given
from hypothesis import strategies as st

from consult.consultations import actions as consultations
from consult.discussion.actions import fold_tallies, receipt_of, withdraw
from consult.discussion.models import Elsewhere, PublicComment
from consult.discussion.paths import path_of
from consult.discussion.places import Place, place_at_question
from consult.discussion.states import count
from consult.exports import actions, comments, rows
from consult.exports.actions import ask_for_comments, ask_for_summary_file
from consult.exports.archive import Archive, Written, write_table
from consult.exports.cells import FORMULA, TAKEN_FOR_FORMULAS, guarded
from consult.exports.comments import COLUMNS_EXPLAINED
from consult.exports.numbering import Numbering, parent_of
from consult.exports.rows import COLUMNS
from consult.exports.stored import COMMENTS, SUMMARY, take_away_superseded
from consult.jobs import nudging
from consult.jobs.actions import sweep
from consult.jobs.models import Job
from consult.jobs.running import run_job
from consult.jobs.states import SILENT_FOR
from consult.ledger.actions import latest_seal, record, seal_everything
from consult.ledger.models import Entry, Seal
from consult.people.permissions import Refused
from consult.themes.actions import ask_for_summary
from consult.themes.models import Summary

FORMULAS = [
    "=1+1",
    "+44 and counting",
    "-2+3",
    "@SUM(A1)",
    "\t=1",
    "  =1",
    '\u00a0=HYPERLINK("http://evil.example")',
    "\u200b=1",
    "\ufeff=1",
    "＝1+1",
    "＋1",
    "－1",
    "＠x",
    "\u2060\u00ad =cmd|' /C calc'!A0",
    "'=1",
    "''\u200b@x",
    "\u3000=1",
]


@pytest.fixture(autouse=True)
def steady(request, monkeypatch, settings, tmp_path):
    """Long reads see what the test has written and not committed; no broker takes part; files lie in our folder."""
    monkeypatch.setattr(nudging.current_app, "send_task", lambda *_what, **_how: None)
    settings.FILES_ROOT = tmp_path / "files"
    marker = request.node.get_closest_marker("django_db")
    if marker and marker.kwargs.get("transaction"):
        yield
        return
    own = connections["steady"]
    connections["steady"] = connections["default"]
    yield
    connections["steady"] = own


def made(consultation, by, seal=None) -> Job:
    """Asked for, and done."""
    job = ask_for_comments(consultation, by=by, seal=seal)
    run_job(job.pk)
    job.refresh_from_db()
    assert job.is_done, job.error
    return job


def inside(job: Job, name: str) -> str:
    with zipfile.ZipFile(job.path) as archive:
        return archive.read(name).decode()


def table(job: Job) -> list[dict[str, str]]:
    text = inside(job, comments.TABLE)
    assert text.startswith("\ufeff")
    return list(csv.DictReader(io.StringIO(text.removeprefix("\ufeff"), newline="")))


def manifest(job: Job) -> dict:
    return json.loads(inside(job, comments.MANIFEST))


@pytest.fixture
def from_elsewhere(consultation):
    """Words that were brought in from a blog."""

    def bring(text="Said on a blog.", *, name="Grace Example", source="A blog"):
        with transaction.atomic():
            entry = record(None, "comment.entered", consultation)
            comment = PublicComment(
                content_type=ContentType.objects.get_for_model(consultation),
                object_pk=str(consultation.pk),
                site_id=1,
                comment=text,
                submit_date=timezone.now(),
                consultation=consultation,
                submission_id=uuid.uuid4(),
                posted_entry=entry,
            )
            comment.save(force_insert=True)
            Elsewhere.objects.create(
                comment=comment,
                consultation=consultation,
                source=source,
                external_key=str(comment.pk),
                author_name=name,
            )
            count(comment, {"comments": 1, "threads": 1})
        return comment

    return bring


# --- Cells ----------------------------------------------------------------------------------------


@pytest.mark.parametrize("text", FORMULAS)
def test_a_cell_never_begins_like_a_formula(text):
    assert guarded(text) == "'" + text


@pytest.mark.parametrize(
    "text", ["", "Plain words.", "'Must' is strong", "a = b", "#1.2", "“=”", "– a dash", "1-2", "٣"]
)
def test_words_are_left_alone(text):
    assert guarded(text) == text


def looks_empty(character: str) -> bool:
    return unicodedata.category(character) in {"Zs", "Zl", "Zp", "Cc", "Cf"} or character == "'"


HOSTILE = st.text(
    st.one_of(
        st.sampled_from([*TAKEN_FOR_FORMULAS, *" '\u00a0\u200b\ufeff\u2060\u202e\u00ad\n\r\t\",;|"]),
        st.characters(exclude_categories=("Cs",), exclude_characters="\x00"),
    )
)


@given(HOSTILE)
@example("'=")
@example("\u2800=")
def test_no_text_at_all_becomes_a_formula(text):
    written = guarded(text)
    first = next((character for character in written if not looks_empty(character) or character in "\t\r\n"), "")
    assert written.startswith("'") or first not in [*TAKEN_FOR_FORMULAS]


def unguarded(cell: str) -> str:
    """What a reader of the file does: one apostrophe away if it stands before something like a formula."""
    return cell[1:] if cell.startswith("'") and FORMULA.match(cell[1:]) else cell


@given(st.lists(st.tuples(HOSTILE, HOSTILE), max_size=5))
@example([("'=1", "=1"), ("a\r\nb", 'say "no"'), ("", ",")])
def test_every_cell_comes_back_from_the_file_as_it_was(lines):
    into = io.BytesIO()
    write_table(Written(into), ("one", "two"), lines)
    text = into.getvalue().decode("utf-8-sig")
    header, *read = csv.reader(io.StringIO(text, newline=""))
    assert header == ["one", "two"]
    assert [tuple(map(unguarded, line)) for line in read] == lines


def test_lines_end_as_spreadsheets_expect_and_lines_inside_a_cell_stay_there():
    into = io.BytesIO()
    write_table(Written(into), ("text",), [("first\nsecond",)])
    assert into.getvalue() == '\ufeff"text"\r\n"first\nsecond"\r\n'.encode()


# --- Numbers --------------------------------------------------------------------------------------


def test_threads_and_replies_are_numbered_as_people_count():
    numbering = Numbering()
    paths = ["1", "1 2", "1 2 5", "1 2 6", "1 4", "3", "3 7"]
    numbers = [
        numbering.number("".join(map(path_of, map(int, path.split()))), thread=1 + (path[0] == "3")) for path in paths
    ]
    assert numbers == ["#1", "#1.1", "#1.1.1", "#1.1.2", "#1.2", "#2", "#2.1"]
    assert parent_of("#1.1.2") == "#1.1"
    assert parent_of("#2") == ""


TREES = st.lists(st.integers(0, 30), max_size=30)


@given(TREES)
def test_every_number_is_given_once_and_answers_a_number_above_it(parents):
    found: list[str] = []
    for pk, parent in enumerate(parents, start=1):
        above = found[parent % len(found)] if found and parent else ""
        found.append(path_of(pk, above if len(above) < 60 else ""))
    roots = sorted(path for path in found if len(path) == 10)
    numbering = Numbering()
    numbers = {path: numbering.number(path, thread=roots.index(path[:10]) + 1) for path in sorted(found)}
    assert len(set(numbers.values())) == len(found)
    assert all(parent_of(number) == numbers.get(path[:-10], "") for path, number in numbers.items())


@given(TREES)
def test_what_is_said_later_moves_no_number(parents):
    found: list[str] = []
    before: dict[str, str] = {}
    for pk, parent in enumerate(parents, start=1):
        above = found[parent % len(found)] if found and parent else ""
        found.append(path_of(pk, above if len(above) < 60 else ""))
        roots = sorted(path for path in found if len(path) == 10)
        numbering = Numbering()
        now = {path: numbering.number(path, thread=roots.index(path[:10]) + 1) for path in sorted(found)}
        assert before.items() <= now.items()
        before = now


# --- What the file says ---------------------------------------------------------------------------


@pytest.mark.django_db
def test_one_row_for_each_comment_in_the_order_of_the_page(
    consultation, section_place, block_place, say, ann, ben_persona
):
    whole = say("About all of it.", place=Place(consultation))
    asked = say("An answer.", place=place_at_question(consultation, 2))
    on_block = say("About this paragraph.", place=block_place)
    on_section = say("About this section.")
    reply = say("I disagree.", persona=ben_persona, reply_to=on_section)
    deeper = say("Why?", reply_to=reply)
    found = table(made(consultation, ann))
    assert [row["text"] for row in found] == [
        c.comment for c in (on_section, reply, deeper, on_block, asked, whole)
    ]  # fmt: skip
    assert [row["place"] for row in found] == ["section"] * 3 + ["paragraph", "question", "whole"]
    assert [row["number"] for row in found] == ["#4", "#4.1", "#4.1.1", "#3", "#2", "#1"]
    assert [row["in_reply_to"] for row in found] == ["", "#4", "#4.1", "", "", ""]
    assert [row["depth"] for row in found] == ["0", "1", "2", "0", "0", "0"]
    block = found[3]
    assert (block["draft"], block["section_number"], block["section_title"], block["level"]) == (
        "1", "2", "When you post as yourself", "snapshot",
    )  # fmt: skip
    assert block["paragraph_number"] == "paragraph 2.2"
    assert block["block_text"] == block_place.block.text
    assert (found[4]["question_number"], found[4]["question"]) == ("2", "What else?")


@pytest.mark.django_db
def test_a_row_says_who_spoke_under_which_name_and_how_to_find_it_again(consultation, say, ann):
    comment = say("Words.")
    (row,) = table(made(consultation, ann))
    assert (row["name"], row["responding_as"], row["organisation"]) == ("Night Heron", "personal", "")
    assert (row["route"], row["kind"], row["source"], row["state"]) == ("posted here", "comment", "", "public")
    assert row["day"] == timezone.localdate().isoformat()
    assert row["reference_hash"] == comment.receipt_hash
    assert int(row["seal"]) == comment.posted_entry.sealed.seal_id
    assert row["consultation"] == consultation.title


def test_every_column_is_explained():
    assert tuple(COLUMNS_EXPLAINED) == COLUMNS


@pytest.mark.django_db
def test_an_empty_consultation_gives_an_empty_table(ideas, ann):
    job = made(ideas, ann)
    assert table(job) == []
    assert manifest(job)["comments"]["all"] == 0
    assert inside(job, comments.TABLE).splitlines()[0].count(",") == len(COLUMNS) - 1


@pytest.mark.django_db
def test_what_was_withdrawn_keeps_its_row_and_loses_words_and_name(consultation, say, ada, ann, ben_persona):
    gone = say("I should not have said this.")
    say("A reply stays.", persona=ben_persona, reply_to=gone)
    withdraw(gone, by=ada)
    job = made(consultation, ann)
    first, reply = table(job)
    assert (first["state"], first["text"], first["name"], first["responding_as"]) == ("withdrawn", "", "", "")
    assert first["reference_hash"] == gone.receipt_hash
    assert (reply["state"], reply["text"], reply["in_reply_to"]) == ("public", "A reply stays.", first["number"])
    assert manifest(job)["comments"]["by_state"] == {
        "public": 1, "withdrawn": 1, "withdrawn_since": 0, "for_the_editors_only": 0, "not_public": 0
    }  # fmt: skip


@pytest.mark.django_db
def test_the_counts_add_up(consultation, say, ada, ann, from_elsewhere):
    gone = say()
    say("Again.", reply_to=gone)
    from_elsewhere()
    say("And again.")
    withdraw(gone, by=ada)
    job = made(consultation, ann)
    counted = manifest(job)["comments"]
    for part in ("by_state", "by_route", "by_place_in_thread"):
        assert sum(counted[part].values()) == counted["all"] == len(table(job)) == job.result["rows"] == 4
    assert counted["by_route"] == {"posted_here": 3, "from_elsewhere": 1}
    described = manifest(job)["files"]
    for name in (comments.TABLE, comments.EXPLANATION):
        assert described[name]["sha256"] == sha256(inside(job, name).encode()).hexdigest()
        assert described[name]["bytes"] == len(inside(job, name).encode())
    seal = Seal.objects.get(pk=job.params["seal"])
    assert manifest(job)["as_of_seal"] == {
        "number": seal.number, "day": seal.day.isoformat(), "hash": bytes(seal.hash).hex(),
    }  # fmt: skip


@pytest.mark.django_db
def test_people_from_elsewhere_are_named_only_if_the_admin_says_so(consultation, from_elsewhere, ann):
    from_elsewhere("Said on a blog.", name="Grace Example")
    first = made(consultation, ann)
    (row,) = table(first)
    assert (row["name"], row["route"], row["source"], row["day"]) == ("", "from elsewhere", "A blog", "")
    assert "Grace" not in "".join(inside(first, name) for name in zipfile.ZipFile(first.path).namelist())
    type(consultation).objects.update(shows_names_from_elsewhere=True)
    consultation.refresh_from_db()
    second = made(consultation, ann)
    assert second != first
    assert table(second)[0]["name"] == "Grace Example"
    type(consultation).objects.update(shows_names_from_elsewhere=False)
    consultation.refresh_from_db()
    assert made(consultation, ann) not in (first, second)
    second.refresh_from_db()
    assert second.result["superseded"]


@pytest.mark.django_db
def test_nobody_is_exposed(consultation, say, ada, ann, ada_persona, ben_persona):
    """Canaries in every private field; none of them, and no finer time than a day, in anything that comes out."""
    type(ada).objects.filter(pk=ada.pk).update(email="canary-mail@hospital.example")
    comment = say("An open word.")
    PublicComment.objects.filter(pk=comment.pk).update(
        user_name="canary-user-name", user_email="canary@user.example", user_url="https://canary-url.example/"
    )
    ada_persona.profession, ada_persona.profession_is_shown = "canary-profession", False
    ada_persona.save(update_fields=["profession", "profession_is_shown"])
    gone = say("canary-withdrawn-words", persona=ben_persona)
    withdraw(gone, by=type(ada).objects.get(pk=ben_persona.account_id))
    job = made(consultation, ann)
    with zipfile.ZipFile(job.path) as archive:
        everything = b"\n".join(archive.read(name) for name in archive.namelist()).decode() + str(archive.infolist())
    assert "canary" not in everything
    assert "hospital.example" not in everything
    assert str(comment.submission_id) not in everything
    assert receipt_of(comment.submission_id) not in everything
    assert not re.search(r"\d\d:\d\d", everything.replace("1980, 1, 1", ""))
    assert f"{comment.submit_date:%H:%M}" not in everything
    assert "Chalk and Talk" not in everything
    entry = Entry.objects.filter(verb="export.made").get()
    assert "canary" not in entry.facts
    assert "canary" not in json.dumps([job.params, job.result])


@pytest.mark.django_db
def test_hostile_words_stay_words(consultation, say, ann):
    said = [*FORMULAS, 'a","b', "one\ntwo\r\nthree", "<script>alert(1)</script>", "٣ 🦉 \u202b", "end\\", '"']
    for text in said:
        say(text)
    found = table(made(consultation, ann))
    assert [unguarded(row["text"]) for row in found] == said
    assert not any(FORMULA.match(row["text"]) and not row["text"].startswith("'") for row in found)


@pytest.mark.django_db
def test_a_hostile_name_or_title_is_guarded_too(consultation, say, ann, ada_persona):
    type(consultation).objects.update(title="=cmd|' /C calc'!A0")
    type(ada_persona).objects.filter(pk=ada_persona.pk).update(
        name="@heron", organisation="+org", capacity="organisation"
    )
    consultation.refresh_from_db()
    say("Words.")
    (row,) = table(made(consultation, ann))
    assert (row["consultation"], row["name"], row["organisation"]) == ("'=cmd|' /C calc'!A0", "'@heron", "'+org")


# --- As of a seal ---------------------------------------------------------------------------------


def remade(job: Job) -> bytes:
    """The bytes of the same export, done once more from the top."""
    Job.objects.filter(pk=job.pk).update(state="waiting", ended_at=None, file="", result=None)
    run_job(job.pk)
    job.refresh_from_db()
    return job.path.read_bytes()


@pytest.mark.django_db
def test_the_same_seal_gives_the_same_bytes(consultation, say, ada, ann, from_elsewhere):
    first = say("First.")
    say("Reply.", reply_to=first)
    from_elsewhere()
    withdraw(say("Gone."), by=ada)
    job = made(consultation, ann)
    before = job.path.read_bytes()
    say("Later.")
    say("Later reply.", reply_to=first)
    seal_everything()
    fold_tallies()
    assert remade(job) == before
    assert len(table(job)) == 4
    assert len(table(made(consultation, ann))) == 6


@pytest.mark.django_db
def test_an_earlier_seal_can_be_asked_for_by_its_number(consultation, say, ann):
    say("First.")
    seal = seal_everything().pk
    say("Second.")
    now = made(consultation, ann)
    then = made(consultation, ann, seal=seal)
    assert [row["text"] for row in table(then)] == ["First."]
    assert [row["text"] for row in table(now)] == ["First.", "Second."]
    assert table(then)[0] == table(now)[0]
    with pytest.raises(ValidationError, match="There is no seal 999999"):
        ask_for_comments(consultation, by=ann, seal=999_999)


@pytest.mark.django_db
def test_what_was_withdrawn_after_the_seal_says_so_and_has_no_words(consultation, say, ada, ann):
    comment = say("Public at the time.")
    seal = seal_everything().pk
    withdraw(comment, by=ada)
    (then,) = table(made(consultation, ann, seal=seal))
    (now,) = table(made(consultation, ann))
    assert (then["state"], then["text"], then["name"]) == ("withdrawn since", "", "")
    assert (now["state"], now["text"]) == ("withdrawn", "")


@pytest.mark.django_db
def test_the_same_request_is_answered_with_the_stored_file(consultation, say, ann):
    say()
    waiting = ask_for_comments(consultation, by=ann)
    assert ask_for_comments(consultation, by=ann) == waiting
    job = made(consultation, ann)
    assert job == waiting
    seal_everything()
    assert ask_for_comments(consultation, by=ann) == job
    say("Something new.")
    assert ask_for_comments(consultation, by=ann) != job


@pytest.mark.django_db
def test_what_happens_elsewhere_makes_no_new_export(consultation, ideas, say, ann, ada):
    say()
    job = made(consultation, ann)
    made(ideas, ann)
    consultations.publish_house_rules(["Be brief."], by=ann)
    assert ask_for_comments(consultation, by=ann) == job


@pytest.mark.django_db
def test_a_file_that_has_vanished_is_made_again(consultation, say, ann):
    say()
    job = made(consultation, ann)
    job.path.unlink()
    assert ask_for_comments(consultation, by=ann) != job


@pytest.mark.django_db
def test_the_history_says_that_it_was_made_once(consultation, say, ann):
    say()
    job = made(consultation, ann)
    run_job(job.pk)
    sweep()
    (entry,) = Entry.objects.about(consultation).filter(verb="export.made")
    assert json.loads(entry.facts) == {
        "what": COMMENTS,
        "rows": 1,
        "seal": job.params["seal"],
        "sha256": manifest(job)["files"][comments.TABLE]["sha256"],
    }
    assert entry.actor == "admin"
    assert entry.private_side.account == ann


@pytest.mark.django_db
def test_a_worker_that_lost_its_lease_leaves_nothing_behind(consultation, say, ann, monkeypatch):
    """The first worker falls silent in the middle; the second one finishes; the first then changes nothing."""
    for number in range(3):
        say(f"Comment {number}.")
    job = ask_for_comments(consultation, by=ann)
    original = actions.write_comments

    def robbed(*what, **how):
        monkeypatch.setattr(actions, "write_comments", original)
        sweep(at=timezone.now() + SILENT_FOR * 2)
        run_job(job.pk)
        return original(*what, **how)

    monkeypatch.setattr(actions, "write_comments", robbed)
    run_job(job.pk)
    job.refresh_from_db()
    assert (job.state, job.result["rows"], job.attempts) == ("done", 3, 2)
    assert [path.name for path in job.path.parent.iterdir()] == ["comments.zip"]
    assert Entry.objects.filter(verb="export.made").count() == 1
    assert len(table(job)) == 3


@pytest.mark.django_db
def test_a_consultation_that_is_gone_is_a_reason_that_a_person_can_read(consultation, ann):
    job = ask_for_comments(consultation, by=ann)
    Job.objects.filter(pk=job.pk).update(params={**job.params, "consultation": 0})
    run_job(job.pk)
    job.refresh_from_db()
    assert job.is_failed
    assert "not there any more" in job.error


@pytest.mark.django_db
def test_progress_is_told_and_the_work_costs_the_same_number_of_questions(
    consultation, say, ann, monkeypatch, django_assert_max_num_queries
):
    told = []
    monkeypatch.setattr(actions, "READ_AT_ONCE", 2)
    monkeypatch.setattr(Job, "progress", lambda _job, **how: told.append((how["done"], how["total"])))
    for number in range(5):
        say(f"Comment {number}.")
    seal = seal_everything()
    made(consultation, ann)
    assert told == [(2, 5), (4, 5), (5, 5)]
    with django_assert_max_num_queries(10), io.BytesIO() as file:
        comments.write_comments(file, consultation, seal, tell=lambda *_how_far: None)


@pytest.mark.django_db
def test_rows_are_read_a_few_at_a_time(consultation, say, ann, monkeypatch):
    """A database cursor is asked for chunks: no list of all comments is ever built."""
    for number in range(5):
        say(f"Comment {number}.")
    seal = seal_everything()
    asked = []
    iterator = rows.CommentQuerySet.iterator

    def watched(queryset, chunk_size=None):
        asked.append(chunk_size)
        return iterator(queryset, chunk_size=chunk_size)

    monkeypatch.setattr(rows.CommentQuerySet, "iterator", watched)
    reading = rows.rows(consultation, seal.number)
    next(reading)
    assert asked == [rows.READ_AT_ONCE]


def test_an_archive_that_could_not_be_finished_raises_the_first_error():
    with pytest.raises(ZeroDivisionError), Archive(io.BytesIO()) as archive, archive.writing("a.txt") as into:
        into.write("half a " * (1 // 0))


def test_the_archive_itself_is_the_same_bytes():
    def once() -> bytes:
        file = io.BytesIO()
        with Archive(file) as archive:
            archive.add("a.txt", "one")
            archive.add("b.txt", "two")
        return file.getvalue()

    assert once() == once()
    with zipfile.ZipFile(io.BytesIO(once())) as archive:
        assert [(info.filename, info.date_time) for info in archive.infolist()] == [
            ("a.txt", (1980, 1, 1, 0, 0, 0)), ("b.txt", (1980, 1, 1, 0, 0, 0)),
        ]  # fmt: skip
        assert archive.testzip() is None


# --- Who may ---------------------------------------------------------------------------------------


@pytest.mark.django_db
@pytest.mark.parametrize("who", ["ada", "ben", "edie", "otto", "mo"])
def test_only_admins_export(who, cast, browser_of):
    somebody = getattr(cast, who)
    job = made(cast.consultation, cast.ann)
    with pytest.raises(Refused, match="Only an admin"):
        ask_for_comments(cast.consultation, by=somebody)
    browser = browser_of(somebody)
    assert browser.get("/team/consultations/draft-1/export/").status_code == 403
    assert browser.post("/team/consultations/draft-1/export/").status_code == 403
    assert browser.get(f"/team/exports/{job.public_id}/").status_code == 404
    assert browser.get(f"/team/jobs/{job.public_id}/").status_code == 404


@pytest.mark.django_db
def test_strangers_are_asked_to_sign_in(stranger, consultation, ann):
    job = made(consultation, ann)
    for address in ("/team/consultations/draft-1/export/", f"/team/exports/{job.public_id}/"):
        assert stranger.get(address).headers["Location"].startswith("/account/login/")


@pytest.mark.django_db
def test_who_is_an_admin_no_longer_gets_no_file(consultation, ann, browser_of):
    job = made(consultation, ann)
    browser = browser_of(ann)
    type(ann).objects.filter(pk=ann.pk).update(is_admin=False)
    assert browser.get(f"/team/exports/{job.public_id}/").status_code == 403


@pytest.mark.django_db
def test_there_is_nothing_to_export_before_it_opens(consultation, ann, browser_of):
    later = timezone.now() + timezone.timedelta(days=1)
    type(consultation).objects.filter(pk=consultation.pk).update(opens_at=later)
    consultation.refresh_from_db()
    with pytest.raises(Refused, match="has not opened yet"):
        ask_for_comments(consultation, by=ann)
    browser = browser_of(ann)
    page = browser.get("/team/consultations/draft-1/export/")
    assert "has not opened yet" in page.content.decode()
    assert 'type="submit"' not in page.content.decode()
    assert browser.post("/team/consultations/draft-1/export/").status_code == 403


# --- The pages ------------------------------------------------------------------------------------


@pytest.mark.django_db
def test_an_admin_asks_waits_and_downloads(consultation, say, ann, browser_of):
    say("An open word.")
    browser = browser_of(ann)
    page = browser.get("/team/consultations/draft-1/export/")
    assert "There is 1 comment that anyone can read." in page.content.decode()
    assert "No exports yet" in page.content.decode()
    asked = browser.post("/team/consultations/draft-1/export/", follow=True)
    job = Job.objects.of_kind(COMMENTS).get()
    assert asked.redirect_chain == [(f"/team/jobs/{job.public_id}/", 302)]
    assert "Waiting for its turn." in asked.content.decode()
    early = browser.get(f"/team/exports/{job.public_id}/")
    assert early.headers["Location"] == f"/team/jobs/{job.public_id}/"
    run_job(job.pk)
    assert f'href="/team/exports/{job.public_id}/"' in browser.get(f"/team/jobs/{job.public_id}/").content.decode()
    assert "1 comment" in browser.get("/team/consultations/draft-1/export/").content.decode()
    file = browser.get(f"/team/exports/{job.public_id}/")
    job.refresh_from_db()
    assert b"".join(file.streaming_content) == job.path.read_bytes()
    assert file.headers["Content-Type"] == "application/zip"
    assert file.headers["X-Content-Type-Options"] == "nosniff"
    assert "no-store" in file.headers["Cache-Control"]
    assert (
        file.headers["Content-Disposition"] == f'attachment; filename="draft-1-comments-seal-{job.params["seal"]}.zip"'
    )
    again = browser.post("/team/consultations/draft-1/export/")
    assert again.headers["Location"] == f"/team/jobs/{job.public_id}/"


@pytest.mark.django_db
def test_a_file_with_words_that_were_withdrawn_is_refused_deleted_and_made_again(
    consultation, say, ada, ann, browser_of
):
    comment = say("canary: please forget this")
    job = made(consultation, ann)
    path = job.path
    assert "canary" in inside(job, comments.TABLE)
    withdraw(comment, by=ada)
    browser = browser_of(ann)
    refused = browser.get(f"/team/exports/{job.public_id}/")
    assert refused.status_code == 410
    assert "were withdrawn after it was made" in refused.content.decode()
    assert not path.exists()
    assert browser.get(f"/team/exports/{job.public_id}/").status_code == 410
    assert Entry.objects.filter(verb="export.superseded").count() == 1
    assert "Make it again" in browser.get(f"/team/jobs/{job.public_id}/").content.decode()
    assert "were withdrawn after" in browser.get("/team/consultations/draft-1/export/").content.decode()
    browser.post("/team/consultations/draft-1/export/", {"seal": job.params["seal"]})
    new = Job.objects.of_kind(COMMENTS).latest("pk")
    assert new != job
    run_job(new.pk)
    file = browser.get(f"/team/exports/{new.public_id}/")
    with zipfile.ZipFile(io.BytesIO(b"".join(file.streaming_content))) as archive:
        assert b"canary" not in archive.read(comments.TABLE)


@pytest.mark.django_db
def test_looking_at_the_list_is_enough_to_delete_what_may_no_longer_be_kept(consultation, say, ada, ann, browser_of):
    comment = say()
    job = made(consultation, ann)
    path = job.path
    withdraw(comment, by=ada)
    browser_of(ann).get("/team/consultations/draft-1/export/")
    assert not path.exists()


@pytest.mark.django_db
def test_a_withdrawal_after_the_seal_was_set_counts_even_before_it_is_sealed(consultation, say, ada, ann):
    kept, gone = say("Kept."), say("Gone.")
    job = made(consultation, ann)
    withdraw(gone, by=ada)
    assert take_away_superseded(consultation) == 1
    job = made(consultation, ann, seal=job.params["seal"])
    assert [row["text"] for row in table(job)] == [kept.comment, ""]
    assert take_away_superseded(consultation) == 0


@pytest.mark.django_db
@pytest.mark.parametrize("typed", ["abc", "0", "-3", "1.5", "99999999999999999999", "=1"])
def test_a_seal_that_cannot_be_is_explained(typed, consultation, ann, browser_of):
    answer = browser_of(ann).post("/team/consultations/draft-1/export/", {"seal": typed})
    assert answer.status_code == 422
    assert "There is a problem" in answer.content.decode()
    assert not Job.objects.of_kind(COMMENTS).exists()


@pytest.mark.django_db
def test_a_seal_that_is_not_there_yet_is_explained(consultation, ann, browser_of):
    answer = browser_of(ann).post("/team/consultations/draft-1/export/", {"seal": "4000"})
    assert answer.status_code == 422
    assert f"There is no seal 4000. The latest is {latest_seal().pk}." in answer.content.decode()


@pytest.mark.django_db
def test_no_guess_finds_an_export(consultation, ann, browser_of):
    browser = browser_of(ann)
    assert browser.get(f"/team/exports/{uuid.uuid4()}/").status_code == 404
    assert browser.get("/team/consultations/nowhere/export/").status_code == 404
    assert browser.put("/team/consultations/draft-1/export/").status_code == 405


@pytest.mark.django_db
def test_a_job_of_another_kind_is_no_export(ann, browser_of):
    job = Job.objects.create(kind="sums", key="1", params={})
    assert browser_of(ann).get(f"/team/exports/{job.public_id}/").status_code == 404


# --- The summary ----------------------------------------------------------------------------------


@pytest.fixture
def summed_up(consultation, say, ann, ben_persona):
    """A summary of what a few people said."""

    def make():
        run_job(ask_for_summary(consultation, by=ann).pk)
        return Summary.objects.of(consultation).first()

    for number in range(3):
        say(f"The badge test rules out nearly everything that a nurse may say, number {number}.", persona=ben_persona)
    say("<script>alert('words')</script> The badge test is too strict for nurses.")
    return make


def summary_file(consultation, by) -> Job:
    job = ask_for_summary_file(consultation, by=by)
    run_job(job.pk)
    job.refresh_from_db()
    return job


@pytest.mark.django_db
def test_the_summary_goes_along_as_a_page_and_as_markdown(consultation, summed_up, ann, settings):
    summary = summed_up()
    job = summary_file(consultation, ann)
    assert job.is_done, job.error
    page, markdown = inside(job, "summary.html"), inside(job, "summary.md")
    described = manifest(job)
    assert f"As of seal: {summary.seal_number}" in markdown
    assert summary.inputs_hash in page
    assert described["inputs"] == summary.inputs_hash
    assert described["as_of_seal"]["number"] == summary.seal_number
    for name, text in (("summary.html", page), ("summary.md", markdown)):
        assert described["files"][name]["sha256"] == sha256(text.encode()).hexdigest()
    assert f"{settings.SITE_ADDRESS}/comments/" in page
    assert f"{settings.SITE_ADDRESS}/comments/" in markdown


@pytest.mark.django_db
def test_the_page_needs_nothing_from_anywhere_and_runs_nothing(consultation, summed_up, ann):
    summed_up()
    page = inside(summary_file(consultation, ann), "summary.html")
    assert not re.search(r"<(script|link|img|iframe|form)\b|\ssrc=|url\(|@import|csrf", page)
    assert "default-src 'none'" in page


@pytest.mark.django_db
def test_the_same_summary_gives_the_same_bytes_whatever_is_said_later(consultation, summed_up, say, ann, ada):
    summed_up()
    job = summary_file(consultation, ann)
    before = job.path.read_bytes()
    later = say("Something that was said later.")
    withdraw(say("And taken back."), by=ada)
    seal_everything()
    fold_tallies()
    assert remade(job) == before
    assert later.comment not in inside(job, "summary.md")
    assert ask_for_summary_file(consultation, by=ann) == job
    assert take_away_superseded(consultation) == 0


@pytest.mark.django_db
def test_without_a_summary_there_is_none_to_export(consultation, say, ann, browser_of):
    say()
    with pytest.raises(ValidationError, match="There is no summary yet"):
        ask_for_summary_file(consultation, by=ann)
    browser = browser_of(ann)
    assert "Make a summary" in browser.get("/team/consultations/draft-1/export/").content.decode()
    answer = browser.post("/team/consultations/draft-1/export/", {"what": "summary"})
    assert answer.status_code == 422
    assert "There is no summary yet. Make one first." in answer.content.decode()


@pytest.mark.django_db
def test_a_summary_with_words_that_were_withdrawn_is_not_given_out(consultation, summed_up, say, ann, ada, browser_of):
    comment = say("canary: the badge test rules out nearly everything.")
    summed_up()
    job = summary_file(consultation, ann)
    path = job.path
    withdraw(comment, by=ada)
    browser = browser_of(ann)
    assert browser.get(f"/team/exports/{job.public_id}/").status_code == 410
    assert not path.exists()
    with pytest.raises(ValidationError, match="Make it again first"):
        ask_for_summary_file(consultation, by=ann)
    summed_up()
    new = summary_file(consultation, ann)
    assert new != job
    assert "canary" not in inside(new, "summary.html") + inside(new, "summary.md")


@pytest.mark.django_db
def test_words_withdrawn_before_the_worker_comes_to_it_are_not_written(consultation, summed_up, say, ann, ada):
    comment = say("canary: the badge test rules out nearly everything.")
    summed_up()
    job = ask_for_summary_file(consultation, by=ann)
    withdraw(comment, by=ada)
    run_job(job.pk)
    job.refresh_from_db()
    assert job.is_failed
    assert "Make it again first" in job.error
    assert not job.file


@pytest.mark.django_db
def test_an_admin_exports_the_summary(consultation, summed_up, ann, browser_of):
    summary = summed_up()
    browser = browser_of(ann)
    page = browser.get("/team/consultations/draft-1/export/").content.decode()
    assert "Export the summary" in page
    browser.post("/team/consultations/draft-1/export/", {"what": "summary"})
    job = Job.objects.of_kind(SUMMARY).get()
    run_job(job.pk)
    file = browser.get(f"/team/exports/{job.public_id}/")
    assert f"draft-1-summary-seal-{summary.seal_number}.zip" in file.headers["Content-Disposition"]
    assert (
        f"Summary as of seal {summary.seal_number}"
        in browser.get("/team/consultations/draft-1/export/").content.decode()
    )


@pytest.mark.django_db
@pytest.mark.parametrize("who", ["ada", "edie", "mo"])
def test_only_admins_export_the_summary(who, cast, browser_of):
    with pytest.raises(Refused, match="Only an admin"):
        ask_for_summary_file(cast.consultation, by=getattr(cast, who))
    answer = browser_of(getattr(cast, who)).post("/team/consultations/draft-1/export/", {"what": "summary"})
    assert answer.status_code == 403


@pytest.mark.django_db
def test_what_is_neither_comments_nor_summary_is_refused(consultation, ann, browser_of):
    answer = browser_of(ann).post("/team/consultations/draft-1/export/", {"what": "accounts"})
    assert answer.status_code == 422
    assert not Job.objects.exists()


# --- Two processes --------------------------------------------------------------------------------


@contextmanager
def another_process(code: str):
    """A process of its own at the database of this test, with another seed for its hashes."""
    database = connections["default"].settings_dict
    place = f"{database['HOST']}:{database['PORT'] or 5432}"
    environment = {
        "DATABASE_URL": f"postgres://{database['USER']}:{database['PASSWORD']}@{place}/{database['NAME']}",
        "DJANGO_SETTINGS_MODULE": "tests.settings",
        "PYTHONHASHSEED": "7",
    }
    process = subprocess.Popen(
        [sys.executable, "-c", f"import django\ndjango.setup()\n{code}"],
        env={**os.environ, **environment},
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    try:
        yield process
    finally:
        process.kill()
        process.communicate()


@pytest.mark.postgres
@pytest.mark.lane_d
@pytest.mark.django_db(transaction=True, databases=["default", "steady"])
@pytest.mark.parametrize("place", ["in the middle of the file", "after the file is there"])
def test_a_worker_killed_while_it_exports_is_followed_by_one_that_finishes(place, consultation, say, ann, settings):
    for number in range(3):
        say(f"Comment {number}.")
    job = ask_for_comments(consultation, by=ann)
    code = f"""
from pathlib import Path
from django.conf import settings
from consult.exports import actions
from consult.jobs.running import run_job
settings.FILES_ROOT = Path({str(settings.FILES_ROOT)!r})

def pause(*_what, **_how):
    print("here", flush=True)
    input()

if {place!r} == "in the middle of the file":
    actions.READ_AT_ONCE = 2
    actions.Job.progress = pause
else:
    actions._finish = pause
run_job({job.pk})
"""
    with another_process(code) as doomed:
        assert doomed.stdout.readline() == "here\n"
        doomed.kill()
        doomed.wait()
    sweep(at=timezone.now() + SILENT_FOR * 2)
    run_job(job.pk)
    job.refresh_from_db()
    assert (job.state, job.attempts, job.result["rows"]) == ("done", 2, 3)
    assert [path.name for path in job.path.parent.iterdir()] == ["comments.zip"]
    assert len(table(job)) == 3
    assert Entry.objects.filter(verb="export.made").count() == 1


@pytest.mark.postgres
@pytest.mark.lane_d
@pytest.mark.django_db(transaction=True, databases=["default", "steady"])
def test_two_processes_write_the_same_bytes(consultation, say, ann, ada, tmp_path):
    first = say("First.")
    say("Reply.", reply_to=first)
    withdraw(say("Gone."), by=ada)
    job = made(consultation, ann)
    elsewhere = tmp_path / "elsewhere.zip"
    code = f"""
from consult.consultations.models import Consultation
from consult.exports.comments import write_comments
from consult.ledger.models import Seal
with open({str(elsewhere)!r}, "wb") as file:
    consultation = Consultation.objects.get(pk={consultation.pk})
    write_comments(file, consultation, Seal.objects.get(pk={job.params["seal"]}), tell=lambda *_how_far: None)
"""
    with another_process(code) as process:
        assert process.wait(timeout=60) == 0
    assert elsewhere.read_bytes() == job.path.read_bytes()


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True, databases=["default", "steady"])
def test_what_happens_while_the_file_is_written_does_not_get_in(consultation, say, ada, ann, monkeypatch):
    """Counts and rows are of one moment, whatever commits in between; and what was withdrawn then is noticed."""
    said = [say(f"Comment {number}.") for number in range(3)]

    def meanwhile(_job, *, done, **_how):
        if done == 1:
            say("In between.")
            withdraw(said[2], by=ada)
            seal_everything()

    monkeypatch.setattr(actions, "READ_AT_ONCE", 1)
    monkeypatch.setattr(Job, "progress", meanwhile)
    job = made(consultation, ann)
    assert [row["text"] for row in table(job)] == [comment.comment for comment in said]
    assert manifest(job)["comments"]["by_state"]["public"] == 3
    assert take_away_superseded(consultation) == 1


@pytest.mark.django_db
def test_a_file_that_quotes_removed_words_is_deleted(consultation, say, ada, ann, ben_persona):
    from consult.discussion.mending import remove_words

    words = "My manager told the whole team that we would be watched from Monday on."
    comment = say(words)
    say(f"She said: {words}", reply_to=comment, persona=ben_persona)
    seal_everything()
    path = made(consultation, ann).path
    assert path.exists()
    remove_words(comment, by=ada)
    assert take_away_superseded(consultation) == 1
    assert not path.exists()
    assert "watched" not in inside(made(consultation, ann), "comments.csv")
