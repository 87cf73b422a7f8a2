"""Events of Stripe. A payment is an order, named by its payment intent (by its charge where there is none).

A charge, a checkout session and an invoice speak of the same payment: each says what it knows, and commerce adds it
up. Amounts are in the smallest unit of their currency; ISK and UGX are in hundredths all the same (Stripe's docs,
"Supported currencies"). Refunds are objects of their own.
"""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from regulars.core.clock import SECOND
from regulars.events.sources import canonical as c
from regulars.events.sources.deliveries import Account, Delivery

HUNDREDTHS = ("ISK", "UGX")
THIN = (
    "This is a thin event (v2.core.event): it says only that something happened. "
    "In Stripe, make an event destination with snapshot payloads instead."
)


def read(delivery: Delivery, account: Account) -> list[c.Item]:
    """The canonical events of an event; [] for types that say nothing we keep. Raises Unreadable for thin events."""
    said = delivery.object
    if c.text(said.get("object")).startswith("v2."):
        raise c.Unreadable(THIN)
    type_, found = c.text(said.get("type")), c.part(said, "data", "object")
    at = int(said["created"]) * SECOND
    reader = READERS.get(type_)
    return reader(found, at, account) if reader else []


def _charge(said: dict[str, Any], at: int, account: Account) -> list[c.Item]:
    if said.get("status", "succeeded") != "succeeded" or said.get("captured") is False:
        return []
    currency = _currency(said)
    captured = said.get("amount_captured")
    return c.order_items(
        c.Order(
            id=_payment(said) or c.text(said["id"]),
            who=_payer(said, c.part(said, "billing_details"), c.text(said.get("receipt_email"))),
            at=int(said["created"]) * SECOND,
            version=at,
            currency=currency,
            total=_money(said["amount"] if captured is None else captured, currency),
            name=c.text(said.get("receipt_number")),
            store=account.settings.get("store", ""),
        )
    )


def _session(said: dict[str, Any], at: int, account: Account) -> list[c.Item]:
    details = c.part(said, "customer_details")
    who = _payer(said, details, c.text(said.get("customer_email")))
    items = c.customer_items(who, at, _promotions(said, who, at))
    if not _payment(said) or said.get("payment_status") not in ("paid", "no_payment_required"):
        return items
    currency, totals = _currency(said), c.part(said, "total_details")
    order = c.Order(
        id=_payment(said),
        who=who,
        at=int(said["created"]) * SECOND,
        version=at,
        currency=currency,
        total=_money(said.get("amount_total"), currency),
        tax=_money(totals.get("amount_tax"), currency),
        shipping=_money(totals.get("amount_shipping"), currency),
        discount=_money(totals.get("amount_discount"), currency),
        store=account.settings.get("store", ""),
        lines=_session_lines(said, currency),
    )
    return items + [one for one in c.order_items(order) if one["type"] == "track"]


def _session_lines(said: dict[str, Any], currency: str) -> tuple[c.Line, ...] | None:
    """Only there when somebody asked for them."""
    lines = c.rows(c.part(said, "line_items").get("data"))
    return tuple(_line(one, currency) for one in lines) if lines else None


def _line(one: dict[str, Any], currency: str) -> c.Line:
    price = c.part(one, "price")
    product = price.get("product") or c.part(one, "pricing", "price_details").get("product")
    total = one.get("amount_total")
    return c.Line(
        product_id=c.text(product) or c.text(c.part(price, "product").get("id")),
        name=c.text(one.get("description")),
        quantity=int(one.get("quantity") or 1),
        price=_money(price.get("unit_amount"), currency),
        total=_money(one.get("amount") if total is None else total, currency),
    )


def _promotions(said: dict[str, Any], who: c.Who, at: int) -> list[c.Consent]:
    state = {"opt_in": "granted", "opt_out": "withdrawn"}.get(c.text(c.part(said, "consent").get("promotions")))
    evidence = {"source": "Stripe Checkout", "session": said.get("id"), "consent": said.get("consent")}
    return [c.Consent("email", state, at, who.email, evidence)] if state and who.email else []


