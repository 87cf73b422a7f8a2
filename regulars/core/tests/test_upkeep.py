"""SQLite knows how large its tables are soon after they grow."""

from __future__ import annotations

import pytest
from django.db import connection

from regulars.core import bulk, upkeep
from regulars.core.models import Offset

pytestmark = pytest.mark.skipif(connection.vendor != "sqlite", reason="PostgreSQL looks at its tables by itself")


@pytest.fixture
def statistics(transactional_db):
    """Begin without any, and leave none: they outlive the rows."""
    _forget()
    yield lambda: dict(upkeep._statistics())
    _forget()


def _forget():
    if bulk.query("SELECT 1 FROM sqlite_master WHERE name = 'sqlite_stat1'"):
        bulk.execute("DELETE FROM sqlite_stat1")


def _grow(rows: int) -> None:
    bulk.insert(
        Offset, ("consumer", "shard", "tx", "entry"), [(f"c{n}", 0, 0, 0) for n in range(rows)], conflict="DO NOTHING"
    )


def test_a_table_that_grew_is_looked_at_within_minutes_and_then_left_alone(statistics):
    _grow(2_000)
    assert "core_offset" in upkeep._grown() and "core_offset" not in statistics()
    upkeep.look_at_grown(at=0)
    assert statistics()["core_offset"] >= 1_000
    assert "core_offset" not in upkeep._grown()
