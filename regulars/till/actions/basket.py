"""A basket as the device sends it, checked, and as an order says it."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from regulars.core.money import to_major
from regulars.loyalty.rewards.stacking import Line
from regulars.till.actions.errors import CannotDo

MOST_LINES, MOST = 100, 10**9


@dataclass(frozen=True)
class Rung:
    """One line: `amount` minor units for all its pieces."""

    amount: int
    category: str = ""
    product: str = ""
    name: str = ""
    quantity: int = 1

    @property
    def key(self) -> str:
        """What a return finds the line by; goods rung up by category alone have no name, so nothing offers them."""
        return self.product or "till:" + (re.sub(r"[^a-z0-9]+", "-", self.category.lower()).strip("-") or "goods")


def read_lines(said: Any) -> list[Rung]:
    """The lines of a basket. Raises CannotDo."""
    if not isinstance(said, list) or not 0 < len(said) <= MOST_LINES:
        raise CannotDo(f"A sale has between 1 and {MOST_LINES} lines.")
    return [_line(one) for one in said]


def _line(said: Any) -> Rung:
    if not isinstance(said, Mapping):
        raise CannotDo("A line of the sale cannot be read.")
    amount, quantity = said.get("amount"), said.get("quantity", 1)
    if type(amount) is not int or not 0 <= amount <= MOST:
        raise CannotDo("An amount is a number of the smallest coin, such as 1250.")
    if type(quantity) is not int or not 1 <= quantity <= 10_000:
        raise CannotDo("A quantity is a whole number from 1.")
    texts = {name: str(said.get(name) or "").strip()[:120] for name in ("category", "product", "name")}
    return Rung(amount=amount, quantity=quantity, **texts)


def as_lines(lines: Sequence[Rung]) -> list[Line]:
    """As the price of codes wants them."""
    return [Line(line.amount, line.product, line.category) for line in lines]


def as_products(lines: Sequence[Rung], amounts: Sequence[int], currency: str) -> list[dict[str, Any]]:
    """The products of an order or a return: `amounts` are what was really paid for each line."""
    made = []
    for line, amount in zip(lines, amounts, strict=True):
        one: dict[str, Any] = {"product_id": line.key, "quantity": line.quantity}
        one |= {
            "total": str(to_major(amount, currency)),
            "price": str(to_major(line.amount, currency) / line.quantity),
        }
        made.append(one | {name: text for name in ("category", "name") if (text := getattr(line, name))})
    return made
