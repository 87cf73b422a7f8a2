"""What can be asked about purchases. Amounts in minor units; `day` counts days since 1970 in the business's zone."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from regulars.commerce.advising import people_recommended as people_recommended
from regulars.commerce.advising import recommended as recommended
from regulars.commerce.advising import sold_together as sold_together
from regulars.commerce.models import Order, OrderLine, Product, Refund, Store, Unread
from regulars.core import bulk
from regulars.core.models import Business
from regulars.people.queries import nodes_of


@dataclass(frozen=True)
class LineOf:
    """One line of an order as shown."""

    name: str
    category: str
    quantity: float
    returned: float
    total: int


@dataclass(frozen=True)
class OrderOf:
    """One order of a person as shown. `base_total` is None when the currency had no rate."""

    id: int
    number: str
    ts: int
    store: str
    currency: str
    total: int
    refunded: int
    base_total: int | None
    rate: float | None
    rate_on: str
    items: float
    coupon: str
    cancelled_us: int | None
    lines: tuple[LineOf, ...]


@dataclass(frozen=True)
class RefundOf:
    """A return whose order was never seen."""

    number: str
    ts: int
    currency: str
    total: int
    base_total: int | None
    items: float


@dataclass(frozen=True)
class CurrencyTotal:
    """What was sold in one currency, and the dates of the rates by which it was counted."""

    currency: str
    orders: int
    total: int
    refunded: int
    base_total: int
    base_refunded: int
    unknown: int
    first_rate: str
    last_rate: str


@dataclass(frozen=True)
class Totals:
    """All purchases up to `at`. Amounts without currency of their own are in `currency`, the business's.

    `gross` - `refunded` = `net`. Cancelled orders are not in it. `unknown` orders and refunds are in no amount:
    their currency has no rate. `nobodys` are orders without a known customer, they are part of `orders`.
    """

    at: int
    currency: str
    prices: str
    orders: int
    lines: int
    customers: int
    gross: int
    refunded: int
    refunds: int
    unknown: int
    nobodys: int
    nobodys_gross: int
    nobodys_refunded: int
    cancelled: int
    by_currency: tuple[CurrencyTotal, ...] = field(default=())

    @property
    def net(self) -> int:
        return self.gross - self.refunded


def orders_of(person_id: int, *, limit: int = 50, before_us: int | None = None) -> list[OrderOf]:
    """The person's orders with their lines, newest first."""
    nodes = nodes_of([person_id]).get(person_id, [])
    found = Order.objects.filter(node_id__in=nodes).order_by("-ts", "-id")
    if before_us is not None:
        found = found.filter(ts__lt=before_us)
    orders = list(found[:limit])
    lines = _lines_of([o.id for o in orders])
    stores = dict(Store.objects.filter(id__in={o.store_id for o in orders if o.store_id}).values_list("id", "name"))
    shared = [f for f in OrderOf.__dataclass_fields__ if f not in ("store", "lines")]
    return [
        OrderOf(
            **{name: getattr(o, name) for name in shared},
            store=stores.get(o.store_id, ""),
            lines=tuple(lines.get(o.id, ())),
        )
        for o in orders
    ]


def returns_of(person_id: int) -> list[RefundOf]:
    """What the person brought back of orders that were never seen, newest first."""
    nodes = nodes_of([person_id]).get(person_id, [])
    table, params = bulk.ids(nodes)
    rows = bulk.query(
        "SELECT n.number, r.ts, r.currency, r.total, r.base_total, r.items FROM commerce_refund r"
        f" JOIN commerce_ordernumber n ON n.id = r.number_id WHERE r.order_id IS NULL AND r.node_id IN {table}"
        " ORDER BY r.ts DESC",
        params,
    )
    return [RefundOf(*row) for row in rows]


