"""What happens to a purse by itself: holds run out, lots become active, lots expire. Pure, in the order of time."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from regulars.loyalty.ledger.kinds import CLOCK, Ask, post
from regulars.loyalty.ledger.purse import LotNow, Posting, Purse

RELEASE, ACTIVATE, EXPIRE = range(3)


def settle(purse: Purse, like: Ask, number: Callable[[], int], *, upto: int = EXPIRE) -> list[Posting]:
    """Post all that is due at `like.at`, or only the steps up to one. Each posting occurs at its own moment, and has
    its own key for ever."""
    made = []
    while ask := _next(purse, like, upto):
        made.append(post(purse, ask, number()))
    return made


def _next(purse: Purse, like: Ask, upto: int) -> Ask | None:
    """The first thing that is due: by time, then holds before lots that activate before lots that expire."""
    due = [(hold.expires_us, RELEASE, hold.id) for hold in purse.holds.values() if hold.is_open]
    due += [(lot.activates_us, ACTIVATE, lot.id) for lot in purse.own() if lot.pending]
    due += [(lot.expires_us, EXPIRE, lot.id) for lot in purse.own() if lot.active and lot.expires_us is not None]
    when, what, id_ = min((one for one in due if one[1] <= upto), default=(like.at + 1, 0, 0))
    if when > like.at:
        return None
    kind, key, node, said = _release(purse, id_) if what == RELEASE else _of_lot(purse.lots[id_], what)
    return replace(like, kind=kind, source=CLOCK, key=key, node_id=node, occurred_us=when, what=said,
                   actor="system", rule_version="", reverses_id=None, said=said)  # fmt: skip


def _release(purse: Purse, hold: int) -> tuple[str, str, int, dict]:
    return "release", f"hold:{hold}", purse.holds[hold].node_id, {"hold": hold}


def _of_lot(lot: LotNow, what: int) -> tuple[str, str, int, dict]:
    if what == ACTIVATE:
        return "activate", f"lot:{lot.id}", lot.node_id, {"lot": lot.id}
    # what was held or spent and came back expires later than the rest of the lot
    return "expire", f"lot:{lot.id}:{lot.expired}", lot.node_id, {"lot": lot.id}
