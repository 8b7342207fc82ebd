"""What is kept of finished work between requests, and when it is old.

Everything kept belongs to a scope: a consultation, or the site. A scope has two versions in the shared cache. The
soft one changes when something is said: what was made before then is shown for a second more, so that a busy thread
costs one rendering a second, whoever reads it. The hard one changes when words are withdrawn or the text is
published: nothing made before then is shown again.

Versions are fresh random values, not counters: if the cache forgets one, what hangs on it is made anew.
"""

import secrets
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.core.cache import cache

SITE = "site"
SHOWN_FOR_ONE_MORE = 1.0
"""Seconds for which a page may miss the newest comments."""
LONGEST = timedelta(minutes=5)
RENDERING_TAKES_AT_MOST = 5


def scope_of(slug: str) -> str:
    return f"consultation:{slug}"


@dataclass(frozen=True)
class Kept:
    """A value with the versions as of which it was made, and how long the clock leaves it true."""

    value: Any
    soft: str | None
    hard: str | None
    made_at: float
    until: float


@dataclass(frozen=True)
class Shelf:
    """One place in the cache, as it was found: what lies there, and the versions of its scope now."""

    key: str
    kept: Kept | None
    soft: str | None
    hard: str | None

    @property
    def may_be_shown(self) -> bool:
        """Whether it is still true, but for the newest comments."""
        return self.kept is not None and self.kept.hard == self.hard and time.time() < self.kept.until

    @property
    def is_fresh(self) -> bool:
        if not self.may_be_shown:
            return False
        return self.kept.soft == self.soft or time.time() - self.kept.made_at < SHOWN_FOR_ONE_MORE

    def is_mine_to_renew(self) -> bool:
        """Of those who find it old at the same moment, one renews it; the others show it once more."""
        return not self.may_be_shown or cache.add(f"renewing:{self.key}", 1, RENDERING_TAKES_AT_MOST)

    def keep(self, value: Any, until: datetime | None = None) -> None:
        now = time.time()
        last = min(now + LONGEST.total_seconds(), until.timestamp() if until else float("inf"))
        kept = Kept(value, self.soft, self.hard, now, last)
        cache.set(self.key, kept, timeout=max(1, int(last - now) + 1))
        cache.delete(f"renewing:{self.key}")


def look(key: str, scope: str) -> Shelf:
    """What lies at a key: one question to the cache."""
    names = [f"kept:{key}", f"soft:{scope}", f"hard:{scope}"]
    found = cache.get_many(names)
    return Shelf(names[0], found.get(names[0]), found.get(names[1]), found.get(names[2]))


def remembered(key: str, scope: str, build: Callable[[], tuple[Any, datetime | None]]) -> Any:
    """What `build` makes, made anew only when it is old. `build` returns the value and until when it is true."""
    shelf = look(key, scope)
    if shelf.is_fresh or not shelf.is_mine_to_renew():
        return shelf.kept.value
    value, until = build()
    shelf.keep(value, until)
    return value


def something_was_said(scope: str) -> None:
    _renew("soft", scope)


def something_must_go(scope: str) -> None:
    _renew("hard", scope)


def _renew(kind: str, scope: str) -> None:
    cache.set_many({f"{kind}:{scope}": secrets.token_hex(8), f"{kind}:{SITE}": secrets.token_hex(8)}, timeout=None)
