"""News inside the program: frozen dataclasses in the past tense, with ids only, sent upwards.

A reaction runs in the sender's transaction, so it only does quick set-based writes or queues a job.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable
from typing import Any, TypeVar

S = TypeVar("S")

_reactions: dict[type, list[Callable[[Any], None]]] = defaultdict(list)


def on(signal: type[S]) -> Callable[[Callable[[S], None]], Callable[[S], None]]:
    """Register a reaction to a kind of signal. Order of reactions: order of the rooms, bottom first."""

    def register(reaction: Callable[[S], None]) -> Callable[[S], None]:
        _reactions[signal].append(reaction)
        return reaction

    return register


def send(signal: object) -> None:
    """Run every reaction now, in the caller's transaction. An exception undoes the caller's change too."""
    for reaction in _reactions[type(signal)]:
        reaction(signal)
