"""What the page of recommendations shows: how well the lists hit, what is on them, what sells with what."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from regulars.commerce.models import Product
from regulars.insights.models import Report


@dataclass(frozen=True)
class Hits:
    """A kind of list and the bestsellers beside it, on the same people in the weeks held out. Shares with 95 %
    intervals as (value, low, high); `length` products each.
    """

    people: int
    length: int
    hit: tuple[float, float, float]
    hit_popular: tuple[float, float, float]
    recall: tuple[float, float, float]
    recall_popular: tuple[float, float, float]
    ndcg: tuple[float, float, float]
    ndcg_popular: tuple[float, float, float]

    @property
    def helps(self) -> bool:
        """Do the lists hit more people than the bestsellers, beyond chance?"""
        return self.hit[1] > self.hit_popular[2]


@dataclass(frozen=True)
class OnLists:
    """A product on many lists: to how many people, and how often it sold in four weeks."""

    product: Product
    people: int
    sold: int


@dataclass(frozen=True)
class Pair:
    """Who buys `product` also buys `other`; `people` bought both."""

    product: Product
    other: Product
    people: int


@dataclass(frozen=True)
class Category:
    """The share of a category's buyers who bought in it again, and the usual gap in days (None: nobody did)."""

    name: str
    again: float
    gap: float | None


@dataclass(frozen=True)
class Advice:
    """The last night's recommendations. `anything` and `new` are None where too few people bought to measure."""

    as_of_us: int
    people: int
    products: int
    covered: int
    settings: dict[str, Any]
    chosen_on: int
    anything: Hits | None
    new: Hits | None
    top: list[OnLists]
    pairs: list[Pair]
    categories: list[Category]


def advice() -> Advice | None:
    """The last report; None before the first night."""
    found = Report.objects.filter(name="advice").order_by("-day").first()
    if found is None:
        return None
    told = found.content
    goods = Product.objects.in_bulk({one for row in told["top"] for one in row[:1]} | _paired(told["pairs"]))
    return Advice(
        as_of_us=found.as_of_us,
        people=told["people"],
        products=told["products"],
        covered=told["covered"],
        settings=told["choice"]["settings"],
        chosen_on=told["choice"]["people"],
        anything=_hits(told["measured"], "anything", "popular"),
        new=_hits(told["measured"], "new", "popular new"),
        top=[OnLists(goods[p], people, sold) for p, people, sold in told["top"] if p in goods],
        pairs=[Pair(goods[a], goods[b], people) for a, b, people, _ in told["pairs"] if a in goods and b in goods],
        categories=[Category(*row) for row in told["categories"]],
    )


def _paired(pairs: list) -> set[int]:
    return {one for row in pairs for one in row[:2]}


def _hits(measured: list[dict], kind: str, beside: str) -> Hits | None:
    known = {one["kind"]: one for one in measured}
    if kind not in known:
        return None
    figures = [_share(known[k][name]) for name in ("hit", "recall", "ndcg") for k in (kind, beside)]
    return Hits(known[kind]["people"], known[kind]["length"], *figures)


def _share(said: dict[str, float]) -> tuple[float, float, float]:
    return said["value"], said["low"], said["high"]
