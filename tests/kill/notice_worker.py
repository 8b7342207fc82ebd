"""A worker that tells people: `python -m tests.kill.notice_worker telling 2` stops in the second batch.

It says "here" and waits to be killed. Batches are of three people; mails are written to the folder MAIL_FOLDER.
"""

import os
import sys

import django


def main(step: str, number: int) -> None:
    from django.conf import settings

    from consult.notices import mailing, reading
    from consult.notices.models import Notice
    from consult.tasks import tell

    settings.EMAIL_BACKEND = "django.core.mail.backends.filebased.EmailBackend"
    settings.EMAIL_FILE_PATH = os.environ["MAIL_FOLDER"]
    reading.PEOPLE_AT_ONCE = mailing.PEOPLE_AT_ONCE = 3
    owner, name = {
        "reading": (reading, "_note"),
        "telling": (Notice.objects, "bulk_create"),
        "gathering": (mailing.Mail.objects, "bulk_create"),
        "sending": (mailing, "message_of"),
        "sent": (mailing, "_end"),
    }[step]
    setattr(owner, name, stopping(getattr(owner, name), name, number))
    tell()


def stopping(act, name: str, number: int):
    """At the given call it does it and waits: written, and not committed. A mail is handed over, and not marked."""
    begun = []

    def act_and_stop(*arguments, **more):
        begun.append(1)
        if len(begun) == number and name == "_end":
            wait()
        done = act(*arguments, **more)
        if len(begun) == number:
            wait()
        return done

    return act_and_stop


def wait() -> None:
    print("here", flush=True)
    sys.stdin.readline()


if __name__ == "__main__":
    django.setup()
    main(sys.argv[1], int(sys.argv[2]))
