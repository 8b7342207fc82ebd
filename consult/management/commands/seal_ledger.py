"""`manage.py seal_ledger`: what the worker does every few seconds, by hand."""

from typing import Any

from django.core.management.base import BaseCommand

from consult.ledger.actions import seal_everything


class Command(BaseCommand):
    help = "Put every ledger entry that waits under a seal, and print the latest seal."

    def handle(self, *args: Any, **options: Any) -> None:
        last = seal_everything()
        self.stdout.write(f"Seal {last.number}: {bytes(last.hash).hex()}" if last else "Nothing has happened yet.")
