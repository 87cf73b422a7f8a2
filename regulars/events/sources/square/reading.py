"""Deliveries of Square, and bundles of API objects under types of our own (`regulars.*`).

A sale at the till does not publish order.created: its payment does, and names the order. Order events only name
theirs, too. So an order is always fetched; without an access token the payment alone makes an order of one amount.
Money that went back is a refund object; its lines stand in a return order that names the order it returns.
"""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from regulars.events.sources import canonical as c
from regulars.events.sources.deliveries import Account, Delivery

PAID = ("COMPLETED", "APPROVED")


def read(delivery: Delivery, account: Account) -> list[c.Item]:
    """The canonical events of a delivery; [] for types that say nothing we keep."""
    said = delivery.object
    type_, object_ = c.text(said.get("type")), c.part(said, "data", "object")
    fetches = bool(account.secrets.get("api"))
    if type_.startswith("payment."):
        return _payment(object_["payment"], fetches)
    if type_.startswith("order."):
        return _named(next(iter(object_.values())), said) if fetches and object_ else []
    if type_.startswith("refund."):
        return _refunded(object_["refund"], fetches)
    if type_ in ("customer.created", "customer.updated"):
        return _customer(object_["customer"])
    return OWN[type_](said, account) if type_ in OWN else []


def _named(told: dict[str, Any], said: dict[str, Any]) -> list[c.Item]:
    at = c.time_of(told.get("updated_at") or told.get("created_at") or said["created_at"], "created_at")
    return [c.wanted_item("order", c.text(told["order_id"]), c.text(told.get("version")) or str(at), at)]


def _payment(said: dict[str, Any], fetches: bool) -> list[c.Item]:
    if said.get("status") not in PAID or not said.get("order_id"):
        return []
    at = c.time_of(said["updated_at"], "updated_at")
    if fetches:
        return [c.wanted_item("order", c.text(said["order_id"]), f"{c.text(said['id'])}:{at}", at)]
    paid = said.get("total_money") or said["amount_money"]
    order = c.Order(
        id=c.text(said["order_id"]),
        who=_payer([said]),
        at=c.time_of(said["created_at"], "created_at"),
        version=at,
        currency=paid["currency"],
        total=_money(paid),
        name=c.text(said.get("receipt_number")),
    )
    return c.order_items(order)


def _refunded(said: dict[str, Any], fetches: bool) -> list[c.Item]:
    at = c.time_of(said["updated_at"], "updated_at")
    if fetches:
        return [c.wanted_item("refund", c.text(said["id"]), f"{said.get('status')}:{at}", at)]
    return _refund_items(said, {}, c.NO_ONE)


def _refund_items(said: dict[str, Any], order: dict[str, Any], who: c.Who) -> list[c.Item]:
    """`order`: what the refund names: the order itself, or the return order that was made for it."""
    if said.get("status") != "COMPLETED":
        return []
    returns = c.rows(order.get("returns"))
    source = next((found for one in returns if (found := c.text(one.get("source_order_id")))), "")
    lines = tuple(_line(line) for one in returns for line in c.rows(one.get("return_line_items")))
    money = said["amount_money"]
    refund = c.Refund(c.text(said["id"]), c.time_of(said["created_at"], "created_at"), _money(money), lines=lines)
    number = source or c.text(order.get("id")) or c.text(said.get("order_id"))
    return [c.refund_item(refund, order=number, who=who, currency=money["currency"])] if number else []


def _order_bundle(said: dict[str, Any], account: Account) -> list[c.Item]:
    found = said["order"]
    if not c.rows(found.get("line_items")) and c.rows(found.get("returns")):
        return []  # a return order: its refund says what went back
    return c.order_items(order(found, c.rows(said.get("payments")), account))


def order(said: dict[str, Any], payments: list[dict[str, Any]], account: Account) -> c.Order:
    """An order as Square has it; `payments` say who paid when the order does not."""
    total = said["total_money"]
    state, version = c.text(said.get("state")), c.time_of(said["updated_at"], "updated_at")
    customer = c.text(said.get("customer_id")) or next(
        (found for one in c.rows(said.get("tenders")) if (found := c.text(one.get("customer_id")))), ""
    )
    payer = _payer(payments)
    return c.Order(
        id=c.text(said["id"]),
        who=c.Who(customer or payer.id, payer.email, payer.phone, traits=payer.traits),
        at=c.time_of(said["created_at"], "created_at"),
        version=version,
        revision=int(said.get("version") or 0),
        placed=state == "COMPLETED" or bool(payments) or (state == "OPEN" and bool(c.rows(said.get("tenders")))),
        currency=total["currency"],
        name=c.text(said.get("reference_id")),
        total=_money(total),
        tax=_money(said.get("total_tax_money")),
        shipping=None,
        discount=_money(said.get("total_discount_money")),
        store=account.settings.get("locations", {}).get(said.get("location_id")) or c.text(said.get("location_id")),
        lines=tuple(_line(one) for one in c.rows(said.get("line_items"))) + tuple(_charges(said)),
        cancelled=version if state == "CANCELED" else None,
    )


