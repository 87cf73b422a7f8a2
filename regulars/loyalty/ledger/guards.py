"""What the database itself refuses: changing or deleting legs and moves, books that do not balance, late additions.

Installed after every migration, again and again, so that no migration has to carry them. PostgreSQL checks at commit
that the legs of each transaction sum to zero. SQLite has no such moment: there the transaction's row is written after
its legs, and a trigger adds them up then. Whoever empties tables wholesale (`manage flush`, tests) calls `lift`.
"""

from __future__ import annotations

from typing import Any

KEPT = ("loyalty_entry", "loyalty_lotmove")
NEVER = "The ledger only grows: correct it by a posting that reverses the other."
CLOSED = "This transaction is closed: nothing can be added to it."
UNEVEN = "The legs of a transaction must sum to zero."
FIXED = ("id", "programme_id", "asset", "kind", "source", "node_id", "amount", "after", "occurred_us", "recorded_us",
         "reverses_id", "request_hash")  # fmt: skip
LOT_FIXED = ("id", "programme_id", "asset", "node_id", "granted", "granted_us", "activates_us", "expires_us", "cause",
             "funder", "of_lot_id")  # fmt: skip

POSTGRESQL = f"""
CREATE OR REPLACE FUNCTION loyalty_never() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN RAISE EXCEPTION '{NEVER}' USING ERRCODE = 'restrict_violation'; END $$;
CREATE OR REPLACE FUNCTION loyalty_closed() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF EXISTS (SELECT 1 FROM fresh JOIN loyalty_txn t ON t.id = fresh.txn_id) THEN
    RAISE EXCEPTION '{CLOSED}' USING ERRCODE = 'restrict_violation'; END IF;
  RETURN NULL;
END $$;
CREATE OR REPLACE FUNCTION loyalty_even() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF EXISTS (SELECT 1 FROM loyalty_entry WHERE txn_id = NEW.id GROUP BY asset HAVING sum(amount) <> 0) THEN
    RAISE EXCEPTION '{UNEVEN}' USING ERRCODE = 'check_violation'; END IF;
  RETURN NULL;
END $$;
CREATE OR REPLACE TRIGGER loyalty_txn_kept BEFORE DELETE ON loyalty_txn
  FOR EACH ROW EXECUTE FUNCTION loyalty_never();
CREATE OR REPLACE TRIGGER loyalty_txn_fixed BEFORE UPDATE OF {", ".join(FIXED)} ON loyalty_txn
  FOR EACH ROW EXECUTE FUNCTION loyalty_never();
CREATE OR REPLACE TRIGGER loyalty_lot_kept BEFORE DELETE ON loyalty_lot
  FOR EACH ROW EXECUTE FUNCTION loyalty_never();
CREATE OR REPLACE TRIGGER loyalty_lot_fixed BEFORE UPDATE OF {", ".join(LOT_FIXED)} ON loyalty_lot
  FOR EACH ROW EXECUTE FUNCTION loyalty_never();
DO $$ BEGIN
  IF NOT EXISTS (SELECT 1 FROM pg_trigger WHERE tgname = 'loyalty_txn_even'
                 AND tgrelid = 'loyalty_txn'::regclass) THEN
    CREATE CONSTRAINT TRIGGER loyalty_txn_even AFTER INSERT ON loyalty_txn DEFERRABLE INITIALLY DEFERRED
      FOR EACH ROW EXECUTE FUNCTION loyalty_even();
  END IF;
END $$;
"""
POSTGRESQL_EACH = """
CREATE OR REPLACE TRIGGER {table}_kept BEFORE UPDATE OR DELETE ON {table}
  FOR EACH ROW EXECUTE FUNCTION loyalty_never();
CREATE OR REPLACE TRIGGER {table}_closed AFTER INSERT ON {table} REFERENCING NEW TABLE AS fresh
  FOR EACH STATEMENT EXECUTE FUNCTION loyalty_closed();
"""
SQLITE = {
    "loyalty_txn_even": "AFTER INSERT ON loyalty_txn WHEN EXISTS (SELECT 1 FROM loyalty_entry WHERE txn_id = NEW.id"
    f" GROUP BY asset HAVING sum(amount) <> 0) BEGIN SELECT RAISE(ABORT, '{UNEVEN}'); END",
    "loyalty_txn_kept": f"BEFORE DELETE ON loyalty_txn BEGIN SELECT RAISE(ABORT, '{NEVER}'); END",
    "loyalty_txn_fixed": f"BEFORE UPDATE OF {', '.join(FIXED)} ON loyalty_txn"
    f" BEGIN SELECT RAISE(ABORT, '{NEVER}'); END",
    "loyalty_lot_kept": f"BEFORE DELETE ON loyalty_lot BEGIN SELECT RAISE(ABORT, '{NEVER}'); END",
    "loyalty_lot_fixed": f"BEFORE UPDATE OF {', '.join(LOT_FIXED)} ON loyalty_lot"
    f" BEGIN SELECT RAISE(ABORT, '{NEVER}'); END",
} | {
    f"{table}_{name}": text
    for table in KEPT
    for name, text in {
        "unchanged": f"BEFORE UPDATE ON {table} BEGIN SELECT RAISE(ABORT, '{NEVER}'); END",
        "kept": f"BEFORE DELETE ON {table} BEGIN SELECT RAISE(ABORT, '{NEVER}'); END",
        "closed": f"BEFORE INSERT ON {table} WHEN EXISTS (SELECT 1 FROM loyalty_txn WHERE id = NEW.txn_id)"
        f" BEGIN SELECT RAISE(ABORT, '{CLOSED}'); END",
    }.items()
}


def install(connection: Any) -> None:
    """Put the guards in place. Idempotent."""
    with connection.cursor() as cursor:
        for statement in _statements(connection.vendor):
            cursor.execute(statement)


def _statements(vendor: str) -> list[str]:
    if vendor == "postgresql":
        return [POSTGRESQL, *(POSTGRESQL_EACH.format(table=table) for table in KEPT)]
    return [f"CREATE TRIGGER IF NOT EXISTS {name} {text}" for name, text in SQLITE.items()]


def lift(connection: Any) -> None:
    """Take the guards away on SQLite, where emptying a table means deleting its rows; `install` puts them back."""
    if connection.vendor == "sqlite":
        with connection.cursor() as cursor:
            for name in SQLITE:
                cursor.execute(f"DROP TRIGGER IF EXISTS {name}")


def after_migrating(*, sender: Any, using: str, **_: Any) -> None:
    """What Django calls when this room's tables are there."""
    from django.db import connections

    found = connections[using]
    if "loyalty_txn" in found.introspection.table_names():
        install(found)
