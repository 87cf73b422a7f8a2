"""What the books do about news of people: merging needs nothing, parting is settled at once."""

from __future__ import annotations

from regulars.core.signals import on
from regulars.loyalty.ledger.parting import settle_parting
from regulars.people.signals import PeopleSplit


@on(PeopleSplit)
def settle_what_was_joint(signal: PeopleSplit) -> None:
    """In the transaction that parts them."""
    settle_parting(signal.parts, at=signal.at)
