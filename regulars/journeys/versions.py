"""Published versions, read once and kept: they never change. And what the live ones listen to."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from regulars.journeys.models import Journey, JourneyVersion
from regulars.journeys.step import Step
from regulars.journeys.tree import Route, Start, Tree, parse, route, walk


@dataclass(frozen=True)
class Version:
    """A published tree and its ways."""

    journey_id: int
    number: int
    tree: Tree
    route: Route

    def step(self, name: str) -> Step | None:
        """The step of that id, if this version has it."""
        return self.route.steps.get(name)


@lru_cache(maxsize=2000)
def version(journey_id: int, number: int) -> Version:
    """A published version. Raises JourneyVersion.DoesNotExist."""
    raw = JourneyVersion.objects.values_list("tree", flat=True).get(journey_id=journey_id, number=number)
    tree = parse(raw, None)
    return Version(journey_id, number, tree, route(tree))


@dataclass(frozen=True)
class Open:
    """A journey that people can enter, with its live version. Those that are paused let people in, too: they wait."""

    id: int
    number: int
    holdout: float
    segment_id: int | None
    live_us: int

    @property
    def version(self) -> Version:
        return version(self.id, self.number)

    @property
    def start(self) -> Start:
        return self.version.tree.start


def open_journeys() -> list[Open]:
    """All that are published and not archived."""
    rows = Journey.objects.filter(archived_us=None, live_version__gt=0).order_by("id")
    return [Open(*row) for row in rows.values_list("id", "live_version", "holdout", "segment_id", "live_us")]


@dataclass(frozen=True)
class Listener:
    """Who waits for an event: to let people in (start), to see them off (goal), to look again (a step's id)."""

    journey_id: int
    number: int
    what: str
    event: str
    where: Any


def listeners(journeys: list[Open]) -> Iterator[Listener]:
    """Everything in these journeys that waits for events: starts of live versions, goals and steps of all."""
    for journey in journeys:
        start = journey.start
        if start.kind == "event":
            yield Listener(journey.id, journey.number, "start", start.event, start.where)
        for number in range(1, journey.number + 1):
            yield from _waiting(journey.id, number)


def _waiting(journey_id: int, number: int) -> Iterator[Listener]:
    tree = version(journey_id, number).tree
    if tree.goal and tree.goal.event:
        yield Listener(journey_id, number, "goal", tree.goal.event, tree.goal.where)
    for step, _ in walk(tree.steps):
        if step.kind == "wait_event":
            yield Listener(journey_id, number, step.id, step.event, step.where)


def awaited_events() -> list[str]:
    """The names of all events that somebody waits for now."""
    return sorted({one.event for one in listeners(open_journeys())})
