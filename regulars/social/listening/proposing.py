"""Topics that the shop's own shelf suggests: its name, what it sells most, and the problems its goods could solve."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from django.utils.translation import gettext as _

from regulars.core import bulk
from regulars.core.clock import DAY
from regulars.core.models import Business
from regulars.social.listening.words import folded, words_of
from regulars.social.models import Topic

PRODUCTS, CATEGORIES, LATELY = 6, 3, 28 * DAY


@dataclass(frozen=True)
class Proposal:
    """A topic to be made with one click, after a look at what it finds."""

    name: str
    kind: str
    query: str
    why: str
    product_key: str = ""


def proposals(*, at: int) -> list[Proposal]:
    """What is not listened for yet, best first."""
    known = {folded(name) for name in Topic.objects.filter(archived_us=None).values_list("name", flat=True)}
    keys = set(Topic.objects.filter(archived_us=None).values_list("product_key", flat=True)) - {""}
    found = [*_brand(), *_products(at), *_problems(at)]
    return [one for one in found if folded(one.name) not in known and one.product_key not in keys]


def _brand() -> Iterator[Proposal]:
    name = Business.load().name.strip()
    if words_of(folded(name)):
        yield Proposal(name, "brand", _quoted(name), _("Everybody listens for their own name first."))


def _quoted(name: str) -> str:
    plain = re.sub(r'["“”„*]', " ", name)
    return f'"{" ".join(plain.split())}"'


def _products(at: int) -> Iterator[Proposal]:
    for key, name, times in _sold("p.key, p.name", "p.name <> ''", at, PRODUCTS):
        if len(words_of(folded(name))) > 1:  # one common word would bring too much noise
            why = _("Sold %d times in four weeks.") % times
            yield Proposal(name[:80], "product", _quoted(name), why, key)


def _problems(at: int) -> Iterator[Proposal]:
    for category, _times in _sold("p.category", "p.category <> ''", at, CATEGORIES):
        if words_of(folded(category)):
            query = f'(recommend* OR "looking for" OR advice OR "which one") NEAR/8 {_quoted(category)}'
            why = _("People who ask for what you sell, whether they know you or not.")
            yield Proposal(_("Looking for %s") % category.lower(), "problem", query, why)


def _sold(columns: str, where: str, at: int, most: int) -> list[tuple]:
    return bulk.query(
        f"SELECT {columns}, COUNT(*) FROM commerce_order o JOIN commerce_orderline l ON l.order_id = o.id"
        f" JOIN commerce_product p ON p.id = l.product_id WHERE o.day >= %s AND o.cancelled_us IS NULL AND {where}"
        f" GROUP BY {columns} ORDER BY COUNT(*) DESC, {columns} LIMIT %s",
        [(at - LATELY) // DAY, most],
    )
