"""Whoever is killed, whenever: the job is finished by someone else, every step once, and the ledger adds up."""

import os
import subprocess
import sys
from contextlib import contextmanager
from datetime import timedelta

import pytest
from django.db import connection, transaction
from django.utils import timezone

from consult.jobs import nudging
from consult.jobs.actions import ask_for, sweep
from consult.jobs.models import Job
from consult.jobs.states import MOST_ATTEMPTS, SILENT_FOR
from consult.ledger.actions import record, seal
from consult.ledger.models import Entry, Seal, Sealed, Unsealed
from consult.ledger.verify import verify_ledger
from tests.kill.worker import PLACES

pytestmark = [
    pytest.mark.postgres,
    pytest.mark.lane_d,
    pytest.mark.django_db(transaction=True),
]
WHOLE_FILE = b"one\ntwo\nthree\n"


@pytest.fixture(autouse=True)
def shelves(settings, tmp_path, monkeypatch):
    """The workers' folder for files is ours too; no broker takes part, we start the workers ourselves."""
    monkeypatch.setattr(nudging.current_app, "send_task", lambda *_what, **_how: None)
    settings.FILES_ROOT = tmp_path / "files"
    return tmp_path


@pytest.fixture
def worker(shelves):
    """Start `tests.kill.worker` in a process of its own, at the database of this test."""
    database = connection.settings_dict
    host = f"{database['HOST']}:{database['PORT'] or 5432}"
    environment = {
        **os.environ,
        "DJANGO_SETTINGS_MODULE": "tests.settings",
        "DATABASE_URL": f"postgres://{database['USER']}:{database['PASSWORD']}@{host}/{database['NAME']}",
        "TEST_VAR_DIR": str(shelves),
    }

    @contextmanager
    def start(*arguments):
        process = subprocess.Popen(
            [sys.executable, "-m", "tests.kill.worker", *map(str, arguments)],
            env=environment,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        try:
            yield process
        finally:
            process.kill()
            process.communicate()

    return start


def comes_to_its_place(process: subprocess.Popen) -> bool:
    return process.stdout.readline() == "here\n"


def finishes(process: subprocess.Popen) -> bool:
    process.communicate("go on\n", timeout=60)
    return process.returncode == 0


def a_minute_passes() -> None:
    sweep(at=timezone.now() + SILENT_FOR + timedelta(seconds=1))


def it_is_handed_on(job: Job) -> bool:
    """The database may need a moment to notice that a killed worker's connection, and its locks, are gone."""
    for _try in range(10_000):
        a_minute_passes()
        if Job.objects.get(pk=job.pk).is_waiting:
            return True
    return False


def counting() -> Job:
    return ask_for("count", params={}, key="steps", by=None)


def assert_counted_once(job: Job) -> None:
    job.refresh_from_db()
    assert (job.state, job.result, job.done, job.error) == ("done", {"steps": 3}, 3, "")
    assert job.path.read_bytes() == WHOLE_FILE
    assert [path.name for path in job.path.parent.iterdir()] == ["steps.txt"]
    assert [entry.facts for entry in Entry.objects.about(job)] == ['{"step":1}', '{"step":2}', '{"step":3}']


@pytest.mark.parametrize("place", PLACES)
def test_a_worker_killed_anywhere_is_followed_by_one_that_finishes(worker, place):
    job = counting()
    with worker("count", job.pk, place) as first:
        assert comes_to_its_place(first)
        first.kill()
        first.wait()
    assert it_is_handed_on(job)
    with worker("count", job.pk) as second:
        assert finishes(second)
    assert_counted_once(job)
    assert job.attempts == 2


@pytest.mark.parametrize("place", [place for place in PLACES if place != "inside a transaction"])
def test_a_worker_that_wakes_up_too_late_changes_nothing(worker, place):
    job = counting()
    with worker("count", job.pk, place) as sleeper:
        assert comes_to_its_place(sleeper)
        a_minute_passes()
        with worker("count", job.pk) as second:
            assert finishes(second)
        ended = Job.objects.values().get(pk=job.pk)
        assert finishes(sleeper)
    assert Job.objects.values().get(pk=job.pk) == ended
    assert_counted_once(job)


def test_a_worker_that_is_writing_is_not_robbed(worker):
    job = counting()
    with worker("count", job.pk, "inside a transaction") as writer:
        assert comes_to_its_place(writer)
        a_minute_passes()
        assert Job.objects.get(pk=job.pk).is_running
        assert finishes(writer)
    assert_counted_once(job)


def test_of_two_workers_that_start_together_one_does_the_job(worker):
    job = counting()
    with worker("count", job.pk) as first, worker("count", job.pk) as second:
        assert finishes(first)
        assert finishes(second)
    assert_counted_once(job)
    assert job.attempts == 1


def test_a_job_that_outlives_five_workers_says_so(worker):
    job = counting()
    for _worker in range(MOST_ATTEMPTS):
        with worker("count", job.pk, "between two steps") as doomed:
            assert comes_to_its_place(doomed)
        a_minute_passes()
    job.refresh_from_db()
    assert job.is_failed
    assert "begun 5 times" in job.error


def test_a_sealer_killed_before_its_commit_has_sealed_nothing(worker):
    with transaction.atomic():
        record(None, "comment.posted", "comment:12")
    waiting = Unsealed.objects.count()
    with worker("seal", 0, "before the commit") as sealer:
        assert comes_to_its_place(sealer)
    assert not Seal.objects.exists()
    assert not Sealed.objects.exists()
    assert seal().count == waiting
    assert not list(verify_ledger())
