"""What the lake holds of people: numbers of nodes and persons, traits and consents; no name, no address."""

from regulars.core.plugs import ReplicaTable, register

register(
    ReplicaTable(
        name="touch",
        room="people",
        kind="touch",
        sql_table="people_touch",
        columns={"person_id": ("person_id", "int64")},
    ),
    ReplicaTable(
        name="erased",
        room="people",
        kind="erased",
        sql_table="people_erasednode",
        columns={"node_id": ("node_id", "int64")},
    ),
    ReplicaTable(
        name="nodes",
        room="people",
        kind="keyed",
        sql_table="people_node",
        key=("node_id",),
        columns={"node_id": ("id", "int64"), "person_id": ("person_id", "int64")},
        node_column="node_id",
        person_column="person_id",
    ),
    ReplicaTable(
        name="people",
        room="people",
        kind="keyed",
        sql_table="people_person",
        key=("person_id",),
        columns={
            "person_id": ("id", "int64"),
            "merged_into": ("merged_into", "int64"),
            "nodes": ("nodes", "int32"),
            "city": ("city", "string"),
            "first_us": ("first_us", "int64"),
            "last_us": ("last_us", "int64"),
        },
        person_column="person_id",
        after="profiles",
    ),
    ReplicaTable(
        name="traits",
        room="people",
        kind="keyed",
        sql_table="people_trait",
        key=("node_id", "name"),
        columns={
            "node_id": ("node_id", "int64"),
            "name": ("name", "string"),
            "value": ("value", "string"),
            "at": ("at", "int64"),
        },
        node_column="node_id",
        sort=("name",),
    ),
    ReplicaTable(
        name="consents",
        room="people",
        kind="keyed",
        sql_table="people_consent",
        key=("id",),
        columns={
            "id": ("id", "int64"),
            "node_id": ("node_id", "int64"),
            "purpose": ("purpose", "string"),
            "channel": ("channel", "string"),
            "state": ("state", "string"),
            "at": ("at", "int64"),
        },
        node_column="node_id",
    ),
)
