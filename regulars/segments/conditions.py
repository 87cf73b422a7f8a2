"""Each kind of condition: what it asks of the events, and how the answers become (is it so, when can it change).

A function here asks the plan for columns and returns a function from the finished rows to an Answer.
The next instant may be too early, never too late: data-core 7.3.1 has the rules for windows.
"""

from __future__ import annotations

from collections.abc import Callable

import ibis
import ibis.expr.types as ir

from regulars.segments.comparing import Answer, answer, first_after, never, or_never, static, whole
from regulars.segments.definition import EventIs, FactIs, Leaf, Sequence, Window
from regulars.segments.knowing import ANNIVERSARY, default_of, fact_relation
from regulars.segments.scans import Plan, column_of, in_window, matches

MILLIONTHS = 1_000_000
LARGEST = 9e12
Condition = Callable[[ir.Table], Answer]


def leaf_condition(leaf: Leaf, plan: Plan) -> Condition:
    """A condition that refers to no other segment."""
    match leaf:
        case FactIs():
            return _fact(leaf, plan)
        case EventIs():
            return _event(leaf, plan)
        case Sequence():
            return _sequence(leaf, plan)
    raise TypeError(f"{type(leaf).__name__} is no condition of its own.")


def every(answers: list[Answer]) -> Answer:
    """All of them. While that is false it cannot turn before each part that is false has turned."""
    if len(answers) == 1:
        return answers[0]
    so = ibis.and_(*(m for m, _ in answers))
    earliest = ibis.least(*(n for _, n in answers))
    return so, ibis.ifelse(so, earliest, ibis.greatest(*(ibis.ifelse(m, whole(0), n) for m, n in answers)))


def some(answers: list[Answer]) -> Answer:
    """Any of them; the mirror image of every()."""
    none, turns = every([(~m, n) for m, n in answers])
    return ~none, turns


def _fact(leaf: FactIs, plan: Plan) -> Condition:
    key = ("fact", leaf.fact, leaf.type, leaf.op == ANNIVERSARY)
    name = plan.join(key, lambda name: fact_relation(leaf, plan, name))
    missing = default_of(leaf.fact)

    def ask(rows: ir.Table) -> Answer:
        value = rows[f"{name}_value"]
        value = value if missing is None else value.fill_null(missing)
        so, turns = answer(value, leaf.type, leaf.op, leaf.value, rows, plan.calendar)
        return so, ibis.least(turns, or_never(rows[f"{name}_next"]))

    return ask


def _event(leaf: EventIs, plan: Plan) -> Condition:
    coming = _coming(leaf, plan)
    if leaf.measure == "count":
        now = _count(leaf, plan)
    elif leaf.measure in ("first", "last"):
        now = _moment(leaf, plan) if leaf.property is None else _picked(leaf, plan)
    else:
        now = _total(leaf, plan)

    def ask(rows: ir.Table) -> Answer:
        so, leaves, growing = now(rows)
        enters = coming(rows)
        if growing is not None:  # more events can only help, so only the direction that matters is waited for
            leaves = ibis.ifelse(so if growing else ~so, leaves, never())
            enters = ibis.ifelse(~so if growing else so, enters, never())
        return so, ibis.least(leaves, enters)

    return ask


def _measure(leaf: EventIs, plan: Plan, what: str, build: Callable, combine: str) -> str:
    """Ask for a measure over the events of the leaf that are in its window now."""

    mark = plan.mark(leaf.event, (leaf.event, leaf.where, leaf.window), lambda rows: _counts(leaf, plan, rows))
    key = (mark, leaf.property, what)
    return plan.ask(leaf.event, leaf.window, key, lambda rows: build(rows, rows[mark]), combine)


def _counts(leaf: EventIs, plan: Plan, rows: ir.Table) -> ir.BooleanValue:
    """Is this row an event of the leaf, in its window now?"""
    return matches(rows, leaf.event, leaf.where, plan.calendar) & in_window(rows, leaf.window, plan.calendar)


def _first(leaf: EventIs, plan: Plan) -> str:
    return _measure(leaf, plan, "first", lambda r, hit: r.ts.min(where=hit), "min")


def _last(leaf: EventIs, plan: Plan) -> str:
    return _measure(leaf, plan, "last", lambda r, hit: r.ts.max(where=hit), "max")


def _counted(leaf: EventIs, plan: Plan) -> str:
    return _measure(leaf, plan, "count", lambda r, hit: r.count(where=hit), "sum")


