"""What the programme brings into messages: somebody's points, and their tier."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.utils.translation import gettext_lazy as _

from regulars.core import bulk
from regulars.core.plugs import Supply, register
from regulars.loyalty.gathering import current
from regulars.loyalty.ledger import balances
from regulars.loyalty.models import Standing
from regulars.loyalty.referrals import supplies as _friends  # noqa: F401  registers the link for friends
from regulars.loyalty.rewards import supplies as _rewards  # noqa: F401  registers vouchers and invitations


def points(person_ids: Sequence[int], at: int) -> dict[int, dict[str, Any]]:
    """{"balance", "until"?}: what can be spent now, and when the first of it expires. Nothing for who has none."""
    programme = current()
    if programme is None:
        return {}
    have = balances(person_ids, programme_id=programme.id, at=at)
    ends = _first_ends(person_ids, programme.id, at)
    return {
        person: {"balance": one.active} | ({"until": {"us": ends[person]}} if person in ends else {})
        for person, one in have.items()
        if one.active
    }


def _first_ends(person_ids: Sequence[int], programme_id: int, at: int) -> dict[int, int]:
    ids, params = bulk.ids(person_ids)
    rows = bulk.query(
        "SELECT n.person_id, min(l.expires_us) FROM people_node n JOIN loyalty_lot l ON l.node_id = n.id"
        f" WHERE n.person_id IN {ids} AND l.programme_id = %s AND l.active > 0 AND l.expires_us > %s"
        " GROUP BY n.person_id",
        [*params, programme_id, at],
    )
    return dict(rows)


def tiers(person_ids: Sequence[int], at: int) -> dict[int, dict[str, Any]]:
    """A card with the name of the tier and what it brings. Nothing for who has none."""
    programme = current()
    if programme is None:
        return {}
    benefits = _benefits(programme)
    rows = Standing.objects.filter(programme_id=programme.id, person_id__in=list(person_ids)).exclude(tier="")
    return {
        row.person_id: {"title": row.tier_name, "text": benefits.get(row.tier, "")}
        for row in rows.only("tier", "tier_name")
    }


def _benefits(programme: Any) -> dict[str, str]:
    from regulars.loyalty.actions.rules import live_book

    scheme = live_book(programme).tiers
    return {level.key: " · ".join(level.benefits) for level in scheme.levels} if scheme else {}


register(
    Supply(name="points", label=_("Points"), room="loyalty", shape="points", sample={"balance": 240}, now=points),
    Supply(
        name="tier",
        label=_("Tier"),
        room="loyalty",
        shape="card",
        sample={"title": "Gold", "text": "Free delivery"},
        now=tiers,
    ),
)
