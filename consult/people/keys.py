"""Keys for one purpose each, derived from the key that outlives a change of SECRET_KEY (pure but for the settings)."""

import base64
import hmac
from hashlib import sha256

from django.conf import settings


def key_for(purpose: str) -> bytes:
    """32 bytes that nothing else is made with. One key tells nothing of another (RFC 5869, the expanding step)."""
    return hmac.digest(settings.RECEIPT_KEY.encode(), f"consult.people {purpose}\x01".encode(), sha256)


def keyed_hash(purpose: str, words: str) -> str:
    """A hash that nobody can look up in a list of guesses without the key."""
    return hmac.new(key_for(purpose), words.encode(), sha256).hexdigest()


def sealing_key(purpose: str) -> bytes:
    """The same, as `cryptography.fernet` writes keys."""
    return base64.urlsafe_b64encode(key_for(purpose))
