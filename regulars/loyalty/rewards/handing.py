"""Vouchers that messages hand out, one each, in the transaction that plans the messages; set-based."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.utils.translation import gettext_lazy as _

from regulars.core import bulk, crypto
from regulars.core.plugs import Ask
from regulars.loyalty.models import Reward, Voucher
from regulars.loyalty.rewards import codes
from regulars.loyalty.rewards.issuing import expires_at, terms_of
from regulars.loyalty.rewards.taking import open_rewards
from regulars.people.queries import nodes_of

SLOTS = {
    "voucher": _("Voucher"),
    "voucher_welcome": _("Voucher: welcome"),
    "voucher_birthday": _("Voucher: birthday"),
    "voucher_come_back": _("Voucher: come back"),
    "voucher_thanks": _("Voucher: thank you"),
    "voucher_vip": _("Voucher: VIP"),
    "voucher_partner": _("Voucher of a partner"),
}
COLUMNS = [
    "reward_id", "node_id", "origin", "digest", "sealed", "hint", "terms", "currency", "uses", "used", "left",
    "points_key", "cause", "issued_us", "expires_us", "why_revoked",
]  # fmt: skip


def hand_out(slot: str, asks: Sequence[Ask], at: int) -> dict[str, dict[str, Any]]:
    """{key of the message: {"code", "worth", "until"}}: a fresh code for each as long as there are any.

    The reward is the one that is handed out under this name. Whoever has had their share gets none, and so the
    message goes without or not at all, as its author chose.
    """
    reward = open_rewards(at).filter(in_texts=slot).first()
    if reward is None:
        return {}
    lucky = _with_share(reward, asks)
    lucky = lucky[: _reserve(reward.id, len(lucky))]
    made = {ask.key: codes.new_code() for ask in lucky}
    rows = [_row(reward, ask, made[ask.key], at) for ask in lucky]
    bulk.insert(Voucher, [f'"{name}"' if name == "left" else name for name in COLUMNS], rows)
    said = {"worth": worth_of(reward)} | ({"until": {"us": expires_at(reward, at)}} if expires_at(reward, at) else {})
    return {key: {"code": codes.shown(code), **said} for key, code in made.items()}


def _with_share(reward: Reward, asks: Sequence[Ask]) -> list[Ask]:
    """Those who have not had as many as one person may have; two messages to one person count as two."""
    if reward.most_each is None:
        return list(asks)
    theirs = nodes_of({ask.person_id for ask in asks})
    of = {node: person for person, nodes in theirs.items() for node in nodes}
    ids, params = bulk.ids(of)
    sql = f"SELECT node_id, count(*) FROM loyalty_voucher WHERE reward_id = %s AND revoked_us IS NULL AND node_id IN {ids} GROUP BY node_id"  # noqa: E501
    had: dict[int, int] = {}
    for node, count in bulk.query(sql, [reward.id, *params]):
        had[of[node]] = had.get(of[node], 0) + count
    lucky = []
    for ask in asks:
        if had.get(ask.person_id, 0) < reward.most_each:
            had[ask.person_id] = had.get(ask.person_id, 0) + 1
            lucky.append(ask)
    return lucky


def _reserve(reward_id: int, wanted: int) -> int:
    """Takes up to so many of what is left, under the lock of the reward's row; returns how many."""
    reward = Reward.objects.select_for_update().get(id=reward_id)
    taken = wanted if reward.most is None else max(0, min(wanted, reward.most - reward.issued))
    Reward.objects.filter(id=reward_id).update(issued=reward.issued + taken)
    return taken


def _row(reward: Reward, ask: Ask, code: str, at: int) -> tuple:
    import json

    card = reward.kind == "gift_card"
    return (
        reward.id, ask.person_id, f"message:{ask.campaign_id}:{ask.key}"[:120], codes.digest(code),
        "" if card else crypto.encrypt(code), code[-4:], json.dumps(terms_of(reward)), reward.currency,
        None if card else reward.uses, 0, reward.worth if card else None, "", "message", at,
        expires_at(reward, at), "",
    )  # fmt: skip


def worth_of(reward: Reward) -> Any:
    """What it is worth, as messages show it: money, a percentage, or its name."""
    if reward.kind == "percent":
        return f"{reward.worth / 100:g} %"
    if reward.worth and reward.currency:
        return {"minor": reward.worth, "currency": reward.currency}
    return reward.name
