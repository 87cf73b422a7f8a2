"""A small lake: events of a few nodes, and the map from node to person."""

import pyarrow as pa
import pytest

from regulars.lake.tables import Table
from regulars.lake.writer import Sizes, Writer

DAY = 86_400_000_000
EVENTS = Table(
    name="events",
    columns={"id": "int64", "node_id": "int64", "ts": "int64", "name": "string", "value": "float64"},
    month_of="ts",
    sort=("name", "node_id"),
    personal=("node_id",),
)
NODES = Table(
    name="nodes",
    columns={"node_id": "int64", "person_id": "int64"},
    subject="node_id",
    personal=("node_id", "person_id"),
)
STORES = Table(name="stores", columns={"id": "int64", "name": "string"})
TABLES = (EVENTS, NODES, STORES)
SMALL = Sizes(file_rows=40, group_rows=10, fan_in=3, delta_rows=6, grace_us=100, erased_grace_us=10)


def events(*rows: tuple[int, int, int, str]) -> pa.Table:
    """Rows of (id, node, day, name)."""
    columns = list(zip(*rows, strict=True)) or [[], [], [], []]
    ids, nodes, days, names = columns
    return pa.table({
        "id": pa.array(ids, pa.int64()),
        "node_id": pa.array(nodes, pa.int64()),
        "ts": pa.array([d * DAY for d in days], pa.int64()),
        "name": pa.array(names, pa.string()),
        "value": pa.array([float(i) for i in ids], pa.float64()),
    })  # fmt: skip


def nodes(pairs: dict[int, int]) -> pa.Table:
    """Rows of node -> person."""
    return pa.table({"node_id": pa.array(pairs, pa.int64()), "person_id": pa.array(pairs.values(), pa.int64())})


@pytest.fixture
def open_writer(tmp_path):
    """Opens a writer with tiny files on this test's folder: open_writer(at=5)."""
    return lambda at=0, tables=TABLES: Writer(tmp_path, tables, at=at, sizes=SMALL)
