"""What commerce brings into messages: what sells just now, and what a person bought."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.utils.translation import gettext_lazy as _

from regulars.commerce.models import Product
from regulars.core import bulk
from regulars.core.clock import DAY
from regulars.core.plugs import Supply, register

MOST, DAYS = 12, 28


def popular(*, at: int, limit: int = MOST) -> list[dict[str, Any]]:
    """The products of which most pieces were sold and kept in the last 28 days, as a list for messages."""
    rows = bulk.query(
        "SELECT l.product_id FROM commerce_order o JOIN commerce_orderline l ON l.order_id = o.id"
        " WHERE o.day >= %s AND o.ts > %s AND o.ts <= %s AND o.cancelled_us IS NULL AND l.product_id IS NOT NULL"
        " GROUP BY l.product_id HAVING sum(l.quantity - l.returned) > 0"
        " ORDER BY sum(l.quantity - l.returned) DESC, l.product_id LIMIT %s",
        [(at - DAYS * DAY) // DAY - 1, at - DAYS * DAY, at, limit],
    )
    return _listed([product for (product,) in rows])


def bought(person_ids: Sequence[int], at: int) -> dict[int, list[dict[str, Any]]]:
    """{person: the products they bought and kept, the last ones first, 12 at most}."""
    ids, params = bulk.ids(person_ids)
    rows = bulk.query(
        "SELECT person_id, product_id FROM (SELECT n.person_id, l.product_id, max(l.ts) AS ts, row_number() OVER"
        " (PARTITION BY n.person_id ORDER BY max(l.ts) DESC, l.product_id) AS place FROM people_node n"
        " JOIN commerce_orderline l ON l.node_id = n.id JOIN commerce_order o ON o.id = l.order_id"
        f" WHERE n.person_id IN {ids} AND o.cancelled_us IS NULL AND l.product_id IS NOT NULL AND l.ts <= %s"
        " GROUP BY n.person_id, l.product_id HAVING sum(l.quantity - l.returned) > 0) AS p"
        " WHERE place <= %s ORDER BY person_id, place",
        [*params, at, MOST],
    )
    shown = _shown({product for _, product in rows})
    found: dict[int, list[dict[str, Any]]] = {}
    for person, product in rows:
        if product in shown:
            found.setdefault(person, []).append(shown[product])
    return found


def _listed(product_ids: Sequence[int]) -> list[dict[str, Any]]:
    shown = _shown(product_ids)
    return [shown[product] for product in product_ids if product in shown]


def _shown(product_ids: Sequence[int] | set[int]) -> dict[int, dict[str, Any]]:
    """Products by number, in the shape "products"; those without a name are nothing to show."""
    found = Product.objects.filter(id__in=product_ids).exclude(name="")
    return {one.id: _said(one) for one in found}


def _said(product: Product) -> dict[str, Any]:
    said: dict[str, Any] = {"name": product.name}
    if product.price is not None and product.currency:
        said["price"] = {"minor": product.price, "currency": product.currency}
    web = {"url": product.url, "image": product.image_url}
    return said | {name: url for name, url in web.items() if url.startswith(("https://", "http://"))}


def _popular_for_all(person_ids: Sequence[int], at: int) -> dict[int, list[dict[str, Any]]]:
    return dict.fromkeys(person_ids, popular(at=at))


SAMPLE = [{"name": name, "price": "29.90", "url": "https://example.com/"} for name in ("Boots", "Ball", "Shirt")]

register(
    Supply(
        name="products", label=_("Popular in the last 28 days"), room="commerce", shape="products", sample=SAMPLE,
        now=_popular_for_all,
    ),
    Supply(
        name="bought", label=_("What the person bought"), room="commerce", shape="products", sample=SAMPLE, now=bought
    ),
)  # fmt: skip
