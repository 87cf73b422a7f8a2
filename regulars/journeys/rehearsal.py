"""Trying a tree before anybody is sent anything: on today's people, and on what happened in past weeks.

Nothing is written. Conditions are asked of the truth; events count at their own time; facts are as they are today
(what a fact was last month is not kept). Chance falls as it would fall.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from regulars.core import bulk
from regulars.core.clock import DAY
from regulars.events.item import decode_any
from regulars.journeys.conditions import everybody_who_meets, meets
from regulars.journeys.happenings import Span, first_events
from regulars.journeys.step import Batch, Run, Step
from regulars.journeys.steps import KINDS
from regulars.journeys.tree import Route, Start, Tree, hidden_condition, route
from regulars.segments.calendar import business_calendar
from regulars.segments.catalog import catalog_now
from regulars.segments.matching import filter_of, passes
from regulars.segments.queries import people_in

MOST, WINDOW, GROUPS = 5_000, 30 * DAY, 60


@dataclass
class Rehearsal:
    """How many entered (`of` all, when only some were tried), passed each step on each way, and how runs ended."""

    entered: int = 0
    of: int = 0
    steps: Counter[str] = field(default_factory=Counter)
    ways: Counter[tuple[str, str]] = field(default_factory=Counter)
    ends: Counter[str] = field(default_factory=Counter)

    @property
    def messages(self) -> int:
        """Messages there would be, before consent and pressure are asked."""
        return self.steps[""]


def rehearse(tree: Tree, *, at: int, journey_id: int = 0, most: int = MOST) -> Rehearsal:
    """As if everybody entered now who would: waits pass at once; for an event people are taken to do what they did
    in as long a time before today."""
    persons = people_today(tree.start, at)
    return _go(tree, [(person, at) for person in persons[:most]], len(persons), at, journey_id, backwards=True)


def replay(tree: Tree, *, since: int, until: int, journey_id: int = 0, most: int = MOST) -> Rehearsal:
    """The runs that would have begun from `since` to `until`, each in its own time, up to `until`.

    Starts on segments and thresholds are found day by day.
    """
    begun = _begun(tree.start, since, until)
    return _go(tree, begun[:most], len(begun), until, journey_id, backwards=False)


def people_today(start: Start, at: int) -> list[int]:
    """Who would enter, were it published now."""
    if start.kind == "segment":
        return people_in(start.segment)
    condition = hidden_condition(start)
    if condition is None and start.kind == "event":
        return sorted({person for person, _ in _events_of(start, at - WINDOW, at)})
    return sorted(everybody_who_meets(condition, at)) if condition else _everybody()


def _everybody() -> list[int]:
    sql = "SELECT DISTINCT person_id FROM people_node WHERE person_id IS NOT NULL ORDER BY 1"
    return [person for (person,) in bulk.query(sql)]


def _events_of(start: Start, since: int, until: int) -> list[tuple[int, int]]:
    """(person, time) of the events that would let somebody in."""
    rows = bulk.query(
        "SELECT n.person_id, e.ts, e.properties FROM events_event e JOIN people_node n ON n.id = e.node_id"
        " WHERE e.name = %s AND e.ts > %s AND e.ts <= %s AND n.person_id IS NOT NULL ORDER BY e.ts, e.id",
        [start.event, since, until],
    )
    rule, calendar = filter_of(start.event, start.where, catalog_now()), business_calendar()
    return [(person, ts) for person, ts, said in rows if rule is None or passes(rule, decode_any(said), calendar)]


def _begun(start: Start, since: int, until: int) -> list[tuple[int, int]]:
    if start.kind == "event":
        found = _events_of(start, since, until)
    elif start.kind == "manual":
        found = []
    else:
        found = _came(start, since, until)
    return _again(found, start.again_us)


def _came(start: Start, since: int, until: int) -> list[tuple[int, int]]:
    """Who came to meet the condition, looked at once a day."""
    if start.kind == "segment":
        sql = "SELECT person_id, at FROM segments_change WHERE segment_id = %s AND entered = %s AND NOT moved"
        rows = bulk.query(
            f"{sql} AND at > %s AND at <= %s ORDER BY at", [start.segment, not start.leaving, since, until]
        )
        return [(person, at) for person, at in rows]
    condition, found = hidden_condition(start), []
    before = everybody_who_meets(condition, since)
    for day in range(since + DAY, until + 1, DAY):
        now = everybody_who_meets(condition, day)
        found += [(person, day) for person in sorted(now - before)]
        before = now
    return found


def _again(found: Iterable[tuple[int, int]], again_us: int | None) -> list[tuple[int, int]]:
    last: dict[int, int] = {}
    kept = []
    for person, ts in found:
        if person not in last or (again_us is not None and ts >= last[person] + again_us):
            last[person] = ts
            kept.append((person, ts))
    return kept


def _go(
    tree: Tree, begun: Sequence[tuple[int, int]], of: int, at: int, journey_id: int, *, backwards: bool
) -> Rehearsal:
    result, ways = Rehearsal(len(begun), of), route(tree)
    standing = {
        n: Run(n, 0, person, person, False, ts, ways.first, ts, ts, 0) for n, (person, ts) in enumerate(begun, 1)
    }
    while standing:
        standing = _one_step(tree, ways, standing, result, at, journey_id, backwards)
    return result


def _one_step(
    tree: Tree, ways: Route, standing: dict[int, Run], result: Rehearsal, at: int, journey_id: int, backwards: bool
) -> dict[int, Run]:
    """Everybody who stands somewhere, one step on; those who wait beyond the end of the time stand there for good."""
    first = next(step for step in ways.steps if any(run.step == step for run in standing.values()))
    here = [run for run in standing.values() if run.step == first]
    rest = {n: run for n, run in standing.items() if run.step != first}
    here = _without_goal(tree, here, result, at, backwards)
    for run, way, time in _walked(ways.steps[first], here, at, journey_id, backwards):
        then = _count(ways, run, way, result)
        if then:
            rest[run.id] = run._replace(step=then, arrived_us=time)
    return rest


def _count(ways: Route, run: Run, way: str, result: Rehearsal) -> str:
    if way == "stands":
        result.ends["stands"] += 1
        return ""
    step = ways.steps[run.step]
    result.steps[run.step] += 1
    result.ways[run.step, way] += 1
    result.steps[""] += step.kind == "send"
    if step.kind in ("goal", "exit"):
        result.ends[{"exit": "exited"}.get(step.kind, "goal")] += 1
        return ""
    then = ways.follow(run.step, way)
    result.ends["done"] += not then
    return then


def _without_goal(tree: Tree, runs: list[Run], result: Rehearsal, at: int, backwards: bool) -> list[Run]:
    if tree.goal is None or backwards:
        return runs
    if tree.goal.condition is not None:
        return _without_those_who_meet(tree.goal.condition, runs, result, at)
    spans = [Span(run.id, run.person_id, run.entered_us, min(run.arrived_us, at)) for run in runs]
    reached = first_events(spans, event=tree.goal.event, where=tree.goal.where)
    result.ends["goal"] += len(reached)
    return [run for run in runs if run.id not in reached]


def _without_those_who_meet(condition: dict, runs: list[Run], result: Rehearsal, at: int) -> list[Run]:
    """Looked at when they come to a step; who meets it on entering is no success."""
    rest = []
    for some in _groups(sorted(runs, key=lambda run: run.arrived_us), at):
        moment = min(at, max(run.arrived_us for run in some))
        there = meets(condition, sorted({run.person_id for run in some}), moment)
        for run in some:
            if run.person_id in there:
                result.ends["goal" if run.arrived_us > run.entered_us else "exited"] += 1
            else:
                rest.append(run)
    return rest


def _walked(step: Step, runs: list[Run], at: int, journey_id: int, backwards: bool) -> list[tuple[Run, str, int]]:
    """(run, way, its time then) of each; "stands" for those whose time is up while they wait."""
    if step.kind == "branch":
        return _branched(step, runs, at)
    if step.kind == "wait_event":
        return _awaited(step, runs, at, backwards)
    far = at + 10_000 * DAY  # decide as if all waits were over; their own time says when
    if step.kind == "ask":
        moves = {run.id: run.arrived_us + step.wait_us for run in runs}
        return [_arrived(run, "", moves[run.id], at, backwards) for run in runs]
    moves = KINDS[step.kind].decide(step, Batch(journey_id, 0, runs, far))
    outward = step.kind in ("send", "webhook")
    return [
        _arrived(run, moves[run.id].way if moves[run.id].kind == "go" else "",
                 run.arrived_us if outward else max(run.arrived_us, moves[run.id].time), at, backwards)
        for run in runs
    ]  # fmt: skip


def _arrived(run: Run, way: str, time: int, at: int, backwards: bool) -> tuple[Run, str, int]:
    return (run, way, time) if backwards or time <= at else (run, "stands", at)


def _branched(step: Step, runs: list[Run], at: int) -> list[tuple[Run, str, int]]:
    """Asked at the time each run came there; many runs in groups of nearly the same time."""
    found: list[tuple[Run, str, int]] = []
    ordered = sorted(runs, key=lambda run: run.arrived_us)
    for some in _groups(ordered, at):
        moment = min(at, max(run.arrived_us for run in some))
        members = meets(step.condition, sorted({run.person_id for run in some}), moment)
        found += [(run, "yes" if run.person_id in members else "no", run.arrived_us) for run in some]
    return found


def _groups(runs: list[Run], at: int) -> list[list[Run]]:
    moments = {min(run.arrived_us, at) for run in runs}
    if len(moments) <= GROUPS:
        return [[run for run in runs if min(run.arrived_us, at) == moment] for moment in sorted(moments)]
    size = -(-len(runs) // GROUPS)
    return [runs[n : n + size] for n in range(0, len(runs), size)]


def _awaited(step: Step, runs: list[Run], at: int, backwards: bool) -> list[tuple[Run, str, int]]:
    """Backwards: what they did in as long a time before today stands for what they will do."""
    begins = {run.id: min(run.arrived_us, at) - step.us if backwards else run.arrived_us for run in runs}
    spans = [Span(run.id, run.person_id, begins[run.id], begins[run.id] + step.us) for run in runs]
    happened = first_events(spans, event=step.event, where=step.where)
    found = []
    for run in runs:
        after = happened[run.id][1] - begins[run.id] if run.id in happened else step.us
        came = run.id in happened and (backwards or happened[run.id][1] <= at)
        way = "yes" if came else "no"
        found.append(_arrived(run, way, run.arrived_us + (after if came else step.us), at, backwards or came))
    return found
