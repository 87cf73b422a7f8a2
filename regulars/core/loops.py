"""Loops: functions that do one batch and say whether there was work. The worker calls them again and again."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

LOOPS: dict[str, Loop] = {}


@dataclass(frozen=True)
class Loop:
    """`step(at) -> bool`: does at most about a second of work; True means call again at once."""

    name: str
    lane: str
    idle: float
    step: Callable[[int], bool]


def loop(name: str, *, lane: str = "loops", idle: float = 0.5) -> Callable[[Callable[[int], bool]], Callable]:
    """Declare a loop. `idle` is the pause in seconds after a pass without work. Killing it anywhere is safe."""

    def declare(step: Callable[[int], bool]) -> Callable[[int], bool]:
        LOOPS[name] = Loop(name, lane, idle, step)
        return step

    return declare