def _charges(said: dict[str, Any]) -> list[c.Line]:
    named = (("Tip", "total_tip_money"), ("Service charge", "total_service_charge_money"))
    return [
        c.Line(name=name, total=money, charge=True) for name, field in named if (money := _money(said.get(field)))
    ]


def _line(one: dict[str, Any]) -> c.Line:
    quantity = c.amount(one.get("quantity"), "quantity")
    variant = c.text(one.get("variation_name"))
    return c.Line(
        product_id=c.text(one.get("catalog_object_id")),
        name=c.text(one.get("name")) or "Custom amount",
        variant="" if variant in ("Regular", "Default") else variant,
        quantity=Decimal(1) if quantity is None else quantity,
        price=_money(one.get("base_price_money")),
        total=_money(one.get("total_money")),
    )


def _money(said: Any) -> Decimal | None:
    return c.of_minor(said["amount"], said["currency"]) if isinstance(said, dict) and "amount" in said else None


def _payer(payments: list[dict[str, Any]]) -> c.Who:
    """Who paid: the customer's number in Square, or the e-mail for the receipt."""
    for said in payments:
        place = c.part(said, "billing_address") or c.part(said, "shipping_address")
        who = c.Who(
            c.text(said.get("customer_id")),
            c.text(said.get("buyer_email_address")),
            traits=c.traits(firstName=place.get("first_name"), lastName=place.get("last_name")),
        )
        if who.known:
            return who
    return c.NO_ONE


def _customer(said: dict[str, Any]) -> list[c.Item]:
    """`email_unsubscribed` false is no consent: nobody was asked."""
    place = c.part(said, "address")
    who = c.Who(
        c.text(said["id"]),
        c.text(said.get("email_address")),
        c.text(said.get("phone_number")),
        c.traits(
            firstName=said.get("given_name"),
            lastName=said.get("family_name"),
            company=said.get("company_name"),
            birthday=said.get("birthday") if not c.text(said.get("birthday")).startswith("0000") else "",
            city=place.get("locality"),
            postcode=place.get("postal_code"),
            country=place.get("country"),
        ),
    )
    at, preferences = c.time_of(said["updated_at"], "updated_at"), c.part(said, "preferences")
    no = preferences.get("email_unsubscribed") is True and who.email
    evidence = {"source": "Square", "preferences": preferences}
    return c.customer_items(who, at, [c.Consent("email", "withdrawn", at, who.email, evidence)] if no else [])


def _item_bundle(said: dict[str, Any], account: Account) -> list[c.Item]:
    """Each variation is a product: orders name variations."""
    found, related = said["item"], said.get("related", {})
    detail = c.part(found, "item_data")
    categories = [one.get("id") for one in c.rows(detail.get("categories"))] + [detail.get("category_id")]
    category = next((related[one] for one in categories if one in related), "")
    image = next((related[one] for one in detail.get("image_ids") or [] if one in related), "")
    items = []
    for variation in c.rows(detail.get("variations")):
        own = c.part(variation, "item_variation_data")
        price = c.part(own, "price_money")
        line = c.Line(
            product_id=c.text(variation["id"]),
            sku=c.text(own.get("sku")),
            name=c.text(detail.get("name")),
            variant=c.text(own.get("name")) if len(detail["variations"]) > 1 else "",
            category=category,
            price=_money(price),
            image_url=image,
            url=c.text(detail.get("ecom_uri")),
        )
        at = max(c.time_of(one["updated_at"], "updated_at") for one in (found, variation) if one.get("updated_at"))
        gone = bool(found.get("is_deleted") or variation.get("is_deleted"))
        items += c.product_items(c.Product(line, at, c.text(price.get("currency")), available=not gone))
    return items


def _refund_bundle(said: dict[str, Any], account: Account) -> list[c.Item]:
    return _refund_items(said["refund"], c.part(said, "order"), c.Who(c.text(said.get("customer"))))


OWN = {"regulars.order": _order_bundle, "regulars.refund": _refund_bundle, "regulars.item": _item_bundle}
