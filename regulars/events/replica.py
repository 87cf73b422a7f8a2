"""The log of events in the lake: who, when, what, and the declared properties."""

from __future__ import annotations

from collections.abc import Sequence

from regulars.core.plugs import ReplicaTable, register
from regulars.events.models import Property
from regulars.events.vocabulary import DECLARED


def declared() -> Sequence[tuple[str, str, str]]:
    """(event, property, type) of the vocabulary and of what was declared since, which may change a type."""
    found = {(event, name): kind for event, names in DECLARED.items() for name, kind in names.items()}
    rows = Property.objects.filter(declared_us__isnull=False).values_list("event", "name", "type")
    found |= {(event, name): kind for event, name, kind in rows}
    return [(event, name, kind) for (event, name), kind in sorted(found.items())]


register(
    ReplicaTable(
        name="events",
        room="events",
        kind="log",
        sql_table="events_event",
        columns={
            "id": ("id", "int64"),
            "node_id": ("node_id", "int64"),
            "ts": ("ts", "int64"),
            "name": ("name", "string"),
            "source_id": ("source_id", "int32"),
        },
        node_column="node_id",
        partition_by_month="ts",
        sort=("name", "node_id", "ts"),
        json_column="properties",
        properties=declared,
    )
)
