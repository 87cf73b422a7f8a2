"""How many friends somebody brought, and whether they came by one: read from the truth and from the lake."""

from __future__ import annotations

from collections.abc import Sequence

import ibis

from regulars.core import bulk
from regulars.core.plugs import Fact, ReplicaTable, register

COLUMNS = {"id": ("id", "int64"), "node_id": ("node_id", "int64"), "state": ("state", "string")}
CAME = ("pending", "held", "rewarded")


def _friends_now(person_ids: Sequence[int]) -> dict[int, int]:
    ids, params = bulk.ids(person_ids)
    rows = bulk.query(
        "SELECT n.person_id, count(*) FROM people_node n JOIN loyalty_referral r ON r.node_id = n.id"
        f" WHERE r.state = 'rewarded' AND n.person_id IN {ids} GROUP BY n.person_id",
        params,
    )
    return dict(rows)


def _friends_lake(tables):
    rows = tables("referrals")
    rows = rows.filter(rows.state == "rewarded").join(tables("nodes"), "node_id")
    return rows.group_by("person_id").aggregate(value=rows.count(), next_us=ibis.null("int64"))


def _came_now(person_ids: Sequence[int]) -> dict[int, bool]:
    ids, params = bulk.ids(person_ids)
    rows = bulk.query(
        "SELECT DISTINCT n.person_id FROM people_node n JOIN loyalty_referral r ON r.friend_node_id = n.id"
        f" WHERE r.state IN ('pending', 'held', 'rewarded') AND n.person_id IN {ids}",
        params,
    )
    return {person: True for (person,) in rows}


def _came_lake(tables):
    rows = tables("referred")
    rows = rows.filter(rows.state.isin(CAME)).join(tables("nodes"), "node_id").select("person_id").distinct()
    return rows.mutate(value=True, next_us=ibis.null("int64"))


register(
    ReplicaTable(
        name="referrals", room="loyalty", kind="keyed", sql_table="loyalty_referral", key=("id",), columns=COLUMNS,
        node_column="node_id",
    ),
    ReplicaTable(
        name="referred", room="loyalty", kind="keyed", sql_table="loyalty_referral", key=("id",),
        columns=COLUMNS | {"node_id": ("friend_node_id", "int64")}, node_column="node_id",
    ),
    Fact(
        name="referred_friends", label="Friends brought", room="loyalty", type="number", missing="0",
        gather=("referrals", "nodes"), now=_friends_now, lake=_friends_lake,
    ),
    Fact(
        name="came_by_referral", label="Came by a friend", room="loyalty", type="bool", missing="no",
        gather=("referred", "nodes"), now=_came_now, lake=_came_lake,
    ),
)  # fmt: skip
