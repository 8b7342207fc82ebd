"""What admins have listed, and screening with it."""

from django.core.cache import caches

from consult.screening.models import Listed
from consult.screening.personal import as_compared
from consult.screening.screening import Screened, screen
from consult.screening.waiting import holds_one_of

REMEMBERED_FOR = 30
"""Seconds until every process knows of a change to the lists."""
KNOWN = "screening-lists"


def forget() -> None:
    caches["process"].delete(KNOWN)


def _lists() -> dict[str, frozenset[str]]:
    def read() -> dict[str, frozenset[str]]:
        rows = list(Listed.objects.values_list("list", "words"))
        return {name: frozenset(words for list_, words in rows if list_ == name) for name in Listed.List.values}

    return caches["process"].get_or_set(KNOWN, read, REMEMBERED_FOR)


def screened(*texts: str, contact: str = "") -> Screened:
    """What these texts contain that should be asked about. `contact` is the consultation's own public address."""
    allowed = _lists()[Listed.List.PUBLIC] | ({as_compared(contact)} if contact else set())
    return screen(*texts, allowed=frozenset(allowed))


def waits_for_a_moderator(*texts: str) -> bool:
    """Whether one of the listed words stands in these texts."""
    listed = _lists()[Listed.List.WAITS]
    return bool(listed) and any(holds_one_of(text, listed) for text in texts)
