"""A summary whose worker is killed with -9 in the middle: another goes on, and the bytes are the same (lane D)."""

import os
import subprocess
import sys

import pytest
from django.db import connection

from consult.jobs import nudging
from consult.jobs.running import run_job
from consult.themes import actions
from consult.themes.actions import ask_for_summary
from consult.themes.models import Summary, SummaryPart
from tests.kill.test_killed_workers import it_is_handed_on

pytestmark = [pytest.mark.postgres, pytest.mark.lane_d, pytest.mark.django_db(transaction=True)]


@pytest.fixture(autouse=True)
def _no_broker(monkeypatch):
    monkeypatch.setattr(nudging.current_app, "send_task", lambda *_what, **_how: None)


@pytest.fixture
def killed_after(tmp_path):
    """Start a worker in a process of its own, at the database of this test, and kill it after so many parts."""

    def start(job, parts: int) -> None:
        database = connection.settings_dict
        host = f"{database['HOST']}:{database['PORT'] or 5432}"
        environment = {
            **os.environ,
            "DJANGO_SETTINGS_MODULE": "tests.settings",
            "DATABASE_URL": f"postgres://{database['USER']}:{database['PASSWORD']}@{host}/{database['NAME']}",
            "TEST_VAR_DIR": str(tmp_path),
        }
        command = [sys.executable, "-m", "tests.kill.summary_worker", str(job.pk), str(parts)]
        process = subprocess.Popen(command, env=environment, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        try:
            assert process.stdout.readline() == "here\n"
        finally:
            process.kill()
            process.communicate()

    return start


def test_another_worker_goes_on_from_the_parts_that_are_there(say, consultation, edie, killed_after, monkeypatch):
    for number in range(12):
        say(f"The badge test keeps {number} of us silent on the night shift.")
    job = ask_for_summary(consultation, by=edie)
    killed_after(job, parts=2)
    assert it_is_handed_on(job)
    there = SummaryPart.objects.filter(job=job).count()
    made_again, part_of = [], actions.part_of
    monkeypatch.setattr(actions, "part_of", lambda *what: made_again.append(1) or part_of(*what))
    run_job(job.pk)
    job.refresh_from_db()
    assert (job.state, job.attempts) == ("done", 2)
    summary = Summary.objects.get(pk=job.result["summary"])
    assert there == 2
    assert there + len(made_again) == len(summary.content["places"])
    body = summary.body
    summary.delete()
    again = ask_for_summary(consultation, by=edie)
    run_job(again.pk)
    assert Summary.objects.get().body == body
