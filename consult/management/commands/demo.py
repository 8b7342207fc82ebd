"""`manage.py demo`: a small living consultation to look at. `make demo` runs it with --start."""

import os
from typing import Any

from django.conf import settings
from django.core.management import BaseCommand, CommandError, CommandParser, call_command
from django.utils import timezone

from consult.consultations.models import Consultation
from consult.management.demo import loading, starting

WELCOME = """
The demonstration is ready: http://localhost:{port}/

  To sign in, give one of these addresses; the code is in http://localhost:{port}/demo/mail/
    {respondent}   Night Heron, a nurse who takes part
    {editor}          Edie, on the drafting team
    {moderator}            Mo, a moderator
    {admin}           Ann, an admin
  Or sign up with any address: no mail leaves this machine.

  Ctrl+C stops it, `make demo` goes on where it was, `make demo fresh=1` begins anew.
"""


class Command(BaseCommand):
    help = "Load the demonstration's content. A second run changes nothing."
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--fresh", action="store_true", help="remove the demonstration's database and begin anew")
        parser.add_argument("--start", action="store_true", help="prepare everything, then start web, worker and beat")

    def handle(self, *args: Any, fresh: bool = False, start: bool = False, **options: Any) -> None:
        if not settings.DEMO:
            raise CommandError("This fills the database with invented people. Set DEMO=1 if that is what you want.")
        if not (start or fresh):
            return self._load()
        with starting.only_one_at_a_time() as lock:
            port = starting.free_port(os.environ.get("PORT")) if start else None
            if fresh:
                starting.forget_everything()
            self._prepare()
            if port:
                self._start(port, lock)

    def _prepare(self) -> None:
        self.stdout.write("Preparing the database and the static files …")
        call_command("migrate", interactive=False, verbosity=0)
        call_command("collectstatic", interactive=False, verbosity=0)
        self._load()

    def _load(self) -> None:
        if loading.is_loaded():
            self.stdout.write("The demonstration's content is there already; it stays as it is.")
            self._say_if_it_has_closed()
            return
        self.stdout.write("Filling in the demonstration …")
        loading.load()

    def _say_if_it_has_closed(self) -> None:
        if not Consultation.objects.filter(closes_at__gt=timezone.now()).exists():
            self.stdout.write("Its consultations have closed meanwhile: `make demo fresh=1` begins anew.")

    def _start(self, port: int, lock) -> None:
        if port != starting.USUAL_PORT and not os.environ.get("PORT"):
            self.stdout.write(f"Port {starting.USUAL_PORT} is taken by something else, so this uses port {port}.")
        lock.truncate(0)
        lock.write(f"http://localhost:{port}/")
        lock.flush()
        started = starting.start(port)
        starting.wait_until_it_answers(started, port)
        self.stdout.write(
            WELCOME.format(
                port=port,
                admin=loading.ADMIN,
                editor=loading.EDITOR,
                moderator=loading.MODERATOR,
                respondent=loading.address_of(loading.RESPONDENT),
            )
        )
        self.stdout.flush()
        started.wait()
