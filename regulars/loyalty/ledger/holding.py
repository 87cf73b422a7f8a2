"""Two-phase spending at a checkout: put aside, then capture or release. A hold ends by itself."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from regulars.core.clock import MINUTE
from regulars.loyalty.ledger.clock import CLOCK
from regulars.loyalty.ledger.desk import Posted, put
from regulars.loyalty.ledger.earn import check_asked
from regulars.loyalty.ledger.errors import CannotPost, HoldEnded
from regulars.loyalty.ledger.kinds import Ask
from regulars.loyalty.ledger.loading import load_hold, load_lots
from regulars.loyalty.ledger.purse import Purse
from regulars.loyalty.models import Hold

MINUTES = 30
LONGEST = 7 * 24 * 60


def hold(
    *,
    programme_id: int,
    node_id: int,
    source: str,
    key: str,
    amount: int,
    at: int,
    minutes: int = MINUTES,
    asset: str = "points",
    by: str = "system",
    said: Mapping[str, Any] | None = None,
) -> Posted:
    """Put points aside for some minutes; `Posted.id` is the number of the hold. They can neither be spent otherwise
    nor expire meanwhile. Raises NotEnoughPoints(.active)."""
    check_asked(amount, source, key)
    if not 1 <= minutes <= LONGEST:
        raise CannotPost(f"Points are held for 1 to {LONGEST} minutes.")
    what = {"amount": amount, "expires_us": at + minutes * MINUTE}
    said = {"amount": amount, "minutes": minutes} if said is None else said
    return put(Ask(programme_id, asset, "hold", source, key, node_id, at, at, what, by, said=said))


def capture(*, programme_id: int, hold_id: int, at: int, amount: int | None = None, by: str = "system") -> Posted:
    """Spend what is held, or less of it: the rest goes back. Again is harmless; another amount is Conflict.

    Raises HoldEnded(.active) when the hold was released or ran out.
    """
    found = _held(programme_id, hold_id)
    amount = found.amount if amount is None else amount
    check_asked(amount, "hold", "hold")
    return _end("capture", "hold", found, {"hold": hold_id, "amount": amount}, by, at)


def release(*, programme_id: int, hold_id: int, at: int, by: str = "system") -> Posted:
    """Give back what is held. Again, or after it ran out, is harmless; HoldEnded when it was captured."""
    return _end("release", CLOCK, _held(programme_id, hold_id), {"hold": hold_id}, by, at)


def _held(programme_id: int, hold_id: int) -> Hold:
    found = Hold.objects.filter(id=hold_id, programme_id=programme_id).first()
    if found is None:
        raise CannotPost(f"There is no hold with the number {hold_id}.")
    return found


def _end(kind: str, source: str, found: Hold, what: dict[str, Any], by: str, at: int) -> Posted:
    ask = Ask(found.programme_id, found.asset, kind, source, f"hold:{found.id}", found.node_id, at, at, what, by,
              said=what)  # fmt: skip
    try:
        return put(ask, prepare=_with_hold)
    except HoldEnded:
        again = None if kind == "capture" else _released_meanwhile(ask)
        if again is None:
            raise
        return again


def _with_hold(purse: Purse, ask: Ask) -> Ask:
    load_hold(purse, ask.what["hold"])
    load_lots(purse, [lot for lot, _ in purse.holds[ask.what["hold"]].parts])
    return replace(ask, key=ask.key)


def _released_meanwhile(ask: Ask) -> Posted | None:
    """It had run out, and nobody had posted that yet: the release that is due is what was asked for."""
    from regulars.loyalty.ledger.rounds import settle_people

    found = Hold.objects.get(id=ask.what["hold"])
    if found.captured_us is not None or found.expires_us > ask.at:
        return None
    settle_people([found.node_id], programme_id=ask.programme_id, asset=ask.asset, at=ask.at)
    return put(ask, prepare=_with_hold)
