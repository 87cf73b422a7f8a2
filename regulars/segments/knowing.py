"""Facts in conditions: what other rooms declare, traits of any name, and consents.

`trait:<name>` is the latest value over the person's nodes; `consent:<purpose>:<channel>` is granted, pending or
withdrawn: the most restrictive of what the nodes said last.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import ibis
import ibis.expr.types as ir

from regulars.core.clock import DAY
from regulars.core.plugs import registry
from regulars.segments.calendar import CIVIL_STEPS, CIVIL_ZERO, MARCH_STEPS, days_before_year
from regulars.segments.comparing import whole
from regulars.segments.definition import FactIs
from regulars.segments.scans import Plan

ANNIVERSARY = "anniversary_in_next_days"
RANKS = {"granted": 0, "pending": 1, "withdrawn": 2}
_MISSING = {"0": 0, "no": False, "false": False, "none": ""}


class FactTables:
    """What `Fact.lake` is given: `tables(name)` is an Ibis table, `tables.now_us` the moment it is asked for."""

    def __init__(self, plan: Plan) -> None:
        self._plan = plan

    def __call__(self, name: str) -> ir.Table:
        return self._plan.tables(name)

    @property
    def now_us(self) -> ir.IntegerScalar:
        return self._plan.now_scalar()


def default_of(fact: str) -> Any:
    """The value of people of whom nothing is known; None where that stays unknown."""
    declared = registry.facts.get(fact)
    return _MISSING.get(declared.missing.lower()) if declared else None


def fact_relation(leaf: FactIs, plan: Plan, name: str) -> ir.Table:
    """(person_id, <name>_value, <name>_next)"""
    if leaf.fact.startswith("trait:"):
        rows = _trait(leaf, plan)
    elif leaf.fact.startswith("consent:"):
        rows = _consent(leaf, plan)
    else:
        rows = registry.facts[leaf.fact].lake(FactTables(plan))
    rows = rows.select("person_id", "value", "next_us")
    if leaf.op == ANNIVERSARY:
        rows = _next_return(rows, leaf.type, plan)
    elif leaf.type == "date":
        rows = _with_date(rows)
        rows = rows.mutate(value=days_before_year(rows.y - rows.early) + rows.of_year)
    return rows.select("person_id", **{f"{name}_value": rows["value"], f"{name}_next": rows["next_us"]})


def _with_date(rows: ir.Table) -> ir.Table:
    """Texts that begin like "1985-03-04" as columns y, month, day and those of MARCH_STEPS; null for any other."""
    looks = rows["value"].re_search(r"^[0-9]{4}-(0[1-9]|1[0-2])-(0[1-9]|[12][0-9]|3[01])")
    rows = rows.mutate(text=ibis.ifelse(looks, rows["value"], ibis.null("string")))
    parts = {k: rows["text"].substr(a, n).cast("int64") for k, a, n in (("y", 0, 4), ("month", 5, 2), ("day", 8, 2))}
    return _stepped(rows.mutate(**parts), MARCH_STEPS)


def _stepped(rows: ir.Table, steps: tuple[Callable[[ir.Table], dict[str, ir.Value]], ...]) -> ir.Table:
    for step in steps:
        rows = rows.mutate(**step(rows))
    return rows


def _next_return(rows: ir.Table, kind: str, plan: Plan) -> ir.Table:
    """The day number of the next anniversary, today included; an instant has its date in winter time."""
    if kind == "date":
        rows = _with_date(rows)
    else:
        rows = rows.mutate(z=(rows["value"] + plan.calendar.winter_us) // DAY + CIVIL_ZERO)
        rows = _stepped(rows, (*CIVIL_STEPS, *MARCH_STEPS))
    rows = plan.with_clock(rows.select("person_id", "next_us", "early", "of_year"))
    rows = rows.mutate(years=rows.clock_year - rows.early)
    rows = rows.mutate(
        a=days_before_year(rows.years) + rows.of_year, b=days_before_year(rows.years + 1) + rows.of_year
    )
    return rows.select("person_id", "next_us", value=ibis.ifelse(rows.a >= rows.clock_today, rows.a, rows.b))


def _trait(leaf: FactIs, plan: Plan) -> ir.Table:
    traits = plan.tables("traits")
    mine = plan.of_persons(traits.filter(traits["name"] == leaf.fact.removeprefix("trait:")))
    newest = ibis.window(group_by=mine.person_id, order_by=[mine["at"].desc(), mine.node_id])
    placed = mine.mutate(place=ibis.row_number().over(newest)).filter(ibis._.place == 0)
    return placed.select("person_id", value=_typed(placed["value"], leaf.type), next_us=ibis.null("int64"))


def _typed(json: ir.StringValue, kind: str) -> ir.Value:
    """The plain value of a JSON text; null when it is of another type."""
    text = ibis.ifelse(
        json.startswith('"'), json.substr(1, json.length() - 2), ibis.ifelse(json == "null", None, json)
    )
    if kind in ("number", "money"):
        number = text.re_search(r"^-?[0-9]{1,15}([.][0-9]{1,9})?$")
        return ibis.ifelse(number, text, ibis.null("string")).cast("float64")
    if kind == "bool":
        return ibis.cases((text == "true", True), (text == "false", False))
    if kind == "time":
        whole_number = text.re_search(r"^[0-9]{1,18}$")
        return ibis.ifelse(whole_number, text, ibis.null("string")).cast("int64")
    return text


def _consent(leaf: FactIs, plan: Plan) -> ir.Table:
    _, purpose, channel = (leaf.fact + "::").split(":")[:3]
    consents = plan.tables("consents")
    said = consents.filter((consents.purpose == purpose) & (consents.channel == channel))
    newest = ibis.window(group_by=said.node_id, order_by=[said["at"].desc(), said["id"].desc()])
    last = said.mutate(place=ibis.row_number().over(newest)).filter(ibis._.place == 0)
    ranked = plan.of_persons(last.mutate(rank=last.state.cases(*((k, whole(v)) for k, v in RANKS.items()), else_=2)))
    worst = ranked.group_by("person_id").aggregate(rank=ranked["rank"].max())
    state = worst["rank"].cases(*((v, k) for k, v in RANKS.items()))
    return worst.select("person_id", value=state, next_us=ibis.null("int64"))
