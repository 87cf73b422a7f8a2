"""The tables of the room, one file per idea."""

from regulars.loyalty.models.ledger import Balance, Entry, Hold, Lot, LotMove, Txn
from regulars.loyalty.models.programme import (
    Crossing,
    Due,
    Earned,
    Member,
    Occasion,
    Programme,
    RuleBook,
    Standing,
    Threshold,
)

__all__ = [
    "Balance",
    "Crossing",
    "Due",
    "Earned",
    "Entry",
    "Hold",
    "Lot",
    "LotMove",
    "Member",
    "Occasion",
    "Programme",
    "RuleBook",
    "Standing",
    "Threshold",
    "Txn",
]
