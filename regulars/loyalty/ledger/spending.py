"""Points are spent, and given back with the same lots and the same expiry."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any

from regulars.core import bulk
from regulars.core.clock import DAY
from regulars.loyalty.ledger.desk import Posted, put
from regulars.loyalty.ledger.earn import check_asked
from regulars.loyalty.ledger.errors import CannotPost
from regulars.loyalty.ledger.kinds import Ask
from regulars.loyalty.ledger.loading import load_lots
from regulars.loyalty.ledger.purse import Posting, Purse
from regulars.loyalty.models import Txn

SPENT = """SELECT m.lot_id, m.node_id,
 sum(CASE WHEN m.state_to = 'spent' THEN m.amount ELSE -m.amount END) AS left_over
 FROM loyalty_lotmove m JOIN loyalty_txn t ON t.id = m.txn_id
 WHERE (t.id = %s OR t.reverses_id = %s) AND (m.state_to = 'spent' OR m.state_from = 'spent')
 GROUP BY m.lot_id, m.node_id ORDER BY min(m.id)"""


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
    check_asked(amount, source, key)
    what = {"amount": amount}
    said = what if said is None else said
    return put(Ask(programme_id, asset, "spend", source, key, node_id, at, at, what, by, said=said))


def give_back(
    *,
    programme_id: int,
    spend_id: int,
    source: str,
    key: str,
    at: int,
    amount: int | None = None,
    grace_days: int = 0,
    by: str = "system",
    said: Mapping[str, Any] | None = None,
) -> Posted:
    """Undo a spend or a capture, whole or in part: the same lots come back with the same expiry, last taken first.

    What has expired meanwhile expires at once; with `grace_days` it lives again for so long, as a lot of its own
    that says which one it replaces. Raises CannotPost when less is left to give back.
    """
    row = Txn.objects.filter(id=spend_id, programme_id=programme_id, kind__in=("spend", "capture")).first()
    if row is None:
        raise CannotPost(f"There is no spending with the number {spend_id}.")
    check_asked(1 if amount is None else amount, source, key)
    said = {"spend": spend_id, "amount": amount, "grace_days": grace_days} if said is None else said
    what = {"spend": spend_id, "amount": amount, "grace_us": grace_days * DAY}
    ask = Ask(programme_id, row.asset, "giveback", source, key, row.node_id, at, at, what, by, "", spend_id, said)
    return put(ask, prepare=_with_parts, follow=_in_place_of_the_expired)


def _with_parts(purse: Purse, ask: Ask) -> Ask:
    """How much is left to give back, and of which lots."""
    spent = Txn.objects.get(id=ask.reverses_id).amount
    returned = bulk.query(
        "SELECT coalesce(sum(amount), 0) FROM loyalty_txn WHERE reverses_id = %s AND kind = 'giveback'",
        [ask.reverses_id],
    )
    left = spent - int(returned[0][0])
    amount = left if ask.what["amount"] is None else ask.what["amount"]
    if not 0 < amount <= left:
        raise CannotPost(f"Of the {spent} points spent, {left} are left to give back.")
    rows = bulk.query(SPENT, [ask.reverses_id, ask.reverses_id])
    parts = [[lot, int(left_over), sake] for lot, sake, left_over in rows if left_over > 0]
    load_lots(purse, [lot for lot, _, _ in parts])
    return replace(ask, what=ask.what | {"amount": amount, "parts": parts})


def _in_place_of_the_expired(posting: Posting) -> Iterator[Ask]:
    """Lots of grace for what came back too late, if that is the policy."""
    ask, grace = posting.ask, posting.ask.what["grace_us"]
    if not grace:
        return
    for lot_id, before, after, amount, _ in list(posting.moves):
        lot = posting.purse.lots[lot_id]
        if (before, after) == ("spent", "active") and lot.expires_us is not None and lot.expires_us <= ask.at:
            what = {"lot": lot_id, "amount": amount, "expires_us": ask.at + grace}
            yield replace(ask, kind="grace", source="giveback", key=f"{posting.id}:{lot_id}",
                          node_id=lot.node_id, what=what, said=what, reverses_id=None)  # fmt: skip
