"""What is kept of finished work between requests, and when it is old.

Everything kept belongs to a scope: a consultation, or the site. A scope has two versions in the shared cache. The
soft one changes when something is said: what was made before then is shown until it is a second old, so that a busy
thread costs one rendering a second, whoever reads it. The hard one changes when words are withdrawn or the text is
published: nothing made before then is shown again.

Versions are fresh random values, not counters: if the cache forgets one, what hangs on it is made anew. If the cache
is away when a version should change, the change is owed, and paid as soon as the cache answers again.
"""

import hashlib
import secrets
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.contrib.staticfiles.storage import staticfiles_storage
from django.core.cache import cache

SITE = "site"
SHOWN_FOR_ONE_MORE = 1.0
"""Seconds for which a page may miss the newest comments."""
LONGEST = timedelta(minutes=5)
VERSIONS_LAST = 3600
"""Seconds for which a version is remembered: longer than anything that hangs on it."""
RENDERING_TAKES_AT_MOST = 5
SHAPE = 3
"""To be raised when `Kept` or what is kept changes its shape: an upgrade must not meet what the old code kept."""

_owed: dict[str, str] = {}
"""New versions that the cache has not taken yet."""


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
    scope: str
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

    def keep(self, value: Any, *, until: datetime | None = None, made_of: Kept | None = None) -> Kept:
        """Lay it there, as true as what it was made of, if that was kept too. Versions are those before it was made."""
        if made_of:
            kept = Kept(value, made_of.soft, made_of.hard, made_of.made_at, made_of.until)
        else:
            now = time.time()
            last = min(now + LONGEST.total_seconds(), until.timestamp() if until else float("inf"))
            soft, hard = (self.soft or _first("soft", self.scope)), (self.hard or _first("hard", self.scope))
            kept = Kept(value, soft, hard, now, last)
        if kept.soft and kept.hard:
            cache.set(self.key, kept, timeout=max(1, int(kept.until - time.time()) + 1))
            if self.kept is not None:
                cache.delete(f"renewing:{self.key}")
        return kept


def _first(kind: str, scope: str) -> str | None:
    """A scope's first version; None if someone else has set one meanwhile, since things may have changed with it."""
    version = secrets.token_hex(8)
    return version if cache.add(f"{kind}:{scope}", version, VERSIONS_LAST) else None


def _edition() -> str:
    """Pages name static files by their content, so pages of another edition of those must not be shown."""
    return getattr(staticfiles_storage, "manifest_hash", "") or ""


def _place_of(key: str) -> str:
    """Where a key lies. Keys hold addresses, of any length and in any script; places are short and plain."""
    return f"kept:{SHAPE}{_edition()}:{hashlib.blake2b(key.encode(), digest_size=16).hexdigest()}"


def look(key: str, scope: str) -> Shelf:
    """What lies at a key: one question to the cache."""
    if _owed:
        _pay()
    name, soft, hard = _place_of(key), f"soft:{scope}", f"hard:{scope}"
    found = cache.get_many([name, soft, hard])
    return Shelf(name, scope, found.get(name), found.get(soft), found.get(hard))


def remembered(key: str, scope: str, build: Callable[[], tuple[Any, datetime | None]]) -> Kept:
    """What `build` makes, made anew only when it is old. `build` returns the value and until when it is true."""
    shelf = look(key, scope)
    if shelf.is_fresh or not shelf.is_mine_to_renew():
        return shelf.kept
    value, until = build()
    return shelf.keep(value, until=until)


def something_was_said(scope: str) -> None:
    _renew("soft", scope)


def something_must_go(scope: str) -> None:
    _renew("hard", scope)


def _renew(kind: str, scope: str) -> None:
    _owed.update({f"{kind}:{name}": secrets.token_hex(8) for name in (scope, SITE)})
    _pay()


def _pay() -> None:
    """Set the new versions. A debt is struck off only if it is still the one that was paid: other threads owe too."""
    paying = dict(_owed)
    refused = cache.set_many(paying, timeout=VERSIONS_LAST)
    for name, version in paying.items():
        if name not in refused and _owed.get(name) == version:
            _owed.pop(name, None)
