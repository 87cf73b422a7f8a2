"""What commerce knows about one person, read from the truth (`now`) and from the lake: the same answers.

Amounts are in the base currency's minor units, after refunds. Cancelled orders count nothing.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import ibis
import ibis.expr.types as ir

from regulars.core import bulk
from regulars.core.clock import DAY, now_us
from regulars.core.plugs import Fact, register


def _customers(person_ids: Sequence[int]) -> list[tuple]:
    table, params = bulk.ids(person_ids)
    return bulk.query(
        "SELECT person_id, orders, spent, refunded, first_us, last_us, top_category FROM commerce_customer"
        f" WHERE person_id IN {table}",
        params,
    )


def _now(read: Callable[..., Any]) -> Callable[[Sequence[int]], dict[int, Any]]:
    """`read(orders, spent, refunded, first_us, last_us, top_category)`; None means missing."""

    def now(person_ids: Sequence[int]) -> dict[int, Any]:
        found = ((person, read(*row)) for person, *row in _customers(person_ids))
        return {person: value for person, value in found if value is not None}

    return now


def _lake(read: Callable[[ir.Table], ir.Value]) -> Callable[..., ir.Table]:
    """The same over the lake's customers; null means missing."""

    def lake(tables: Callable[[str], ir.Table]) -> ir.Table:
        rows = tables("customers")
        rows = rows.select("person_id", value=read(rows))
        return rows.filter(rows["value"].notnull()).mutate(next_us=ibis.null("int64"))

    return lake


def _days_since(person_ids: Sequence[int], at: int | None = None) -> dict[int, int]:
    moment = now_us() if at is None else at
    return {person: (moment - row[4]) // DAY for person, *row in _customers(person_ids) if row[4] is not None}


def _days_since_lake(tables: Any) -> ir.Table:
    """The number grows by one every 24 hours after the last order."""
    customers = tables("customers")
    rows = customers.filter(customers.last_us.notnull())
    days = ((tables.now_us - rows.last_us) / DAY).floor().cast("int64")
    rows = rows.select("person_id", "last_us", value=days)
    return rows.select("person_id", "value", next_us=rows.last_us + (rows["value"] + 1) * DAY)


def _categories(person_ids: Sequence[int]) -> dict[int, int]:
    table, params = bulk.ids(person_ids)
    return dict(
        bulk.query(
            "SELECT n.person_id, count(DISTINCT l.category) FROM people_node n"
            " JOIN commerce_order o ON o.node_id = n.id JOIN commerce_orderline l ON l.order_id = o.id"
            f" WHERE n.person_id IN {table} AND o.cancelled_us IS NULL AND l.category <> '' GROUP BY n.person_id",
            params,
        )
    )


def _categories_lake(tables: Callable[[str], ir.Table]) -> ir.Table:
    nodes, orders, lines = tables("nodes"), tables("orders"), tables("lines")
    standing = orders.filter(orders.cancelled_us.isnull()).select(order_id="id")
    bought = lines.filter(lines.category != "").join(standing, "order_id").join(nodes, "node_id")
    counted = bought.group_by("person_id").aggregate(value=bought.category.nunique())
    return counted.mutate(next_us=ibis.null("int64"))


def _fact(name: str, label: str, type: str, now: Callable, lake: Callable, **more: Any) -> Fact:
    gather = more.pop("gather", ("customers",))
    return Fact(name=name, label=label, room="commerce", type=type, now=now, lake=lake, gather=gather, **more)


def _gross(orders: int, spent: int, refunded: int, *_: Any) -> int | None:
    return (spent + refunded) // orders if orders else None


def _gross_lake(c: ir.Table) -> ir.Value:
    return ibis.ifelse(c.orders > 0, ((c.spent + c.refunded) / c.orders).floor().cast("int64"), None)


def _share(orders: int, spent: int, refunded: int, *_: Any) -> float | None:
    return refunded / (spent + refunded) if spent + refunded > 0 else None


def _share_lake(c: ir.Table) -> ir.Value:
    gross = c.spent + c.refunded
    return ibis.ifelse(gross > 0, c.refunded.cast("float64") / gross.cast("float64"), None)


register(
    _fact("orders", "Orders", "number", _now(lambda o, *_: o), _lake(lambda c: c.orders.cast("int64")), missing="0"),
    _fact("spent", "Spent in all", "money", _now(lambda o, s, *_: s), _lake(lambda c: c.spent), missing="0"),
    _fact("first_order", "First order", "time", _now(lambda *r: r[3]), _lake(lambda c: c.first_us)),
    _fact("last_order", "Last order", "time", _now(lambda *r: r[4]), _lake(lambda c: c.last_us)),
    _fact("days_since_order", "Days since the last order", "number", _days_since, _days_since_lake, unit="days"),
    _fact("average_order", "Average order", "money", _now(_gross), _lake(_gross_lake)),
    _fact(
        "top_category",
        "Favourite category",
        "text",
        _now(lambda *r: r[5] or None),
        _lake(lambda c: ibis.ifelse(c.top_category == "", None, c.top_category)),
    ),
    _fact(
        "categories_bought",
        "Categories bought",
        "number",
        _categories,
        _categories_lake,
        missing="0",
        gather=("lines", "orders"),
    ),
    _fact("refund_share", "Share brought back", "number", _now(_share), _lake(_share_lake), unit="0 to 1"),
)
