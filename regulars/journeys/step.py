"""What all kinds of steps share: the struct, the people before a step, and where they go next."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

import msgspec


class Step(msgspec.Struct, frozen=True, kw_only=True):
    """A step of a tree. `ways` are the branches that leave it; after each, the run goes on behind the step."""

    id: str
    title: str = ""

    @property
    def kind(self) -> str:
        """The name of its file in `steps`."""
        return type(self).__module__.rpartition(".")[2]

    @property
    def ways(self) -> tuple[tuple[str, tuple[Step, ...]], ...]:
        """(name, steps) of each branch."""
        return ()


class Run(NamedTuple):
    """One enrolment as it stands before a step."""

    id: int
    version: int
    node_id: int
    person_id: int
    held_out: bool
    entered_us: int
    step: str
    arrived_us: int
    due_us: int
    woken: int


@dataclass(frozen=True)
class Batch:
    """People who stand before one step of one version, and the moment."""

    journey_id: int
    version: int
    runs: Sequence[Run]
    at: int

    @property
    def persons(self) -> list[int]:
        return sorted({run.person_id for run in self.runs})


class Move(NamedTuple):
    """What becomes of one run: it goes (`way` of the step, at its own time `time`), stays until `until`, or ends.

    `time` is the run's own time: waits end when they were due, however late we look; see docs/journeys.md.
    `unseen`: the step is left without being passed; nothing is done and nothing counted.
    """

    kind: str  # go, stay, end
    way: str = ""
    time: int = 0
    until: int = 0
    facts: dict[str, Any] | None = None
    why: str = ""
    unseen: bool = False


Moves = dict[int, Move]


def go(run: Run, *, way: str = "", time: int | None = None, facts: dict[str, Any] | None = None) -> Move:
    """On to what follows. The run's time never runs backwards."""
    return Move("go", way, max(run.arrived_us, time or 0), facts=facts)


def stay(until: int) -> Move:
    """Look again then."""
    return Move("stay", until=until)


def end(outcome: str, *, why: str = "", unseen: bool = False) -> Move:
    """The run is over: `outcome` is goal or exited."""
    return Move("end", outcome, why=why, unseen=unseen)


def all_go(runs: Iterable[Run], *, time: int | None = None) -> Moves:
    """Everybody goes on."""
    return {run.id: go(run, time=time) for run in runs}
