"""What rewards hold about a person. Erasing keeps the books: amounts stay, the person goes."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from regulars.core.plugs import PersonalTable, register
from regulars.loyalty.models import Evening, Invitation, Redemption, Voucher
from regulars.loyalty.rewards.evenings import give_back_seats


def _vouchers(node_ids: Sequence[int]) -> list[dict[str, Any]]:
    names = ("terms", "hint", "cause", "used", "left", "issued_us", "expires_us", "revoked_us")
    return list(Voucher.objects.filter(node_id__in=node_ids).order_by("id").values(*names))


def _erase_vouchers(node_ids: Sequence[int], at: int) -> int:
    """Codes nobody used are good for nothing any more; a gift card stays good for whoever holds it."""
    theirs = Voucher.objects.filter(node_id__in=node_ids)
    theirs.filter(left=None, used=0, revoked_us=None).update(revoked_us=at, why_revoked="the person was erased")
    return theirs.update(node_id=None, sealed="")


def _redemptions(node_ids: Sequence[int]) -> list[dict[str, Any]]:
    theirs = Redemption.objects.filter(node_id__in=node_ids).order_by("id")
    return list(theirs.values("voucher_id", "order_key", "amount", "currency", "at"))


def _invitations(node_ids: Sequence[int]) -> list[dict[str, Any]]:
    titles = dict(Evening.objects.values_list("id", "title"))
    theirs = Invitation.objects.filter(node_id__in=node_ids).order_by("id")
    found = theirs.values("evening_id", "answer", "seats", "invited_us", "answered_us", "came_us")
    return [{"evening": titles.get(row.pop("evening_id"), ""), **row} for row in found]


def _erase_invitations(node_ids: Sequence[int], at: int) -> int:
    theirs = Invitation.objects.filter(node_id__in=node_ids)
    give_back_seats(invitation_ids=list(theirs.filter(seats__gt=0).values_list("id", flat=True)), at=at)
    return theirs.delete()[0]


register(
    PersonalTable(
        table="loyalty_voucher",
        room="loyalty",
        holds="vouchers the person was given",
        export=_vouchers,
        erase=_erase_vouchers,
    ),
    PersonalTable(
        table="loyalty_redemption",
        room="loyalty",
        holds="vouchers the person used",
        export=_redemptions,
        erase=lambda node_ids, at: Redemption.objects.filter(node_id__in=node_ids).update(node_id=None),
    ),
    PersonalTable(
        table="loyalty_invitation",
        room="loyalty",
        holds="what the person was invited to, and the answers",
        export=_invitations,
        erase=_erase_invitations,
    ),
)
