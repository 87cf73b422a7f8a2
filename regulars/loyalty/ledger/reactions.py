"""What the books do about news of people: joining moves nothing, parting is settled at once."""

from __future__ import annotations

from regulars.core.signals import on
from regulars.loyalty.ledger.parting import pay_debts_of, settle_apart, settle_parting
from regulars.people.signals import PeopleMerged, PeopleSplit


@on(PeopleSplit)
def settle_what_was_joint(signal: PeopleSplit) -> None:
    """In the transaction that parts them."""
    settle_parting(signal.parts, at=signal.at)


@on(PeopleMerged)
def debts_are_paid(signal: PeopleMerged) -> None:
    """What the one owes is paid from what the other has; not from what was over before they were one."""
    settle_apart(signal.were, at=signal.at)
    pay_debts_of(signal.kept, at=signal.at)
