"""What the books know about one person, from the truth and from the lake.

Whoever has none of what a fact counts is absent. A posting touches the person; time alone is in `next_us`.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import ibis

from regulars.core import bulk
from regulars.core.clock import DAY, now_us
from regulars.core.plugs import Fact, ReplicaTable, register
from regulars.loyalty.gathering import current
from regulars.loyalty.ledger.reading import Have, balances

SOON = 30 * DAY
GOING = """SELECT n.person_id, sum(l.active + CASE WHEN l.activates_us <= %s THEN l.pending ELSE 0 END) AS going
 FROM people_node n JOIN loyalty_lot l ON l.node_id = n.id
 WHERE n.person_id IN {people} AND l.programme_id = %s AND l.asset = 'points' AND l.rest > 0
 AND l.expires_us > %s AND l.expires_us <= %s GROUP BY n.person_id"""


def _have(read: Callable[[Have], int]) -> Callable[[Sequence[int]], dict[int, int]]:
    def now(person_ids: Sequence[int]) -> dict[int, int]:
        programme = current()
        found = balances(person_ids, programme_id=programme.id, at=now_us()) if programme else {}
        return {person: value for person, have in found.items() if (value := read(have))}

    return now


def _going(person_ids: Sequence[int]) -> dict[int, int]:
    programme, at = current(), now_us()
    if programme is None:
        return {}
    people, ids = bulk.ids(person_ids)
    rows = bulk.query(GOING.format(people=people), [at, *ids, programme.id, at, at + SOON])
    return {person: int(points) for person, points in rows if points}


def _lots(tables: Any) -> tuple[Any, Any]:
    """Lots of people with what is active and pending at this moment, and when that changes next."""
    now, lots = tables.now_us, tables("lots").join(tables("nodes"), "node_id")
    lots = lots.filter(lots.expires_us.isnull() | (lots.expires_us > now))
    ripe = lots.activates_us <= now
    return now, lots.mutate(
        active=lots.active + ibis.ifelse(ripe, lots.pending, 0),
        pending=ibis.ifelse(ripe, 0, lots.pending),
        changes=ibis.ifelse((lots.pending > 0) & ~ripe, lots.activates_us, lots.expires_us),
    )


def _points_lake(tables: Any) -> Any:
    _, lots = _lots(tables)
    sums = lots.group_by("person_id").aggregate(active=lots.active.sum(), next_us=lots.changes.min())
    books = tables("balances").join(tables("nodes"), "node_id")
    owed = books.group_by("person_id").aggregate(debt=books.debt.sum())
    rows = sums.left_join(owed, "person_id")
    value = rows.active - ibis.coalesce(rows.debt, 0)
    rows = rows.select("person_id", "next_us", value=ibis.greatest(value, 0).cast("int64"))
    return rows.filter(rows["value"] > 0)


def _pending_lake(tables: Any) -> Any:
    _, lots = _lots(tables)
    lots = lots.filter(lots.pending > 0)
    value = lots.pending.sum().cast("int64")
    return lots.group_by("person_id").aggregate(value=value, next_us=lots.activates_us.min())


def _going_lake(tables: Any) -> Any:
    now, lots = _lots(tables)
    lots = lots.filter((lots.active > 0) & lots.expires_us.notnull())
    soon = lots.expires_us <= now + SOON
    turns = ibis.ifelse(soon, lots.expires_us, lots.expires_us - SOON)
    lots = lots.mutate(going=ibis.ifelse(soon, lots.active, 0), turns=turns)
    rows = lots.group_by("person_id").aggregate(value=lots.going.sum().cast("int64"), next_us=lots.turns.min())
    return rows.filter(rows["value"] > 0)


_LIVE = (
    "(SELECT * FROM {table} WHERE asset = 'points' AND {where} AND programme_id = (SELECT min(id) FROM"
    " loyalty_programme WHERE ended_us IS NULL)) AS {table}"
)
register(
    ReplicaTable(
        name="lots",
        room="loyalty",
        kind="keyed",
        sql_table=_LIVE.format(table="loyalty_lot", where="rest > 0"),
        key=("id",),
        columns={
            name: (name, "int64") for name in ("id", "node_id", "active", "pending", "activates_us", "expires_us")
        },
        node_column="node_id",
    ),
    ReplicaTable(
        name="balances",
        room="loyalty",
        kind="keyed",
        sql_table=_LIVE.format(table="loyalty_balance", where="debt > 0"),
        key=("id",),
        columns={name: (name, "int64") for name in ("id", "node_id", "debt")},
        node_column="node_id",
    ),
)
_TABLES = {"room": "loyalty", "type": "number", "unit": "points", "missing": "0"}
register(
    Fact(name="points", label="Points that can be spent", now=_have(lambda have: have.active), lake=_points_lake,
         gather=("lots", "balances", "nodes"), **_TABLES),
    Fact(name="points_pending", label="Points still pending", now=_have(lambda have: have.pending),
         lake=_pending_lake, gather=("lots", "nodes"), **_TABLES),
    Fact(name="points_expiring_30d", label="Points that expire within 30 days", now=_going, lake=_going_lake,
         gather=("lots", "nodes"), **_TABLES),
)  # fmt: skip
