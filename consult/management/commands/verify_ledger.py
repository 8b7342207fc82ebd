"""`manage.py verify_ledger`: does the record of what happened still add up?"""

from argparse import ArgumentParser
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.db import DEFAULT_DB_ALIAS

from consult.ledger.actions import latest_seal
from consult.ledger.verify import verify_ledger

ALIAS = "steady" if "steady" in settings.DATABASES else DEFAULT_DB_ALIAS


class Command(BaseCommand):
    help = "Check every entry of the ledger against its seal, and every seal against the one before it."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--from-seal", type=int, help="Begin at this seal; the ones before it are taken as right.")
        parser.add_argument("--database", default=ALIAS, help=f"Read through this alias ({ALIAS}).")

    def handle(self, *args: Any, from_seal: int | None, database: str, **options: Any) -> None:
        count = 0
        for problem in verify_ledger(from_seal, using=database):
            count += 1
            self.stderr.write(str(problem))
        if count:
            raise CommandError(f"The ledger does not add up: {count} problem{'s' if count > 1 else ''}.")
        last = latest_seal()
        state = f"Latest seal: {last.number}, {bytes(last.hash).hex()}" if last else "Nothing is sealed yet."
        self.stdout.write(f"The ledger adds up. {state}")
