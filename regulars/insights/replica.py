"""The predictions in the lake."""

from regulars.core.plugs import ReplicaTable, register

_TYPES = {
    "int64": ("person_id", "value_12m", "at_stake", "drifts_us", "gone_us", "regular_since_us", "regular_until_us"),
    "int32": ("purchase_days", "last_day", "recency", "frequency", "money"),
    "float64": ("chance_13w", "purchases_13w", "purchases_12m", "rhythm_days"),
    "string": ("cell",),
}

register(
    ReplicaTable(
        name="predictions",
        room="insights",
        kind="keyed",
        sql_table="insights_prediction",
        key=("person_id",),
        columns={name: (name, type_) for type_, names in _TYPES.items() for name in names},
        person_column="person_id",
        after="predictions",
    ),
    ReplicaTable(
        name="habits",
        room="insights",
        kind="keyed",
        sql_table="insights_habit",
        key=("person_id",),
        columns={
            "person_id": ("person_id", "int64"),
            "due_us": ("due_us", "int64"),
            "until_us": ("until_us", "int64"),
            "product": ("product", "string"),
            "next_category": ("next_category", "string"),
        },
        person_column="person_id",
        after="predictions",
    ),
)