def _coming(leaf: EventIs, plan: Plan) -> Callable[[ir.Table], ir.IntegerValue]:
    """When the next event comes of age, or comes at all: those with a time in the future wait for it."""
    older = leaf.window.older_us

    def ahead(rows: ir.Table) -> ir.Value:
        return rows.ts.min(where=rows.ts > rows.clock_now - older)

    column = plan.ask(leaf.event, leaf.window, ("coming", older), ahead, "min")
    return lambda rows: or_never(rows[column] + older)


def _leaving(window: Window, rows: ir.Table, ts: ir.IntegerValue) -> ir.IntegerValue:
    """When an event of that time drops out of the window."""
    ends = []
    if window.newer_us is not None:
        ends.append(ts + window.newer_us)
    if window.this:
        ends.append(ibis.ifelse(ts.notnull(), rows[f"clock_end_{window.this}"], ibis.null("int64")))
    return ibis.least(never(), *map(or_never, ends)) if ends else never()


def _never_leaves(window: Window) -> bool:
    return window.newer_us is None and window.this is None


def _count(leaf: EventIs, plan: Plan) -> Callable:
    growing = {">=": True, ">": True, "<": False, "<=": False}.get(leaf.op)
    at_least = leaf.value + (leaf.op in (">", "<=")) if growing is not None else None
    if at_least == 1:
        last = _last(leaf, plan)
        return lambda rows: (
            rows[last].notnull() if growing else rows[last].isnull(),
            _leaving(leaf.window, rows, rows[last]),
            growing,
        )
    count = _counted(leaf, plan)
    first = None if _never_leaves(leaf.window) else _first(leaf, plan)

    def ask(rows: ir.Table) -> tuple:
        so = static(rows[count].fill_null(0), "number", leaf.op, leaf.value, plan.calendar)
        return so, _leaving(leaf.window, rows, rows[first]) if first else never(), growing

    return ask


def _moment(leaf: EventIs, plan: Plan) -> Callable:
    """The time of the first or last event in the window, compared."""
    column = (_first if leaf.measure == "first" else _last)(leaf, plan)

    def ask(rows: ir.Table) -> tuple:
        so, turns = answer(rows[column], "time", leaf.op, leaf.value, rows, plan.calendar)
        return so, ibis.least(turns, _leaving(leaf.window, rows, rows[column])), None

    return ask


def _total(leaf: EventIs, plan: Plan) -> Callable:
    """Sum, average, smallest, largest, or number of different values of a property."""
    first = None if _never_leaves(leaf.window) else _first(leaf, plan)
    value = {"sum": _sum, "avg": _average, "distinct": _distinct}.get(leaf.measure, _extreme)(leaf, plan)

    def ask(rows: ir.Table) -> tuple:
        so = static(value(rows), "number", leaf.op, _scaled(leaf), plan.calendar)
        return so, _leaving(leaf.window, rows, rows[first]) if first else never(), None

    return ask


def _scaled(leaf: EventIs) -> object:
    """The value to compare with, in the unit of the measure: sums are in millionths."""
    if leaf.measure != "sum" or leaf.value is None:
        return leaf.value
    scale = _scale(leaf)
    if isinstance(leaf.value, tuple):
        return tuple(round(v * scale) for v in leaf.value)
    return round(leaf.value * scale)


def _scale(leaf: EventIs) -> int:
    return 1 if leaf.type == "money" else MILLIONTHS


def _sum_column(leaf: EventIs, plan: Plan) -> str:
    """Whole millionths, so that a sum does not depend on the order of its parts."""

    def exact(rows: ir.Table, hit: ir.BooleanValue) -> ir.Value:
        value = rows[_property_column(leaf)]
        if _scale(leaf) != 1:
            value = (value.clip(-LARGEST, LARGEST) * float(MILLIONTHS)).round().cast("int64")
        return value.sum(where=hit)

    return _measure(leaf, plan, "sum", exact, "sum")


def _sum(leaf: EventIs, plan: Plan) -> Callable:
    column = _sum_column(leaf, plan)
    return lambda rows: rows[column].fill_null(0)


def _average(leaf: EventIs, plan: Plan) -> Callable:
    total = _sum_column(leaf, plan)
    count = _measure(leaf, plan, "known", lambda r, hit: r[_property_column(leaf)].count(where=hit), "sum")

    def ask(rows: ir.Table) -> ir.Value:
        return rows[total].cast("float64") / rows[count].nullif(0).cast("float64") / float(_scale(leaf))

    return ask


