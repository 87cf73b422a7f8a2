"""Writing where people go: passages, tallies, effects and the new places, in one transaction, set-based."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from regulars.core import bulk
from regulars.journeys.models import Passage, Tally
from regulars.journeys.step import Batch, Move, Moves, Run, Step
from regulars.journeys.steps import KINDS
from regulars.journeys.versions import Version

PLACE = {
    "id": "bigint",
    "step": "text",
    "arrived_us": "bigint",
    "due_us": "bigint",
    "ended_us": "bigint",
    "outcome": "text",
    "why": "text",
}
CHANGE = ", ".join(f"{name} = v.{name}" for name in PLACE if name != "id")


def pass_step(version: Version, batch: Batch, moves: Moves) -> None:
    """Write what becomes of these runs at their step; each is the caller's alone until the transaction ends."""
    if not batch.runs:
        return
    step = version.step(batch.runs[0].step)
    passing = [run for run in batch.runs if moves[run.id].kind != "stay" and not moves[run.id].unseen]
    staying = [run for run in batch.runs if moves[run.id].kind == "stay"]
    if step:
        _effects(step, "act", batch, passing)
        _effects(step, "begin", batch, staying)
        _remember(step, batch, passing, moves)
    _move_on(version, batch, moves)


def _effects(step: Step, what: str, batch: Batch, runs: Sequence[Run]) -> None:
    """Nothing is done to those who are held out."""
    act, wanted = getattr(KINDS[step.kind], what, None), [run for run in runs if not run.held_out]
    if act and wanted:
        act(step, replace(batch, runs=wanted))


def _remember(step: Step, batch: Batch, passing: Sequence[Run], moves: Moves) -> None:
    rows = [(run.id, step.id, batch.at, _way(moves[run.id]), _facts(run, moves[run.id])) for run in passing]
    bulk.insert(Passage, ("enrolment_id", "step", "at", "outcome", "facts"), rows)
    counted = Counter(_way(moves[run.id]) for run in passing)
    tallies = [(batch.journey_id, batch.version, step.id, way, n) for way, n in sorted(counted.items())]
    bulk.insert(
        Tally,
        ("journey_id", "version", "step", "way", "runs"),
        tallies,
        conflict="(journey_id, version, step, way) DO UPDATE SET runs = journeys_tally.runs + excluded.runs",
    )


def _way(move: Move) -> str:
    return move.way if move.kind == "go" else ""


def _facts(run: Run, move: Move) -> str | None:
    said: dict[str, Any] = dict(move.facts or {})
    if run.held_out:
        said["held_out"] = True
    return json.dumps(said) if said else None


def _move_on(version: Version, batch: Batch, moves: Moves) -> None:
    """The new places."""
    rows = [_place(version, run, moves[run.id], batch.at) for run in batch.runs]
    table, params = bulk.table(PLACE, rows)
    bulk.execute(f"UPDATE journeys_enrolment SET {CHANGE} FROM {table} WHERE journeys_enrolment.id = v.id", params)


def _place(version: Version, run: Run, move: Move, at: int) -> tuple:
    if move.kind == "stay":
        return (run.id, run.step, run.arrived_us, move.until, None, "", move.why[:300])
    if move.kind == "end":
        return (run.id, run.step, run.arrived_us, None, at, move.way, move.why[:300])
    then = version.route.follow(run.step, move.way)
    if not then:
        return (run.id, run.step, move.time, None, at, "done", "")
    return (run.id, then, move.time, at, None, "", "")
