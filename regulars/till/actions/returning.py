"""Something is brought back: by line, or the whole sale, with its codes and points."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from regulars.core.models import Business
from regulars.core.money import to_major
from regulars.loyalty import ledger
from regulars.loyalty.models import Programme
from regulars.loyalty.rewards.redeeming import undo_redemption
from regulars.till.actions import basket
from regulars.till.actions.errors import CannotDo
from regulars.till.actions.selling import note_order
from regulars.till.models import Device, Done


def take_back(
    *, device: Device, client_id: str, action: Mapping[str, Any], said: int, at: int
) -> tuple[dict[str, Any], dict[str, Any], int | None]:
    """Pay back what was paid for these pieces. `pieces`: how many of each line, in the order of the sale; none: all.

    When everything is back, the codes are good again and the points are given back.
    """
    sale = Done.objects.select_for_update().filter(
        device_id=device.id, client_id=str(action.get("sale"))[:40], kind="sale"
    ).first()  # fmt: skip
    if sale is None or not sale.undo:
        raise CannotDo("This sale is not known to this till.")
    lines = [basket.Rung(**line) for line in sale.undo["lines"]]
    pieces = _pieces(action.get("pieces"), lines, sale.undo["back"])
    amounts = [_worth(line, paid, back, now) for line, paid, back, now in zip(lines, sale.undo["paid"], sale.undo["back"], pieces, strict=True)]  # noqa: E501  # fmt: skip
    currency, number = Business.load().currency, sale.undo["number"]
    goods = [(basket.Rung(line.amount * now // line.quantity, line.category, line.product, line.name, now), amount) for line, amount, now in zip(lines, amounts, pieces, strict=True) if now]  # noqa: E501  # fmt: skip
    products = basket.as_products([line for line, _ in goods], [amount for _, amount in goods], currency)
    note_order(device, number, "Order Refunded", sale.undo["node"], said, at, {
        "order_id": number, "currency": currency, "total": str(to_major(sum(amounts), currency)),
        "products": products,
    }, tail=f":{client_id}")  # fmt: skip
    sale.undo["back"] = [back + now for back, now in zip(sale.undo["back"], pieces, strict=True)]
    sale.save(update_fields=["undo"])
    if sale.undo["back"] == [line.quantity for line in lines]:
        _give_back(device, client_id, sale, at)
    return {"sentence": "", "to_pay_back": sum(amounts)}, {}, sale.node_id


def _pieces(said: Any, lines: list[basket.Rung], back: list[int]) -> list[int]:
    left = [line.quantity - gone for line, gone in zip(lines, back, strict=True)]
    if said is None:
        said = left
    right = isinstance(said, list) and len(said) == len(lines) and all(type(n) is int and n >= 0 for n in said)
    if not right or not any(said) or any(n > most for n, most in zip(said, left, strict=True)):
        raise CannotDo("More cannot come back than was sold, and something has to.")
    return said


def _worth(line: basket.Rung, paid: int, back: int, now: int) -> int:
    """What was paid for these pieces: parts add up to the whole, whatever the order."""
    return paid * (back + now) // line.quantity - paid * back // line.quantity


def _give_back(device: Device, client_id: str, sale: Done, at: int) -> None:
    by = f"till:{device.id}"
    for use in sale.undo["uses"]:
        undo_redemption(redemption_id=use, key=f"till:{client_id}:{use}", reason="brought back", by=by, at=at)
    programme = Programme.objects.filter(ended_us=None).order_by("id").first()
    if sale.undo["spending"] and programme:
        ledger.give_back(
            programme_id=programme.id, spend_id=sale.undo["spending"], source=by, key=client_id, at=at, by=by
        )
