"""What can be done with tills and at them: the only writer of this room's tables."""

from regulars.till.actions.letting_in import (
    NotLetIn,
    change_counter,
    let_in,
    make_pairing,
    revoke_device,
    see,
)
from regulars.till.actions.syncing import take_action

__all__ = ["NotLetIn", "change_counter", "let_in", "make_pairing", "revoke_device", "see", "take_action"]
