"""A worker that prepares a publication: `python -m tests.kill.publishing_worker 12 3` stops before the third batch.

It says "here" and waits to be killed. Batches are of two anchors.
"""

import sys

import django


def main(job_id: int, batch: int) -> None:
    from consult.jobs.running import run_job
    from consult.publishing import preparing

    place, begun = preparing.place_anchors, []
    preparing.AT_ONCE = 2

    def place_and_stop(*arguments) -> int:
        begun.append(1)
        if len(begun) == batch:
            print("here", flush=True)
            sys.stdin.readline()
        return place(*arguments)

    preparing.place_anchors = place_and_stop
    run_job(job_id)


if __name__ == "__main__":
    django.setup()
    main(int(sys.argv[1]), int(sys.argv[2]))