def totals(at: int) -> Totals:
    """All purchases up to `at`, with currencies and rates. Reads the truth: exact, a second per million orders."""
    business = Business.load()
    sold = _sold_by_currency(at)
    back = _orphans_by_currency(at)
    by_currency = tuple(_currency_total(code, sold.get(code), back.get(code)) for code in sorted({*sold, *back}))
    nobody = _nobodys(at)
    return Totals(
        at=at,
        currency=business.currency,
        prices=business.prices,
        orders=sum(c.orders for c in by_currency),
        lines=OrderLine.objects.filter(ts__lte=at).count(),
        customers=_customers(at),
        gross=sum(c.base_total for c in by_currency),
        refunded=sum(c.base_refunded for c in by_currency),
        refunds=Refund.objects.filter(ts__lte=at).count(),
        unknown=sum(c.unknown for c in by_currency),
        nobodys=nobody[0],
        nobodys_gross=nobody[1],
        nobodys_refunded=nobody[2],
        cancelled=Order.objects.filter(ts__lte=at, cancelled_us__isnull=False).count(),
        by_currency=by_currency,
    )


def purchase_days(*, until_us: int, person_ids: Sequence[int] | None = None) -> list[tuple[int, int, int]]:
    """(person, day, worth in base minor units after refunds) per person and day with orders, for purchase models.

    Orders of nobody, cancelled ones and those without a rate are left out.
    """
    which, params = "", []
    if person_ids is not None:
        table, params = bulk.ids(person_ids)
        which = f"AND n.person_id IN {table}"
    return bulk.query(
        "SELECT n.person_id, o.day, CAST(sum(o.base_total - coalesce(o.base_refunded, 0)) AS BIGINT)"
        " FROM commerce_order o JOIN people_node n ON n.id = o.node_id"
        " WHERE o.cancelled_us IS NULL AND o.base_total IS NOT NULL"
        f" AND n.person_id IS NOT NULL AND o.ts <= %s {which} GROUP BY n.person_id, o.day ORDER BY 1, 2",
        [until_us, *params],
    )


def revenue_by_day(*, first: int, last: int) -> list[tuple[int, int, int, int]]:
    """(day, orders, gross, refunded) in base minor units, for days with sales or returns of unseen orders."""
    return bulk.query(
        "SELECT day, CAST(sum(orders) AS BIGINT), CAST(sum(gross) AS BIGINT), CAST(sum(back) AS BIGINT) FROM ("
        "SELECT day, count(*) AS orders, sum(coalesce(base_total, 0)) AS gross,"
        " sum(coalesce(base_refunded, 0)) AS back FROM commerce_order"
        " WHERE cancelled_us IS NULL AND day BETWEEN %s AND %s GROUP BY day"
        " UNION ALL SELECT day, 0, 0, sum(coalesce(base_total, 0)) FROM commerce_refund"
        " WHERE order_id IS NULL AND day BETWEEN %s AND %s GROUP BY day) AS d GROUP BY day ORDER BY day",
        [first, last, first, last],
    )


def stores() -> list[tuple[int, str]]:
    """(id, name) of every place of sale, by name."""
    return list(Store.objects.order_by("name").values_list("id", "name"))


def products(text: str = "", *, limit: int = 50) -> list[Product]:
    """Products whose name or key contains the text, most recently seen first."""
    found = Product.objects.order_by("-seen_us", "id")
    if text:
        found = found.filter(name__icontains=text) | found.filter(key__icontains=text)
    return list(found[:limit])


def categories() -> list[str]:
    """Every category that was ever bought, by name: the choices of conditions and facts."""
    rows = bulk.query("SELECT DISTINCT category FROM commerce_product WHERE category <> '' ORDER BY category")
    return [name for (name,) in rows]


def top_categories(*, since_us: int, until_us: int, limit: int = 10) -> list[tuple[str, int, float]]:
    """(category, worth in base minor units, pieces) of what was bought in [since, until), largest first."""
    return bulk.query(
        "SELECT l.category, CAST(sum(coalesce(l.base_total, 0)) AS BIGINT), sum(l.quantity - l.returned)"
        " FROM commerce_orderline l"
        " JOIN commerce_order o ON o.id = l.order_id WHERE o.cancelled_us IS NULL AND l.category <> ''"
        " AND l.ts >= %s AND l.ts < %s GROUP BY l.category ORDER BY 2 DESC, 1 LIMIT %s",
        [since_us, until_us, limit],
    )


