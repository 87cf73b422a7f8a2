"""Orders that changed and people who were joined or parted: their referrals are judged again."""

from __future__ import annotations

from regulars.commerce.signals import OrdersChanged
from regulars.core import bulk
from regulars.core.signals import on
from regulars.loyalty.referrals.judging import mark_due
from regulars.people.queries import nodes_of
from regulars.people.signals import PeopleMerged, PeopleSplit


@on(OrdersChanged)
def orders_of_friends(changed: OrdersChanged) -> None:
    """One look when nobody was ever brought."""
    if not bulk.query("SELECT 1 FROM loyalty_referral LIMIT 1"):
        return
    orders, ids = bulk.ids(changed.order_ids)
    rows = bulk.query(
        f"SELECT node_id FROM commerce_order WHERE id IN {orders} UNION SELECT friend_node_id FROM loyalty_referral"
        f" WHERE order_id IN {orders}",
        [*ids, *ids],
    )
    mark_due({node for (node,) in rows} | set(changed.node_ids))


@on(PeopleMerged)
def joined(signal: PeopleMerged) -> None:
    """Who brought whom may be one person."""
    _again([signal.kept])


@on(PeopleSplit)
def parted(signal: PeopleSplit) -> None:
    """Orders may be somebody else's."""
    _again(list(signal.parts))


def _again(person_ids: list[int]) -> None:
    if bulk.query("SELECT 1 FROM loyalty_referral LIMIT 1"):
        mark_due({node for nodes in nodes_of(person_ids).values() for node in nodes})
