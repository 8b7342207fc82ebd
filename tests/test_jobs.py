"""Jobs: what was accepted ends as done or failed with a reason, whoever dies on the way."""

import logging
import threading
from datetime import datetime, timedelta
from unittest.mock import patch

import pytest
from django.contrib.auth.models import AnonymousUser
from django.core.exceptions import ValidationError
from django.db import IntegrityError, OperationalError, connection, transaction
from django.utils import timezone
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    Bundle,
    RuleBasedStateMachine,
    consumes,
    invariant,
    multiple,
    precondition,
    rule,
    run_state_machine_as_test,
)

from consult.jobs import heartbeat as heartbeats
from consult.jobs import nudging
from consult.jobs.actions import ask_for, sweep
from consult.jobs.heartbeat import heartbeat
from consult.jobs.models import Job
from consult.jobs.running import run_job
from consult.jobs.states import MOST_ATTEMPTS, SILENT_FOR, UNNOTICED_FOR, State
from consult.jobs.troubles import CannotFinish, LeaseLost
from consult.jobs.work import WORK, Work, register


@pytest.fixture
def nudges(monkeypatch):
    """Numbers of the jobs that were nudged, instead of a broker."""
    sent = []
    monkeypatch.setattr(nudging.current_app, "send_task", lambda task, arguments, **_how: sent.append(arguments[0]))
    return sent


@pytest.fixture
def work(monkeypatch, nudges):
    """Say what a job of the kind “sums” does: `work(lambda job: …)`."""

    def means(function):
        monkeypatch.setitem(WORK, "sums", Work(do=function))

    return means


def sums(by=None, key="pen-names") -> Job:
    return ask_for("sums", params={"section": "pen-names"}, key=key, by=by)


def claimed(job: Job) -> Job:
    return Job.objects.claim(job.pk)


def fresh(job: Job) -> Job:
    return Job.objects.get(pk=job.pk)


def a_minute_later() -> datetime:
    return timezone.now() + SILENT_FOR + timedelta(seconds=1)


# --- Asking ---------------------------------------------------------------------------------------


@pytest.mark.django_db
def test_a_request_is_a_row_first_and_a_nudge_once_it_can_be_seen(ann, nudges, django_capture_on_commit_callbacks):
    with django_capture_on_commit_callbacks(execute=True):
        job = sums(by=ann)
        assert nudges == []
    assert nudges == [job.pk]
    assert (job.state, job.asked_by, job.params) == (State.WAITING, ann, {"section": "pen-names"})


@pytest.mark.django_db
def test_two_people_who_ask_for_the_same_watch_the_same_job(ada, ben, ann, nudges):
    job = sums(by=ada)
    assert sums(by=ben) == job
    claimed(job)
    assert sums(by=ada) == job
    assert list(Job.objects.visible_to(ada)) == list(Job.objects.visible_to(ben)) == [job]
    assert sums(by=ada, key="another section") != job


@pytest.mark.django_db
def test_what_has_ended_can_be_asked_for_again(ada, work):
    work(lambda job: None)
    first = sums(by=ada)
    run_job(first.pk)
    assert sums(by=ada) != first


@pytest.mark.django_db
def test_jobs_are_seen_by_those_who_asked_and_by_admins(ada, ben, ann, nudges):
    job, automatic = sums(by=ada), sums(by=None, key="nightly")
    assert list(Job.objects.visible_to(ada)) == [job]
    assert not Job.objects.visible_to(ben)
    assert not Job.objects.visible_to(AnonymousUser())
    assert set(Job.objects.visible_to(ann)) == {job, automatic}


@pytest.mark.django_db
def test_a_broker_that_is_away_breaks_nobodys_request(ada, monkeypatch, caplog, django_capture_on_commit_callbacks):
    def away(*_arguments, **_how):
        raise OSError("connection to ada@example.org refused")

    monkeypatch.setattr(nudging.current_app, "send_task", away)
    with django_capture_on_commit_callbacks(execute=True):
        job = sums(by=ada)
    assert fresh(job).is_waiting
    assert "waits without a nudge" in caplog.text
    assert "ada@example.org" not in caplog.text


