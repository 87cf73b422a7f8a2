"""What the shop could tell everybody: products that nobody bought before, because they are new."""

from __future__ import annotations

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from regulars.commerce.models import Product
from regulars.core import bulk
from regulars.core.plugs import Idea, Spring, register

MOST = 50


def new_products(since: int, at: int) -> list[Idea]:
    """Products for sale with an address, of which nothing was said or sold before `since`."""
    rows = bulk.query(
        "SELECT p.id FROM commerce_product p WHERE p.seen_us >= %s AND p.seen_us <= %s AND p.name <> ''"
        " AND p.url <> '' AND (p.available IS NULL OR p.available) AND (p.stock IS NULL OR p.stock > 0)"
        " AND NOT EXISTS (SELECT 1 FROM commerce_orderline l WHERE l.product_id = p.id AND l.ts < %s)"
        " ORDER BY p.id DESC LIMIT %s",
        [since, at, since, MOST],
    )
    found = Product.objects.in_bulk([number for (number,) in rows])
    return [_idea(found[number]) for (number,) in rows]


def _idea(product: Product) -> Idea:
    title = _("New: %s") % product.name
    return Idea(f"product:{product.id}", title, f"{title}\n{product.url}", product.url, product.seen_us)


register(
    Spring(
        name="products",
        label=gettext_lazy("New products"),
        room="commerce",
        find=new_products,
        about=gettext_lazy("A product with an address in the shop that nobody bought before the last 30 days."),
    )
)
