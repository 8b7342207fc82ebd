"""Make someone an admin or an editor from the command line: the first admin has nobody to appoint them."""

from typing import Any

from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.core.validators import validate_email

from consult.people.actions import appoint
from consult.people.models import TeamMember
from guidance.models import Document


class Command(BaseCommand):
    help = "Appoint an admin, or an editor or moderator of a piece of guidance. They sign in by an e-mailed code."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("email")
        parser.add_argument("role", choices=["admin", *TeamMember.Role.values])
        parser.add_argument("--document", help="the guidance's address, such as social-media (for editors)")

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            validate_email(options["email"])
            appoint(options["email"], role=options["role"], document=self._document(options["document"]))
        except ValidationError as error:
            raise CommandError(" ".join(error.messages)) from None
        self.stdout.write(self.style.SUCCESS(f"{options['email']} is now {options['role']}."))

    def _document(self, slug: str | None) -> Document | None:
        if slug is None:
            return None
        try:
            return Document.objects.get(slug=slug)
        except Document.DoesNotExist:
            known = ", ".join(Document.objects.values_list("slug", flat=True)) or "none yet"
            raise CommandError(f"There is no guidance “{slug}”. There is: {known}.") from None