@pytest.mark.django_db
def test_a_kind_may_have_a_queue_of_its_own(ada, monkeypatch, django_capture_on_commit_callbacks):
    used = []
    monkeypatch.setattr(nudging.current_app, "send_task", lambda *_what, queue, **_how: used.append(queue))
    monkeypatch.setitem(WORK, "sums", Work(do=print, queue="analysis"))
    with django_capture_on_commit_callbacks(execute=True):
        sums(by=ada)
    assert used == ["analysis"]


def test_two_functions_cannot_do_the_same_kind(monkeypatch):
    monkeypatch.setattr("consult.jobs.work.WORK", {})
    register("sums")(sums)
    register("sums")(sums)  # the same one again, as when a module is loaded twice
    with pytest.raises(ValueError, match="Two functions"):
        register("sums")(claimed)


# --- Doing ----------------------------------------------------------------------------------------


@pytest.mark.django_db
def test_work_tells_how_far_it_is_and_what_came_of_it(ada, work):
    seen = []

    def add_up(job):
        job.progress(done=1, total=4, note="Adding up pen names")
        seen.append((fresh(job).percent, fresh(job).note))
        return {"sum": 10}

    work(add_up)
    job = sums(by=ada)
    assert job.percent is None
    run_job(job.pk)
    assert seen == [(25, "Adding up pen names")]
    job = fresh(job)
    assert (job.state, job.percent, job.result, job.note, job.lease) == (State.DONE, 100, {"sum": 10}, "", None)
    assert job.started_at <= job.ended_at


@pytest.mark.django_db
def test_work_may_end_the_job_itself(ada, work):
    work(lambda job: job.finish(result={"nothing": "new"}))
    job = sums(by=ada)
    run_job(job.pk)
    assert fresh(job).result == {"nothing": "new"}


@pytest.mark.django_db
def test_a_job_is_done_once_however_often_it_is_nudged(ada, work):
    times = []
    work(times.append)
    job = sums(by=ada)
    for _nudge in range(3):
        run_job(job.pk)
    run_job(job.pk + 1)
    assert len(times) == 1


@pytest.mark.django_db
def test_a_job_is_claimed_in_one_statement_and_read_in_another(ada, nudges, django_assert_num_queries):
    job = sums(by=ada)
    with django_assert_num_queries(2):
        assert claimed(job).lease
    with django_assert_num_queries(1):
        assert claimed(job) is None


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("trouble", "reason"),
    [
        (CannotFinish("There are no comments yet."), "There are no comments yet."),
        (ValidationError(["Choose a section.", "Choose a level."]), "Choose a section. Choose a level."),
        (CannotFinish(""), "It could not be finished."),
    ],
)
def test_work_that_cannot_be_done_says_why_in_its_own_words(ada, work, caplog, trouble, reason):
    def give_up(job):
        raise trouble

    work(give_up)
    job = sums(by=ada)
    run_job(job.pk)
    assert (fresh(job).state, fresh(job).error) == (State.FAILED, reason)
    assert not caplog.records


@pytest.mark.django_db
def test_a_bug_fails_with_a_sentence_and_leaves_the_trace_in_the_log_without_private_data(ada, work, caplog):
    def stumble(job):
        raise KeyError(f"DETAIL: Key (email)=({ada.email}) already exists")

    work(stumble)
    job = sums(by=ada)
    run_job(job.pk)
    assert fresh(job).error == f"Something went wrong on our side. What happened is in the log under job {job.pk}."
    assert "stumble" in caplog.text
    assert "KeyError" in caplog.text
    assert "ada@example.org" not in caplog.text + fresh(job).error


@pytest.mark.django_db
def test_a_passing_trouble_is_tried_again_and_not_for_ever(ada, work):
    def deadlock(job):
        raise OperationalError("deadlock detected")

    work(deadlock)
    job = sums(by=ada)
    for attempt in range(1, MOST_ATTEMPTS):
        run_job(job.pk)
        assert (fresh(job).state, fresh(job).attempts) == (State.WAITING, attempt)
    run_job(job.pk)
    assert fresh(job).is_failed
    assert "could not be reached" in fresh(job).error


@pytest.mark.django_db
def test_a_kind_that_no_worker_knows_is_not_waited_for_for_ever(ada, nudges):
    job = ask_for("alchemy", params={}, key="gold", by=ada)
    for _attempt in range(MOST_ATTEMPTS):
        assert fresh(job).is_waiting
        run_job(job.pk)
    assert fresh(job).error == "None of our workers knows how to do this kind of work."


