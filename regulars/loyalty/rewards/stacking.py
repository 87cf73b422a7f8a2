"""What codes take off a basket, together: pure.

The order is fixed, so that the same codes always give the same price: offers on certain goods first, then the rest of
the percentages, then amounts of money, at last gift cards, which pay rather than reduce. Percentages apply to what
is left of the lines they may touch; nothing goes below zero. An amount is spread over lines by largest remainder, so
that the sum is exact and a refund by line knows its part.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from regulars.loyalty.earning.shares import share_out


@dataclass(frozen=True)
class Line:
    """One line of a basket: minor units for all its pieces."""

    amount: int
    product: str = ""
    category: str = ""


@dataclass(frozen=True)
class Offer:
    """A code with its terms, as far as the price needs them."""

    voucher_id: int
    kind: str  # money, percent, product, gift_card, partner, thing
    worth: int = 0
    least: int = 0
    products: tuple[str, ...] = ()
    categories: tuple[str, ...] = ()
    alone: bool = False


@dataclass(frozen=True)
class Rules:
    """What may be joined. `most_percent`: codes never take more than this share of the goods, gift cards aside."""

    most_codes: int = 3
    most_percent: int = 100


@dataclass
class Price:
    """What comes of it: `taken` {voucher: minor units off or paid}, `lines` what is left of each line before gift
    cards, `to_pay` after them, `refused` {voucher: a sentence}."""

    to_pay: int
    lines: list[int]
    taken: dict[int, int] = field(default_factory=dict)
    refused: dict[int, str] = field(default_factory=dict)


_TURN = {"product": 0, "percent": 1, "partner": 2, "money": 2, "thing": 3, "gift_card": 4}


def price(lines: Sequence[Line], offers: Sequence[Offer], rules: Rules = Rules()) -> Price:
    """The price of a basket with codes. Never negative, never above the basket; the order of `offers` has no say."""
    total = sum(line.amount for line in lines)
    found = Price(to_pay=total, lines=[line.amount for line in lines])
    left_to_give = total * rules.most_percent // 100
    for offer in _admitted(sorted(offers, key=_turn), rules, found):
        if offer.kind == "gift_card":
            taken = min(offer.worth, found.to_pay)
        else:
            taken = _reduce(lines, offer, found, left_to_give)
            left_to_give -= taken
        if offer.voucher_id not in found.refused:
            found.taken[offer.voucher_id] = taken
            found.to_pay -= taken
    return found


def _turn(offer: Offer) -> tuple:
    narrow = 0 if offer.products or offer.categories else 1
    return _TURN[offer.kind], narrow, -offer.worth, offer.voucher_id


def _admitted(offers: list[Offer], rules: Rules, found: Price) -> list[Offer]:
    """Gift cards always; of the rest at most so many, and one that stands alone only by itself."""
    cards = [offer for offer in offers if offer.kind == "gift_card"]
    rest = [offer for offer in offers if offer.kind != "gift_card"]
    if len(rest) > 1:
        for offer in rest:
            if offer.alone:
                found.refused[offer.voucher_id] = "This code cannot be joined with another one."
        rest = [offer for offer in rest if not offer.alone]
    for offer in rest[rules.most_codes :]:
        found.refused[offer.voucher_id] = f"At most {rules.most_codes} codes can be used together."
    return rest[: rules.most_codes] + cards


def _reduce(lines: Sequence[Line], offer: Offer, found: Price, left_to_give: int) -> int:
    """What the offer takes off, taken from the lines it may touch."""
    touched = [i for i, line in enumerate(lines) if _fits(offer, line) and line.amount > 0]
    if not touched:
        found.refused[offer.voucher_id] = "Nothing in the basket is what this code is for."
        return 0
    basis = sum(lines[i].amount for i in touched)
    if basis < offer.least:
        found.refused[offer.voucher_id] = "The basket is below the least amount of this code."
        return 0
    here = [found.lines[i] for i in touched]
    taken = min(_wanted(offer, here), sum(here), left_to_give)
    for i, part in zip(touched, share_out(here, taken), strict=True):
        found.lines[i] -= part
    return taken


def _fits(offer: Offer, line: Line) -> bool:
    if not offer.products and not offer.categories:
        return True
    return line.product in offer.products or line.category in offer.categories


def _wanted(offer: Offer, amounts: Sequence[int]) -> int:
    if offer.kind == "percent":
        return (sum(amounts) * offer.worth + 5_000) // 10_000
    if offer.kind == "product":
        return max(amounts) if not offer.worth else min(max(amounts), offer.worth)
    return offer.worth
