"""Chance that is the same every time: a keyed hash of what is decided and whom it is about."""

from __future__ import annotations

from regulars.channels.drawing import draw


def share_of(what: str, node_id: int) -> float:
    """A number from 0 up to 1, evenly spread over people, that nobody outside can foresee."""
    return draw(what, node_id)


def held_out(journey_id: int, share: float, node_id: int) -> bool:
    """Does this person pass through the journey unsent? A larger share holds out the same people and more."""
    return share > 0 and draw(f"holdout:journey:{journey_id}", node_id) < share