@pytest.mark.django_db
@pytest.mark.parametrize("farewell", [KeyboardInterrupt, SystemExit])
def test_a_worker_that_is_told_to_stop_gives_the_job_back(ada, work, farewell):
    def interrupted(job):
        raise farewell

    work(interrupted)
    job = sums(by=ada)
    with pytest.raises(farewell):
        run_job(job.pk)
    assert (fresh(job).state, fresh(job).attempts, fresh(job).lease) == (State.WAITING, 0, None)


# --- Losing the lease -------------------------------------------------------------------------------


@pytest.fixture
def robbed(ada, nudges):
    """A worker that was silent for a minute, and whose job another one has claimed since."""
    slow = claimed(sums(by=ada))
    sweep(at=a_minute_later())
    assert claimed(slow).lease != slow.lease
    return slow


@pytest.mark.django_db
@pytest.mark.parametrize(
    "write",
    [
        lambda job: job.beat(),
        lambda job: job.progress(done=3, note="I am still here"),
        lambda job: job.finish(result="mine"),
        lambda job: job.fail("mine"),
        lambda job: job.release(),
        lambda job: job.try_again("mine"),
        lambda job: job.holding().__enter__(),
    ],
)
def test_who_has_lost_the_lease_is_told_and_changes_nothing(robbed, write):
    before = Job.objects.filter(pk=robbed.pk).values().get()
    with pytest.raises(LeaseLost):
        write(robbed)
    assert Job.objects.filter(pk=robbed.pk).values().get() == before


@pytest.mark.django_db
def test_who_has_lost_the_lease_leaves_without_a_word(robbed):
    before = Job.objects.filter(pk=robbed.pk).values().get()
    with robbed.finishing():
        robbed.progress(done=1)
        pytest.fail("it went on without its lease")
    with robbed.finishing():
        raise RuntimeError("confused")
    assert Job.objects.filter(pk=robbed.pk).values().get() == before


def promote(job: Job, account) -> None:
    with job.holding():
        account.is_admin = True
        account.save()


@pytest.mark.django_db
def test_rows_are_written_while_the_lease_is_held_and_not_without_it(robbed, ada):
    with pytest.raises(LeaseLost):
        promote(robbed, ada)
    ada.refresh_from_db()
    assert not ada.is_admin
    promote(fresh(robbed), ada)
    ada.refresh_from_db()
    assert ada.is_admin


@pytest.mark.django_db
def test_an_ended_job_stays_ended(ada, work):
    work(lambda job: {"sum": 10})
    job = sums(by=ada)
    running = claimed(job)
    with running.finishing():
        running.finish(result=1)
    for write in (running.beat, running.finish, running.release):
        with pytest.raises(LeaseLost):
            write()
    assert not sweep(at=a_minute_later())
    assert fresh(job).result == 1


# --- The sweeper --------------------------------------------------------------------------------------


@pytest.mark.django_db
def test_a_silent_job_is_handed_on(ada, work, nudges, django_capture_on_commit_callbacks):
    work(lambda job: None)
    job = claimed(sums(by=ada))
    assert not sweep(at=job.heartbeat_at + SILENT_FOR)
    with django_capture_on_commit_callbacks(execute=True):
        assert sweep(at=a_minute_later()) == {"handed on": 1}
    assert nudges == [job.pk]
    run_job(job.pk)
    assert (fresh(job).state, fresh(job).attempts) == (State.DONE, 2)


@pytest.mark.django_db
def test_a_job_that_kills_every_worker_fails_with_a_reason(ada, nudges):
    job = sums(by=ada)
    for _attempt in range(MOST_ATTEMPTS):
        assert claimed(job)
        sweep(at=a_minute_later())
    assert fresh(job).is_failed
    assert "begun 5 times" in fresh(job).error
    assert claimed(job) is None


@pytest.mark.django_db
def test_a_waiting_job_is_nudged_again_every_half_minute(ada, nudges):
    job = sums(by=ada)
    later = job.nudged_at + UNNOTICED_FOR + timedelta(seconds=1)
    assert not sweep(at=job.nudged_at + UNNOTICED_FOR)
    assert sweep(at=later) == {"nudged": 1}
    assert not sweep(at=later)
    assert nudges == [job.pk]


