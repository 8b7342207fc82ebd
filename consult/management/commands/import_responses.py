"""`manage.py import_responses`: bring in what people said elsewhere. Described in docs/importing.md."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any, BinaryIO

from django.core.exceptions import PermissionDenied, ValidationError
from django.core.management.base import BaseCommand, CommandError
from django.db import transaction
from django.http import Http404
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from consult.consultations.models import Consultation
from consult.discussion.elsewhere.found import Reading
from consult.discussion.elsewhere.importing import Entered, enter_from_elsewhere
from consult.discussion.elsewhere.table import Columns, read_table
from consult.discussion.elsewhere.wxr import read_wxr
from consult.discussion.places import Place, place_at_question, place_in_section

WORDPRESS, TABLE = "wordpress", "csv"
FORMATS = {".xml": WORDPRESS, ".wxr": WORDPRESS, ".csv": TABLE}
MOST_PRINTED = 50


class Command(BaseCommand):
    help = "Bring comments from elsewhere into a consultation: a WordPress export (WXR), or a table (CSV)."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", type=Path, help="The file: .xml or .wxr from WordPress, or .csv.")
        parser.add_argument("--consultation", required=True, metavar="SLUG", help="Which consultation they belong to.")
        parser.add_argument("--source", required=True, help="Where they were said; printed beside each of them.")
        parser.add_argument("--format", choices=[WORDPRESS, TABLE], help="When the file's name does not tell.")
        parser.add_argument("--dry-run", action="store_true", help="Say what would go in, and change nothing.")
        place = parser.add_mutually_exclusive_group(required=True)
        place.add_argument("--question", type=int, metavar="N", help="They answer this question.")
        place.add_argument("--section", metavar="KEY", help="They are about this section.")
        place.add_argument("--whole", action="store_true", help="They are about the whole consultation.")
        wordpress = parser.add_argument_group("WordPress exports")
        wordpress.add_argument(
            "--post", default="", metavar="ID", help="Which post, if the file has comments on several."
        )
        table = parser.add_argument_group("tables")
        table.add_argument("--text", metavar="COLUMN", help="The column that holds the words. Needed for tables.")
        table.add_argument("--id", default="", metavar="COLUMN", help="The id, so that nothing comes in twice.")
        table.add_argument("--date", default="", metavar="COLUMN", help="The day on which it was said.")
        table.add_argument("--author", default="", metavar="COLUMN", help="The name of who said it.")
        table.add_argument("--parent", default="", metavar="COLUMN", help="The id of what it answers.")
        table.add_argument(
            "--date-format",
            default="iso",
            metavar="FORMAT",
            help="iso (the default: 2026-11-02), unix, unix-ms (seconds or milliseconds since 1970), "
            "or as in Python: %%d/%%m/%%Y.",
        )
        table.add_argument(
            "--where",
            action="append",
            default=[],
            metavar="COLUMN=VALUE",
            help="Only rows in which the column has this value. Again with the same column: or this value.",
        )
        table.add_argument("--delimiter", default=",", help="A single character, or the word tab.")
        table.add_argument("--encoding", default="utf-8-sig", help="The default is UTF-8.")
        table.add_argument("--html", action="store_true", help="The words are HTML: take the tags out.")

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            place = _place(options)
            with options["file"].open("rb") as file, transaction.atomic():
                entered = enter_from_elsewhere(place, _reading(file, options), source=options["source"], by=None)
                transaction.set_rollback(options["dry_run"])
        except OSError as error:
            raise CommandError(_("The file cannot be read: %(why)s.") % {"why": error.strerror or error}) from None
        except ValidationError as error:
            raise CommandError(" ".join(error.messages) + " " + _("Nothing was brought in.")) from None
        except PermissionDenied as error:
            raise CommandError(f"{error} " + _("Nothing was brought in.")) from None
        self._report(entered, place.consultation, dry_run=options["dry_run"])

    def _report(self, entered: Entered, consultation: Consultation, *, dry_run: bool) -> None:
        self._list(_("Refused"), [(bad.line, bad.why) for bad in entered.refused])
        self._list(_("Changed"), [(remark.line, remark.what) for remark in entered.remarks])
        if dry_run:
            self.stdout.write(_("This was a rehearsal: nothing was changed. Without --dry-run it would be:"))
        self.stdout.write(
            _(
                "%(comments)s in, %(mentions)s, %(refused)d refused, %(here)d already here, "
                "%(left)d left out: %(all)d in the file."
            )
            % {
                "comments": ngettext("%d comment", "%d comments", entered.comments) % entered.comments,
                "mentions": ngettext("%d mention", "%d mentions", entered.mentions) % entered.mentions,
                "refused": len(entered.refused),
                "here": entered.already_here,
                "left": entered.left_out,
                "all": entered.in_all,
            }
        )
        if entered.comments:
            self.stdout.write(
                _("The names of those who said it are shown: this consultation is set up so.")
                if consultation.shows_names_from_elsewhere
                else _("The names of those who said it are kept and not shown: they never saw the house rules.")
            )

    def _list(self, heading: str, lines: list[tuple[int, str]]) -> None:
        for line, what in lines[:MOST_PRINTED]:
            self.stderr.write(_("%(heading)s, line %(line)d: %(what)s.") % {
                "heading": heading, "line": line, "what": what,
            })  # fmt: skip
        if len(lines) > MOST_PRINTED:
            self.stderr.write(_("… and %(more)d more like these.") % {"more": len(lines) - MOST_PRINTED})


def _place(options: dict[str, Any]) -> Place:
    slug = options["consultation"]
    consultation = Consultation.objects.select_related("document", "revision").filter(slug=slug).first()
    if consultation is None:
        known = ", ".join(Consultation.objects.values_list("slug", flat=True)[:20])
        raise CommandError(
            _("There is no consultation “%(slug)s”. There are: %(known)s") % {"slug": slug, "known": known or _("none")}
        )
    try:
        if options["question"] is not None:
            return place_at_question(consultation, options["question"])
        if options["section"]:
            return place_in_section(consultation, options["section"])
    except Http404:
        raise CommandError(_no_such_place(consultation, options)) from None
    return Place(consultation)


def _no_such_place(consultation: Consultation, options: dict[str, Any]) -> str:
    if options["question"] is not None:
        numbers = ", ".join(str(number) for number in consultation.questions.values_list("number", flat=True))
        return _("It asks no question %(number)d. Its questions: %(numbers)s") % {
            "number": options["question"],
            "numbers": numbers or _("none"),
        }
    if not consultation.revision_id:
        return _("This consultation is on no draft, so it has no sections. Use --question or --whole.")
    keys = ", ".join(consultation.revision.section_texts.values_list("section__key", flat=True))
    return _("The draft has no section “%(key)s”. Its sections: %(keys)s") % {"key": options["section"], "keys": keys}


def _reading(file: BinaryIO, options: dict[str, Any]) -> Reading:
    kind = options["format"] or FORMATS.get(options["file"].suffix.lower())
    if kind is None:
        raise CommandError(_("Say what kind of file this is: --format wordpress or --format csv."))
    if kind == WORDPRESS:
        return read_wxr(file, post=options["post"])
    return read_table(file, _columns(options))


def _columns(options: dict[str, Any]) -> Columns:
    if not options["text"]:
        raise CommandError(_("Say which column holds the words: --text COLUMN."))
    delimiter = "\t" if options["delimiter"] == "tab" else options["delimiter"]
    if len(delimiter) != 1 or delimiter in '"\r\n':
        raise CommandError(_("The delimiter is a single character, such as ; or the word tab."))
    return Columns(
        text=options["text"],
        key=options["id"],
        date=options["date"],
        author=options["author"],
        parent=options["parent"],
        date_format=options["date_format"],
        where=_where(options["where"]),
        delimiter=delimiter,
        encoding=options["encoding"],
        is_html=options["html"],
    )


def _where(conditions: list[str]) -> dict[str, set[str]]:
    where: dict[str, set[str]] = {}
    for condition in conditions:
        column, equals, value = condition.partition("=")
        if not equals or not column:
            raise CommandError(_("Write --where as COLUMN=VALUE, for instance --where moderated=1."))
        where.setdefault(column, set()).add(value)
    return where
