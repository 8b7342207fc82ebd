"""Working out, before anyone sees a revision, what became of each block and where each comment stands in it."""

from collections.abc import Callable

from django.utils.translation import gettext as _

from consult.discussion.anchoring import Carrying, place_anchors, unplaced
from consult.discussion.models import Anchor, Placement
from guidance.actions import store_fates
from guidance.models import Revision
from guidance.tracing import fates_between

AT_ONCE = 2_000
"""Anchors that are placed in one transaction."""
Tell = Callable[[int, int, str], None]
"""Told how far it is: steps done, steps in all, what is being done."""


def prepare(draft: Revision, *, tell: Tell = lambda _done, _total, _note: None) -> int:
    """Write fates and placements for a frozen draft. Returns how many anchors were placed.

    What is there already is kept: begun again after a death, it goes on. Nothing of it is visible: readers ask only
    for what belongs to the current revision.
    """
    since = draft.document.current
    if since is None:
        return 0
    tell(0, 0, _("Working out what became of each paragraph"))
    if not draft.fates.exists():
        store_fates(draft, since, fates_between(since, draft))
    return place_all(draft, tell=tell)


Read = dict[int, Carrying]
"""Texts and fates that were read already, by the older revision."""


def read_ahead(draft: Revision) -> Read:
    """What is needed to place comments on the current revision, read before anyone has to wait for it."""
    since = draft.document.current
    if since is None:
        return {}
    carrying = Carrying(since, draft)
    carrying.ground.made_ready()
    return {since.pk: carrying}


def place_all(revision: Revision, *, read: Read | None = None, tell: Tell = lambda _done, _total, _note: None) -> int:
    """Place all anchors of earlier revisions that have no place in this one yet. Returns how many there were."""
    waiting, read = list(unplaced(revision)), read or {}
    total, done = sum(len(ids) for _old, ids in waiting), 0
    for old, ids in waiting:
        carrying = read.get(old.pk) or Carrying(old, revision)
        for start in range(0, len(ids), AT_ONCE):
            anchors = Anchor.objects.filter(pk__in=ids[start : start + AT_ONCE]).order_by("pk")
            done += place_anchors(revision, anchors, carrying)
            tell(done, total, _("Finding where comments stand now"))
    return done


def forget(draft: Revision) -> None:
    """Take away what was prepared for a draft that is to be changed after all."""
    Placement.objects.filter(revision=draft).delete()
    draft.fates.all().delete()