@pytest.mark.django_db
def test_after_an_hour_without_a_broker_everything_is_still_done(ada, work, monkeypatch):
    monkeypatch.setattr(nudging.current_app, "send_task", lambda *_what, **_how: 1 / 0)
    work(lambda job: None)
    job, at = sums(by=ada), timezone.now()
    for _minute in range(60):
        at += timedelta(minutes=1)
        sweep(at=at)
    assert fresh(job).is_waiting
    monkeypatch.setattr(nudging.current_app, "send_task", lambda _task, arguments, **_how: run_job(*arguments))
    sweep(at=at + timedelta(minutes=1))
    assert fresh(job).is_done


# --- Signs of life --------------------------------------------------------------------------------------


def test_the_heart_beats_while_the_work_goes_on_and_stops_with_it(monkeypatch):
    beaten = threading.Semaphore(0)
    monkeypatch.setattr(Job, "beat", lambda job: beaten.release())
    with heartbeat(Job(pk=1), every=0.001):
        assert all(beaten.acquire(timeout=10) for _beat in range(3))
    assert "heartbeat-1" not in {thread.name for thread in threading.enumerate()}


def test_the_heart_goes_on_when_the_database_is_away_for_a_moment(monkeypatch, caplog):
    answers, beaten = iter([OperationalError("away"), None, LeaseLost()]), threading.Semaphore(0)

    def beat(job):
        answer = next(answers)
        beaten.release()
        if answer:
            raise answer

    monkeypatch.setattr(Job, "beat", beat)
    with caplog.at_level(logging.WARNING), heartbeat(Job(pk=1), every=0.001):
        assert all(beaten.acquire(timeout=10) for _beat in range(3))
    assert "no sign of life could be written (OperationalError)" in caplog.text


# --- Files ------------------------------------------------------------------------------------------------


@pytest.fixture
def shelves(settings, tmp_path):
    settings.FILES_ROOT = tmp_path
    return tmp_path


@pytest.mark.django_db
def test_a_file_appears_whole_or_not_at_all(ada, work, shelves):
    def write(job):
        with job.writing("comments.csv") as file:
            file.write(b"section,words\n")
            seen.extend(path.suffix for path in shelves.rglob("*.*"))

    seen = []
    work(write)
    job = sums(by=ada)
    run_job(job.pk)
    job = fresh(job)
    assert seen == [".part"]
    assert job.file == f"jobs/{job.public_id}/comments.csv"
    assert job.path.read_bytes() == b"section,words\n"
    assert [path.name for path in job.path.parent.iterdir()] == ["comments.csv"]


@pytest.mark.django_db
def test_work_that_fails_leaves_no_half_written_file(ada, work, shelves):
    def stumble(job):
        with job.writing("comments.csv") as file:
            file.write(b"section,wor")
            raise CannotFinish("The disk is full.")

    work(stumble)
    job = sums(by=ada)
    run_job(job.pk)
    assert (fresh(job).file, fresh(job).path) == ("", None)
    assert not [path for path in shelves.rglob("*") if path.is_file()]


@pytest.mark.django_db
def test_the_file_of_whoever_lost_the_lease_never_replaces_the_winners(ada, nudges, shelves):
    def write(job, words, meanwhile=lambda: None):
        with job.writing("comments.csv") as file:
            meanwhile()
            file.write(words)

    def another_worker_takes_over():
        sweep(at=a_minute_later())
        write(claimed(slow), b"the winner's")

    slow = claimed(sums(by=ada))
    with pytest.raises(LeaseLost):
        write(slow, b"the loser's", meanwhile=another_worker_takes_over)
    assert fresh(slow).path.read_bytes() == b"the winner's"
    assert len(list(fresh(slow).path.parent.iterdir())) == 1


@pytest.mark.django_db
@pytest.mark.parametrize("filename", ["../comments.csv", "a/b.csv", ".hidden", "", "x.part", "comments.csv\n"])
def test_a_file_stays_in_its_folder(ada, nudges, shelves, filename):
    with pytest.raises(ValueError, match="cannot be the name"), claimed(sums(by=ada)).writing(filename):
        pass


