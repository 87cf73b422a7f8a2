"""What insights brings into messages: what each person may want next."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from django.utils.translation import gettext_lazy as _

from regulars.commerce.queries import recommended
from regulars.core.plugs import Supply, register

MOST = 12
SAMPLE = [{"name": name, "price": "29.90", "url": "https://example.com/"} for name in ("Boots", "Ball", "Shirt")]


def _of(kind: str) -> Callable[[Sequence[int], int], dict[int, list[dict[str, Any]]]]:
    def now(person_ids: Sequence[int], at: int) -> dict[int, list[dict[str, Any]]]:
        found = recommended(person_ids, kind=kind, limit=MOST)
        return {person: [_said(row) for row in rows if row.product.name] for person, rows in found.items() if rows}

    return now


def _said(row) -> dict[str, Any]:
    """In the shape "products"; `why` is the product they bought that speaks for it."""
    product, said = row.product, {"name": row.product.name}
    if product.price is not None and product.currency:
        said["price"] = {"minor": product.price, "currency": product.currency}
    if row.why:
        said["why"] = row.why.name
    web = {"url": product.url, "image": product.image_url}
    return said | {name: url for name, url in web.items() if url.startswith(("https://", "http://"))}


def _supply(name: str, label: Any, kind: str) -> Supply:
    return Supply(name=name, label=label, room="insights", shape="products", sample=SAMPLE, now=_of(kind))


register(
    _supply("recommendations", _("Recommended to each person"), "any"),
    _supply("buy_again", _("What each person may buy again"), "again"),
    _supply("new_to_them", _("New to each person"), "new"),
)
