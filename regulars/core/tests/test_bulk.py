"""Set-based SQL does the same on both databases."""

import pytest

from regulars.core import bulk
from regulars.core.models import Offset

pytestmark = pytest.mark.django_db


def test_rows_go_in_and_conflicts_are_settled_by_the_given_clause():
    columns = ("consumer", "shard", "tx", "entry")
    bulk.insert(Offset, columns, [("a", 0, 1, 2), ("b", 0, 3, 4)])
    bulk.insert(Offset, columns, [("a", 0, 9, 9)], conflict="(consumer, shard) DO UPDATE SET entry = excluded.entry")
    assert bulk.query("SELECT consumer, tx, entry FROM core_offset ORDER BY 1") == [("a", 1, 9), ("b", 3, 4)]


def test_python_values_can_be_joined_with_a_table():
    bulk.insert(Offset, ("consumer", "shard", "tx", "entry"), [("a", 0, 1, 2), ("it's", 0, 3, 4)])
    sql, params = bulk.table({"name": "text", "n": "bigint"}, [("it's", 2**60), ("zz", 1)])
    rows = bulk.query(f"SELECT o.entry, v.n FROM core_offset o JOIN {sql} ON v.name = o.consumer", params)
    assert rows == [(4, 2**60)]


def test_a_list_of_ids_has_no_limit():
    bulk.insert(Offset, ("consumer", "shard", "tx", "entry"), [("a", 70_000, 1, 2)])
    sql, params = bulk.ids(range(100_000))
    assert bulk.query(f"SELECT consumer FROM core_offset WHERE shard IN {sql}", params) == [("a",)]