# --- What the database promises ------------------------------------------------------------------------------


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("broken", "promise"),
    [
        ({"state": "lost"}, "a_job_is_waiting_running_done_or_failed"),
        ({"state": "running"}, "running_jobs_and_only_they_have_a_lease"),
        ({"state": "failed", "ended_at": datetime.max}, "every_failed_job_says_why"),
        ({"state": "done"}, "every_ended_job_says_when"),
        ({"ended_at": datetime.max}, "every_ended_job_says_when"),
    ],
)
def test_the_database_keeps_jobs_honest(ada, nudges, broken, promise):
    job = sums(by=ada)
    if "ended_at" in broken:
        broken = {**broken, "ended_at": timezone.now()}
    with pytest.raises(IntegrityError, match=promise), transaction.atomic():
        Job.objects.filter(pk=job.pk).update(**broken)


@pytest.mark.django_db
def test_the_database_holds_one_live_job_per_key(ada, nudges):
    sums(by=ada)
    with pytest.raises(IntegrityError), transaction.atomic():
        Job.objects.create(kind="sums", key="pen-names")


# --- Every interleaving -----------------------------------------------------------------------------------------


class Workers(RuleBasedStateMachine):
    """Any number of workers, in any order, with a clock that jumps: the row never lies, and the job ends."""

    held = Bundle("held")

    def __init__(self):
        super().__init__()
        Job.objects.all().delete()
        self.at = timezone.now()
        self.clock = patch("django.utils.timezone.now", lambda: self.at)
        self.clock.start()
        self.job = Job.objects.create(kind="sums", key="pen-names", asked_at=self.at, nudged_at=self.at)
        self.holder, self.ending, self.steps = None, None, 0

    def teardown(self):
        try:
            self.everything_ends()
        finally:
            self.clock.stop()

    def everything_ends(self):
        """If every worker dies now and each one that comes dies too, the sweeper ends it."""
        for _attempt in range(MOST_ATTEMPTS + 1):
            self.at += SILENT_FOR + timedelta(seconds=1)
            sweep(at=self.at)
            Job.objects.claim(self.job.pk, at=self.at)
        assert fresh(self.job).state in (State.DONE, State.FAILED)

    def row(self) -> Job:
        return fresh(self.job)

    def attempt(self, worker: Job, write) -> bool:
        """Does the write succeed exactly if this worker holds the lease?"""
        if worker.lease is not None and worker.lease == self.holder:
            write(worker)
            return True
        before = Job.objects.filter(pk=self.job.pk).values().get()
        with pytest.raises(LeaseLost):
            write(worker)
        assert Job.objects.filter(pk=self.job.pk).values().get() == before
        return False

    @rule(target=held)
    def claim(self):
        could, tried = self.row().is_waiting, self.row().attempts
        worker = Job.objects.claim(self.job.pk, at=self.at)
        assert bool(worker) == could
        if not worker:
            return multiple()
        assert worker.attempts == tried + 1
        self.holder = worker.lease
        return worker

    @rule(seconds=st.integers(0, 90))
    def time_passes(self, seconds):
        self.at += timedelta(seconds=seconds)

    @rule(worker=held)
    def beat(self, worker):
        self.attempt(worker, Job.beat)

    @rule(worker=held, done=st.integers(0, 9))
    def progress(self, worker, done):
        if self.attempt(worker, lambda job: job.progress(done=done)):
            self.steps = done

    @rule(worker=held)
    def write_a_row(self, worker):
        def write(job):
            with job.holding():
                Job.objects.filter(pk=job.pk).update(note="written by the holder")

        self.attempt(worker, write)

    @rule(worker=consumes(held))
    def finish(self, worker):
        if self.attempt(worker, Job.finish):
            self.holder, self.ending = None, State.DONE

    @rule(worker=consumes(held))
    def fail(self, worker):
        if self.attempt(worker, lambda job: job.fail("It rained.")):
            self.holder, self.ending = None, State.FAILED

    @rule(worker=held)
    def release(self, worker):
        if self.attempt(worker, Job.release):
            self.holder = None

    @rule(worker=held)
    def try_again(self, worker):
        if self.attempt(worker, lambda job: job.try_again("It rained.")):
            self.holder = None
            self.ending = State.FAILED if worker.attempts >= MOST_ATTEMPTS else None

    @rule()
    def sweep(self):
        before = self.row()
        silent = before.is_running and before.heartbeat_at < self.at - SILENT_FOR
        swept = sweep(at=self.at)
        assert bool(swept["handed on"] + swept["failed"]) == silent
        if silent:
            self.holder = None
            self.ending = State.FAILED if before.attempts >= MOST_ATTEMPTS else None

    @precondition(lambda self: self.ending is None)
    @rule()
    def ask_again(self):
        assert ask_for("sums", params={}, key="pen-names", by=None, at=self.at) == self.job

    @invariant()
    def the_row_tells_the_truth(self):
        row = self.row()
        assert row.lease == self.holder
        assert row.done == self.steps
        assert row.attempts <= MOST_ATTEMPTS
        if self.ending:
            assert (row.state, bool(row.error)) == (self.ending, self.ending == State.FAILED)
        else:
            assert row.state == (State.RUNNING if self.holder else State.WAITING)


