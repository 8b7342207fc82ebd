"""The archive of a consultation's comments: the table, a manifest whose counts add up, and what the columns mean."""

from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import closing
from typing import BinaryIO

from django.db import transaction

from consult.consultations.models import Consultation
from consult.exports.archive import Archive, Made, Written, write_table
from consult.exports.rows import (
    ALIAS,
    COLUMNS,
    FOR_EDITORS,
    KINDS,
    NOT_PUBLIC,
    PUBLIC,
    WITHDRAWN,
    WITHDRAWN_SINCE,
    Row,
    comments_as_of,
    fingerprint,
)
from consult.exports.rows import rows as rows_of
from consult.ledger.canonical import canonical
from consult.ledger.models import Seal

FORMAT = "consult.export.comments/1"
TABLE, MANIFEST, EXPLANATION = "comments.csv", "manifest.json", "README.txt"


def write_comments(file: BinaryIO, consultation: Consultation, seal: Seal, *, tell: Callable[[int, int], None]) -> Made:
    """Write the archive as of a seal. `tell(done, total)` is called for every row; memory does not grow with them.

    Everything is read in one transaction that sees one moment, so the counts agree with the rows.
    """
    counts: Counter[str] = Counter()
    with transaction.atomic(using=ALIAS), Archive(file) as archive:
        total, gone = comments_as_of(consultation, seal.number).count(), fingerprint(consultation, seal.number)
        # Closed here and not some time later: its cursor lives in this transaction.
        with archive.writing(TABLE) as table, closing(rows_of(consultation, seal.number)) as found:
            write_table(table, COLUMNS, _counted(found, counts, total, tell))
        explained = archive.add(EXPLANATION, explanation(consultation, seal, counts))
        archive.add(MANIFEST, canonical(manifest(consultation, seal, counts, table, explained)) + "\n")
    return Made(rows=counts["all"], sha256=table.sha256, fingerprint=gone)


def _counted(rows: Iterator[Row], counts: Counter[str], total: int, tell: Callable[[int, int], None]) -> Iterator[Row]:
    for done, row in enumerate(rows, start=1):
        counts.update(("all", row.state, row.route, "replies" if row.depth else "threads"))
        counts.update([f"public {row.kind}"] if row.state == PUBLIC else [])
        yield row
        tell(done, total)


def manifest(
    consultation: Consultation, seal: Seal, counts: Counter[str], table: Written, explained: Written
) -> dict[str, object]:
    """What is in the archive, in figures that add up, for machines and for those who check."""
    return {
        "format": FORMAT,
        "consultation": {"address": consultation.slug, "title": consultation.title},
        "as_of_seal": {"number": seal.number, "day": seal.day.isoformat(), "hash": bytes(seal.hash).hex()},
        "comments": {
            "all": counts["all"],
            "by_state": {
                "public": counts[PUBLIC],
                "withdrawn": counts[WITHDRAWN],
                "withdrawn_since": counts[WITHDRAWN_SINCE],
                "for_the_editors_only": counts[FOR_EDITORS],
                "not_public": counts[NOT_PUBLIC],
            },
            "public_by_kind": {kind.replace(" ", "_"): counts[f"public {kind}"] for kind in KINDS.values()},
            "by_route": {"posted_here": counts["posted here"], "from_elsewhere": counts["from elsewhere"]},
            "by_place_in_thread": {"first": counts["threads"], "replies": counts["replies"]},
        },
        "names_from_elsewhere_are_shown": consultation.shows_names_from_elsewhere,
        "files": {TABLE: {**table.described(), "rows": counts["all"]}, EXPLANATION: explained.described()},
    }


# The files read the same in every language of the service: they are compared byte for byte.
COLUMNS_EXPLAINED = {
    "consultation": "The title of the consultation.",
    "place": "What the thread is about: a section, a paragraph, a question, or the whole.",
    "draft": "The number of the draft that was discussed.",
    "section_number": "Where the section stands in that draft.",
    "section_title": "The title of the section in that draft.",
    "level": "The level of detail at which the paragraph stands: overview, snapshot or full.",
    "paragraph_number": "The number printed beside the paragraph: section, then paragraph at that level.",
    "question_number": "The number of the question.",
    "question": "The question, as it reads now.",
    "block_text": "The words of the paragraph in that draft.",
    "number": "The comment's number: #12.3.1 is the first reply to the third reply in the twelfth thread.",
    "depth": "0 for the first comment of a thread, 1 for a reply to it, and so on.",
    "in_reply_to": "The number of the comment that this one replies to.",
    "responding_as": "personal or organisation, as the writer said; empty if we were not told.",
    "organisation": "The organisation that the writer speaks for.",
    "name": "The name it was posted under, often a pen name; empty if it is not known or not shown.",
    "route": "posted here, or from elsewhere: brought in by the team from another source.",
    "source": "Where it came from, if it came from elsewhere.",
    "day": "The day on which it was said; empty if the source does not say. Finer times are not given out.",
    "state": "public; withdrawn by its writer; withdrawn since, that is after the seal; for the editors only; or not "
    "public: hidden by a moderator, or waiting for one.",
    "kind": "comment, question, evidence, or suggested wording, as its writer chose.",
    "stance": "for, against or mixed, where the consultation asks and the writer said.",
    "text": "The comment, as it reads now. Empty if it was withdrawn at any time, or is not public.",
    "suggested_wording": "Of suggested wording: the whole paragraph as its writer would have it, in Markdown.",
    "evidence_link": "The address of a source that its writer gave.",
    "changed_on": "The last day on which its writer changed it. What it said before is on its page of versions.",
    "reference_hash": "A hash of the writer's reference number, by which they can find their comment.",
    "seal": "The seal under which the comment was entered in the history.",
}
EXPLANATION_TEXT = """\
Comments on “{title}”
as of seal {number} of the history, set on {day} (hash {hash})

{all} comments: {public} public, {withdrawn} withdrawn, {since} withdrawn since, {editors} for the editors
only, {hidden} not public.

{table} has one row for each comment, in the order of the page: section by section and paragraph by paragraph, then
the questions, then the whole. It is in UTF-8, separated by commas, with every cell in quotation marks.

A cell that a spreadsheet could take for a formula has an apostrophe (') in front. It is not part of what was written.
A comment that was withdrawn keeps its row; its words and its name are gone, even if it was public at the seal.
Nothing here tells who stands behind a pen name. Please do not try to find out.

The columns of {table}:

{columns}

{manifest} gives the counts and the SHA-256 of the files for machines. Exported again as of the same seal, the files
are the same byte for byte, unless in between words were withdrawn or changed, a title or question was reworded, or it
was decided anew whether names from elsewhere are shown.
"""


def explanation(consultation: Consultation, seal: Seal, counts: Counter[str]) -> str:
    """The text that goes along, for whoever opens the archive in ten years."""
    return EXPLANATION_TEXT.format(
        title=consultation.title,
        number=seal.number,
        day=seal.day.isoformat(),
        hash=bytes(seal.hash).hex(),
        all=counts["all"],
        public=counts[PUBLIC],
        withdrawn=counts[WITHDRAWN],
        since=counts[WITHDRAWN_SINCE],
        editors=counts[FOR_EDITORS],
        hidden=counts[NOT_PUBLIC],
        table=TABLE,
        manifest=MANIFEST,
        columns="\n".join(f"- {name}: {COLUMNS_EXPLAINED[name]}" for name in COLUMNS),
    )
