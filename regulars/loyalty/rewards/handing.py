"""Vouchers that messages hand out, one each, in the transaction that plans the messages; set-based."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from regulars.core import bulk, crypto
from regulars.core.plugs import Ask
from regulars.loyalty.models import Crossing, Reward, Voucher
from regulars.loyalty.rewards import codes
from regulars.loyalty.rewards.issuing import CannotIssue, expires_at, terms_of
from regulars.loyalty.rewards.taking import open_rewards
from regulars.people.queries import nodes_of
from regulars.team.actions import audit

SLOTS = {
    "voucher": _("Voucher"),
    "voucher_welcome": _("Voucher: welcome"),
    "voucher_birthday": _("Voucher: birthday"),
    "voucher_come_back": _("Voucher: come back"),
    "voucher_thanks": _("Voucher: thank you"),
    "voucher_vip": _("Voucher: VIP"),
    "voucher_partner": _("Voucher of a partner"),
}
_COLUMNS = [
    "reward_id", "node_id", "origin", "digest", "sealed", "hint", "terms", "currency", "uses", "used", '"left"',
    "points_key", "cause", "issued_us", "expires_us", "why_revoked",
]  # fmt: skip
MOST_PRINTED = 20_000


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
    rows = [
        _row(reward, ask.person_id, f"message:{ask.campaign_id}:{ask.key}", "message", made[ask.key], at)
        for ask in lucky
    ]
    bulk.insert(Voucher, _COLUMNS, rows)
    said = {"worth": worth_of(reward)} | ({"until": {"us": expires_at(reward, at)}} if expires_at(reward, at) else {})
    return {key: {"code": codes.shown(code), **said} for key, code in made.items()}


@transaction.atomic
def print_codes(*, reward_id: int, count: int, key: str, by: str, at: int) -> list[str]:
    """So many codes for whoever holds them, to print: shown this once. Raises CannotIssue; then none is made.

    The same key again makes none and gives none: they were handed over before.
    """
    reward = open_rewards(at).filter(id=reward_id).first()
    if reward is None:
        raise CannotIssue("This reward is not on just now, so no codes are made.")
    if not 1 <= count <= MOST_PRINTED:
        raise CannotIssue(f"Between 1 and {MOST_PRINTED} codes can be made at a time.")
    if Voucher.objects.filter(origin=f"print:{reward_id}:{key}:0").exists():
        return []
    if _reserve(reward_id, count, whole=True) < count:
        raise CannotIssue(f"Only {reward.most - reward.issued} are left of “{reward.name}”.")
    made = [codes.new_code() for _ in range(count)]
    rows = [_row(reward, None, f"print:{reward_id}:{key}:{n}", "print", code, at) for n, code in enumerate(made)]
    bulk.insert(Voucher, _COLUMNS, rows)
    audit(by=by, act="voucher.print", object=f"reward:{reward_id}", details={"count": count}, at=at)
    return [codes.shown(code) for code in made]


def _with_share(reward: Reward, asks: Sequence[Ask]) -> list[Ask]:
    """Those who have not had as many as one person may have; two messages to one person count as two. A reward for a
    threshold is for who stands across it now."""
    if reward.threshold_id is not None:
        across = _across(reward.threshold_id, [ask.person_id for ask in asks])
        asks = [ask for ask in asks if ask.person_id in across]
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


def _across(threshold_id: int, person_ids: Sequence[int]) -> set[int]:
    standing = Crossing.objects.filter(threshold_id=threshold_id, person_id__in=list(person_ids), undone_us=None)
    return set(standing.values_list("person_id", flat=True))


def _reserve(reward_id: int, wanted: int, *, whole: bool = False) -> int:
    """Takes up to so many of what is left, under the lock of the reward's row; returns how many. `whole`: or none."""
    reward = Reward.objects.select_for_update().get(id=reward_id)
    taken = wanted if reward.most is None else max(0, min(wanted, reward.most - reward.issued))
    if whole and taken < wanted:
        return 0
    Reward.objects.filter(id=reward_id).update(issued=reward.issued + taken)
    return taken


def _row(reward: Reward, node: int | None, origin: str, cause: str, code: str, at: int) -> tuple:
    card = reward.kind == "gift_card"
    return (
        reward.id, node, origin[:120], codes.digest(code), "" if card else crypto.encrypt(code), code[-4:],
        json.dumps(terms_of(reward)), reward.currency, None if card else reward.uses, 0,
        reward.worth if card else None, "", cause, at, expires_at(reward, at), "",
    )  # fmt: skip


def worth_of(reward: Reward) -> Any:
    """What it is worth, as messages show it: money, a percentage, or its name."""
    if reward.kind == "percent":
        return f"{reward.worth / 100:g} %"
    if reward.worth and reward.currency:
        return {"minor": reward.worth, "currency": reward.currency}
    return reward.name
