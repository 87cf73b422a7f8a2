"""Points are spent."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from regulars.loyalty.ledger.desk import Posted, put
from regulars.loyalty.ledger.earn import _check
from regulars.loyalty.ledger.kinds import Ask


def spend(
    *,
    programme_id: int,
    node_id: int,
    source: str,
    key: str,
    amount: int,
    at: int,
    asset: str = "points",
    by: str = "system",
    said: Mapping[str, Any] | None = None,
) -> Posted:
    """Spend points of the person this node belongs to, soonest to expire first; once for ever per (source, key).

    Raises NotEnoughPoints(.active) and writes nothing when there are fewer; Conflict for a key of something else.
    """
    _check(amount, source, key)
    what = {"amount": amount}
    said = what if said is None else said
    return put(Ask(programme_id, asset, "spend", source, key, node_id, at, at, what, by, said=said))
