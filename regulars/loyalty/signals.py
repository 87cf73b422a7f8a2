"""What happened in the programme, for the rooms above. Ids only."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class MemberJoined:
    """Somebody joined by a door."""

    programme_id: int
    node_id: int
    at: int


@dataclass(frozen=True)
class TierChanged:
    """A person's tier is another; "" is none."""

    person_id: int
    node_id: int
    before: str
    after: str
    at: int


@dataclass(frozen=True)
class ThresholdCrossed:
    """A person crossed a threshold, or, `undone`, did not after all: something was brought back."""

    threshold_id: int
    person_id: int
    node_id: int
    undone: bool
    at: int
