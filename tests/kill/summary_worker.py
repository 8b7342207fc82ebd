"""A worker that makes one summary: `python -m tests.kill.summary_worker 12 3` stops after the third part.

It says "here" when three parts are written, and waits to be killed.
"""

import sys

import django


def main(job_id: int, parts: int) -> None:
    from consult.jobs.running import run_job
    from consult.themes import actions

    write, written = actions._part, []

    def write_and_stop(*arguments) -> str:
        body = write(*arguments)
        written.append(body)
        if len(written) == parts:
            print("here", flush=True)
            sys.stdin.readline()
        return body

    actions._part = write_and_stop
    run_job(job_id)


if __name__ == "__main__":
    django.setup()
    main(int(sys.argv[1]), int(sys.argv[2]))
