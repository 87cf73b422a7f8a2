"""From definitions to one Ibis expression: per person, is he or she a member, and when can that change by itself.

The same expression runs on DuckDB over the lake, on Arrow tables in memory and on Spark. Several segments share
one pass over the events, and equal conditions are computed once. A segment that refers to another one reads that
one's answer, so references are always evaluated at the same moment. Compile with `ibis_options()`: fused selects
would repeat every shared expression.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager

import ibis
import ibis.expr.types as ir

from regulars.segments.calendar import Calendar, business_calendar
from regulars.segments.comparing import FAR, Answer, never, whole
from regulars.segments.conditions import every, leaf_condition, some
from regulars.segments.definition import EventIs, FactIs, Group, InSegment, Node, OnList, Sequence, in_order, leaves
from regulars.segments.knowing import ANNIVERSARY
from regulars.segments.scans import Plan, Tables


@contextmanager
def ibis_options() -> Iterator[None]:
    """To be entered while one of these expressions becomes SQL."""
    before, ibis.options.sql.fuse_selects = ibis.options.sql.fuse_selects, False
    try:
        yield
    finally:
        ibis.options.sql.fuse_selects = before


def compile_segments(
    definitions: dict[int, Node],
    tables: Tables,
    calendar: Calendar,
    *,
    now: int | None,
    wanted: set[int] | None = None,
) -> ir.Table:
    """(person_id, m<id>, n<id>, ...) for the wanted segments (default: all); a row per person for whom any matters.

    `m` says member, `n` is the next instant (us, null = never) at which that can change without new data. With
    `now` None the moment is read from the one-row table `clock` (Calendar.clock), so the SQL can be kept.
    Lists are read from the table `lists` (segment_id, person_id).
    """
    plan = Plan(tables, calendar, now, clock_of(definitions.values()))
    ladder = Ladder(plan)
    for segment in in_order(definitions):
        ladder.roots[segment] = ladder.place(definitions[segment])
    return _that_matter(ladder, sorted(wanted or definitions))


class Ladder:
    """Every different node of the trees once, on steps: a node stands above all that it needs."""

    def __init__(self, plan: Plan) -> None:
        self.plan = plan
        self.steps: list[dict[str, Callable[[ir.Table], Answer]]] = []
        self.roots: dict[int, tuple[int, str]] = {}
        self._placed: dict[Node, tuple[int, str]] = {}

    def place(self, node: Node) -> tuple[int, str]:
        """The step and the name of a node: its answer will be the columns m_<name> and n_<name>."""
        if node not in self._placed:
            self._placed[node] = self._new(node)
        return self._placed[node]

    def _new(self, node: Node) -> tuple[int, str]:
        if isinstance(node, InSegment):
            step, name = self.roots[node.segment]
            return (step, name) if node.member else self._combine("none", [(step, name)])
        if isinstance(node, Group):
            return self._combine(node.how, [self.place(child) for child in node.nodes])
        if isinstance(node, OnList):
            column = self.plan.join(node, lambda name: _list(self.plan.tables, node.segment, name))
            return self._put(0, lambda rows: (rows[column].notnull(), never()))
        return self._put(0, leaf_condition(node, self.plan))

    def _combine(self, how: str, below: list[tuple[int, str]]) -> tuple[int, str]:
        def combine(rows: ir.Table) -> Answer:
            answers = [(rows[f"m_{name}"], rows[f"n_{name}"]) for _, name in below]
            so, turns = every(answers) if how == "all" else some(answers)
            return (~so if how == "none" else so), turns

        return self._put(1 + max(step for step, _ in below), combine)

    def _put(self, step: int, condition: Callable[[ir.Table], Answer]) -> tuple[int, str]:
        while len(self.steps) <= step:
            self.steps.append({})
        name = f"{step}_{len(self.steps[step])}"
        self.steps[step][name] = condition
        return step, name

    def rows(self) -> ir.Table:
        """One row per person with the answers of all nodes."""
        rows = self.plan.rows()
        for number, step in enumerate(self.steps):
            answers = {name: condition(rows) for name, condition in step.items()}
            columns = {f"m_{name}": so for name, (so, _) in answers.items()}
            columns |= {f"n_{name}": turns for name, (_, turns) in answers.items()}
            rows = rows.mutate(**columns) if number else rows.select("person_id", **columns)
        return rows


def clock_of(definitions: Iterable[Node]) -> set[str]:
    """The parts of the clock that these definitions look at."""
    names = {"now"}
    for leaf in (leaf for node in definitions for leaf in leaves(node)):
        if isinstance(leaf, FactIs):
            names |= {"today", "year", "midnight"} if leaf.type == "date" or leaf.op == ANNIVERSARY else set()
        elif isinstance(leaf, EventIs | Sequence) and leaf.window.this:
            names |= {f"start_{leaf.window.this}", f"end_{leaf.window.this}"}
    return names


def _that_matter(ladder: Ladder, wanted: list[int]) -> ir.Table:
    rows = ladder.rows()
    names = {s: ladder.roots[s][1] for s in wanted}
    kept = rows.filter(ibis.or_(*(rows[f"m_{n}"] | (rows[f"n_{n}"] < FAR) for n in names.values())))
    columns = {}
    for segment, name in names.items():
        columns |= {f"m{segment}": kept[f"m_{name}"], f"n{segment}": kept[f"n_{name}"].nullif(whole(FAR))}
    return kept.select("person_id", **columns)


def _list(tables: Tables, segment: int, name: str) -> ir.Table:
    rows = tables("lists")
    return rows.filter(rows.segment_id == segment).select("person_id", **{name: rows.segment_id})


def compile_definition(
    definition: Node, tables: Tables, now_us: int | None, *, calendar: Calendar | None = None
) -> ir.Table:
    """(person_id, member, next_us) of one definition, for the people for whom it can ever matter."""
    rows = compile_segments({0: definition}, tables, calendar or business_calendar(), now=now_us)
    return rows.select("person_id", member=rows.m0, next_us=rows.n0)
