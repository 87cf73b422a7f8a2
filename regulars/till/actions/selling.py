"""A sale: who, what, with which codes and points; it becomes one order of the log."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from regulars.core.clock import from_us
from regulars.core.models import Business
from regulars.core.money import to_major
from regulars.events.inside import Noticed, note_events
from regulars.loyalty import ledger
from regulars.loyalty.earning.shares import share_out
from regulars.loyalty.models import Programme, Voucher
from regulars.loyalty.rewards import codes as coding
from regulars.loyalty.rewards import redeeming
from regulars.loyalty.rewards.accounts import CannotSettle
from regulars.loyalty.rewards.keeping import stacking_rules
from regulars.people.sighting import NOBODY
from regulars.till.actions import asking, basket, friends
from regulars.till.actions.errors import CannotDo
from regulars.till.models import Device


@dataclass
class Sale:
    """What came of a basket: `paid` by line, what codes and points took off, what the customer still pays."""

    paid: list[int]
    to_pay: int
    uses: list[int] = field(default_factory=list)
    spent: int = 0
    spending: int = 0
    off: int = 0
    by_card: int = 0


def sell(
    *, device: Device, client_id: str, action: Mapping[str, Any], said: int, at: int
) -> tuple[dict[str, Any], dict[str, Any], int | None]:
    """Ring up. Codes and points go with the sale or not at all. Answers with what is left to pay."""
    lines, currency = basket.read_lines(action.get("lines")), Business.load().currency
    node = asking.customer(device=device, who=action.get("customer"), client_id=client_id, said=said, at=at)
    vouchers, friend = friends.of_friends(action.get("codes"))
    friends.note_friend(device=device, code=friend, node=node, at=at)
    done = _priced(device, client_id, {**action, "codes": vouchers}, lines, node, at)
    number = order_number(device, client_id)
    note_order(device, number, "Order Completed", node, said, at, {
        "order_id": number, "currency": currency, "total": str(to_major(sum(done.paid), currency)),
        "affiliation": device.store or device.name, "products": basket.as_products(lines, done.paid, currency),
    })  # fmt: skip
    undo = {"number": number, "uses": done.uses, "spending": done.spending, "paid": done.paid, "node": node,
            "lines": [line.__dict__ for line in lines], "back": [0] * len(lines)}  # fmt: skip
    answer = {
        "sentence": "",
        "to_pay": done.to_pay,
        "off": done.off,
        "points_spent": done.spent,
        "card": done.by_card,
    }
    return answer, undo, node


def order_number(device: Device, client_id: str) -> str:
    """The number of a sale, of this till alone."""
    return f"T{device.id}-{client_id}"


def note_order(
    device: Device, number: str, name: str, node: int | None, said: int, at: int, properties: dict[str, Any],
    tail: str = "",
) -> None:  # fmt: skip
    """An order or a return in the log; of nobody when the customer is not known."""
    message = f"till:{number}{tail}"[:100]
    if node is not None:
        note_events(source_id=device.source_id, items=[Noticed(node, name, said, message, properties)], at=at)
        return
    item = {"type": "track", "event": name, "anonymousId": NOBODY, "messageId": message,
            "timestamp": from_us(said).isoformat(), "properties": properties}  # fmt: skip
    asking.say_nobody(device=device, items=[item], at=at)


def _priced(device: Device, client_id: str, action: Mapping[str, Any], lines: Sequence[basket.Rung], node: int | None, at: int) -> Sale:  # noqa: E501  # fmt: skip
    vouchers = _vouchers(device, action.get("codes"), at)
    price = redeeming.quote(vouchers=vouchers, lines=basket.as_lines(lines), rules=stacking_rules(), at=at)
    if price.refused:
        raise CannotDo(" ".join(dict.fromkeys(price.refused.values())))
    done = Sale(paid=price.lines, to_pay=price.to_pay, off=sum(line.amount for line in lines) - sum(price.lines))
    done.by_card = sum(price.lines) - price.to_pay
    for voucher in vouchers:
        done.uses.append(_use(device, client_id, voucher, price.taken[voucher.id], node, at))
    if action.get("points"):
        _pay_with_points(device, client_id, action["points"], done, node, at)
    return done


def _vouchers(device: Device, codes: Any, at: int) -> list[Voucher]:
    """Wrong codes are counted by `look_up`, which the device calls first: here they only refuse the sale."""
    if not codes:
        return []
    if not isinstance(codes, list) or len(codes) > 10:
        raise CannotDo("At most ten codes go with a sale.")
    try:
        wanted = {coding.digest(coding.read_code(str(code))) for code in codes}
    except coding.NotACode as problem:
        raise CannotDo(str(problem)) from None
    found = list(Voucher.objects.filter(digest__in=wanted).order_by("id"))
    if len(found) < len(wanted):
        raise CannotDo("There is no voucher with one of these codes.")
    return found


def _use(device: Device, client_id: str, voucher: Voucher, amount: int, node: int | None, at: int) -> int:
    number = order_number(device, client_id)
    try:
        done = redeeming.redeem_voucher(
            voucher_id=voucher.id, key=f"till:{number}:{voucher.id}", amount=amount, order_key=number, node_id=node,
            by=f"till:{device.id}", at=at,
        )  # fmt: skip
    except (redeeming.CannotRedeem, redeeming.Conflict, CannotSettle) as problem:
        raise CannotDo(str(problem)) from None
    return done.redemption_id


def _pay_with_points(device: Device, client_id: str, points: Any, done: Sale, node: int | None, at: int) -> None:
    """Points take their worth off what is left to pay, spread over the lines."""
    programme = Programme.objects.filter(ended_us=None).order_by("id").first()
    if programme is None or node is None:
        raise CannotDo("Points are spent by a customer of the programme: find or add them first.")
    if type(points) is not int or points <= 0:
        raise CannotDo("Points are a whole number.")
    worth = points * programme.worth_minor // programme.worth_points
    if worth > done.to_pay:
        most = done.to_pay * programme.worth_points // programme.worth_minor
        raise CannotDo(f"So many {programme.unit} are worth more than what is left to pay; at most {most}.")
    try:
        posted = ledger.spend(
            programme_id=programme.id, node_id=node, source=f"till:{device.id}", key=client_id, amount=points, at=at,
            by=f"till:{device.id}",
        )  # fmt: skip
    except ledger.CannotPost as problem:
        raise CannotDo(str(problem)) from None
    for i, part in enumerate(share_out(done.paid, worth)):
        done.paid[i] -= part
    done.spent, done.spending = points, posted.id
    done.to_pay -= worth
    done.off += worth
