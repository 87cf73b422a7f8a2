"""From the tables to pasts: what people bought and did that the rules may count. Set-based; reads only."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from fractions import Fraction
from zoneinfo import ZoneInfo

import msgspec

from regulars.core import bulk
from regulars.core.models import Business
from regulars.core.money import exponent
from regulars.loyalty.counting import Limen
from regulars.loyalty.earning.evaluate import Happened, Live, Past
from regulars.loyalty.earning.orders import Bought, Order, as_it_stands
from regulars.loyalty.earning.rules import Picked, read
from regulars.loyalty.models import Member, Occasion, Programme, RuleBook, Threshold
from regulars.people.queries import nodes_of

FOR_GOOD = 2**62


@dataclass(frozen=True)
class Terms:
    """All that answers depend on apart from the past: the programme, its versions, thresholds and time zone."""

    programme: Programme
    lives: tuple[Live, ...]
    limens: tuple[Limen, ...]
    zone: ZoneInfo


@dataclass
class Who:
    """One person: nodes, oldest first; when they take part (None: not at all); what they did then."""

    person_id: int
    nodes: list[int]
    since: int | None = None
    until: int = FOR_GOOD
    past: Past = field(default_factory=lambda: Past(()))


def current() -> Programme | None:
    """The programme that runs; one at a time."""
    sql = "SELECT * FROM loyalty_programme WHERE ended_us IS NULL ORDER BY id LIMIT 1"  # plain: every posting asks
    return next(iter(Programme.objects.raw(sql)), None)


def terms_of(programme: Programme) -> Terms:
    """The programme's terms as published."""
    books = RuleBook.objects.filter(programme_id=programme.id).order_by("number")
    lives = tuple(Live(each.number, each.from_us, read(each.body)) for each in books)
    limens = tuple(limen_of(each) for each in Threshold.objects.filter(programme_id=programme.id).order_by("id"))
    return Terms(programme, lives, limens, ZoneInfo(Business.load().timezone))


def limen_of(each: Threshold) -> Limen:
    """A threshold as rules need it."""
    only = msgspec.convert(each.only, Picked, strict=False)
    same = ("id", "name", "measure", "amount", "months", "points", "tier", "from_us", "ended_us")
    return Limen(only=only, **{name: getattr(each, name) for name in same})


def gather(person_ids: Sequence[int], terms: Terms) -> dict[int, Who]:
    """Everybody asked for who is somebody, with all they did, also what is dated ahead."""
    found = {person: Who(person, sorted(nodes)) for person, nodes in nodes_of(list(person_ids)).items() if nodes}
    home = {node: who for who in found.values() for node in who.nodes}
    _take_part(found, home, terms.programme)
    orders = _orders(home, terms.programme)
    happened = _happened(home, terms.programme)
    for who in found.values():
        if who.since is not None:
            who.past = _past(who, orders.get(who.person_id, []), happened.get(who.person_id, []))
    return found


def _take_part(found: dict[int, Who], home: dict[int, Who], programme: Programme) -> None:
    """From when to when each of them is a member: the earliest start and the latest end over their nodes."""
    if programme.membership == Programme.Membership.EVERYBODY:
        for who in found.values():
            who.since = programme.starts_us
    rows = Member.objects.filter(programme_id=programme.id, node_id__in=list(home)).order_by("joined_us")
    ends: dict[int, int] = defaultdict(int)
    for row in rows:
        who = home[row.node_id]
        if who.since is None:
            who.since = max(row.joined_us, programme.starts_us)
        ends[who.person_id] = max(ends[who.person_id], row.left_us or FOR_GOOD)
    for person, end in ends.items():
        found[person].until = end


ORDERS = """SELECT o.id, o.node_id, o.ts, o.number, coalesce(s.name, ''), o.base_total, coalesce(o.base_refunded, 0),
 o.shipping, o.currency, o.rate FROM commerce_order o LEFT JOIN commerce_store s ON s.id = o.store_id
 WHERE o.node_id IN {nodes} AND o.cancelled_us IS NULL AND o.base_total IS NOT NULL
 ORDER BY o.ts, o.id"""
LINES = """SELECT l.order_id, l.position, coalesce(p.key, ''), l.category, l.quantity, l.returned, l.base_total
 FROM commerce_orderline l LEFT JOIN commerce_product p ON p.id = l.product_id
 WHERE l.order_id IN {orders} ORDER BY l.order_id, l.position"""


def _orders(home: dict[int, Who], programme: Programme) -> dict[int, list[Order]]:
    """Every order that stands, also from before the start: whether it is the first purchase depends on them."""
    nodes, params = bulk.ids(home)
    rows = bulk.query(ORDERS.format(nodes=nodes), params)
    lines = _lines([row[0] for row in rows if row[2] >= programme.starts_us])
    base = exponent(Business.load().currency)
    found: dict[int, list[Order]] = defaultdict(list)
    for id_, node, ts, number, store, total, refunded, shipping, currency, rate in rows:
        postage = _in_base(shipping, rate, exponent(currency), base)
        left = as_it_stands(lines.get(id_, ()), paid=total, refunded=refunded, postage=postage)
        found[home[node].person_id].append(Order(id_, node, ts, number, store, left))
    return found


def _in_base(minor: int, rate: float | None, theirs: int, ours: int) -> Fraction | int:
    if not minor or rate is None or (rate == 1 and theirs == ours):
        return minor
    return Fraction(Decimal(repr(rate))) * minor * Fraction(10) ** (ours - theirs)


def _lines(order_ids: Sequence[int]) -> dict[int, list[Bought]]:
    orders, params = bulk.ids(order_ids)
    found: dict[int, list[Bought]] = defaultdict(list)
    for order_id, *line in bulk.query(LINES.format(orders=orders), params):
        found[order_id].append(Bought(*line))
    return found


def _happened(home: dict[int, Who], programme: Programme) -> dict[int, list[Happened]]:
    rows = Occasion.objects.filter(programme_id=programme.id, node_id__in=list(home), void_us=None)
    found: dict[int, list[Happened]] = defaultdict(list)
    for row in rows.order_by("ts", "id").values_list("id", "node_id", "kind", "key", "ts", "event", "points"):
        found[home[row[1]].person_id].append(Happened(*row))
    return found


def _past(who: Who, orders: list[Order], happened: list[Happened]) -> Past:
    inside = tuple(order for order in orders if who.since <= order.ts < who.until)
    return Past(
        inside,
        tuple(each for each in happened if who.since <= each.ts < who.until),
        any(order.ts < who.since and order.net > 0 for order in orders),
    )
