"""Deliveries and API objects of Shopify. Topics: orders/*, refunds/create, customers/*, products/*, privacy.

`total_price` is before returns and contains edits; a line that an edit took away has a `current_quantity` of what
is left of it.
"""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from regulars.events.sources import canonical as c
from regulars.events.sources.deliveries import Account, Delivery
from regulars.events.sources.kinds import Asked

STATES = {"subscribed": "granted", "pending": "pending", "unsubscribed": "withdrawn"}
PRIVACY = {"customers/data_request": "export", "customers/redact": "erase", "shop/redact": "erase_shop"}


def read(delivery: Delivery, account: Account) -> list[c.Item]:
    """The canonical events of a delivery; [] for topics that say nothing we keep."""
    topic, said = delivery.header("x-shopify-topic"), delivery.object
    told = _told(delivery)
    if topic == "orders/delete":
        return [c.cancelled_item(_id(said), told)]
    if topic == "products/delete":
        return c.product_items(c.Product(c.Line(product_id=_id(said)), told, available=False))
    if topic == "refunds/create":
        return [c.wanted_item("order", c.text(said.get("order_id")), _id(said), told)]
    if topic.startswith("orders/"):
        return [] if said.get("test") else c.order_items(order(said, account, told))
    if topic.endswith("marketing_consent/update"):
        return _consent_update(said, told)
    if topic in ("customers/create", "customers/update", "customers/enable", "customers/disable"):
        return _customer(said)
    return c.product_items(_product(said, account)) if topic in ("products/create", "products/update") else []


def privacy(delivery: Delivery) -> Asked | None:
    """The mandatory topics of Shopify: what a customer, or the leaving shop, asks for."""
    kind = PRIVACY.get(delivery.header("x-shopify-topic"))
    if kind is None:
        return None
    said = delivery.object
    whom = c.part(said, "customer")
    mark = c.text(c.part(said, "data_request").get("id")) or c.text(whom.get("id")) or c.text(said.get("shop_id"))
    return Asked(kind, mark, c.text(whom.get("id")), c.text(whom.get("email")), c.text(whom.get("phone")))


def _told(delivery: Delivery) -> int:
    """When this state was told: of two of one second the later is the newer."""
    triggered = delivery.header("x-shopify-triggered-at")
    return c.time_of(triggered, "X-Shopify-Triggered-At") if triggered else delivery.at


def _id(said: dict[str, Any]) -> str:
    found = c.text(said.get("id"))
    if not found:
        raise c.Unreadable("The object has no id.")
    return found


def order(said: dict[str, Any], account: Account, told: int) -> c.Order:
    """An order as Shopify has it. Raises Unreadable."""
    refunds = c.rows(said.get("refunds"))
    back = _quantities_back(refunds)
    shipping = c.part(said, "total_shipping_price_set", "shop_money").get("amount")
    if shipping is None:
        shipping = sum(
            (c.amount(line.get("price")) or Decimal(0) for line in c.rows(said.get("shipping_lines"))), Decimal(0)
        )
    cancelled = said.get("cancelled_at")
    return c.Order(
        id=_id(said),
        who=_who(said),
        at=c.time_of(said.get("processed_at") or said["created_at"], "created_at"),
        version=c.time_of(said["updated_at"], "updated_at"),
        revision=told,
        currency=c.text(said["currency"]),
        name=c.text(said.get("name")),
        total=c.amount(said["total_price"], "total_price"),
        tax=c.amount(said.get("total_tax"), "total_tax"),
        shipping=c.amount(shipping, "shipping"),
        discount=c.amount(said.get("total_discounts"), "total_discounts"),
        coupon=", ".join(c.text(code.get("code")) for code in c.rows(said.get("discount_codes")))[:80],
        store=_store(said, account),
        lines=tuple(line for each in c.rows(said.get("line_items")) if (line := _line(each, said, back)) is not None),
        refunds=tuple(_refund(each, said) for each in refunds if _counts(each)),
        cancelled=c.time_of(cancelled, "cancelled_at") if cancelled else None,
    )


def _store(said: dict[str, Any], account: Account) -> str:
    if said.get("source_name") == "pos":
        place = c.text(said.get("location_id"))
        return account.settings.get("locations", {}).get(place) or f"Till {place}".strip()
    return account.settings.get("store") or account.settings.get("shop", "")


def _who(said: dict[str, Any]) -> c.Who:
    whom = c.part(said, "customer")
    place = c.part(said, "billing_address") or c.part(said, "shipping_address")
    email = c.text(said.get("email")) or c.text(said.get("contact_email")) or c.text(whom.get("email"))
    phone = c.text(said.get("phone")) or c.text(whom.get("phone"))
    said_of = c.traits(
        firstName=whom.get("first_name") or place.get("first_name"),
        lastName=whom.get("last_name") or place.get("last_name"),
        city=place.get("city"),
        country=place.get("country_code"),
    )
    return c.Who(c.text(whom.get("id")), email, phone, traits=said_of)


