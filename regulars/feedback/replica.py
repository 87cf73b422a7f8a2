"""What the lake holds of surveys: scores of people we know, without a word they wrote."""

from regulars.core.plugs import ReplicaTable, register

register(
    ReplicaTable(
        name="answers",
        room="feedback",
        kind="keyed",
        sql_table="feedback_response",
        key=("id",),
        columns={
            "id": ("id", "int64"),
            "node_id": ("node_id", "int64"),
            "survey_id": ("survey_id", "int64"),
            "score": ("score", "int64"),
            "part": ("part", "string"),
            "counts": ("excluded_us IS NULL", "bool"),
            "at": ("answered_us", "int64"),
        },
        node_column="node_id",
        sort=("at",),
    ),
)
