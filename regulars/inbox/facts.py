"""What this room knows about one person: their conversations, open ones, the last, and complaints nobody answered.

Only of authors who are proven to be the person; cases that began inside the house do not count.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import ibis
import ibis.expr.types as ir
from django.utils.translation import gettext_lazy as _

from regulars.core import bulk
from regulars.core.clock import DAY, now_us
from regulars.core.plugs import Fact, register

GATHER = ("conversations", "nodes")
COMPLAINS = "(c.feels = 'negative' OR c.intent = 'complaint')"


def _read(what: str, where: str = "") -> Callable[[Sequence[int]], dict[int, Any]]:
    """{person: an aggregate over their conversations}."""

    def now(person_ids: Sequence[int]) -> dict[int, Any]:
        some, params = bulk.ids(person_ids)
        rows = bulk.query(
            f"SELECT n.person_id, {what} FROM people_node n JOIN inbox_case c ON c.node_id = n.id"
            f" WHERE n.person_id IN {some} AND c.account_id IS NOT NULL AND c.merged_into IS NULL{where}"
            " GROUP BY n.person_id",
            params,
        )
        return {person: value for person, value in rows if value is not None}

    return now


def _rows(tables: Any) -> ir.Table:
    nodes = tables("nodes").select("node_id", "person_id")
    talks = tables("conversations")
    return talks.filter(talks.node_id.notnull()).join(nodes, "node_id")


def _lake(value: Callable[[ir.Table], ir.Value], keep: Callable[[ir.Table], ir.Value] | None = None) -> Callable:
    def lake(tables: Any) -> ir.Table:
        rows = _rows(tables)
        rows = rows.filter(keep(rows)) if keep else rows
        found = rows.group_by("person_id").aggregate(value=value(rows))
        return found.filter(found["value"].notnull()).mutate(next_us=ibis.null("int64"))

    return lake


last_conversation = _read("MAX(c.last_us)")


def _days_since(person_ids: Sequence[int], at: int | None = None) -> dict[int, int]:
    moment = now_us() if at is None else at
    return {person: (moment - last) // DAY for person, last in last_conversation(person_ids).items()}


def _days_since_lake(tables: Any) -> ir.Table:
    """The number grows by one every 24 hours after the last word."""
    rows = _rows(tables)
    last = rows.group_by("person_id").aggregate(last_us=rows.last_us.max())
    last = last.filter(last.last_us.notnull())
    days = ((tables.now_us - last.last_us) / DAY).floor().cast("int64")
    last = last.select("person_id", "last_us", value=days)
    return last.select("person_id", "value", next_us=last.last_us + (last["value"] + 1) * DAY)


def _unanswered(person_ids: Sequence[int]) -> dict[int, bool]:
    found = _read("COUNT(*)", f" AND c.waiting_us IS NOT NULL AND c.closed_us IS NULL AND {COMPLAINS}")(person_ids)
    return dict.fromkeys(found, True)


def _unanswered_lake(tables: Any) -> ir.Table:
    rows = _rows(tables)
    found = rows.filter(rows.waiting & rows.open & rows.complaint).select("person_id").distinct()
    return found.mutate(value=ibis.literal(True), next_us=ibis.null("int64"))


def _fact(name: str, label: Any, type: str, now: Callable, lake: Callable, **more: Any) -> Fact:
    return Fact(name=name, label=label, room="inbox", type=type, now=now, lake=lake, gather=GATHER, **more)


register(
    _fact("conversations", _("Conversations"), "number", _read("COUNT(*)"), _lake(lambda t: t.count()), missing="0"),
    _fact(
        "conversations_open", _("Open conversations"), "number", _read("COUNT(*)", " AND c.closed_us IS NULL"),
        _lake(lambda t: t.count(), lambda t: t.open), missing="0",
    ),
    _fact(
        "last_conversation", _("Last conversation"), "time", last_conversation, _lake(lambda t: t.last_us.max()),
        missing="never",
    ),
    _fact(
        "days_since_conversation", _("Days since the last conversation"), "number", _days_since, _days_since_lake,
        unit="days", missing="never",
    ),
    _fact(
        "unanswered_complaint", _("A complaint nobody answered"), "bool", _unanswered, _unanswered_lake, missing="no"
    ),
)  # fmt: skip