def _line(each: dict[str, Any], said: dict[str, Any], back: dict[str, int]) -> c.Line | None:
    """A line as bought: what an edit took away is not there; what came back is, and is a return."""
    ordered = int(each.get("quantity") or 0)
    left = each.get("current_quantity")
    quantity = ordered if left is None else min(ordered, int(left) + back.get(c.text(each.get("id")), 0))
    if quantity <= 0:
        return None
    price = c.amount(each.get("price"), "price") or Decimal(0)
    off = sum(
        (c.amount(one.get("amount")) or Decimal(0) for one in c.rows(each.get("discount_allocations"))), Decimal(0)
    )
    tax = sum((c.amount(one.get("price")) or Decimal(0) for one in c.rows(each.get("tax_lines"))), Decimal(0))
    share = Decimal(quantity) / Decimal(ordered)
    total = price * quantity + ((Decimal(0) if said.get("taxes_included") else tax) - off) * share
    return c.Line(
        product_id=c.text(each.get("product_id")),
        sku=c.text(each.get("sku")),
        name=c.text(each.get("title")) or c.text(each.get("name")),
        variant=c.text(each.get("variant_title")),
        brand=c.text(each.get("vendor")),
        category=c.text(each.get("product_type")),
        quantity=quantity,
        price=price,
        total=total.quantize(Decimal("0.0001")).normalize() + 0,
        charge=bool(each.get("gift_card")),
    )


def _quantities_back(refunds: list[dict[str, Any]]) -> dict[str, int]:
    """{line: how many came back for money}; an edit without money is no return."""
    found: dict[str, int] = {}
    for refund in refunds:
        for each in c.rows(refund.get("refund_line_items")) if _counts(refund) else ():
            line = c.text(each.get("line_item_id"))
            found[line] = found.get(line, 0) + int(each.get("quantity") or 0)
    return found


def _money_back(refund: dict[str, Any]) -> Decimal:
    given = (one for one in c.rows(refund.get("transactions")) if one.get("kind") == "refund")
    return sum(
        (c.amount(one.get("amount")) or Decimal(0) for one in given if one.get("status") == "success"), Decimal(0)
    )


def _counts(refund: dict[str, Any]) -> bool:
    """Money went back. While it is still underway nothing is said: the order is told again once it is through."""
    return _money_back(refund) > 0


def _refund(said: dict[str, Any], order: dict[str, Any]) -> c.Refund:
    named = {c.text(line.get("id")): line for line in c.rows(order.get("line_items"))}
    lines, tax = [], Decimal(0)
    for each in c.rows(said.get("refund_line_items")):
        line = c.part(each, "line_item") or named.get(c.text(each.get("line_item_id")), {})
        own = c.amount(each.get("total_tax"), "total_tax") or Decimal(0)
        tax += own
        worth = c.amount(each.get("subtotal"), "subtotal")
        if worth is not None and not order.get("taxes_included"):
            worth += own
        lines.append(
            c.Line(
                product_id=c.text(line.get("product_id")),
                sku=c.text(line.get("sku")),
                name=c.text(line.get("title")),
                quantity=int(each.get("quantity") or 0),
                total=worth,
            )
        )
    at = c.time_of(said.get("processed_at") or said["created_at"], "created_at")
    return c.Refund(_id(said), at, _money_back(said), tax or None, tuple(lines))


def _customer(said: dict[str, Any]) -> list[c.Item]:
    home = c.part(said, "default_address")
    who = c.Who(
        _id(said),
        c.text(said.get("email")),
        c.text(said.get("phone")) or c.text(home.get("phone")),
        c.traits(
            firstName=said.get("first_name"),
            lastName=said.get("last_name"),
            city=home.get("city"),
            postcode=home.get("zip"),
            country=home.get("country_code"),
            company=home.get("company"),
        ),
    )
    return c.customer_items(who, c.time_of(said["updated_at"], "updated_at"), _consents(said, who))


def _consents(said: dict[str, Any], who: c.Who, told: int = 0) -> list[c.Consent]:
    found = []
    for channel, name, address in (
        ("email", "email_marketing_consent", who.email),
        ("sms", "sms_marketing_consent", who.phone),
    ):
        consent = c.part(said, name)
        state = STATES.get(c.text(consent.get("state")).lower())
        if state and address:
            when = consent.get("consent_updated_at") or said.get("updated_at")
            at = c.time_of(when, "consent_updated_at") if when else told
            found.append(c.Consent(channel, state, at, address, {"source": "Shopify", **consent}))
    return found


def _consent_update(said: dict[str, Any], told: int) -> list[c.Item]:
    """Topics of their own for consent: the customer stands in them by number and address."""
    who = c.Who(
        c.text(said.get("customer_id")) or c.text(said.get("id")),
        c.text(said.get("email_address")) or c.text(said.get("email")),
        c.text(said.get("phone")) or c.text(said.get("phone_number")),
    )
    consents = _consents(said, who, told)
    return c.customer_items(who, told, consents) if consents else []


def _product(said: dict[str, Any], account: Account) -> c.Product:
    variants = c.rows(said.get("variants"))
    prices = [price for one in variants if (price := c.amount(one.get("price"), "price")) is not None]
    counted = [
        one for one in variants if one.get("inventory_management") and one.get("inventory_quantity") is not None
    ]
    images = [said.get("image"), *c.rows(said.get("images"))]
    line = c.Line(
        product_id=_id(said),
        sku=c.text(variants[0].get("sku")) if len(variants) == 1 else "",
        name=c.text(said.get("title")),
        category=c.text(said.get("product_type")),
        brand=c.text(said.get("vendor")),
        price=min(prices) if prices else None,
        image_url=next((c.text(one.get("src")) for one in images if isinstance(one, dict)), ""),
        url=f"https://{account.settings['shop']}/products/{c.text(said['handle'])}" if said.get("handle") else "",
    )
    stock = (
        sum(int(one["inventory_quantity"]) for one in counted) if counted and len(counted) == len(variants) else None
    )
    version = c.time_of(said["updated_at"], "updated_at")
    status = c.text(said.get("status"))
    return c.Product(line, version, stock=stock, available=status == "active" if status else None)
