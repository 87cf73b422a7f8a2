"""A reward for points, handed over at the counter: the points go and the code comes, together or not at all.

Codes are not kept in clear, so the answer that a till may ask for again holds the voucher's number, and the code is
put in when it goes out. A gift card's code is shown once and never again: it is not taken at the till.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from regulars.core import crypto
from regulars.loyalty import ledger
from regulars.loyalty.models import Programme, Reward, Voucher
from regulars.loyalty.rewards.codes import shown
from regulars.loyalty.rewards.issuing import CannotIssue
from regulars.loyalty.rewards.taking import take_reward
from regulars.till.actions import asking
from regulars.till.actions.errors import CannotDo
from regulars.till.models import Device


def take(
    *, device: Device, client_id: str, action: Mapping[str, Any], said: int, at: int
) -> tuple[dict[str, Any], dict[str, Any], int | None]:
    """The customer takes a reward. Answers with the number of the voucher, its name, and what it cost."""
    node = asking.customer(device=device, who=action.get("customer"), client_id=client_id, said=said, at=at)
    programme = Programme.objects.filter(ended_us=None).order_by("id").first()
    if programme is None or node is None:
        raise CannotDo("Rewards are for customers of the programme: find or add them first.")
    wanted = action.get("reward")
    reward = Reward.objects.filter(id=wanted).first() if type(wanted) is int and abs(wanted) < 2**63 else None
    if reward is None or reward.kind == "gift_card":
        raise CannotDo("This reward cannot be had at the till.")
    try:
        made = take_reward(
            reward_id=reward.id, programme_id=programme.id, node_id=node, key=f"till:{device.id}:{client_id}", at=at,
            by=f"till:{device.id}",
        )  # fmt: skip
    except (CannotIssue, ledger.CannotPost) as problem:
        raise CannotDo(str(problem)) from None
    answer = {"sentence": "", "voucher": made.voucher_id, "name": reward.name, "points": reward.points}
    return answer | {"kind": reward.kind, "worth": reward.worth}, {}, node


def with_code(answer: dict[str, Any]) -> dict[str, Any]:
    """An answer as it goes out: with the code of the voucher it names."""
    if "voucher" not in answer:
        return answer
    sealed = Voucher.objects.filter(id=answer["voucher"]).values_list("sealed", flat=True).first()
    return answer | {"code": shown(crypto.decrypt(sealed)) if sealed else ""}