def unread(*, before: int | None = None, limit: int = 50) -> list[Unread]:
    """What events said about purchases that could not be understood, newest first."""
    found = Unread.objects.order_by("-id")
    return list(found.filter(id__lt=before)[:limit] if before else found[:limit])


def _lines_of(order_ids: Sequence[int]) -> dict[int, list[LineOf]]:
    table, params = bulk.ids(order_ids)
    found: dict[int, list[LineOf]] = {}
    for order_id, *line in bulk.query(
        "SELECT l.order_id, CASE WHEN coalesce(p.name, '') = '' AND p.key LIKE 'till:%%' THEN l.category"
        " ELSE coalesce(nullif(p.name, ''), p.key, '') END, l.category, l.quantity, l.returned, l.total"
        f" FROM commerce_orderline l LEFT JOIN commerce_product p ON p.id = l.product_id WHERE l.order_id IN {table}"
        " ORDER BY l.order_id, l.position",
        params,
    ):
        found.setdefault(order_id, []).append(LineOf(*line))
    return found


def _sold_by_currency(at: int) -> dict[str, tuple]:
    rows = bulk.query(
        "SELECT currency, count(*), sum(total), sum(refunded), sum(coalesce(base_total, 0)),"
        " sum(coalesce(base_refunded, 0)), sum(CASE WHEN base_total IS NULL THEN 1 ELSE 0 END),"
        " coalesce(min(nullif(rate_on, '')), ''), coalesce(max(rate_on), '')"
        " FROM commerce_order WHERE cancelled_us IS NULL AND ts <= %s GROUP BY currency",
        [at],
    )
    return {row[0]: row[1:] for row in rows}


def _orphans_by_currency(at: int) -> dict[str, tuple]:
    rows = bulk.query(
        "SELECT currency, 0, 0, sum(total), 0, sum(coalesce(base_total, 0)),"
        " sum(CASE WHEN base_total IS NULL THEN 1 ELSE 0 END), coalesce(min(nullif(rate_on, '')), ''),"
        " coalesce(max(rate_on), '') FROM commerce_refund WHERE order_id IS NULL AND ts <= %s GROUP BY currency",
        [at],
    )
    return {row[0]: row[1:] for row in rows}


def _currency_total(code: str, sold: tuple | None, back: tuple | None) -> CurrencyTotal:
    nothing = (0, 0, 0, 0, 0, 0, "", "")
    a, b = sold or nothing, back or nothing
    sums = [int(x + y) for x, y in zip(a[:6], b[:6], strict=True)]
    dates = sorted(day for day in (a[6], a[7], b[6], b[7]) if day)
    return CurrencyTotal(code, *sums, dates[0] if dates else "", dates[-1] if dates else "")


def _nobodys(at: int) -> tuple[int, int, int]:
    """(orders, gross, refunded) of nodes that are nobody's."""
    nobody = "(SELECT id FROM people_node WHERE person_id IS NULL)"
    orders, gross, back = bulk.query(
        "SELECT count(*), coalesce(sum(base_total), 0), coalesce(sum(base_refunded), 0) FROM commerce_order"
        f" WHERE cancelled_us IS NULL AND ts <= %s AND node_id IN {nobody}",
        [at],
    )[0]
    orphans = bulk.query(
        "SELECT coalesce(sum(base_total), 0) FROM commerce_refund"
        f" WHERE order_id IS NULL AND ts <= %s AND node_id IN {nobody}",
        [at],
    )[0][0]
    return orders, int(gross), int(back + orphans)


def _customers(at: int) -> int:
    """People with an order that stands."""
    return bulk.query(
        "SELECT count(DISTINCT n.person_id) FROM commerce_order o JOIN people_node n ON n.id = o.node_id"
        " WHERE o.cancelled_us IS NULL AND o.ts <= %s",
        [at],
    )[0][0]
