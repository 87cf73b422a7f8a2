"""The points ledger: integer, double-entry, in lots, and never wrong. The only writer of its tables.

`purse`, `kinds` and `clock` are the rules, pure; `desk` brings them to the database: one lock per person, one natural
key per posting, for ever. A person's balance is the sum over their nodes, so merging moves nothing.
"""

from regulars.loyalty.ledger.adjusting import adjust
from regulars.loyalty.ledger.checking import Broken, check, verify
from regulars.loyalty.ledger.desk import Posted
from regulars.loyalty.ledger.earn import claw_back, post_earn
from regulars.loyalty.ledger.errors import CannotPost, Conflict, HoldEnded, NoSuchPerson, NotEnoughPoints
from regulars.loyalty.ledger.holding import capture, hold, release
from regulars.loyalty.ledger.reading import Have, balance, balances
from regulars.loyalty.ledger.rounds import activate_due, expire_due, release_due
from regulars.loyalty.ledger.spending import give_back, spend

__all__ = [
    "Broken",
    "CannotPost",
    "Conflict",
    "Have",
    "HoldEnded",
    "NoSuchPerson",
    "NotEnoughPoints",
    "Posted",
    "activate_due",
    "adjust",
    "balance",
    "balances",
    "capture",
    "check",
    "claw_back",
    "expire_due",
    "give_back",
    "hold",
    "post_earn",
    "release",
    "release_due",
    "spend",
    "verify",
]
