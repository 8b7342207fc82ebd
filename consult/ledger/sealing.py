"""The sealer's own SQL: one lock, and two statements that move a batch whatever its size."""

import json
from collections.abc import Sequence

from django.db import connections, router

from consult.ledger.models import Seal, Sealed, Unsealed

SEALERS_LOCK = 0x5EA1_1ED6E5
"""Any number of our own will do; it names the advisory lock in PostgreSQL."""

INSERT = {
    "postgresql": "INSERT INTO {sealed} (entry_id, seal_id, position)"
    " SELECT batch.entry, %s, batch.place - 1 FROM unnest(%s::bigint[]) WITH ORDINALITY AS batch(entry, place)",
    "sqlite": "INSERT INTO {sealed} (entry_id, seal_id, position) SELECT value, %s, key FROM json_each(%s)",
}
DELETE = {
    "postgresql": "DELETE FROM {unsealed} WHERE entry_id = ANY(%s)",
    "sqlite": "DELETE FROM {unsealed} WHERE entry_id IN (SELECT value FROM json_each(%s))",
}


def one_sealer_at_a_time() -> None:
    """Wait for any other sealer, until the end of this transaction. On SQLite, IMMEDIATE transactions wait anyway."""
    connection = connections[router.db_for_write(Sealed)]
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(%s)", [SEALERS_LOCK])


def move_under_seal(seal: Seal, entries: Sequence[int]) -> None:
    """Take these entries off the queue and put them under the seal, in this order."""
    connection = connections[router.db_for_write(Sealed)]
    batch = list(entries) if connection.vendor == "postgresql" else json.dumps(entries)
    with connection.cursor() as cursor:
        cursor.execute(INSERT[connection.vendor].format(sealed=Sealed._meta.db_table), [seal.number, batch])
        cursor.execute(DELETE[connection.vendor].format(unsealed=Unsealed._meta.db_table), [batch])
