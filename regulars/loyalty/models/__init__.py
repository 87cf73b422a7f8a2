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
from regulars.loyalty.models.rewards import (
    Evening,
    Guess,
    Invitation,
    Partner,
    PartnerEntry,
    Redemption,
    Reversal,
    Reward,
    Statement,
    Voucher,
)

__all__ = [
    "Balance",
    "Crossing",
    "Due",
    "Earned",
    "Entry",
    "Evening",
    "Guess",
    "Hold",
    "Invitation",
    "Lot",
    "LotMove",
    "Member",
    "Occasion",
    "Partner",
    "PartnerEntry",
    "Programme",
    "Redemption",
    "Reversal",
    "Reward",
    "RuleBook",
    "Standing",
    "Statement",
    "Threshold",
    "Txn",
    "Voucher",
]
