"""What should become of a referral, from the friend's orders as they stand. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from regulars.core.clock import DAY, HOUR

LATE_US = 7 * DAY  # orders may be told late
TOLD_AT_TILL_US = 12 * HOUR  # the code is told with the purchase, and the purchase may be typed in first
FINAL = ("void", "over")


@dataclass(frozen=True)
class Bought:
    """One order of the friend as it stands: `net` in minor units of the business, after what came back."""

    id: int
    ts: int
    net: int


@dataclass(frozen=True)
class Fate:
    """The state a referral should have, its first order, when time alone changes that, and why it is void."""

    state: str
    order_id: int | None = None
    order_us: int | None = None
    look_us: int | None = None
    why: str = ""


@dataclass(frozen=True)
class Begun:
    """A referral so far."""

    state: str
    joined_us: int
    order_id: int | None
    score: int
    approved: bool
    rewarded: bool
    terms: dict[str, Any]


def fate(begun: Begun, orders: Sequence[Bought], *, same_person: bool, at: int) -> Fate:
    """What should be now. `orders`: those since the friend came that were not cancelled, in any order."""
    if same_person:
        return Fate("void", begun.order_id, why="same_person")
    terms = begun.terms
    good = sorted((o for o in orders if o.net >= max(terms["least"], 1)), key=lambda o: (o.ts, o.id))
    if begun.order_id is not None:
        first = next((order for order in good if order.id == begun.order_id), None)
        if first is None:
            return Fate("void", begun.order_id, why="returned")
    else:
        ends = begun.joined_us + terms["within_days"] * DAY
        first = next((order for order in good if order.ts <= ends), None)
        if first is None:
            over = at >= ends + LATE_US
            return Fate("over", why="late") if over else Fate("waiting", look_us=ends + LATE_US)
    return _with_order(begun, first, good, at)


def _with_order(begun: Begun, first: Bought, good: Sequence[Bought], at: int) -> Fate:
    safe = _safe(first, good, begun.terms)
    if begun.rewarded:
        stands = safe is not None
        return Fate("rewarded" if stands else "void", first.id, first.ts, why="" if stands else "returned")
    if begun.score >= begun.terms["hold_at"] and not begun.approved:
        return Fate("held", first.id, first.ts)
    if safe is not None and at >= safe:
        return Fate("rewarded", first.id, first.ts)
    return Fate("pending", first.id, first.ts, look_us=safe)


def _safe(first: Bought, good: Sequence[Bought], terms: dict[str, Any]) -> int | None:
    """When the first order is safe: its return window is closed, or there is a second; None: not yet known."""
    if terms["safe_by"] == "window":
        return first.ts + terms["return_days"] * DAY
    return next((order.ts for order in good if order.id != first.id and order.ts >= first.ts), None)
