"""What the lake holds of conversations: when and how they ended, without a word that was said."""

from regulars.core.plugs import ReplicaTable, register

register(
    ReplicaTable(
        name="conversations",
        room="inbox",
        kind="keyed",
        sql_table="inbox_case",
        key=("id",),
        columns={
            "id": ("id", "int64"),
            "node_id": ("CASE WHEN account_id IS NOT NULL AND merged_into IS NULL THEN node_id END", "int64"),
            "kind": ("kind", "string"),
            "opened_us": ("opened_us", "int64"),
            "closed_us": ("closed_us", "int64"),
            "last_us": ("last_us", "int64"),
            "open": ("closed_us IS NULL", "bool"),
            "waiting": ("waiting_us IS NOT NULL", "bool"),
            "complaint": ("feels = 'negative' OR intent = 'complaint'", "bool"),
            "outcome": ("outcome", "string"),
        },
        node_column="node_id",
        sort=("opened_us",),
    ),
)