def _extreme(leaf: EventIs, plan: Plan) -> Callable:
    def build(rows: ir.Table, hit: ir.BooleanValue) -> ir.Value:
        return getattr(rows[_property_column(leaf)], leaf.measure)(where=hit)

    column = _measure(leaf, plan, leaf.measure, build, leaf.measure)
    return lambda rows: rows[column]


def _property_column(leaf: EventIs) -> str:
    return column_of(leaf.event, leaf.property or "")


def _in_window_per_person(leaf: EventIs, plan: Plan) -> ir.Table:
    rows = plan.of_persons(plan.events({leaf.event}, {leaf.window}))
    return rows.filter(_counts(leaf, plan, rows))


def _distinct(leaf: EventIs, plan: Plan) -> Callable:
    def relation(name: str) -> ir.Table:
        rows = _in_window_per_person(leaf, plan)
        return rows.group_by("person_id").aggregate(**{name: rows[_property_column(leaf)].nunique()})

    column = plan.join(("distinct", leaf.event, leaf.where, leaf.window, leaf.property), relation)
    return lambda rows: rows[column].fill_null(0)


def _picked(leaf: EventIs, plan: Plan) -> Callable:
    """The property of the first or last event in the window; of several at one time, the one taken in first."""

    def relation(name: str) -> ir.Table:
        rows = _in_window_per_person(leaf, plan)
        order = [rows.ts, rows.id] if leaf.measure == "first" else [rows.ts.desc(), rows.id]
        place = ibis.row_number().over(ibis.window(group_by=rows.person_id, order_by=order))
        picked = rows.mutate(place=place).filter(ibis._.place == 0)
        return picked.select(
            "person_id", **{f"{name}_value": picked[_property_column(leaf)], f"{name}_ts": picked.ts}
        )

    name = plan.join(("picked", leaf.measure, leaf.event, leaf.where, leaf.window, leaf.property), relation)

    def ask(rows: ir.Table) -> tuple:
        so = static(rows[f"{name}_value"], leaf.type, leaf.op, leaf.value, plan.calendar)
        return so, _leaving(leaf.window, rows, rows[f"{name}_ts"]), None

    return ask


def _sequence(leaf: Sequence, plan: Plan) -> Condition:
    def relation(name: str) -> ir.Table:
        return _followed(leaf, plan, name)

    name = plan.join(leaf, relation)

    def ask(rows: ir.Table) -> Answer:
        last, coming = rows[f"{name}_last"], or_never(rows[f"{name}_coming"])
        so = last.notnull()
        return so, ibis.ifelse(so, _leaving(leaf.window, rows, last), coming)

    return ask


def _followed(leaf: Sequence, plan: Plan, name: str) -> ir.Table:
    """Per person: the last `first` that counts now, and when the next one may come to count."""
    both = plan.events({leaf.first.event, leaf.then.event}, {leaf.window})
    is_first = matches(both, leaf.first.event, leaf.first.where, plan.calendar)
    is_then = matches(both, leaf.then.event, leaf.then.where, plan.calendar)
    marked = both.mutate(is_first=is_first, is_then=is_then)
    rows = plan.of_persons(marked.filter(marked.is_first | marked.is_then))
    later = ibis.window(group_by=rows.person_id, order_by=rows.ts, range=(1, None))
    happened = rows.is_then & (rows.ts <= rows.clock_now)
    return _judged(leaf, plan, rows.mutate(then_ts=_only(happened, rows.ts).min().over(later)), name)


def _judged(leaf: Sequence, plan: Plan, rows: ir.Table, name: str) -> ir.Table:
    deadline = rows.ts + leaf.within_us
    in_time = (rows.then_ts <= deadline).fill_null(False)
    counts = in_time if leaf.happened else ~in_time & (deadline <= rows.clock_now)
    here = rows.is_first & in_window(rows, leaf.window, plan.calendar)
    turns = [rows.ts, *(_only(rows.is_first, t) for t in (rows.ts + leaf.window.older_us, deadline))]
    return rows.group_by("person_id").aggregate(**{
        f"{name}_last": rows.ts.max(where=counts & here),
        f"{name}_coming": first_after(rows.clock_now, turns).min(),
    })  # fmt: skip


def _only(condition: ir.BooleanValue, value: ir.IntegerValue) -> ir.IntegerValue:
    return ibis.ifelse(condition, value, ibis.null("int64"))
