"""Reads what recommendations are made of from the truth: baskets, what was sent back, products and rules."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from django.db import connection

from regulars.commerce import advising
from regulars.commerce.models import Product
from regulars.core import bulk
from regulars.insights.recommending import rules
from regulars.insights.recommending.baskets import Baskets
from regulars.insights.recommending.rules import NONE, Rules

if TYPE_CHECKING:
    from scipy import sparse

_CHUNK = 50_000
_LINES = (
    "SELECT n.person_id, l.product_id, o.day, CASE WHEN l.returned >= l.quantity THEN 1 ELSE 0 END"
    " FROM commerce_orderline l JOIN commerce_order o ON o.id = l.order_id JOIN people_node n ON n.id = l.node_id"
    " WHERE o.cancelled_us IS NULL AND l.product_id IS NOT NULL AND l.quantity > 0 AND n.person_id IS NOT NULL"
    " AND o.day <= %s"
)


@dataclass(frozen=True, slots=True)
class Sales:
    """Lines of orders that stand: person, product, day, and whether all of the line was sent back."""

    lines: np.ndarray

    @property
    def baskets(self) -> Baskets:
        person, product, day, _ = self.lines
        return Baskets.of(person=person, product=product, day=day)


def everything(*, until_day: int) -> Sales:
    """All lines up to and including a local day, in chunks so that only numbers are held."""
    parts = []
    with connection.chunked_cursor() as cursor:
        cursor.execute(_LINES, [until_day])
        while rows := cursor.fetchmany(_CHUNK):
            parts.append(np.array(rows, np.int64))
    return _sales(parts)


def of_people(person_ids: Iterable[int], *, until_day: int) -> Sales:
    """The same of some people."""
    ids, params = bulk.ids(person_ids)
    rows = bulk.query(f"{_LINES} AND n.person_id IN {ids}", [until_day, *params])
    return _sales([np.array(rows, np.int64)] if rows else [])


def _sales(parts: list[np.ndarray]) -> Sales:
    return Sales((np.concatenate(parts) if parts else np.zeros((0, 4), np.int64)).T)


@dataclass(frozen=True, slots=True)
class Shelf:
    """The products of some baskets in their order, and the categories by number."""

    products: list[Product]
    categories: list[str]
    category: np.ndarray


def shelf(baskets: Baskets) -> Shelf:
    """Read the products that were bought."""
    known = Product.objects.in_bulk(baskets.products.tolist())
    products = [known.get(one) or Product(id=one, key="") for one in baskets.products.tolist()]
    categories = sorted({one.category for one in products if one.category})
    place = {name: number for number, name in enumerate(categories)} | {"": NONE}
    return Shelf(products, categories, np.array([place[one.category] for one in products], np.int64))


def rules_for(sales: Sales, baskets: Baskets, held: Shelf, *, day: int) -> Rules:
    """The shop's rules as arrays: stock, what was withdrawn or sells no more, exclusions, boosts, durable goods."""
    settings, said = advising.settings(), advising.rules()
    durable = np.array([_about(said, "durable", name) for name in held.categories], bool)
    return Rules(
        offered=np.array([_offered(one, said, settings) for one in held.products], bool)
        & ~_unsold(baskets, settings.unsold_days, day),
        factor=np.array([_factor(one, said) for one in held.products], np.float32),
        category=held.category,
        most=settings.most_of_category,
        returned=_sent_back(sales, baskets),
        waiting=rules.waiting(baskets, held.category, durable=durable, day=day),
    )


def _about(said, kind: str, category: str) -> bool:
    return any(rule.kind == kind and rule.category == category for rule in said)


def _offered(product: Product, said, settings) -> bool:
    if product.available is False or (settings.hide_sold_out and product.stock is not None and product.stock <= 0):
        return False
    return bool(product.key) and not any(rule.kind == "never" and _meets(rule, product) for rule in said)


def _meets(rule, product: Product) -> bool:
    return rule.product_id == product.id or (bool(rule.category) and rule.category == product.category)


def _factor(product: Product, said) -> float:
    return float(np.prod([rule.factor for rule in said if rule.kind == "boost" and _meets(rule, product)]))


def _unsold(baskets: Baskets, days: int, day: int) -> np.ndarray:
    return baskets.since(day - days).counts() == 0 if days else np.zeros(len(baskets.products), bool)


def _sent_back(sales: Sales, baskets: Baskets) -> sparse.csr_array:
    """People by products: the last word on it was to send it back."""
    from scipy import sparse

    person, product, day, back = sales.lines
    order = np.lexsort((back, day, product, person))
    last = order[np.r_[(np.diff(person[order]) != 0) | (np.diff(product[order]) != 0), True][: len(order)]]
    last = last[back[last] == 1]
    places = np.searchsorted(baskets.people, person[last]), np.searchsorted(baskets.products, product[last])
    return sparse.csr_array((np.ones(len(last), bool), places), shape=baskets.shape)
