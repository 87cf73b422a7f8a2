"""Wait a time."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from regulars.journeys.reading import Reader, duration, lengths, only, title
from regulars.journeys.step import Batch, Move, Moves, Run, Step, go, stay

LABEL, SAYS = _("Wait"), _("For minutes, hours or days")


class Wait(Step, frozen=True, kw_only=True):
    """So many microseconds after arriving."""

    us: int


def parse(raw: dict, path: str, reader: Reader) -> Wait:
    """{"days"?: 3, "hours"?: 2, "minutes"?: 30}, added up."""
    only(raw, lengths(), path)
    return Wait(id=raw["id"], title=title(raw, path), us=duration(raw, path))


def decide(step: Wait, batch: Batch) -> Moves:
    """On when the time is up: in the run's own time just then, however late we look."""
    return {run.id: _one(run, run.arrived_us + step.us, batch.at) for run in batch.runs}


def _one(run: Run, until: int, at: int) -> Move:
    return go(run, time=until) if until <= at else stay(until)
