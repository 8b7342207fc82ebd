"""Whether many reports of one comment look arranged (pure)."""

from collections.abc import Sequence
from datetime import datetime, timedelta

MANY, WITHIN, NEW = 5, timedelta(minutes=30), timedelta(days=3)
"""So many reports, within this time, of which most come from accounts that are not older than this."""


def look_arranged(reports: Sequence[tuple[datetime, datetime]]) -> bool:
    """Whether some `MANY` of these reports, each (when it was made, when its account was opened), came within `WITHIN`
    of one another, most of them from new accounts. A moderator is told; nothing else follows from it."""
    in_order = sorted(reports)
    for i in range(len(in_order) - MANY + 1):
        together = [one for one in in_order[i:] if one[0] - in_order[i][0] <= WITHIN]
        new = sum(made - opened <= NEW for made, opened in together)
        if len(together) >= MANY and new * 2 > len(together):
            return True
    return False
