"""The shared cache, which may be away: then what it would hold is made anew, and everybody is still answered.

Sessions, finished pages and limits on forms lie here. The database holds the truth of all that must not be lost.
"""

import logging
import pickle
import time
from collections.abc import Callable, Iterable
from typing import Any

from django.core.cache.backends.base import DEFAULT_TIMEOUT
from django.core.cache.backends.redis import RedisCache, RedisCacheClient
from redis import Redis
from redis.backoff import NoBackoff
from redis.exceptions import RedisError
from redis.retry import Retry

AWAY_FOR = 2.0
"""Seconds for which a cache that did not answer is not asked again by this process."""
ANSWERS_WITHIN = 1.0
"""Seconds after which a question to the cache is given up."""
PICKLED = b"\x80"
CLEARED_AT_ONCE = 1_000

log = logging.getLogger(__name__)


class _Outage:
    """Whether the cache is away, as far as this process knows. It is said once when it begins, and once at its end."""

    def __init__(self) -> None:
        self.until = 0.0
        self.is_known = False

    def is_on(self) -> bool:
        return self.is_known and time.monotonic() < self.until

    def note(self, trouble: Exception) -> None:
        self.until = time.monotonic() + AWAY_FOR
        if not self.is_known:
            self.is_known = True
            log.warning("The cache does not answer (%s). Pages are made anew until it does.", type(trouble).__name__)

    def over(self) -> None:
        if self.is_known:
            self.is_known = False
            log.warning("The cache answers again.")


outage = _Outage()


class Serializer:
    """Django's own, without trying a whole page as a number first."""

    def dumps(self, value: Any) -> Any:
        return value if type(value) is int else pickle.dumps(value, pickle.HIGHEST_PROTOCOL)

    def loads(self, data: bytes) -> Any:
        return pickle.loads(data) if data[:1] == PICKLED else int(data)  # noqa: S301  nobody else writes there


class Client(RedisCacheClient):
    """One client for each server, instead of a new one for each question."""

    def __init__(self, servers: list[str], **options: Any) -> None:
        options = {
            "serializer": Serializer,
            "socket_timeout": ANSWERS_WITHIN,
            "socket_connect_timeout": ANSWERS_WITHIN,
            "retry": Retry(NoBackoff(), 1),
            **options,
        }
        super().__init__(servers, **options)
        self._clients: dict[int, Redis] = {}

    def get_client(self, key: str | None = None, *, write: bool = False) -> Redis:
        index = self._get_connection_pool_index(write)
        if index not in self._clients:
            self._clients[index] = Redis(connection_pool=self._get_connection_pool(write))
        return self._clients[index]

    def clear_all(self, prefix: str) -> None:
        """Remove what is ours. The tasks that wait in the same server, and other people's keys, stay."""
        client = self.get_client(write=True)
        batch: list[bytes] = []
        for key in client.scan_iter(match=f"{_literally(prefix)}*", count=CLEARED_AT_ONCE):
            batch.append(key)
            if len(batch) == CLEARED_AT_ONCE:
                client.delete(*batch)
                batch.clear()
        if batch:
            client.delete(*batch)


def _literally(text: str) -> str:
    return "".join(f"\\{letter}" if letter in "\\*?[]" else letter for letter in text)


class CacheThatMayBeAway(RedisCache):
    """Redis. While it does not answer, nothing is found there and nothing is kept."""

    def __init__(self, server: str | list[str], params: dict) -> None:
        super().__init__(server, params)
        self._class = Client

    def _asked(self, ask: Callable[[], Any], otherwise: Any) -> Any:
        return otherwise if outage.is_on() else self._tried(ask, otherwise)

    def _tried(self, ask: Callable[[], Any], otherwise: Any) -> Any:
        try:
            answer = ask()
        except (RedisError, OSError) as trouble:
            outage.note(trouble)
            return otherwise
        outage.over()
        return answer

    def get(self, key: str, default: Any = None, version: int | None = None) -> Any:
        return self._asked(lambda: super(CacheThatMayBeAway, self).get(key, default, version), default)

    def get_many(self, keys: Iterable[str], version: int | None = None) -> dict[str, Any]:
        return self._asked(lambda: super(CacheThatMayBeAway, self).get_many(keys, version), {})

    def has_key(self, key: str, version: int | None = None) -> bool:
        return self._asked(lambda: super(CacheThatMayBeAway, self).has_key(key, version), False)

    def set(self, key: str, value: Any, timeout: Any = DEFAULT_TIMEOUT, version: int | None = None) -> None:
        self._asked(lambda: super(CacheThatMayBeAway, self).set(key, value, timeout, version), None)

    def add(self, key: str, value: Any, timeout: Any = DEFAULT_TIMEOUT, version: int | None = None) -> bool:
        return self._asked(lambda: super(CacheThatMayBeAway, self).add(key, value, timeout, version), True)

    def touch(self, key: str, timeout: Any = DEFAULT_TIMEOUT, version: int | None = None) -> bool:
        return self._asked(lambda: super(CacheThatMayBeAway, self).touch(key, timeout, version), False)

    def delete(self, key: str, version: int | None = None) -> bool:
        return self._asked(lambda: super(CacheThatMayBeAway, self).delete(key, version), False)

    def delete_many(self, keys: Iterable[str], version: int | None = None) -> None:
        self._asked(lambda: super(CacheThatMayBeAway, self).delete_many(keys, version), None)

    def incr(self, key: str, delta: int = 1, version: int | None = None) -> int:
        return self._asked(lambda: super(CacheThatMayBeAway, self).incr(key, delta, version), delta)

    def set_many(self, data: dict, timeout: Any = DEFAULT_TIMEOUT, version: int | None = None) -> list[str]:
        """Returns the keys that were not taken. Always tries: this is how words that were withdrawn leave the pages."""
        return self._tried(lambda: super(CacheThatMayBeAway, self).set_many(data, timeout, version), list(data))

    def clear(self) -> None:
        prefix = self.make_key("", version="")
        self._tried(lambda: self._cache.clear_all(prefix.rstrip(":") + ":"), None)
