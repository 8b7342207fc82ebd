"""Deciding on many comments by what they have in common, seen before it is done."""

from dataclasses import dataclass
from datetime import datetime

from django.core.exceptions import ValidationError
from django.db.models import Max, Q
from django.utils.translation import gettext as _

from consult.consultations.models import Consultation
from consult.discussion.models import PublicComment
from consult.discussion.querysets import CommentQuerySet
from consult.moderation.actions import Done, Ruling, decide_many
from consult.moderation.models import Verb
from consult.people.models import Account
from consult.people.names import skeleton
from consult.people.permissions import Can, require

AT_ONCE = 200
"""Decided on in one request: each is a decision of its own, under its thread’s lock. One more press does the rest."""
STATE_BEFORE = {
    Verb.KEEP: ("held",), Verb.HOLD: ("shown",), Verb.HIDE: ("shown", "held"), Verb.RESTORE: ("hidden",),
}  # fmt: skip
"""On which comments a ruling still has something to do, so that the next press goes on where the last one ended."""


@dataclass(frozen=True)
class Condition:
    """What the comments have in common. At least one of a name, words and a moment is given."""

    name: str = ""
    words: str = ""
    since: datetime | None = None

    def __bool__(self) -> bool:
        return bool(self.name.strip() or self.words.strip() or self.since)


def those(consultation: Consultation, condition: Condition, verb: str, *, by: Account) -> CommentQuerySet:
    """The comments that a ruling would change, oldest first. Never one's own, and none whose writer took it back."""
    if not condition:
        raise ValidationError(_("Say which comments you mean: by a name, by words, or of which hours."))
    found = PublicComment.objects.filter(
        consultation=consultation, audience=PublicComment.Audience.EVERYONE, own_state=PublicComment.OwnState.SHOWN,
        staff_state__in=STATE_BEFORE[Verb(verb)],
    ).exclude(persona__account=by)  # fmt: skip
    if condition.name.strip():
        found = found.filter(persona__skeleton=skeleton(condition.name.strip()))
    if words := condition.words.strip():
        found = found.filter(Q(comment__icontains=words) | Q(suggested__icontains=words))
    if condition.since:
        found = found.filter(submit_date__gte=condition.since)
    return found.select_related("persona", "elsewhere", "consultation__document").order_by("pk")


@dataclass(frozen=True)
class Preview:
    """What a ruling by a condition would change: how many, by how many names, the first few, and up to which one.

    What is posted after somebody has looked is not decided on unseen.
    """

    count: int
    names: int
    first: list[PublicComment]
    up_to: int


def preview(consultation: Consultation, condition: Condition, verb: str, *, by: Account) -> Preview:
    require(by, Can.MODERATE, consultation)
    found = those(consultation, condition, verb, by=by)
    counted = found.order_by().aggregate(last=Max("pk"))
    return Preview(
        found.count(), found.order_by().values("persona").distinct().count(), list(found[:10]), counted["last"] or 0
    )


def decide_by(
    consultation: Consultation, condition: Condition, ruling: Ruling, *, up_to: int, by: Account
) -> tuple[Done, int]:
    """Decide on those that were seen in the preview, at most `AT_ONCE`. Returns what was done and how many are left.

    It is one batch, which `moderation.actions.undo` takes back. Raises ValidationError or Refused.
    """
    require(by, Can.MODERATE, consultation)
    seen = those(consultation, condition, ruling.verb, by=by).filter(pk__lte=up_to)
    done = decide_many(list(seen[:AT_ONCE]), ruling, by=by)
    return done, max(0, seen.count() - len(done.refused))
