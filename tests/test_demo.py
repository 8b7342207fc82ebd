"""The demonstration: what a newcomer finds in it, on whatever day they look."""

import socket
from collections import Counter
from datetime import date, timedelta

import pytest
from django.core.management import CommandError, call_command
from django.db import transaction
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st

from consult.consultations.models import Consultation
from consult.discussion.models import PublicComment, Tally
from consult.jobs.models import Job
from consult.ledger.models import Entry
from consult.management.demo import content, loading, starting
from consult.people.models import Account, Persona
from consult.screening.screening import screen
from guidance.references.reading import references_of

TODAY = date(2026, 11, 22)
ANY_DAY = st.dates(min_value=date(2026, 11, 22), max_value=date(2040, 1, 1))


# --- The content, on any day --------------------------------------------------------------------------
@given(today=ANY_DAY)
def test_the_consultation_is_open_on_any_day(today):
    story = content.draft(today)
    assert story.opens_at.date() < today < story.closes_at.date() < story.decision_by


@given(today=ANY_DAY)
def test_the_call_for_ideas_has_closed_before_the_draft_was_opened(today):
    assert content.ideas(today).closes_at < content.draft(today).opens_at


@given(today=ANY_DAY)
def test_everything_is_said_while_it_is_open_and_before_today(today):
    for story in (content.ideas(today), content.draft(today)):
        assert all(story.opens_at.date() <= said.day < today for said in story.said)
        assert all(said.day <= story.closes_at.date() for said in story.said)


@given(today=ANY_DAY)
def test_nobody_answers_what_has_not_been_said_yet(today):
    for story in (content.ideas(today), content.draft(today)):
        heard: set[str] = set()
        for _at, said in story.moments():
            assert not said.reply_to or said.reply_to in heard, said.id
            heard.add(said.id)


@given(today=ANY_DAY)
def test_everyone_who_speaks_has_a_name(today):
    for story in (content.ideas(today), content.draft(today)):
        assert {said.persona for said in story.said} <= {persona["id"] for persona in story.personas}


def test_every_section_of_the_guidance_has_all_three_levels():
    guidance = content.guidance()
    assert guidance.warnings == []
    assert 8 <= len(guidance.sections) <= 12
    assert {len(section.levels) for section in guidance.sections} == {3}


def test_there_are_seven_house_rules_and_a_privacy_notice():
    assert len(content.house_rules()) == 7
    assert "Who sees it" in content.privacy_notice()


# --- What is loaded -----------------------------------------------------------------------------------
@pytest.fixture(scope="module")
def _loaded(django_db_setup, django_db_blocker):
    """The demonstration beside the cast, once for all tests below, and taken back behind them."""
    with pytest.MonkeyPatch.context() as patch, django_db_blocker.unblock(), transaction.atomic():
        patch.setattr(loading, "DOCUMENT", "social-media-demo")
        loading.load()
        yield
        transaction.set_rollback(True)


@pytest.fixture
def demo(_loaded, db) -> dict[str, Consultation]:
    told = (content.ideas(TODAY), content.draft(TODAY))
    return {story.consultation["kind"]: Consultation.objects.get(slug=story.consultation["slug"]) for story in told}


def test_a_newcomer_finds_one_open_consultation_and_one_answered_call_for_ideas(demo):
    assert (demo["draft"].state, demo["ideas"].state) == ("open", "answered")


def test_everything_that_was_written_for_it_is_there(demo):
    stories = {"ideas": content.ideas(TODAY), "draft": content.draft(TODAY)}
    for kind, consultation in demo.items():
        counted = Tally.objects.of_consultations()[consultation.pk]
        written = stories[kind].said
        withdrawn = sum(said.withdrawn for said in written)
        hidden = sum(told.verb == "hide" for told in content.moderation()[1]) if kind == "draft" else 0
        waiting = sum(screen(said.text).holds_personal_data for said in written)
        entered = [part for letter in content.letters() for part in letter["parts"]] if kind == "draft" else []
        assert counted.comments == len(written) - withdrawn - hidden - waiting + len(entered)
        assert counted.unlisted == waiting
        assert counted.hidden == hidden
        assert counted.withdrawn == withdrawn
        assert counted.threads == sum(not said.reply_to for said in written) - waiting + len(entered)
        assert consultation.questions.count() == len(stories[kind].questions)


def test_each_comment_stands_on_its_day_and_in_the_order_of_the_story(demo):
    for kind, story in (("ideas", content.ideas), ("draft", content.draft)):
        days = [said.day for _at, said in story(timezone.localdate()).moments()]
        comments = PublicComment.objects.filter(consultation=demo[kind], persona__isnull=False).order_by("pk")
        assert list(comments.values_list("day", flat=True)) == days


def test_a_letter_and_an_e_mail_were_entered_by_the_team(demo):
    entered = demo["draft"].letters.order_by("pk")
    assert [letter.route for letter in entered] == ["letter", "email"]
    assert [letter.parts.count() for letter in entered] == [2, 1]


