"""How often something may be done in a while. Counts lie in the cache, under hashes: no address can be read there."""

import hashlib
import time

from django.core.cache import cache


def is_within(what: str, who: str, *, most: int, seconds: int) -> bool:
    """Count once more, and say whether that is still within the limit. While the cache is away, everything is."""
    window = int(time.time()) // seconds
    key = f"limit:{what}:{window}:{hashlib.blake2b(who.encode(), digest_size=16).hexdigest()}"
    cache.add(key, 0, seconds)
    try:
        return cache.incr(key) <= most
    except ValueError:  # its time ran out between the two
        return True
