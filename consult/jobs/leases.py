"""What the holder of a job's lease may do. Every write names the lease; who has lost it is told, and stops."""

from __future__ import annotations

import logging
import traceback
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from typing import BinaryIO

from billiard.exceptions import SoftTimeLimitExceeded
from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from consult.jobs.files import writing
from consult.jobs.heartbeat import heartbeat
from consult.jobs.states import MOST_ATTEMPTS, State
from consult.jobs.troubles import PASSING, CannotFinish, LeaseLost

log = logging.getLogger("consult.jobs")


class Leased:
    """The half of `Job` that a worker uses between `Job.objects.claim(…)` and the end."""

    def _write(self, **changes: object) -> None:
        """Change the row if the lease is still mine. Raises LeaseLost otherwise."""
        held = type(self).objects.filter(pk=self.pk, lease=self.lease) if self.lease else None
        if held is None or not held.update(**changes):
            raise LeaseLost(f"The lease of job {self.pk} is no longer held here.")
        for name, value in changes.items():
            setattr(self, name, value)

    def beat(self) -> None:
        """A sign of life."""
        self._write(heartbeat_at=timezone.now())

    def progress(self, *, done: int | None = None, total: int | None = None, note: str | None = None) -> None:
        """Tell those who watch how far it is; also a sign of life. Not inside `holding()`: nobody would see it."""
        told = {"done": done, "total": total, "note": None if note is None else note[:200]}
        self._write(heartbeat_at=timezone.now(), **{name: value for name, value in told.items() if value is not None})

    @contextmanager
    def holding(self) -> Iterator[None]:
        """A short transaction during which nobody can take the lease away: what it writes, only its holder writes.

        The row stays locked until the end, so a sweeper waits and then finds a fresh sign of life.
        """
        with transaction.atomic():
            self.beat()
            yield

    def finish(self, *, result: object = None) -> None:
        """End well. `result` is kept as JSON for the page that shows the job."""
        kept = {} if result is None else {"result": result}
        self._end(State.DONE, note="", **kept)

    def fail(self, reason: str) -> None:
        """End badly, with a sentence that the person who asked can read."""
        self._end(State.FAILED, error=reason or _("It could not be finished."))

    def _end(self, state: State, **changes: object) -> None:
        self._write(state=state, lease=None, ended_at=timezone.now(), **changes)

    def release(self) -> None:
        """Give the job back untried: this worker is going home. It does not count as an attempt."""
        self._write(state=State.WAITING, lease=None, attempts=max(0, self.attempts - 1))

    def try_again(self, reason: str) -> None:
        """Give the job back after a passing trouble, to be nudged in half a minute. Fails after the last attempt."""
        if self.attempts >= MOST_ATTEMPTS:
            self.fail(reason)
        else:
            self._write(state=State.WAITING, lease=None, nudged_at=timezone.now())

    def writing(self, filename: str) -> AbstractContextManager[BinaryIO]:
        """A file of the job's own; see `jobs.files`."""
        return writing(self, filename)

    @contextmanager
    def finishing(self) -> Iterator[None]:
        """Whatever happens inside, the job ends as done or failed with a reason, or goes back to be tried again."""
        try:
            with heartbeat(self):
                yield
            if self.lease:
                self.finish()
        except LeaseLost:
            log.warning("job %s (%s): the lease is gone; another worker has it", self.pk, self.kind)
        except Exception as trouble:
            self._end_after(trouble)
        except BaseException:
            self._leave_quietly()
            raise

    def _end_after(self, trouble: Exception) -> None:
        if not isinstance(trouble, CannotFinish | ValidationError):
            _log_without_values(self, trouble)
        try:
            match trouble:
                case CannotFinish():
                    self.fail(str(trouble))
                case ValidationError():
                    self.fail(" ".join(trouble.messages))
                case SoftTimeLimitExceeded():
                    self.fail(_("It took longer than is allowed, and was stopped."))
                case _ if isinstance(trouble, PASSING):
                    self.try_again(
                        _("Something it needs could not be reached, several times over. Ask for it again later.")
                    )
                case _:
                    self.fail(
                        _("Something went wrong on our side. What happened is in the log under job %(job)s.")
                        % {"job": self.pk}
                    )
        except LeaseLost:
            log.warning("job %s (%s): it ended elsewhere while it failed here", self.pk, self.kind)

    def _leave_quietly(self) -> None:
        """The process is told to stop. If even this fails, the sweeper finds the job silent."""
        try:
            if self.lease:
                self.release()
        except Exception:
            log.warning("job %s (%s) could not be given back; the sweeper will find it", self.pk, self.kind)


def _log_without_values(job: Leased, trouble: Exception) -> None:
    """The trace, without the error's own words: databases put people's data into theirs."""
    frames = "".join(traceback.format_tb(trouble.__traceback__))
    log.error("job %s (%s) met %s\n%s", job.pk, job.kind, type(trouble).__qualname__, frames)