def test_replies_remain_below_words_that_were_withdrawn(demo):
    withdrawn = PublicComment.objects.filter(consultation=demo["draft"], own_state="withdrawn")
    assert withdrawn.exists()
    assert any(PublicComment.objects.filter(parent_id=comment.pk, visible=True).exists() for comment in withdrawn)


def test_whoever_takes_part_in_both_does_so_with_one_account(demo):
    names = Counter(Persona.objects.filter(account__email="night-heron@people.example").values_list("name", flat=True))
    assert names == {"Night Heron": 3}


def test_one_text_has_been_through_it_all(demo):
    """Of its second draft each comment on the first says where the words are that it was about."""
    consultation = Consultation.objects.select_related("document").get(slug="photographs-draft-1")
    current = consultation.document.current
    assert (current.number, consultation.state) == (2, "answered")
    placed = {
        comment.comment.partition(" ")[0]: comment.anchor.placements.get(revision=current).standing
        for comment in consultation.comments.filter(depth=0, section__isnull=False).select_related("anchor")
    }
    assert placed == {
        "Half": "changed",
        "They": "changed",
        "Never?": "changed",
        "Two": "changed",
        "Number": "changed",
        "“Do": "changed",
        "This": "moved",
        "Three": "removed",
        "The": "changed",
        "“A": "in_place",
    }


def test_editor_and_admin_can_sign_in(demo):
    assert Account.objects.get(email=loading.ADMIN).is_admin
    assert Account.objects.get(email=loading.EDITOR).teams.filter(document=demo["draft"].document).exists()


def test_a_summary_of_the_closed_call_is_asked_for(demo):
    assert Job.objects.filter(kind="summary", params__consultation=demo["ideas"].pk).count() == 1


def test_a_second_run_changes_nothing(demo, settings, capsys):
    settings.DEMO = True
    before = Entry.objects.count()
    call_command("demo")
    assert Entry.objects.count() == before
    assert "there already" in capsys.readouterr().out


def test_it_says_so_when_everything_has_closed_meanwhile(demo, settings, capsys):
    settings.DEMO = True
    yesterday = timezone.now() - timedelta(days=1)
    Consultation.objects.filter(closes_at__gt=timezone.now()).update(closes_at=yesterday)
    call_command("demo")
    assert "make demo fresh=1" in capsys.readouterr().out


# --- How it starts ------------------------------------------------------------------------------------
def test_it_does_not_fill_a_real_service_with_invented_people(settings):
    settings.DEMO = False
    with pytest.raises(CommandError, match="invented people"):
        call_command("demo")


def test_it_does_not_begin_anew_over_a_real_database(settings):
    settings.DEMO, settings.ON_SQLITE = True, False
    with pytest.raises(CommandError, match="Nothing was removed"):
        starting.forget_everything()


def test_beginning_anew_removes_what_an_earlier_start_left(settings, tmp_path, monkeypatch):
    monkeypatch.setattr(starting.connections, "close_all", lambda: None)
    settings.DEMO, settings.ON_SQLITE, settings.VAR_DIR = True, True, tmp_path
    monkeypatch.setitem(settings.DATABASES["default"], "NAME", str(tmp_path / "consult.sqlite3"))
    for name in ("consult.sqlite3", "consult.sqlite3-wal", "beat-schedule", "mail/1.log", "cache/page"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text("old")
    (tmp_path / "mine.txt").write_text("not ours to remove")
    starting.forget_everything()
    assert [path.name for path in tmp_path.rglob("*") if path.is_file()] == ["mine.txt"]


@pytest.fixture
def taken_port():
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        yield other.getsockname()[1]


def test_it_takes_the_next_port_when_the_usual_one_is_taken(taken_port, monkeypatch):
    monkeypatch.setattr(starting, "USUAL_PORT", taken_port)
    assert taken_port < starting.free_port(None) < taken_port + 100


def test_it_says_when_the_port_that_was_asked_for_is_taken(taken_port):
    with pytest.raises(CommandError, match=f"Port {taken_port} is taken"):
        starting.free_port(str(taken_port))


@pytest.mark.parametrize("nonsense", ["0", "65536", "eight thousand", "-1", "80.5"])
def test_it_says_what_a_port_is(nonsense):
    with pytest.raises(CommandError, match="PORT must be a number"):
        starting.free_port(nonsense)


def test_two_demonstrations_do_not_share_a_folder(settings, tmp_path):
    settings.VAR_DIR = tmp_path
    with starting.only_one_at_a_time() as lock:
        lock.write("http://localhost:8000/")
        lock.flush()
        with pytest.raises(CommandError, match="running already: http://localhost:8000/"):
            starting.only_one_at_a_time()
    starting.only_one_at_a_time().close()


def test_sections_of_the_guidance_rest_on_references_that_are_kept_once(demo):
    document = demo["draft"].document
    rested = references_of(document.current)
    assert len(rested) == document.references.count() == len(content.references("social-media"))
    assert max(len(row.sections) for row in rested) >= 3
    assert all(row.reference.site.endswith(".example") for row in rested)
