"""Points given and taken by hand, with the person who did it and why."""

from __future__ import annotations

from django.db import transaction

from regulars.loyalty.ledger.desk import Posted, put
from regulars.loyalty.ledger.earn import check_asked
from regulars.loyalty.ledger.errors import CannotPost
from regulars.loyalty.ledger.kinds import Ask
from regulars.loyalty.models import Reason
from regulars.team.actions import audit


def adjust(
    *,
    programme_id: int,
    node_id: int,
    key: str,
    amount: int,
    reason: str,
    by: str,
    at: int,
    expires_us: int | None = None,
    source: str = "hand",
    asset: str = "points",
) -> Posted:
    """Give (above 0) or take (below 0) points. Nobody can be made to owe by hand: raises NotEnoughPoints. Audited."""
    check_asked(abs(amount), source, key)
    if not reason.strip():
        raise CannotPost("Say why: the reason stands in the person's history.")
    what = {"amount": amount, "expires_us": expires_us}
    said = what | {"reason": reason.strip()}
    with transaction.atomic():
        done = put(Ask(programme_id, asset, "adjust", source, key, node_id, at, at, what, by, said=said))
        if done.new:
            Reason.objects.create(txn_id=done.id, node_id=node_id, text=reason.strip()[:500])
            details = {"amount": amount, "txn": done.id}
            audit(by=by, act="points.adjust", object=f"person:{node_id}", details=details, at=at)
    return done
