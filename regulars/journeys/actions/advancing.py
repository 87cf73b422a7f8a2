"""The engine: whoever is due is looked at, step by step, many at a time, by any number of workers.

A batch is claimed with its rows locked (PostgreSQL), or read and written again only where nothing changed in
between (SQLite, one worker). Decisions are made for the whole batch; what follows from them commits at once.
"""

from __future__ import annotations

import logging
import time
from collections import defaultdict
from collections.abc import Iterator, Sequence
from contextlib import nullcontext
from dataclasses import replace
from functools import partial

from django.db import OperationalError, connection, transaction

from regulars.core import bulk
from regulars.core.clock import MINUTE
from regulars.core.failpoints import declare, failpoint
from regulars.core.locks import exclusive
from regulars.events.again import with_patience
from regulars.events.pace import Pace
from regulars.journeys.actions.moving import move_those_inside
from regulars.journeys.actions.passing import pass_step
from regulars.journeys.goals import those_who_meet
from regulars.journeys.happenings import Span, first_events
from regulars.journeys.step import Batch, Moves, Run, end, go, stay
from regulars.journeys.steps import KINDS
from regulars.journeys.versions import Version, version

declare("journeys.advance.before_commit", "journeys.advance.after_commit")
log = logging.getLogger(__name__)
AT_ONCE, LATER = 2000, 10 * MINUTE
COLUMNS = "e.id, e.version, e.node_id, e.person_id, e.held_out, e.entered_us, e.step, e.arrived_us, e.due_us, e.woken"
_pace = Pace(200, most=1000)
Group = tuple[Version, Batch, Moves]


def advance(at: int) -> bool:
    """Move those inside to new versions, then look at the next people who are due, in every journey. Says whether
    there was work."""
    if connection.vendor == "postgresql":
        moved = any([with_patience(partial(move_those_inside, journey, at)) for journey in _with_moves()])
        return any([with_patience(partial(_together, journey, at)) for journey in _with_work(at)]) or moved
    with exclusive("journeys") as mine:
        if not mine:
            return False
        moved = any([move_those_inside(journey, at) for journey in _with_moves()])
        return any([_alone(journey, at) for journey in _with_work(at)]) or moved


MOVES = "SELECT 1 FROM journeys_journeyversion w WHERE w.journey_id = j.id AND w.moved_us IS NULL"
DUE = "SELECT 1 FROM journeys_enrolment e WHERE e.journey_id = j.id AND e.due_us <= %s"


def _with_moves() -> list[int]:
    """Journeys, also paused ones, where somebody is still to be moved to a new version."""
    sql = f"SELECT j.id FROM journeys_journey j WHERE j.archived_us IS NULL AND EXISTS ({MOVES}) ORDER BY j.id"
    return [journey for (journey,) in bulk.query(sql)]


def _with_work(at: int) -> list[int]:
    """Journeys that run and have somebody due. Nobody advances before all moves are done."""
    rows = bulk.query(
        "SELECT j.id FROM journeys_journey j WHERE j.paused_us IS NULL AND j.archived_us IS NULL"
        f" AND EXISTS ({DUE}) AND NOT EXISTS ({MOVES}) ORDER BY j.id",
        [at],
    )
    return [journey for (journey,) in rows]


def _together(journey_id: int, at: int) -> bool:
    """PostgreSQL: one transaction with the rows locked; other workers take the next ones."""
    with transaction.atomic():
        runs = _due(journey_id, at, AT_ONCE) if _runs(journey_id) else []
        _carry_out(journey_id, _there(runs), at)
        failpoint("journeys.advance.before_commit")
    failpoint("journeys.advance.after_commit")
    return bool(runs)


def _alone(journey_id: int, at: int) -> bool:
    """SQLite: everything is decided before the short transactions that write it; about a second's worth."""
    runs, deadline = _due(journey_id, at, AT_ONCE), time.monotonic() + 1
    for one, batch, moves in _decided(journey_id, runs, at):
        rest = list(batch.runs)
        while rest and time.monotonic() < deadline:
            some, rest = rest[: _pace.size], rest[_pace.size :]
            _write_alone(one, replace(batch, runs=some), moves)
    return bool(runs)


def _write_alone(one: Version, batch: Batch, moves: Moves) -> None:
    with transaction.atomic():
        began = time.monotonic()
        if _runs(batch.journey_id):
            same = _unchanged(batch.runs)
            pass_step(one, replace(batch, runs=same), moves)
        worked = time.monotonic() - began
        failpoint("journeys.advance.before_commit")
    _pace.learn(len(batch.runs), worked)
    failpoint("journeys.advance.after_commit")


def _runs(journey_id: int) -> bool:
    """Not paused; pausing waits for us, and after it nothing moves."""
    hold = " FOR SHARE" if connection.vendor == "postgresql" else ""
    sql = "SELECT id FROM journeys_journey WHERE id = %s AND paused_us IS NULL AND archived_us IS NULL"
    return bool(bulk.query(sql + hold, [journey_id]))


