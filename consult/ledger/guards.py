"""The database's own refusal to change what happened: triggers, for whoever comes past the models.

Deleting is refused on PostgreSQL only: emptying a SQLite database (`flush`, tests) is done with DELETE, and
a missing entry is found by `verify_ledger` anyway. On PostgreSQL it is done with TRUNCATE, which stays possible.
"""

from typing import Any

from django.db import DEFAULT_DB_ALIAS, connections
from django.db.backends.base.base import BaseDatabaseWrapper

from consult.ledger.models import Entry, Seal, Sealed

GUARDED = (Entry, Seal, Sealed)

REFUSAL_POSTGRESQL = """
CREATE OR REPLACE FUNCTION consult_ledger_is_never_changed() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'the ledger is never changed: % on %', TG_OP, TG_TABLE_NAME
        USING ERRCODE = 'integrity_constraint_violation';
END $$
"""
GUARD_POSTGRESQL = """
CREATE OR REPLACE TRIGGER {table}_is_never_changed BEFORE UPDATE OR DELETE ON {table}
    FOR EACH ROW EXECUTE FUNCTION consult_ledger_is_never_changed()
"""
GUARD_SQLITE = """
CREATE TRIGGER IF NOT EXISTS {table}_is_never_changed BEFORE UPDATE ON {table}
BEGIN SELECT RAISE(ABORT, 'the ledger is never changed'); END
"""
REMOVAL = {
    "postgresql": "DROP TRIGGER IF EXISTS {table}_is_never_changed ON {table}",
    "sqlite": "DROP TRIGGER IF EXISTS {table}_is_never_changed",
}


def install_guards(connection: BaseDatabaseWrapper) -> None:
    """Put the triggers on every ledger table that exists. Harmless to repeat."""
    with connection.cursor() as cursor:
        tables = _tables(connection)
        if connection.vendor == "postgresql" and tables:
            cursor.execute(REFUSAL_POSTGRESQL)
        guard = GUARD_POSTGRESQL if connection.vendor == "postgresql" else GUARD_SQLITE
        for table in tables:
            cursor.execute(guard.format(table=table))


def remove_guards(connection: BaseDatabaseWrapper) -> None:
    """Take the triggers away: for a migration that must rebuild a table, which says so in the open."""
    with connection.cursor() as cursor:
        for table in _tables(connection):
            cursor.execute(REMOVAL[connection.vendor].format(table=table))


def guard_after_migrate(*, using: str = DEFAULT_DB_ALIAS, **_signal: Any) -> None:
    """For `post_migrate`: SQLite loses triggers when it rebuilds a table, so they are put back each time."""
    install_guards(connections[using])


def _tables(connection: BaseDatabaseWrapper) -> list[str]:
    present = set(connection.introspection.table_names())
    return [model._meta.db_table for model in GUARDED if model._meta.db_table in present]
