"""What the lake holds of the programme: where people stand, thresholds they are across, members."""

from regulars.core.plugs import ReplicaTable, register
from regulars.loyalty.referrals import facts as _friends  # noqa: F401  (registers those of referrals)

register(
    ReplicaTable(
        name="standings",
        room="loyalty",
        kind="keyed",
        sql_table="loyalty_standing",
        key=("person_id",),
        columns={
            "person_id": ("person_id", "int64"),
            "tier": ("tier", "string"),
            "tier_name": ("tier_name", "string"),
            "since_us": ("since_us", "int64"),
            "until_us": ("until_us", "int64"),
            "progress": ("progress", "int64"),
            "to_next": ("to_next", "int64"),
            "earned": ("earned", "int64"),
        },
        person_column="person_id",
    ),
    ReplicaTable(
        name="crossings",
        room="loyalty",
        kind="keyed",
        sql_table="(SELECT c.*, t.name FROM loyalty_crossing c JOIN loyalty_threshold t ON t.id = c.threshold_id)"
        " AS loyalty_crossing",
        key=("id",),
        columns={
            "id": ("id", "int64"),
            "person_id": ("person_id", "int64"),
            "threshold_id": ("threshold_id", "int64"),
            "name": ("name", "string"),
            "crossed_us": ("crossed_us", "int64"),
            "until_us": ("until_us", "int64"),
            "undone_us": ("undone_us", "int64"),
        },
        person_column="person_id",
    ),
    ReplicaTable(
        name="members",
        room="loyalty",
        kind="keyed",
        sql_table="loyalty_member",
        key=("id",),
        columns={
            "id": ("id", "int64"),
            "node_id": ("node_id", "int64"),
            "joined_us": ("joined_us", "int64"),
            "left_us": ("left_us", "int64"),
        },
        node_column="node_id",
    ),
)
