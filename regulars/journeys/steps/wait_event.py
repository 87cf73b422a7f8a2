"""Wait for something people do, with a time-out."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext_lazy as _

from regulars.journeys.happenings import Span, first_events
from regulars.journeys.reading import Reader, duration, lengths, only, title
from regulars.journeys.step import Batch, Move, Moves, Run, Step, go, stay

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
    """What counts is when it happened, not when we heard of it: the log itself is asked. Events dated ahead count
    when their time has come."""
    spans = [Span(run.id, run.person_id, run.arrived_us, run.arrived_us + step.us) for run in batch.runs]
    found = first_events(spans, event=step.event, where=step.where)
    return {run.id: _one(run, run.arrived_us + step.us, found.get(run.id), batch.at) for run in batch.runs}


def _one(run: Run, deadline: int, found: tuple[int, int] | None, at: int) -> Move:
    if found:
        event, ts = found
        return go(run, way="yes", time=ts, facts={"event": event}) if ts <= at else stay(ts)
    return go(run, way="no", time=deadline) if deadline <= at else stay(deadline)
