"""What must happen to kept pages after a commit, even if the process died before it could say so.

The nudge on commit renews versions at once. This reads the sealed ledger behind it, by a cursor that lies in the same
cache as the pages: if the cache forgets one, it forgets both.
"""

from django.core.cache import cache

from consult.consultations.models import Consultation
from consult.ledger.models import Cursor, Entry
from consult.pages.versions import SITE, scope_of, something_must_go, something_was_said

CURSOR = "pages:cursor"
SAID = {"comment.posted", "comment.entered", "comment.weighed"}
WITHOUT_A_TRACE_ON_PAGES = {"name.taken", "summary.made", "export.made", "person.appointed"} | {
    *("draft.imported", "draft.opened", "draft.saved", "draft.read", "fate.said"),
    *("section.added", "section.renamed", "section.moved", "section.retired", "section.split", "section.merged"),
    *("citation.added", "citation.removed", "reference.added", "reference.changed", "reference.removed"),
    *("publication.asked", "publication.stopped"),
    *("comment.reported", "decision.appealed", "screening.listed", "screening.unlisted"),
}
AT_ONCE = 1000


def catch_up() -> int:
    """Renew what entries sealed since the last time have made old. Returns how many entries there were."""
    cursor = cache.get(CURSOR)
    entries = list(Entry.objects.since(Cursor(*cursor))[:AT_ONCE]) if cursor else _the_last_one()
    if not entries:
        return 0
    verbs = {entry.verb for entry in entries} - WITHOUT_A_TRACE_ON_PAGES
    renew = something_must_go if not cursor or verbs - SAID else something_was_said
    if verbs or not cursor:
        for slug in Consultation.objects.announced().values_list("slug", flat=True):
            renew(scope_of(slug))
    cache.set(CURSOR, tuple(entries[-1].cursor), timeout=None)
    return len(entries)


def _the_last_one() -> list[Entry]:
    return list(Entry.objects.filter(sealed__isnull=False).select_related("sealed").order_by(
        "-sealed__seal", "-sealed__position")[:1])  # fmt: skip


def renew_all_on(document_id: int) -> None:
    """What can be read of a document has changed: every page that shows it is old, and those that show its comments."""
    something_must_go(SITE)
    for slug in Consultation.objects.announced().filter(document=document_id).values_list("slug", flat=True):
        something_must_go(scope_of(slug))
