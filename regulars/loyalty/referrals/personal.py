"""What referrals hold about a person. Who is erased leaves the other's reward alone."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.db.models import F, Q

from regulars.core.plugs import PersonalTable, register
from regulars.loyalty.models import Referral, ReferralCode, ReferralDue

OPEN = ("waiting", "pending", "held")


def _codes(node_ids: Sequence[int]) -> list[dict[str, Any]]:
    return list(ReferralCode.objects.filter(node_id__in=node_ids).values("code", "clicks", "shared_us"))


def _referrals(node_ids: Sequence[int]) -> list[dict[str, Any]]:
    """Without the other's number: that is theirs."""
    theirs = Referral.objects.filter(Q(node_id__in=node_ids) | Q(friend_node_id__in=node_ids)).order_by("id")
    rows = theirs.values("friend_node_id", "how", "state", "joined_us", "order_us", "rewarded_us", "void_us")
    nodes = set(node_ids)
    return [{"side": "friend" if row.pop("friend_node_id") in nodes else "referrer", **row} for row in rows]


def _erase_referrals(node_ids: Sequence[int], at: int) -> int:
    """Numbers and evidence go; what was rewarded stays, what was open is void."""
    theirs = Referral.objects.filter(Q(node_id__in=node_ids) | Q(friend_node_id__in=node_ids))
    theirs.filter(state__in=OPEN).update(state="void", void_us=at, why="erased")
    bare = {"signals": [], "device": "", "place": "", "clicked_us": None, "look_us": None}
    done = theirs.update(**bare)
    Referral.objects.filter(friend_node_id__in=node_ids).update(friend_node_id=-F("id"), order_id=None)
    Referral.objects.filter(node_id__in=node_ids).update(node_id=0)
    return done


register(
    PersonalTable(
        table="loyalty_referralcode",
        room="loyalty",
        holds="the link with which the person brings friends",
        export=_codes,
        erase=lambda node_ids, at: ReferralCode.objects.filter(node_id__in=node_ids).delete()[0],
    ),
    PersonalTable(
        table="loyalty_referral",
        room="loyalty",
        holds="whom the person brought, or that somebody brought them, and what spoke against it",
        export=_referrals,
        erase=_erase_referrals,
    ),
    PersonalTable(
        table="loyalty_referraldue",
        room="loyalty",
        holds="that referrals of the person are about to be looked at",
        export=lambda node_ids: [],
        erase=lambda node_ids, at: ReferralDue.objects.filter(node_id__in=node_ids).delete()[0],
    ),
)