def _due(journey_id: int, at: int, limit: int) -> list[Run]:
    skip = " FOR UPDATE SKIP LOCKED" if connection.vendor == "postgresql" else ""
    rows = bulk.query(
        f"SELECT {COLUMNS} FROM journeys_enrolment e WHERE e.journey_id = %s AND e.due_us <= %s"
        f" ORDER BY e.due_us, e.id LIMIT {int(limit)}{skip}",
        [journey_id, at],
    )
    return [_run(row) for row in rows]


def _run(row: tuple) -> Run:
    return Run(*row)._replace(held_out=bool(row[4]))


def _there(runs: Sequence[Run]) -> list[Run]:
    """Without people who are being erased or merged right now: they wait for the next pass, we for nobody."""
    sql, params = bulk.ids(sorted({run.node_id for run in runs}))
    rows = bulk.query(f"SELECT id FROM people_node WHERE id IN {sql} ORDER BY id FOR KEY SHARE SKIP LOCKED", params)
    there = {node for (node,) in rows}
    return [run for run in runs if run.node_id in there]


def _unchanged(runs: Sequence[Run]) -> list[Run]:
    """Those that stand exactly as they were read."""
    sql, params = bulk.ids([run.id for run in runs])
    rows = bulk.query(
        f"SELECT {COLUMNS} FROM journeys_enrolment e WHERE e.ended_us IS NULL AND e.id IN {sql}", params
    )
    now = {_run(row) for row in rows}
    return [run for run in runs if run in now]


def _carry_out(journey_id: int, runs: Sequence[Run], at: int) -> None:
    for one, batch, moves in _decided(journey_id, runs, at):
        pass_step(one, batch, moves)


def _decided(journey_id: int, runs: Sequence[Run], at: int) -> Iterator[Group]:
    """People at the same step of the same version together, with what becomes of each."""
    groups: dict[tuple[int, str], list[Run]] = defaultdict(list)
    for run in runs:
        groups[run.version, run.step].append(run)
    for (number, _), some in sorted(groups.items()):
        one, batch = version(journey_id, number), Batch(journey_id, number, some, at)
        yield one, batch, _decide(one, batch)


def _decide(one: Version, batch: Batch) -> Moves:
    step = one.step(batch.runs[0].step)
    if step is None:
        return {run.id: end("exited", why="its step is no more", unseen=True) for run in batch.runs}
    moves = _passed_before(batch, step.id)
    rest = batch
    try:
        # on SQLite nothing is locked while we think
        with transaction.atomic() if connection.in_atomic_block else nullcontext():
            moves |= _at_goal(one, batch)
            rest = replace(batch, runs=[run for run in batch.runs if run.id not in moves])
            if not rest.runs:
                return moves
            return _sooner(one, rest, KINDS[step.kind].decide(step, rest)) | moves
    except OperationalError:
        raise
    except Exception as error:
        log.exception("Step %s of journey %s could not be decided", step.id, batch.journey_id)
        why = f"{step.title or step.kind}: {error}"
        return {run.id: stay(batch.at + LATER)._replace(why=why) for run in rest.runs} | moves


def _at_goal(one: Version, batch: Batch) -> Moves:
    """Those who did since entering what the journey is for, or came to meet it."""
    goal = one.tree.goal
    if goal is None:
        return {}
    if goal.condition is not None:
        return those_who_meet(one, goal.condition, batch)
    spans = [Span(run.id, run.person_id, run.entered_us, batch.at) for run in batch.runs]
    return {run: end("goal", unseen=True) for run in first_events(spans, event=goal.event, where=goal.where)}


def _sooner(one: Version, batch: Batch, moves: Moves) -> Moves:
    """Who waits is looked at as soon as a goal dated ahead has come."""
    goal, waiting = one.tree.goal, [run for run in batch.runs if moves[run.id].kind == "stay"]
    if goal is None or not goal.event or not waiting:
        return moves
    spans = [Span(run.id, run.person_id, batch.at + 1, moves[run.id].until) for run in waiting]
    ahead = first_events(spans, event=goal.event, where=goal.where)
    return moves | {run: moves[run]._replace(until=ts) for run, (_, ts) in ahead.items()}


def _passed_before(batch: Batch, step: str) -> Moves:
    """Nobody passes a step twice in one run: who was moved back to one goes the same way as before, unseen."""
    sql, params = bulk.ids([run.id for run in batch.runs])
    ways = dict(
        bulk.query(
            f"SELECT enrolment_id, outcome FROM journeys_passage WHERE step = %s AND enrolment_id IN {sql}",
            [step, *params],
        )
    )
    return {run.id: go(run, way=ways[run.id])._replace(unseen=True) for run in batch.runs if run.id in ways}
