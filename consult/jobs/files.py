"""Files that jobs make: written under the lease's name, and renamed at the end by whoever still holds the lease."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO

from django.conf import settings

if TYPE_CHECKING:
    from consult.jobs.models import Job

FILENAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9_.-]{0,99}", re.ASCII)


@contextmanager
def writing(job: Job, filename: str) -> Iterator[BinaryIO]:
    """A binary file that becomes the job's file when the body ends well. Raises LeaseLost if the lease went elsewhere.

    A reader sees all of it or nothing; two workers never write to the same file.
    """
    folder = _folder(job, filename)
    unfinished = folder / f"{job.lease}.part"
    try:
        with unfinished.open("wb") as file:
            yield file
            file.flush()
            os.fsync(file.fileno())
        with job.holding():
            os.replace(unfinished, folder / filename)
            _sync(folder)
            job._write(file=str(Path("jobs", str(job.public_id), filename)))
    finally:
        unfinished.unlink(missing_ok=True)
    _remove_what_others_left(folder)


def _folder(job: Job, filename: str) -> Path:
    if not FILENAME.fullmatch(filename) or filename.endswith(".part"):
        raise ValueError(f"“{filename}” cannot be the name of a job's file.")
    folder = Path(settings.FILES_ROOT) / "jobs" / str(job.public_id)
    folder.mkdir(parents=True, exist_ok=True, mode=0o750)
    return folder


def _sync(folder: Path) -> None:
    """Without this, a power cut may forget the new name although it kept the bytes."""
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _remove_what_others_left(folder: Path) -> None:
    """Half-written files of workers that died. One that only seems dead has lost its lease and cannot rename."""
    for leftover in folder.glob("*.part"):
        with suppress(FileNotFoundError):
            leftover.unlink()
