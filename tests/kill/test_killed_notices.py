"""A worker that is killed with -9 while it tells people: each follower is told, and told once (lane D)."""

import os
import subprocess
import sys
from datetime import timedelta
from email import message_from_bytes

import pytest
from django.db import connection
from django.utils import timezone

from consult.ledger.actions import seal_everything
from consult.notices import mailing
from consult.notices.actions import last_entry, target_of
from consult.notices.models import Follow, HowOften, Mail, Notice
from consult.notices.reading import begin_here, read_on, tell_on
from consult.people.models import Account

pytestmark = [pytest.mark.postgres, pytest.mark.lane_d, pytest.mark.django_db(transaction=True)]
FOLLOWERS = 10


@pytest.fixture
def said(cast, say):
    """Ten follow a consultation, and something was said there."""
    seal_everything()
    begin_here()
    people = Account.objects.bulk_create(Account(email=f"reader{n}@people.example") for n in range(FOLLOWERS))
    target = target_of(cast.consultation)
    Follow.objects.bulk_create(
        Follow(account=one, how_often=HowOften.AT_ONCE, after=last_entry(), **target) for one in people
    )
    say("One.")
    seal_everything()


def killed_at(step: str, number: int, folder) -> None:
    database = connection.settings_dict
    host = f"{database['HOST']}:{database['PORT'] or 5432}"
    environment = {
        **os.environ,
        "DJANGO_SETTINGS_MODULE": "tests.settings",
        "DATABASE_URL": f"postgres://{database['USER']}:{database['PASSWORD']}@{host}/{database['NAME']}",
        "TEST_VAR_DIR": str(folder),
        "MAIL_FOLDER": str(folder / "mail"),
    }
    command = [sys.executable, "-m", "tests.kill.notice_worker", step, str(number)]
    process = subprocess.Popen(command, env=environment, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
    try:
        assert process.stdout.readline() == "here\n"
    finally:
        process.kill()
        process.communicate()


def mails_in(folder) -> list:
    texts = [file.read_bytes() for file in sorted(folder.glob("*.log"))]
    return [message_from_bytes(one.lstrip()) for text in texts for one in text.split(b"-" * 79) if one.strip()]


def another_goes_on(settings, folder) -> None:
    settings.EMAIL_BACKEND = "django.core.mail.backends.filebased.EmailBackend"
    settings.EMAIL_FILE_PATH = folder
    for at in (timezone.now(), timezone.now() + mailing.LEASE + timedelta(minutes=1)):
        while read_on():
            pass
        for step in (tell_on, mailing.gather, mailing.send_due):
            while step(at=at):
                pass


@pytest.mark.parametrize(
    ("step", "number"), [("reading", 1), ("telling", 1), ("telling", 3), ("gathering", 2), ("sending", 4)]
)
def test_another_worker_goes_on_and_each_is_told_once(said, settings, tmp_path, step, number):
    killed_at(step, number, tmp_path)
    another_goes_on(settings, tmp_path / "mail")
    assert sorted(one["To"] for one in mails_in(tmp_path / "mail")) == sorted(
        f"reader{n}@people.example" for n in range(FOLLOWERS)
    )
    assert (Notice.objects.count(), set(Mail.objects.values_list("state", flat=True))) == (FOLLOWERS, {"sent"})


def test_killed_between_the_servers_yes_and_the_mark_one_mail_goes_out_again_as_the_same_mail(said, settings, tmp_path):
    killed_at("sent", 4, tmp_path)
    another_goes_on(settings, tmp_path / "mail")
    found = mails_in(tmp_path / "mail")
    assert len(found) == FOLLOWERS + 1
    assert len({one["Message-ID"] for one in found}) == len({one["To"] for one in found}) == FOLLOWERS
