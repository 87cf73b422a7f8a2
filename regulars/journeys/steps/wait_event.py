"""Wait for something people do, with a time-out."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext_lazy as _

from regulars.journeys.happenings import Span, first_events
from regulars.journeys.reading import Reader, duration, lengths, only, title
from regulars.journeys.step import Batch, Moves, Step, go, stay

LABEL, SAYS = _("Wait for an event"), _("Until they do something, or until the time is up")
PREFIX = "within_"


class WaitEvent(Step, frozen=True, kw_only=True):
    """`yes` when the event came within `us` after arriving, `no` when the time is up."""

    event: str
    us: int
    yes: tuple[Step, ...]
    no: tuple[Step, ...]
    where: Any = None

    @property
    def ways(self) -> tuple[tuple[str, tuple[Step, ...]], ...]:
        return ("yes", self.yes), ("no", self.no)


def parse(raw: dict, path: str, reader: Reader) -> WaitEvent:
    """{"event": "Order Completed", "where"?: ..., "within_days": 3, "yes": [...], "no": [...]}"""
    only(raw, ("event", "where", *lengths(PREFIX), "yes", "no"), path)
    ways = {way: reader.steps(raw.get(way, []), f"{path}.{way}") for way in ("yes", "no")}
    event, where = reader.event(raw, path)
    us = duration(raw, path, prefix=PREFIX, missing="Say how long to wait at most.")
    return WaitEvent(id=raw["id"], title=title(raw, path), event=event, where=where, us=us, **ways)


def decide(step: WaitEvent, batch: Batch) -> Moves:
    """What counts is when it happened, not when we heard of it: the log itself is asked."""
    spans = [
        Span(run.id, run.person_id, run.arrived_us, min(run.arrived_us + step.us, batch.at)) for run in batch.runs
    ]
    found, moves = first_events(spans, event=step.event, where=step.where), {}
    for run in batch.runs:
        deadline = run.arrived_us + step.us
        if run.id in found:
            event, ts = found[run.id]
            moves[run.id] = go(run, way="yes", time=ts, facts={"event": event})
        else:
            moves[run.id] = go(run, way="no", time=deadline) if deadline <= batch.at else stay(deadline)
    return moves