def _invoice(said: dict[str, Any], at: int, account: Account) -> list[c.Item]:
    """Only with the payment it was paid by: without one its charge says the amount, and would be a second order."""
    paid = _payment(said) or next(
        (
            found
            for one in c.rows(c.part(said, "payments").get("data"))
            if (found := c.text(c.part(one, "payment").get("payment_intent")))
        ),
        "",
    )
    if not paid:
        return []
    currency = _currency(said)
    details = {
        "email": said.get("customer_email"),
        "name": said.get("customer_name"),
        "phone": said.get("customer_phone"),
    }
    order = c.Order(
        id=paid,
        who=_payer(said, details, ""),
        at=int(c.part(said, "status_transitions").get("paid_at") or said["created"]) * SECOND,
        version=at,
        currency=currency,
        total=_money(said.get("amount_paid"), currency),
        tax=_money(said.get("tax"), currency),
        name=c.text(said.get("number")),
        store=account.settings.get("store", ""),
        lines=tuple(_line(one, currency) for one in c.rows(c.part(said, "lines").get("data"))) or None,
    )
    return c.order_items(order)


def _refund(said: dict[str, Any], at: int, account: Account) -> list[c.Item]:
    number = _payment(said) or c.text(said.get("charge"))
    if said.get("status", "succeeded") != "succeeded" or not number:
        return []
    currency = _currency(said)
    refund = c.Refund(c.text(said["id"]), int(said["created"]) * SECOND, _money(said["amount"], currency))
    return [c.refund_item(refund, order=number, who=c.NO_ONE, currency=currency)]


def _customer(said: dict[str, Any], at: int, account: Account) -> list[c.Item]:
    return c.customer_items(_payer({"customer": said["id"]}, said, ""), at)


def _product(said: dict[str, Any], at: int, account: Account) -> list[c.Item]:
    images = said.get("images") or []
    price = c.part(said, "default_price")
    currency = c.text(price.get("currency")).upper()
    line = c.Line(
        product_id=c.text(said["id"]),
        name=c.text(said.get("name")),
        price=_money(price.get("unit_amount"), currency) if price else None,
        image_url=c.text(images[0]) if images else "",
        url=c.text(said.get("url")),
    )
    version = int(said.get("updated") or 0) * SECOND or at
    return c.product_items(c.Product(line, version, currency, available=bool(said.get("active", True))))


def _gone(said: dict[str, Any], at: int, account: Account) -> list[c.Item]:
    return c.product_items(c.Product(c.Line(product_id=c.text(said["id"])), at, available=False))


def _payment(said: dict[str, Any]) -> str:
    """The payment intent, named or whole."""
    return c.text(said.get("payment_intent")) or c.text(c.part(said, "payment_intent").get("id"))


def _payer(said: dict[str, Any], details: dict[str, Any], email: str) -> c.Who:
    number = c.text(said.get("customer")) or c.text(c.part(said, "customer").get("id"))
    place = c.part(details, "address")
    named = c.traits(name=details.get("name"), city=place.get("city"), postcode=place.get("postal_code"),
                     country=place.get("country"))  # fmt: skip
    return c.Who(number, c.text(details.get("email")) or email, c.text(details.get("phone")), traits=named)


def _currency(said: dict[str, Any]) -> str:
    return c.text(said["currency"]).upper()


def _money(value: Any, currency: str) -> Decimal | None:
    if currency in HUNDREDTHS:
        found = c.amount(value)
        return None if found is None else found / 100
    return c.of_minor(value, currency)


READERS = {
    "charge.succeeded": _charge,
    "charge.captured": _charge,
    "charge.updated": _charge,
    "checkout.session.completed": _session,
    "checkout.session.async_payment_succeeded": _session,
    "invoice.paid": _invoice,
    "refund.created": _refund,
    "refund.updated": _refund,
    "charge.refund.updated": _refund,
    "customer.created": _customer,
    "customer.updated": _customer,
    "product.created": _product,
    "product.updated": _product,
    "product.deleted": _gone,
}
