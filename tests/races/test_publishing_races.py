"""A version is published while people comment: none of them is lost, and each comment has its place."""

import os
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.core.exceptions import ValidationError
from django.db import connection, connections

from consult.discussion.anchoring import unplaced
from consult.discussion.models import Anchor, Placement, PublicComment
from consult.drafting import actions as drafting
from consult.jobs import nudging
from consult.jobs.running import run_job
from consult.ledger.models import Entry
from consult.people.models import Account
from consult.publishing import actions as publishing
from consult.publishing.models import Publication
from guidance.actions import Stale
from guidance.models import LevelVersion
from tests.conftest import named
from tests.races.test_talking_at_once import outcome_of

pytestmark = [
    pytest.mark.postgres,
    pytest.mark.lane_d,
    pytest.mark.django_db(transaction=True),
    pytest.mark.skipif("connection.vendor != 'postgresql'", reason="needs PostgreSQL"),
]
COMMENTERS, TIMES = 4, 60


@pytest.fixture(autouse=True)
def _no_broker(monkeypatch):
    monkeypatch.setattr(nudging.current_app, "send_task", lambda *_what, **_how: None)


@pytest.fixture
def commenters(cast, tmp_path):
    """Four people in processes of their own, waiting for the word."""
    for seed in range(COMMENTERS):
        account = Account.objects.create_user(f"talker-{seed}@people.example")
        named(cast.consultation, account, f"Talker {seed}")
    database = connection.settings_dict
    environment = {
        **os.environ,
        "DJANGO_SETTINGS_MODULE": "tests.settings",
        "DATABASE_URL": f"postgres://{database['USER']}:{database['PASSWORD']}@{database['HOST']}:"
        f"{database['PORT'] or 5432}/{database['NAME']}",
        "TEST_VAR_DIR": str(tmp_path),
    }
    command = [sys.executable, "-m", "tests.races.commenter"]
    pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "stderr": subprocess.PIPE, "text": True}
    started = [
        subprocess.Popen([*command, str(seed), str(TIMES)], env=environment, **pipes) for seed in range(COMMENTERS)
    ]
    for process in started:
        assert process.stdout.readline() == "here\n", process.stderr.read()[-4000:]
    yield started
    for process in started:
        process.kill()
        process.communicate()


def rewritten(cast, draft, words: str):
    text = draft.section_texts.get(section__key="yourself").levels.get(level="snapshot")
    return drafting.save_level(draft, "yourself", "snapshot", words, read_version=text.version, by=cast.edie)


def test_every_comment_has_its_place_in_each_version_that_is_published_meanwhile(cast, commenters):
    for process in commenters:
        process.stdin.write("go\n")
        process.stdin.flush()
    published = []
    for number in range(3):
        draft = drafting.open_draft(cast.document, by=cast.edie)
        rewritten(cast, draft, f"You keep a private life when you join a public service, take {number}.")
        publication = publishing.ask_to_publish(draft, changelog=f"Take {number}.", by=cast.edie)
        run_job(publication.job_id)
        publication.refresh_from_db()
        assert publication.state == Publication.State.DONE
        published.append(draft)
        cast.document.refresh_from_db()
        time.sleep(0.3)
    accepted = [pk for process in commenters for pk in outcome_of(process, "")["accepted"]]
    assert len(accepted) == COMMENTERS * TIMES == PublicComment.objects.filter(pk__in=accepted).count()
    assert Anchor.objects.count() > TIMES
    for revision in published:
        assert not list(unplaced(revision))
        placed = PublicComment.objects.filter(anchor__placements__revision=revision)
        assert placed.count() == len(accepted)


def at_once(acts) -> list:
    """Do these at the same moment, each on a connection of its own; what they gave, or raised."""

    def alone(act):
        try:
            return act()
        except Exception as trouble:
            return trouble
        finally:
            connections.close_all()

    with ThreadPoolExecutor(len(acts)) as others:
        return list(others.map(alone, acts))


def test_of_two_who_publish_at_once_one_does_and_it_happens_once(cast):
    draft = drafting.open_draft(cast.document, by=cast.edie)
    rewritten(cast, draft, "Shorter.")
    publication = publishing.ask_to_publish(draft, changelog="Once.", by=cast.edie)
    publishing.prepare(draft)
    Publication.objects.filter(pk=publication.pk).update(state=Publication.State.READY)
    shown = at_once([lambda: publishing.publish_due() for _time in range(4)])
    assert sorted(shown) == [0, 0, 0, 1]
    assert Entry.objects.filter(verb="revision.published").count() == 2  # the first draft, and this one


def test_two_editors_who_save_the_same_level_at_once_lose_nothing(cast):
    draft = drafting.open_draft(cast.document, by=cast.edie)
    text = draft.section_texts.get(section__key="who").levels.get(level="overview")

    def save(number: int):
        return drafting.save_level(
            draft, "who", "overview", f"Editor {number}.", read_version=text.version, by=cast.edie
        )

    outcomes = at_once([lambda number=number: save(number) for number in range(6)])
    saved = [one for one in outcomes if not isinstance(one, Exception)]
    assert len(saved) == 1
    assert {type(one) for one in outcomes if isinstance(one, Exception)} == {Stale}
    assert LevelVersion.objects.filter(level_text=text).count() == 2
    assert draft.blocks.filter(section_text__section__key="who", level="overview").count() == 1


def test_who_saves_while_it_is_frozen_is_told_and_the_text_stands(cast):
    draft = drafting.open_draft(cast.document, by=cast.edie)
    acts = [
        lambda: publishing.ask_to_publish(draft, changelog="Now.", by=cast.edie),
        *[lambda: rewritten(cast, draft, "Meanwhile.") for _time in range(3)],
    ]
    outcomes = at_once(acts)
    assert isinstance(outcomes[0], Publication)
    assert all(isinstance(one, ValidationError) or one.markdown == "Meanwhile." for one in outcomes[1:])
    draft.refresh_from_db()
    assert draft.is_frozen
    assert not Placement.objects.exists()
