"""An order as it stands: what was paid for each line and kept, after discounts, returns and refunds."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import lru_cache
from typing import NamedTuple

from regulars.loyalty.earning.shares import share_out


class Bought(NamedTuple):
    """A line as commerce has it; `total` in base minor units, None without a rate. No product and no category:
    postage or a fee."""

    position: int
    product: str
    category: str
    quantity: float
    returned: float
    total: int | None


class Line(NamedTuple):
    """What is left of a line: pieces kept, and what was paid for them in base minor units."""

    position: int
    product: str
    category: str
    pieces: Fraction
    net: int


@dataclass(frozen=True, slots=True)
class Order:
    """One order that stands. `net` is what was paid for goods that were kept."""

    id: int
    node_id: int
    ts: int
    number: str
    store: str
    lines: tuple[Line, ...]

    @property
    def net(self) -> int:
        return sum(line.net for line in self.lines)


def as_it_stands(lines: Sequence[Bought], *, paid: int, refunded: int, postage: Fraction | int) -> tuple[Line, ...]:
    """The lines without what was returned, in base minor units; together at most what was paid for goods.

    A discount on the whole order is taken off every line alike. Money given back beyond the goods that came back and
    the postage is taken off what is left. An order without lines is one line of its own, at position 0.
    """
    goods = [
        line for line in lines if (line.product or line.category) and (line.total or 0) > 0 and line.quantity > 0
    ]
    fees = sum(line.total or 0 for line in lines if not (line.product or line.category) and (line.total or 0) > 0)
    if not goods:
        if any(line.product or line.category for line in lines):
            return ()
        fees, goods = 0, [Bought(0, "", "", 1, 0, max(paid - int(postage), 0))]
    gross = sum(line.total or 0 for line in goods)
    discounted = min(Fraction(1), max(Fraction(0), Fraction(paid) - postage - fees) / gross) if gross else Fraction(0)
    kept = [max(Fraction(0), 1 - _number(line.returned) / _number(line.quantity)) for line in goods]
    worth = [discounted * line.total * part for line, part in zip(goods, kept, strict=True)]
    came_back = discounted * gross - sum(worth)
    beyond = max(Fraction(0), refunded - came_back - postage - fees)
    left = max(Fraction(0), sum(worth) - beyond)
    net = share_out(worth, int(left + Fraction(1, 2)))
    pieces = [_number(line.quantity) * part for line, part in zip(goods, kept, strict=True)]
    return tuple(Line(b.position, b.product, b.category, n, m) for b, n, m in zip(goods, pieces, net, strict=True))


@lru_cache(maxsize=1000)  # nearly all quantities are 1, 2 or 3
def _number(value: float) -> Fraction:
    """A quantity as the decimal number it was meant to be."""
    return Fraction(value).limit_denominator(10_000)