@pytest.mark.django_db
def test_no_interleaving_of_workers_and_sweepers_makes_a_job_lie(nudges):
    run_state_machine_as_test(Workers, settings=hypothesis_settings(stateful_step_count=25, deadline=None))


# --- Several at once: real races ------------------------------------------------------------------------------------


def at_once(body, times: int = 8) -> list:
    """What `body` answers in several threads that start together, each with a database connection of its own."""
    answers, start = [], threading.Barrier(times)

    def run():
        try:
            connection.ensure_connection()
            start.wait(timeout=30)
            answers.append(body())
        except Exception as trouble:
            answers.append(trouble)
        finally:
            connection.close()

    threads = [threading.Thread(target=run) for _time in range(times)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=60)
    return answers


@pytest.mark.postgres
@pytest.mark.lane_d
@pytest.mark.django_db(transaction=True)
def test_of_eight_workers_one_gets_the_job(ada, nudges):
    for number in range(20):
        job = sums(by=ada, key=f"section {number}")
        answers = at_once(lambda pk=job.pk: Job.objects.claim(pk))
        assert [answer.lease for answer in answers if answer] == [fresh(job).lease]


@pytest.mark.postgres
@pytest.mark.lane_d
@pytest.mark.django_db(transaction=True)
def test_of_eight_requests_at_once_one_job_comes(ada, ben, nudges):
    for number in range(20):
        answers = at_once(lambda key=f"section {number}": sums(by=ben, key=key))
        assert len({answer.pk for answer in answers}) == 1
        assert Job.objects.filter(key=f"section {number}").count() == 1
    assert len(nudges) == 20


@pytest.mark.postgres
@pytest.mark.lane_d
@pytest.mark.django_db(transaction=True)
def test_of_eight_sweepers_one_hands_the_job_on(ada, nudges):
    job = claimed(sums(by=ada))
    nudges.clear()
    later = a_minute_later()
    answers = at_once(lambda: sweep(at=later))
    assert sum(answer["handed on"] for answer in answers) == 1
    assert fresh(job).is_waiting
    assert nudges == [job.pk]


@pytest.mark.postgres
@pytest.mark.lane_d
@pytest.mark.django_db(transaction=True)
def test_a_sweeper_neither_robs_nor_waits_for_someone_who_is_writing(ada, nudges):
    job = claimed(sums(by=ada))
    with job.holding():
        assert [answer["left"] for answer in at_once(lambda: sweep(at=a_minute_later()), times=2)] == [1, 1]
    assert fresh(job).lease == job.lease


@pytest.mark.postgres
@pytest.mark.lane_d
@pytest.mark.django_db(transaction=True)
def test_the_heart_beats_through_a_connection_of_its_own(ada, nudges, monkeypatch):
    job, beats = claimed(sums(by=ada)), threading.Semaphore(0)
    long_ago = timezone.now() - timedelta(hours=1)
    Job.objects.filter(pk=job.pk).update(heartbeat_at=long_ago)
    written = heartbeats._still_mine
    monkeypatch.setattr(heartbeats, "_still_mine", lambda job: (written(job), beats.release())[0])
    with heartbeat(job, every=0.001), transaction.atomic():
        assert beats.acquire(timeout=30)
    assert fresh(job).heartbeat_at > long_ago
