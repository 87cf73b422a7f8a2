"""What insights knows about a person, for segments, merge tags, columns and the person's page.

Every fact is a column of the predictions or an interval of stored instants, so both readers say the same.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import ibis

from regulars.core import bulk
from regulars.core.clock import now_us
from regulars.core.plugs import Fact, register
from regulars.insights import rfm

_GATHER = ("predictions",)
_HABITS = ("habits",)


def _read(column: str) -> Callable[[Sequence[int]], dict[int, Any]]:
    def now(person_ids: Sequence[int]) -> dict[int, Any]:
        ids, params = bulk.ids(person_ids)
        return dict(
            bulk.query(
                f"SELECT person_id, {column} FROM insights_prediction"
                f" WHERE {column} IS NOT NULL AND person_id IN {ids}",
                params,
            )
        )

    return now


def _column(column: str) -> Callable[..., Any]:
    def lake(tables):
        rows = tables("predictions")
        rows = rows.filter(rows[column].notnull())
        return rows.select("person_id", value=rows[column], next_us=ibis.null("int64"))

    return lake


def _read_between(begin: str, end: str) -> Callable[[Sequence[int]], dict[int, bool]]:
    def now(person_ids: Sequence[int]) -> dict[int, bool]:
        ids, params = bulk.ids(person_ids)
        at = now_us()
        rows = bulk.query(
            f"SELECT person_id, {begin}, {end} FROM insights_prediction WHERE person_id IN {ids}", params
        )
        return {person: low is not None and low <= at < high for person, low, high in rows}

    return now


def _between(begin: str, end: str) -> Callable[..., Any]:
    """True from one stored instant until another; each is the next change while it lies ahead."""

    def lake(tables):
        rows, at = tables("predictions"), tables.now_us
        low, high = rows[begin], rows[end]
        value = ((low <= at) & (at < high)).fill_null(False)
        following = ibis.cases((at < low, low), (at < high, high), else_=ibis.null("int64"))
        return rows.select("person_id", value=value, next_us=following)

    return lake


def _figure(name: str, label: str, column: str, type_: str, unit: str = "", missing: str = "unknown", **more) -> Fact:
    return Fact(
        name=name,
        label=label,
        room="insights",
        type=type_,
        unit=unit,
        missing=missing,
        gather=_GATHER,
        now=_read(column),
        lake=_column(column),
        **more,
    )


def _state(name: str, label: str, begin: str, end: str) -> Fact:
    return Fact(
        name=name,
        label=label,
        room="insights",
        type="bool",
        missing="no",
        gather=_GATHER,
        now=_read_between(begin, end),
        lake=_between(begin, end),
    )


register(
    _figure("p_buy_13w", "Chance to buy within 13 weeks", "chance_13w", "number", "0 to 1"),
    _figure("expected_purchases_13w", "Expected purchases, 13 weeks", "purchases_13w", "number", "purchases"),
    _figure("expected_purchases_12m", "Expected purchases, 12 months", "purchases_12m", "number", "purchases"),
    _figure("clv_12m", "Expected value, 12 months", "value_12m", "money", "base currency"),
    _figure("rhythm_days", "Usual gap between purchases", "rhythm_days", "number", "days"),
    _figure("rfm_recency", "Recency fifth", "recency", "number", "1 to 5"),
    _figure("rfm_frequency", "Frequency fifth", "frequency", "number", "1 to 5"),
    _figure("rfm_money", "Money fifth", "money", "number", "1 to 5"),
    _figure("rfm_cell", "Place on the RFM map", "cell", "choice", choices=tuple((name, name) for name in rfm.NAMES)),
    _state("is_drifting", "Is drifting away", "drifts_us", "gone_us"),
    _state("is_regular", "Is a regular", "regular_since_us", "regular_until_us"),
)


def _due_now(person_ids: Sequence[int]) -> dict[int, str]:
    """{person: what is due, empty for who has a habit of which nothing is due}."""
    ids, params = bulk.ids(person_ids)
    at = now_us()
    rows = bulk.query(
        "SELECT person_id, CASE WHEN due_us <= %s AND %s < until_us THEN product ELSE '' END FROM insights_habit"
        f" WHERE due_us IS NOT NULL AND person_id IN {ids}",
        [at, at, *params],
    )
    return dict(rows)


def _due_product(person_ids: Sequence[int]) -> dict[int, str]:
    return {person: product for person, product in _due_now(person_ids).items() if product}


def _due_lake(tables):
    rows, at = tables("habits"), tables.now_us
    rows = rows.filter(rows.due_us.notnull())
    due = (rows.due_us <= at) & (at < rows.until_us)
    following = ibis.cases((at < rows.due_us, rows.due_us), (due, rows.until_us), else_=ibis.null("int64"))
    return rows.select("person_id", value=ibis.ifelse(due, rows["product"], None), next_us=following)


def _is_due_lake(tables):
    rows = _due_lake(tables)
    return rows.mutate(value=rows["value"].notnull())


def _next_category(person_ids: Sequence[int]) -> dict[int, str]:
    ids, params = bulk.ids(person_ids)
    return dict(
        bulk.query(
            f"SELECT person_id, next_category FROM insights_habit WHERE next_category <> '' AND person_id IN {ids}",
            params,
        )
    )


def _next_category_lake(tables):
    rows = tables("habits")
    rows = rows.filter(rows.next_category != "")
    return rows.select("person_id", value=rows.next_category, next_us=ibis.null("int64"))


def _habit(name: str, label: str, type_: str, missing: str, now: Callable, lake: Callable) -> Fact:
    return Fact(
        name=name, label=label, room="insights", type=type_, missing=missing, gather=_HABITS, now=now, lake=lake
    )


register(
    _habit(
        "buy_again_due",
        "Something they buy regularly is due",
        "bool",
        "no",
        lambda ids: {person: bool(product) for person, product in _due_now(ids).items()},
        _is_due_lake,
    ),
    _habit("due_product", "What they buy regularly and is due", "text", "unknown", _due_product, _due_lake),
    _habit(
        "likely_next_category",
        "Category they will likely buy of next",
        "text",
        "unknown",
        _next_category,
        _next_category_lake,
    ),
)
