"""How fast someone may post while a consultation is slowed down: after some comments, each one waits a little longer.

There is no riddle to solve: whoever waits, posts. It counts what one account said here, under whichever name, and never
a network address: twelve colleagues behind one hospital's address can all post.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta
from math import ceil

from django.core.exceptions import ValidationError
from django.utils.translation import ngettext

from consult.discussion.models import PublicComment
from consult.people.models import Persona

AN_HOUR = timedelta(hours=1)
FIRST_WAIT, LONGEST_WAIT = timedelta(minutes=1), timedelta(minutes=30)


def free_at(said: Sequence[datetime], *, most: int, at: datetime) -> datetime:
    """From when on the next comment can be posted, after those of the last hour (pure).

    The first `most` in an hour wait for nothing. The next one waits a minute after the last, the one after it two, then
    four, up to half an hour; but never longer than until fewer than `most` were said within an hour.
    """
    recent = sorted(moment for moment in said if at - AN_HOUR < moment <= at)
    if len(recent) < most:
        return at
    wait = min(FIRST_WAIT * 2 ** min(len(recent) - most, 10), LONGEST_WAIT)
    return max(at, min(recent[-1] + wait, recent[-most] + AN_HOUR))


def refuse_haste(persona: Persona, *, most: int, at: datetime) -> None:
    """Raises ValidationError, with how long to wait, while someone posts faster than the consultation takes now.

    Two forms sent at once count one after the other: the names of the account are locked until the transaction ends.
    """
    if not most:
        return
    own = Persona.objects.filter(account=persona.account_id, consultation=persona.consultation_id)
    names = list(own.select_for_update(no_key=True).order_by("pk").values_list("pk", flat=True))
    said = PublicComment.objects.filter(persona__in=names, submit_date__gt=at - AN_HOUR)
    free = free_at(list(said.values_list("submit_date", flat=True)), most=most, at=at)
    if free > at:
        raise ValidationError(_please_wait(free - at))


def _please_wait(left: timedelta) -> str:
    minutes = ceil(left.total_seconds() / 60)
    return ngettext(
        "Very many comments are coming in just now. Send this one again in %(n)d minute. Your words are here.",
        "Very many comments are coming in just now. Send this one again in %(n)d minutes. Your words are here.",
        minutes,
    ) % {"n": minutes}
