"""Whoever talks, withdraws, folds and seals at the same moment: nothing is lost, doubled, misplaced or miscounted."""

import json
import os
import subprocess
import sys
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from uuid import uuid4

import pytest
from django.db import connection, connections, transaction
from django.db.models import Sum

from consult.discussion import paths
from consult.discussion.actions import fold_tallies, post
from consult.discussion.models import PublicComment, Reaction, Tally
from consult.discussion.reactions import agreement_with, rank, threads_to_rank
from consult.discussion.states import PARTS, counted_as
from consult.ledger.actions import seal_everything
from consult.ledger.models import Entry, Unsealed
from consult.ledger.verify import verify_ledger
from consult.people.models import Account, TeamMember
from tests.conftest import named

pytestmark = [
    pytest.mark.postgres,
    pytest.mark.lane_d,
    pytest.mark.django_db(transaction=True),
    pytest.mark.skipif("connection.vendor != 'postgresql'", reason="needs PostgreSQL"),
]
TALKERS, MODERATORS, ACTS = 8, 3, 24


@pytest.fixture
def start(tmp_path):
    """Start `tests.races.talker` in processes of their own, at the database of this test; they wait for a word."""
    database = connection.settings_dict
    host = f"{database['HOST']}:{database['PORT'] or 5432}"
    environment = {
        **os.environ,
        "DJANGO_SETTINGS_MODULE": "tests.settings",
        "DATABASE_URL": f"postgres://{database['USER']}:{database['PASSWORD']}@{host}/{database['NAME']}",
        "TEST_VAR_DIR": str(tmp_path),
    }
    started: list[subprocess.Popen] = []

    def begin(*arguments) -> subprocess.Popen:
        process = subprocess.Popen(
            [sys.executable, "-m", "tests.races.talker", *map(str, arguments)],
            env=environment,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        started.append(process)
        return process

    yield begin
    for process in started:
        process.kill()
        process.communicate()


@pytest.fixture
def root(section_place, consultation, ada, ada_persona) -> PublicComment:
    """A thread, and eight people to talk in it, of whom three moderate."""
    for seed in range(TALKERS):
        account = Account.objects.create_user(f"talker-{seed}@people.example")
        named(consultation, account, f"Talker {seed}")
        if seed < MODERATORS:
            TeamMember.objects.create(account=account, document=consultation.document, role="moderator")
    return post(section_place, text="Let us talk.", persona=ada_persona, submission_id=uuid4(), by=ada)


def outcome_of(process: subprocess.Popen, word: str) -> dict:
    said, troubles = process.communicate(word, timeout=300)
    assert process.returncode == 0, troubles[-4000:]
    assert "rror" not in troubles, troubles[-4000:]
    return json.loads(said.splitlines()[-1])


@pytest.fixture
def talked(root, start) -> list[dict]:
    """They have all talked at once, while tallies were folded and the ledger was sealed, by two of each."""
    night_shift = [start(what) for what in ("fold", "seal", "fold", "seal")]
    talkers = [start("talk", seed, ACTS) for seed in range(TALKERS)]
    for process in (*night_shift, *talkers):
        assert process.stdout.readline() == "here\n", process.stderr.read()[-4000:]
    for process in talkers:
        process.stdin.write("go\n")
        process.stdin.flush()
    outcomes = [outcome_of(process, "") for process in talkers]
    assert all(outcome_of(process, "")["done"] for process in night_shift)
    return outcomes


def elsewhere(act):
    """Do this on a connection of its own."""
    try:
        return act()
    finally:
        connections.close_all()


def someone_waits_for_a_lock() -> bool:
    with connection.cursor() as cursor:
        # Within a transaction PostgreSQL shows its activity as it was when it was first asked.
        cursor.execute("SELECT pg_stat_clear_snapshot()")
        cursor.execute(
            "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'"
        )
        return cursor.fetchone()[0] > 0


def test_a_second_folder_waits_for_the_first_and_goes_on(root, section_place, ada, ada_persona, consultation):
    more = {"text": "And another.", "persona": ada_persona, "submission_id": uuid4(), "by": ada}
    with ThreadPoolExecutor() as others:
        with transaction.atomic():
            assert fold_tallies() == 2
            others.submit(elsewhere, lambda: post(section_place, **more)).result()
            second = others.submit(elsewhere, fold_tallies)
            while not someone_waits_for_a_lock():
                assert not second.done()
        assert second.result() == 2
    assert Tally.objects.filter(thread__isnull=True).count() == 1
    assert Tally.objects.of_places(consultation).all.threads == 2


def test_everything_that_was_accepted_is_there_once_in_its_place_and_counted(root, talked, consultation):
    accepted = {int(pk): parent for outcome in talked for pk, parent in outcome["accepted"].items()}
    withdrawn = [pk for outcome in talked for pk in outcome["withdrawn"]]
    assert len(accepted) > TALKERS * ACTS / 4
    assert withdrawn
    assert sum(outcome["moderated"] for outcome in talked) > MODERATORS * ACTS / 8
    assert_there_once(root, accepted, withdrawn)
    assert_in_order(root)
    assert_nothing_shows_below_what_is_hidden(root)
    for _time in range(2):
        assert_counted(root, consultation)
        while fold_tallies():
            pass
    assert_agreement_adds_up()
    assert_recorded(len(accepted), len(withdrawn))


def assert_there_once(root: PublicComment, accepted: dict[int, int], withdrawn: list[int]) -> None:
    assert dict(PublicComment.objects.exclude(pk=root.pk).values_list("pk", "parent_id")) == accepted
    assert len(withdrawn) == len(set(withdrawn))
    assert set(PublicComment.objects.filter(own_state="withdrawn").values_list("pk", flat=True)) == set(withdrawn)


def assert_nothing_shows_below_what_is_hidden(root: PublicComment) -> None:
    heads = {comment.path for comment in PublicComment.objects.filter(hides_replies=True)}
    for comment in PublicComment.objects.all():
        above = set(paths.line_of(comment.path)[:-1])
        assert comment.under_hidden == bool(above & heads)
        assert comment.visible == (
            comment.own_state == "shown" and comment.staff_state == "shown" and not comment.under_hidden
        )
    root.refresh_from_db()
    assert root.thread_has_hidden == bool(heads)


def assert_in_order(root: PublicComment) -> None:
    """Each comment stands right below its parent, and no two in the same place."""
    comments = PublicComment.objects.in_bulk()
    for comment in comments.values():
        parent = comments[comment.parent_id]
        assert comment.path == paths.path_of(comment.pk, "" if comment == parent else parent.path)
        assert comment.depth == comment.level == paths.depth_of(comment.path)
        assert comment.thread_id == root.pk
    in_order = list(PublicComment.objects.order_by("path").values_list("path", flat=True))
    assert in_order == sorted(set(in_order))
    assert PublicComment.objects.subtree(root.path).count() == len(in_order)


def assert_counted(root: PublicComment, consultation) -> None:
    parts = Counter()
    for comment in PublicComment.objects.all():
        parts.update(counted_as(comment))
    counted = Tally.objects.of_places(consultation).all
    assert {part: getattr(counted, part) for part in PARTS} == {part: parts[part] for part in PARTS}
    words = [part for part in PARTS if part != "threads"]
    in_thread = Tally.objects.filter(thread=root.pk).aggregate(**{part: Sum(part) for part in words})
    assert in_thread == {part: parts[part] for part in words}


def assert_agreement_adds_up() -> None:
    assert Reaction.objects.exists()
    rank(threads_to_rank())
    for comment in PublicComment.objects.all():
        said = list(Reaction.objects.filter(comment=comment).values_list("agrees", flat=True))
        assert agreement_with(comment) == (said.count(True), said.count(False))


def assert_recorded(accepted: int, withdrawn: int) -> None:
    seal_everything()
    assert not Unsealed.objects.exists()
    assert Entry.objects.filter(verb="comment.posted").count() == accepted + 1
    assert Entry.objects.filter(verb="comment.withdrawn").count() == withdrawn
    assert not list(verify_ledger())
