"""A worker that is killed while it prepares a version: readers see nothing of it, and another one goes on (lane D)."""

import os
import subprocess
import sys

import pytest
from django.db import connection

from consult.discussion.anchoring import unplaced
from consult.discussion.models import Placement
from consult.discussion.places import place_at_block
from consult.drafting import actions as drafting
from consult.jobs import nudging
from consult.jobs.running import run_job
from consult.ledger.models import Entry
from consult.publishing import actions as publishing
from consult.publishing.models import Publication
from tests.kill.test_killed_workers import it_is_handed_on

pytestmark = [pytest.mark.postgres, pytest.mark.lane_d, pytest.mark.django_db(transaction=True)]


@pytest.fixture(autouse=True)
def _no_broker(monkeypatch):
    monkeypatch.setattr(nudging.current_app, "send_task", lambda *_what, **_how: None)


@pytest.fixture
def publication(cast, say):
    """A version with a shorter section, asked for; six comments stand on six paragraphs of the one before."""
    blocks = [block for block in cast.revision.blocks.all() if block.can_be_commented_on]
    for block in blocks[:6]:
        say("Keep this.", place=place_at_block(cast.consultation, block.key))
    draft = drafting.open_draft(cast.document, by=cast.edie)
    text = draft.section_texts.get(section__key="yourself").levels.get(level="snapshot")
    drafting.save_level(draft, "yourself", "snapshot", "Shorter.", read_version=text.version, by=cast.edie)
    return publishing.ask_to_publish(draft, changelog="Shorter.", by=cast.edie)


def killed_before(job_id: int, batch: int, folder) -> None:
    database = connection.settings_dict
    host = f"{database['HOST']}:{database['PORT'] or 5432}"
    environment = {
        **os.environ,
        "DJANGO_SETTINGS_MODULE": "tests.settings",
        "DATABASE_URL": f"postgres://{database['USER']}:{database['PASSWORD']}@{host}/{database['NAME']}",
        "TEST_VAR_DIR": str(folder),
    }
    command = [sys.executable, "-m", "tests.kill.publishing_worker", str(job_id), str(batch)]
    process = subprocess.Popen(command, env=environment, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
    try:
        assert process.stdout.readline() == "here\n"
    finally:
        process.kill()
        process.communicate()


@pytest.mark.parametrize("batch", [1, 3])
def test_another_worker_goes_on_and_it_is_published_once(cast, publication, stranger, tmp_path, batch):
    killed_before(publication.job_id, batch, tmp_path)
    assert Placement.objects.filter(revision=publication.revision).count() == 2 * (batch - 1)
    assert b"Shorter." not in stranger.get("/guidance/social-media/yourself/snapshot/").content
    assert it_is_handed_on(publication.job)
    run_job(publication.job_id)
    publication.refresh_from_db()
    assert publication.state == Publication.State.DONE
    assert not list(unplaced(publication.revision))
    assert Placement.objects.filter(revision=publication.revision).count() == 6
    assert Entry.objects.filter(verb="revision.published", subject=f"revision:{publication.revision.pk}").count() == 1
    assert b"Shorter." in stranger.get("/guidance/social-media/yourself/snapshot/").content
