"""What the programme knows about one person, read from the truth (`now`) and from the lake: the same answers."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import ibis

from regulars.core import bulk
from regulars.core.clock import now_us
from regulars.core.plugs import Fact, register
from regulars.loyalty.ledger import facts as _points  # noqa: F401  registers what is known of points
from regulars.loyalty.referrals import facts as _friends  # noqa: F401  (registers those of referrals)

_STANDING = ("standings",)


def _rows(person_ids: Sequence[int], column: str) -> list[tuple[int, Any]]:
    ids, params = bulk.ids(person_ids)
    return bulk.query(
        f"SELECT person_id, {column} FROM loyalty_standing WHERE {column} IS NOT NULL AND person_id IN {ids}", params
    )


def _now(column: str) -> Callable[[Sequence[int]], dict[int, Any]]:
    return lambda person_ids: {person: value for person, value in _rows(person_ids, column) if value != ""}


def _lake(column: str) -> Callable[..., Any]:
    def lake(tables):
        rows = tables("standings")
        rows = rows.filter(rows[column].notnull())
        if column == "tier_name":
            rows = rows.filter(rows.tier_name != "")
        return rows.select("person_id", value=rows[column], next_us=ibis.null("int64"))

    return lake


def _thresholds_now(person_ids: Sequence[int]) -> dict[int, str]:
    """Names of the thresholds somebody is across, in order."""
    ids, params = bulk.ids(person_ids)
    rows = bulk.query(
        "SELECT c.person_id, t.name FROM loyalty_crossing c JOIN loyalty_threshold t ON t.id = c.threshold_id"
        f" WHERE c.undone_us IS NULL AND coalesce(c.until_us, %s) >= %s AND c.person_id IN {ids} ORDER BY t.name",
        [2**62, now_us() + 1, *params],
    )
    found: dict[int, str] = {}
    for person, name in rows:
        found[person] = f"{found[person]}, {name}" if person in found else name
    return found


def _thresholds_lake(tables):
    rows = tables("crossings")
    rows = rows.filter(rows.undone_us.isnull() & (rows.until_us.isnull() | (rows.until_us > tables.now_us)))
    return rows.group_by("person_id").aggregate(
        value=rows.name.group_concat(sep=", ", order_by=rows.name), next_us=rows.until_us.min()
    )


def _members_now(person_ids: Sequence[int]) -> dict[int, bool]:
    ids, params = bulk.ids(person_ids)
    rows = bulk.query(
        "SELECT DISTINCT n.person_id FROM people_node n JOIN loyalty_member m ON m.node_id = n.id"
        f" WHERE m.left_us IS NULL AND n.person_id IN {ids}",
        params,
    )
    return {person: True for (person,) in rows}


def _members_lake(tables):
    joined = tables("members")
    rows = joined.filter(joined.left_us.isnull()).join(tables("nodes"), "node_id").select("person_id").distinct()
    return rows.mutate(value=True, next_us=ibis.null("int64"))


def _fact(name: str, label: str, type: str, now: Callable, lake: Callable, **more: Any) -> Fact:
    gather = more.pop("gather", _STANDING)
    return Fact(name=name, label=label, room="loyalty", type=type, now=now, lake=lake, gather=gather, **more)


register(
    _fact("tier", "Tier", "text", _now("tier_name"), _lake("tier_name"), missing="none"),
    _fact("tier_since", "Tier since", "time", _now("since_us"), _lake("since_us"), missing="none"),
    _fact(
        "points_to_next_tier",
        "Missing to the next tier",
        "number",
        _now("to_next"),
        _lake("to_next"),
        unit="points, orders or minor units",
        missing="none",
    ),
    _fact("is_member", "Member of the programme", "bool", _members_now, _members_lake, missing="no",
          gather=("members", "nodes")),
    _fact("thresholds", "Across thresholds", "text", _thresholds_now, _thresholds_lake, missing="none",
          gather=("crossings",)),
)  # fmt: skip
