"""What the programme does about orders, people and events below it: it notes who is to be counted again."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from regulars.commerce.signals import OrdersChanged
from regulars.core import bulk
from regulars.core.signals import on
from regulars.events.consumers import Entry, consumer
from regulars.loyalty.actions.occasions import note_events_of, wanted_events
from regulars.loyalty.ledger import reactions as _books  # noqa: F401  (registers the ledger's reactions)
from regulars.loyalty.models import Due
from regulars.loyalty.referrals import reactions as _friends  # noqa: F401  (registers those of referrals)


@on(OrdersChanged)
def their_people_are_due(changed: OrdersChanged) -> None:
    """One look when there is no programme. Rows are only added: workers that take in orders never wait here."""
    if not bulk.query("SELECT 1 FROM loyalty_programme WHERE ended_us IS NULL LIMIT 1"):
        return
    orders, ids = bulk.ids(changed.order_ids)
    rows = bulk.query(
        f"SELECT node_id FROM commerce_order WHERE id IN {orders}"
        f" UNION SELECT node_id FROM loyalty_earned WHERE order_id IN {orders} AND order_id IS NOT NULL",
        [*ids, *ids],
    )
    mark_due({node for (node,) in rows} | set(changed.node_ids))


def mark_due(node_ids: Iterable[int]) -> None:
    """The people of these nodes are counted again soon, in the caller's transaction."""
    bulk.insert(Due, ("node_id",), [(node,) for node in sorted(set(node_ids))])


@consumer("loyalty", events=wanted_events)
def occasions_from_events(entries: Sequence[Entry], at: int) -> None:
    """Reviews, and the events that rules name."""
    note_events_of(entries, at)
