"""The exact bytes that the ledger hashes. Final: these bytes must be the same for ever.

All of them are JSON as RFC 8785 writes it: keys sorted, no spaces, UTF-8, no floats, whole numbers within ±(2**53 − 1).
Object keys are ASCII, so that sorting by code point and by UTF-16 unit agree.

    entry   {"actor":…,"commitment":"<64 hex>","day":"2026-11-02","facts":{…},"format":"consult.ledger.entry/1",
             "subject":…,"verb":…}
    private {"account":12,"at":"2026-11-02T09:30:00.123456Z","facts":{…},"format":"consult.ledger.private/1","reason":…}
    seal    {"count":3,"day":"2026-11-02","format":"consult.ledger.seal/1","number":7,"previous":"<64 hex>",
             "root":"<64 hex>"}

A leaf is SHA-256(0x00 ‖ entry), by RFC 6962; a commitment SHA-256(salt ‖ private); a seal's hash SHA-256(seal).
"""

import hashlib
import json
from datetime import UTC, date, datetime
from typing import Any

ENTRY_FORMAT = "consult.ledger.entry/1"
PRIVATE_FORMAT = "consult.ledger.private/1"
SEAL_FORMAT = "consult.ledger.seal/1"
NO_PREVIOUS_SEAL = bytes(32)


def canonical(value: Any) -> str:
    """`value` as canonical JSON. What it may hold is `facts.checked`'s business."""
    return json.dumps(value, sort_keys=True, ensure_ascii=False, separators=(",", ":"), allow_nan=False)


def entry_bytes(*, day: date, actor: str, verb: str, subject: str, facts: str, commitment: bytes) -> bytes:
    """The public part of an entry; `facts` are put in as they were stored, byte for byte.

    The quoted strings around them cannot hold a bare quotation mark, so no other entry has the same bytes.
    """
    before = f'{{"actor":{canonical(actor)},"commitment":"{commitment.hex()}","day":"{day.isoformat()}","facts":'
    after = f',"format":"{ENTRY_FORMAT}","subject":{canonical(subject)},"verb":{canonical(verb)}}}'
    return (before + facts + after).encode()


def moment(at: datetime) -> str:
    """A moment to the microsecond, in UTC: every database gives it back unchanged."""
    return at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")


def commitment_to(*, salt: bytes, account: int | None, at: datetime, reason: str, facts: str) -> bytes:
    """A promise about the private side that says nothing about it once the salt is gone."""
    private = (
        f'{{"account":{canonical(account)},"at":"{moment(at)}","facts":{facts},'
        f'"format":"{PRIVATE_FORMAT}","reason":{canonical(reason)}}}'
    )
    return hashlib.sha256(salt + private.encode()).digest()


def seal_hash(*, number: int, day: date, count: int, root: bytes, previous: bytes) -> bytes:
    """One hash for a batch and everything sealed before it."""
    seal = {
        "count": count,
        "day": day.isoformat(),
        "format": SEAL_FORMAT,
        "number": number,
        "previous": previous.hex(),
        "root": root.hex(),
    }
    return hashlib.sha256(canonical(seal).encode()).digest()
