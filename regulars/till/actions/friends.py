"""The code of a friend, told at the till: it goes with the sale like that of a voucher, and takes nothing off."""

from __future__ import annotations

from typing import Any

from regulars.loyalty.referrals.bringing import CannotBring, bring
from regulars.loyalty.referrals.linking import by_code
from regulars.till.actions.errors import CannotDo
from regulars.till.models import Device


def of_friends(codes: Any) -> tuple[Any, str]:
    """(the codes that are vouchers, the code of a friend or "")."""
    if not isinstance(codes, list):
        return codes, ""
    friends = [str(code) for code in codes[:10] if by_code(str(code)) is not None]
    return [code for code in codes if str(code) not in friends], friends[0] if friends else ""


def note_friend(*, device: Device, code: str, node: int | None, at: int) -> None:
    """Whoever buys came by this code. Raises CannotDo with a sentence for the counter."""
    if not code:
        return
    if node is None:
        raise CannotDo("Find or add the customer first: a friend's code needs to know who came.")
    try:
        bring(code=code, friend_node_id=node, how=f"till:{device.id}", at=at)
    except CannotBring as problem:
        raise CannotDo(str(problem)) from None
