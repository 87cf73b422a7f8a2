"""What is known about the two people of a referral, gathered from the tables when it is judged."""

from __future__ import annotations

import json
from collections.abc import Sequence

from regulars.commerce.models import Order
from regulars.core import bulk
from regulars.core.clock import DAY
from regulars.core.crypto import digest
from regulars.events.models import Event
from regulars.loyalty.models import Referral, ReferralCode
from regulars.loyalty.referrals.fate import TOLD_AT_TILL_US, Bought
from regulars.loyalty.referrals.scoring import Evidence, Side, mailbox, postal
from regulars.people.models import Identifier, Trait
from regulars.people.queries import nodes_of, person_id_of

PAYMENT = "payment_fingerprint"  # a property of order events: what the payment service calls the card
LONGEST_LOOP = 6


def orders_of(nodes: Sequence[int], since: int) -> list[Bought]:
    """Orders since then that were not cancelled, as they stand."""
    ids, params = bulk.ids(nodes)
    rows = bulk.query(
        f"SELECT id, ts, base_total - coalesce(base_refunded, 0) FROM commerce_order WHERE node_id IN {ids}"
        " AND ts >= %s AND cancelled_us IS NULL AND base_total IS NOT NULL",
        [*params, since],
    )
    return [Bought(*row) for row in rows]


def begins(referral: Referral) -> int:
    """From when on the friend's orders count."""
    return referral.joined_us - (0 if referral.how == "link" else TOLD_AT_TILL_US)


def evidence_of(referral: Referral, friend: Sequence[int], referrer: Sequence[int], order_us: int | None) -> Evidence:
    """Everything the score depends on. A handful of queries for one referral: they are rare."""
    theirs = Referral.objects.filter(node_id__in=referrer)
    day = theirs.filter(joined_us__gt=referral.joined_us - DAY, joined_us__lte=referral.joined_us).count()
    crowd = theirs.filter(device=referral.device).count() if referral.device else 0
    before = Order.objects.filter(node_id__in=friend, ts__lt=begins(referral), cancelled_us=None).count()
    took = order_us - referral.clicked_us if order_us and referral.clicked_us else None
    ours = ReferralCode.objects.filter(node_id__in=referrer).values_list("device", "place")
    return Evidence(
        friend=_side(friend, [(referral.device, referral.place)]),
        referrer=_side(referrer, ours),
        bought_before=before,
        friends_that_day=day,
        friends_by_device=crowd,
        loop=loop_from(referral),
        click_to_order_us=took,
    )


def _side(nodes: Sequence[int], looked: Sequence[tuple[str, str]]) -> Side:
    known = list(
        Identifier.objects.filter(node_id__in=nodes, type__in=("email", "phone")).values_list("type", "value")
    )
    traits = Trait.objects.filter(node_id__in=nodes, name="address").values_list("value", flat=True)
    return Side(
        emails=frozenset(mailbox(value) for kind, value in known if kind == "email"),
        phones=frozenset(value for kind, value in known if kind == "phone"),
        addresses=frozenset(filter(None, (postal(json.loads(value)) for value in traits))),
        payments=_payments(nodes),
        devices=frozenset(filter(None, (device for device, _ in looked))),
        places=frozenset(filter(None, (place for _, place in looked))),
    )


def _payments(nodes: Sequence[int]) -> frozenset[str]:
    rows = Event.objects.filter(node_id__in=nodes, name="Order Completed", properties__contains=PAYMENT)
    said = (json.loads(text).get(PAYMENT) for text in rows.order_by("-ts").values_list("properties", flat=True)[:20])
    return frozenset(digest("payment", str(value)) for value in said if value)


def loop_from(referral: Referral) -> int:
    """How many people a circle of referrals through the friend has; 0: there is none."""
    friend = person_id_of([referral.friend_node_id]).get(referral.friend_node_id)
    person = person_id_of([referral.node_id]).get(referral.node_id)
    for length in range(2, LONGEST_LOOP + 1):
        nodes = nodes_of([person]).get(person, []) if person else []
        brought = Referral.objects.filter(friend_node_id__in=nodes).values_list("node_id", flat=True).first()
        person = person_id_of([brought]).get(brought) if brought else None
        if person is None:
            return 0
        if person == friend:
            return length
    return 0
