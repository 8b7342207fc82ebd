"""Who can read a comment: what its writer did, what a moderator did, and what follows from both.

Every change of what can be read goes through here, under the lock of its thread, with the counts that follow from it.
Who may change it is for the verbs to ask.
"""

from collections import Counter
from datetime import date

from django.db import connection
from django.db.models import Case, Count, Q, Value, When

from consult.discussion import paths
from consult.discussion.models import PublicComment, Tally
from consult.discussion.querysets import CommentQuerySet
from consult.ledger.models import Entry

OwnState, StaffState, Audience = PublicComment.OwnState, PublicComment.StaffState, PublicComment.Audience
PARTS = ("comments", "threads", "withdrawn", "hidden", "unlisted")
"""Columns of `Tally`."""


def settle(comment: PublicComment) -> PublicComment:
    """Set what follows from what was done: whether it has a place on public pages, and whether its words stand there.

    Once public, a comment keeps its place: a line says that it was there. What was never public leaves no line, and
    what was hidden with the comment above has none of its own.
    """
    is_public = comment.own_state == OwnState.SHOWN and comment.staff_state == StaffState.SHOWN
    comment.once_public = comment.once_public or (is_public and not comment.is_for_editors)
    comment.listed = comment.once_public and not comment.is_for_editors and not comment.under_hidden
    comment.visible = comment.listed and is_public
    return comment


def counted_as(comment: PublicComment) -> Counter[str]:
    """The part of the whole that a comment is counted in, and whether it is a thread that has a place."""
    if not comment.listed:
        part = "unlisted"
    elif comment.visible:
        part = "comments"
    else:
        part = "withdrawn" if comment.is_withdrawn else "hidden"
    return Counter({part: 1, "threads": int(comment.listed and not comment.depth)})


def count(comment: PublicComment, deltas: dict[str, int]) -> None:
    """Add to the counts of a comment's place and thread, in the transaction of the act that is counted."""
    deltas = {name: n for name, n in deltas.items() if n}
    if not deltas:
        return
    place = {
        "consultation_id": comment.consultation_id,
        "section_id": comment.section_id,
        "block_key": comment.block_key,
        "question_id": comment.question_id,
        "anchor_id": comment.anchor_id,
    }
    thread = {name: n for name, n in deltas.items() if name != "threads"}
    rows = [Tally(**place, **deltas)]
    if thread:
        rows.append(Tally(consultation_id=comment.consultation_id, thread=comment.root_id, **thread))
    Tally.objects.bulk_create(rows)


def lock_thread(comment: PublicComment) -> PublicComment:
    """The comment as it is now. Until the transaction ends nobody else replies in its thread or changes a state in it.

    Locks are taken in this order everywhere: the thread, then its comments.
    """
    _lock(comment.root_id, "FOR NO KEY UPDATE")
    return PublicComment.objects.select_related("consultation", "persona").get(pk=comment.pk)


def hides_something(root_id: int) -> bool:
    """Whether a branch of this thread is hidden, and it stays so until the transaction ends.

    Those who reply do not wait for one another; who hides a branch waits for replies in flight, and then sees them.
    """
    return _lock(root_id, "FOR SHARE")


def _lock(root_id: int, how: str) -> bool:
    table = connection.ops.quote_name(PublicComment._meta.db_table)
    clause = how if connection.vendor == "postgresql" else ""  # on SQLite the transaction holds the only write lock
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT thread_has_hidden FROM {table} WHERE xtdcomment_ptr_id = %s {clause}",  # noqa: S608
            [root_id],
        )
        [(hides,)] = cursor.fetchall()
    return bool(hides)


def stands_below_hidden(path: str) -> bool:
    """Whether this comment, or one above it, was hidden with its replies."""
    return PublicComment.objects.filter(path__in=paths.line_of(path), hides_replies=True).exists()


def take_back(comment: PublicComment, state: str, *, on: date, entry: Entry) -> PublicComment:
    """Its writer takes it back. To be called under the thread's lock."""
    before = counted_as(comment)
    comment.own_state, comment.withdrawn_on, comment.withdrawn_entry = state, on, entry
    return _saved(comment, before)


def set_staff_state(comment: PublicComment, state: str) -> PublicComment:
    """A moderator shows, holds or hides it; its replies stay as they are. To be called under the thread's lock."""
    before = counted_as(comment)
    comment.staff_state = state
    return _saved(comment, before)


def _saved(comment: PublicComment, before: Counter[str]) -> PublicComment:
    settle(comment).save()
    after = counted_as(comment)
    count(comment, {part: after[part] - before[part] for part in PARTS})
    return comment


def hide_branch(head: PublicComment) -> int:
    """Hide all that stands below a comment. Returns how many words that could be read until now are hidden by it.

    To be called under the thread's lock. A few statements, however many replies there are.
    """
    _mark(head, hides=True)
    return -_resettle(head, _below(head), under_hidden=True)


def show_branch(head: PublicComment) -> int:
    """Take back `hide_branch`. What was hidden or withdrawn for itself stays so; so does a branch hidden on its own.

    Returns how many words can be read again. To be called under the thread's lock.
    """
    _mark(head, hides=False)
    if stands_below_hidden(head.path):
        return 0
    below = _below(head)
    for path in list(below.filter(hides_replies=True).order_by("path").values_list("path", flat=True)):
        below = below.exclude(path__gt=path, path__lt=paths.after_subtree(path))
    return _resettle(head, below, under_hidden=False)


def _resettle(head: PublicComment, comments: CommentQuerySet, *, under_hidden: bool) -> int:
    """As `settle`, for many at once. Returns how many more words can be read than before."""
    listed = Q(once_public=True, audience=Audience.EVERYONE) & (Q(pk=None) if under_hidden else Q())
    shown = listed & Q(own_state=OwnState.SHOWN, staff_state=StaffState.SHOWN)
    before = _parts_of(comments)
    comments.update(under_hidden=under_hidden, listed=_fact(listed), visible=_fact(shown))
    after = _parts_of(comments)
    deltas = {part: after[part] - before[part] for part in before}
    count(head, {**deltas, "unlisted": -sum(deltas.values())})
    return deltas["comments"]


def _fact(condition: Q) -> Case:
    return Case(When(condition, then=Value(True)), default=Value(False))


def _mark(head: PublicComment, *, hides: bool) -> None:
    head.hides_replies = hides
    PublicComment.objects.filter(pk=head.pk).update(hides_replies=hides)
    thread = PublicComment.objects.subtree(head.path[: paths.WIDTH])
    has_hidden = hides or thread.filter(hides_replies=True).exists()
    PublicComment.objects.filter(pk=head.root_id).update(thread_has_hidden=has_hidden)


def _below(head: PublicComment) -> CommentQuerySet:
    return PublicComment.objects.filter(path__gt=head.path, path__lt=paths.after_subtree(head.path))


def _parts_of(comments: CommentQuerySet) -> dict[str, int]:
    """How many of these have a place on public pages, by the part that they are counted in."""
    return comments.filter(listed=True).aggregate(
        comments=Count("pk", filter=Q(visible=True)),
        withdrawn=Count("pk", filter=~Q(own_state=OwnState.SHOWN)),
        hidden=Count("pk", filter=Q(visible=False, own_state=OwnState.SHOWN)),
    )
