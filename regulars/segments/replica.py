"""What the lake holds of segments: who is in, following the log of who came and went."""

from regulars.core.plugs import ReplicaTable, register

register(
    ReplicaTable(
        name="changes",
        room="segments",
        kind="touch",
        sql_table="segments_change",
        columns={"person_id": ("person_id", "int64")},
    ),
    ReplicaTable(
        name="memberships",
        room="segments",
        kind="keyed",
        sql_table="(SELECT * FROM segments_membership WHERE member) AS segments_membership",
        key=("segment_id", "person_id"),
        columns={
            "segment_id": ("segment_id", "int64"),
            "person_id": ("person_id", "int64"),
            "since_us": ("since_us", "int64"),
        },
        person_column="person_id",
        changed="changes",
        sort=("segment_id",),
    ),
)
