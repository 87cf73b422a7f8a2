"""What the lake holds of messages: when marketing reached whom, over which channel. No address, no text."""

from regulars.core.plugs import ReplicaTable, register

register(
    ReplicaTable(
        name="contacts",
        room="channels",
        kind="keyed",
        sql_table="channels_contact",
        key=("id",),
        columns={
            "id": ("id", "int64"),
            "node_id": ("node_id", "int64"),
            "message_id": ("message_id", "int64"),
            "channel": ("channel", "string"),
            "at": ("at", "int64"),
        },
        node_column="node_id",
        sort=("at",),
    ),
)
