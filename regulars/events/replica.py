"""What the lake holds of events: who, when, what, and the declared properties."""

from regulars.core.plugs import ReplicaTable, register
from regulars.events.models import Property


def declared() -> list[tuple[str, str, str]]:
    """(event, property, type) of every declared property."""
    rows = Property.objects.filter(declared_us__isnull=False).order_by("event", "name")
    return list(rows.values_list("event", "name", "type"))


register(
    ReplicaTable(
        name="events",
        room="events",
        kind="log",
        sql_table="events_event",
        key=("id",),
        columns={
            "id": ("id", "int64"),
            "node_id": ("node_id", "int64"),
            "ts": ("ts", "int64"),
            "name": ("name", "string"),
            "source_id": ("source_id", "int64"),
        },
        node_column="node_id",
        partition_by_month="ts",
        sort=("name", "node_id", "ts"),
        json_column="properties",
        properties=declared,
    )
)
