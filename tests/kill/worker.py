"""A worker in a process of its own: `python -m tests.kill.worker count 12 "between two steps"`.

It says "here" when it comes to the place it was told, and then waits for a line on its standard input,
so that whoever started it can kill it there, or do something behind its back and let it go on.
"""

import sys

import django

PLACES = (
    "before the first step",
    "between two steps",
    "inside a transaction",
    "in the middle of a file",
    "after the file is there",
)
STEPS = 3


def pause(place: str) -> None:
    if place in sys.argv[3:]:
        print("here", flush=True)
        sys.stdin.readline()


def count(job) -> dict[str, int]:
    """Work as ours is: each step is written once, under the lease, and a takeover goes on where the last one was."""
    from consult.ledger.actions import record
    from consult.ledger.models import Entry

    pause("before the first step")
    for step in range(1, STEPS + 1):
        with job.holding():
            if not Entry.objects.about(job).filter(facts=f'{{"step":{step}}}').exists():
                record(None, "step.done", job, step=step)
            if step == 2:
                pause("inside a transaction")
        job.progress(done=step, total=STEPS)
        if step == 1:
            pause("between two steps")
    with job.writing("steps.txt") as file:
        file.write(b"one\n")
        file.flush()
        pause("in the middle of a file")
        file.write(b"two\nthree\n")
    pause("after the file is there")
    return {"steps": STEPS}


def run(job_id: int) -> None:
    from consult.jobs.running import run_job
    from consult.jobs.work import register

    register("count")(count)
    run_job(job_id)


def seal(_nothing: int) -> None:
    """Seal what waits, and come to a place where the batch is written and not committed."""
    from consult.ledger import actions

    written = actions.move_under_seal

    def write_and_pause(*batch):
        written(*batch)
        pause("before the commit")

    actions.move_under_seal = write_and_pause
    actions.seal()


if __name__ == "__main__":
    django.setup()
    {"count": run, "seal": seal}[sys.argv[1]](int(sys.argv[2]))
