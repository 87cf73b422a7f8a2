"""Deliveries and API objects of WooCommerce. Topics: order.*, customer.*, product.*.

A payload is built when it is sent, so of two of one second the one that came later is the newer. Deleted objects have
only their id. Guests have customer_id 0. Refunds stand in an order as sums; their lines are fetched, if we may.
"""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from regulars.events.sources import canonical as c
from regulars.events.sources.deliveries import Account, Delivery

PLACED = ("processing", "completed", "refunded")
GONE = ("cancelled", "trash")


def read(delivery: Delivery, account: Account) -> list[c.Item]:
    """The canonical events of a delivery; [] for topics that say nothing we keep."""
    topic, said = delivery.header("x-wc-webhook-topic"), delivery.object
    kind, _, what = topic.partition(".")
    if what == "deleted":
        if kind == "product":
            return c.product_items(c.Product(c.Line(product_id=_id(said)), delivery.at, available=False))
        return [c.cancelled_item(_id(said), delivery.at)] if kind == "order" else []
    if kind == "order":
        return _order(said, account, delivery)
    if kind == "customer":
        return _customer(said)
    return c.product_items(_product(said, account)) if kind == "product" else []


def _id(said: dict[str, Any]) -> str:
    found = c.text(said.get("id"))
    if not found:
        raise c.Unreadable("The object has no id.")
    return found


def _changed(said: dict[str, Any]) -> int:
    """Times in fields that end in _gmt are UTC."""
    return c.time_of(said.get("date_modified_gmt") or said.get("date_created_gmt"), "date_modified_gmt")


def _order(said: dict[str, Any], account: Account, delivery: Delivery) -> list[c.Item]:
    fetches = bool(account.secrets.get("api"))
    items = c.order_items(order(said, delivery, sums=not fetches))
    if c.rows(said.get("refunds")) and "regulars_refunds" not in said and fetches:
        mark = f"{_changed(said)}:{c.digest(said['refunds'])}"
        items.append(c.wanted_item("order", _id(said), mark, _changed(said)))
    return items


def order(said: dict[str, Any], delivery: Delivery, *, sums: bool) -> c.Order:
    """An order as WooCommerce has it. Paid ones count as placed; so do those that somebody ships unpaid."""
    status = c.text(said.get("status"))
    cancelled = _changed(said) if status in GONE else None
    return c.Order(
        id=_id(said),
        who=_who(said),
        at=c.time_of(said.get("date_created_gmt") or said["date_paid_gmt"], "date_created_gmt"),
        version=_changed(said),
        revision=delivery.at,
        placed=status in PLACED or bool(said.get("date_paid_gmt")),
        currency=c.text(said["currency"]),
        name=c.text(said.get("number")),
        total=c.amount(said["total"], "total"),
        tax=c.amount(said.get("total_tax"), "total_tax"),
        shipping=c.amount(said.get("shipping_total"), "shipping_total"),
        discount=c.amount(said.get("discount_total"), "discount_total"),
        coupon=", ".join(c.text(one.get("code")) for one in c.rows(said.get("coupon_lines")))[:80],
        store=c.text(said.get("created_via")) if said.get("created_via") == "pos-rest-api" else "Web shop",
        lines=tuple(_line(one) for one in c.rows(said.get("line_items")))
        + tuple(_fee(one) for one in c.rows(said.get("fee_lines"))),
        refunds=_refunds(said, sums=sums),
        cancelled=cancelled,
    )


def _who(said: dict[str, Any]) -> c.Who:
    billing = c.part(said, "billing")
    number = c.text(said.get("customer_id"))
    return c.Who(
        "" if number == "0" else number, c.text(billing.get("email")), c.text(billing.get("phone")), _traits(billing)
    )


def _traits(place: dict[str, Any]) -> dict[str, Any]:
    return c.traits(
        firstName=place.get("first_name"),
        lastName=place.get("last_name"),
        city=place.get("city"),
        postcode=place.get("postcode"),
        country=place.get("country"),
        company=place.get("company"),
    )


def _with_tax(one: dict[str, Any]) -> Decimal:
    return (c.amount(one.get("total"), "total") or Decimal(0)) + (
        c.amount(one.get("total_tax"), "total_tax") or Decimal(0)
    )


def _line(one: dict[str, Any]) -> c.Line:
    quantity, total = int(one.get("quantity") or 0), _with_tax(one)
    return c.Line(
        product_id=c.text(one.get("product_id")) if one.get("product_id") else "",
        sku=c.text(one.get("sku")),
        name=c.text(one.get("parent_name")) or c.text(one.get("name")),
        quantity=quantity,
        price=_each(total, quantity),
        total=total,
        image_url=c.text(c.part(one, "image").get("src")),
    )


def _each(total: Decimal, quantity: int) -> Decimal | None:
    return (total / quantity).quantize(Decimal("0.0001")).normalize() + 0 if quantity else None


def _fee(one: dict[str, Any]) -> c.Line:
    return c.Line(name=c.text(one.get("name")) or "Fee", total=_with_tax(one), charge=True)


def _refunds(said: dict[str, Any], *, sums: bool) -> tuple[c.Refund, ...]:
    """With their lines where they were fetched; else, without a key to fetch them, as sums."""
    if "regulars_refunds" in said:
        return tuple(_refund(one) for one in c.rows(said["regulars_refunds"]))
    at = _changed(said)
    return tuple(
        c.Refund(_id(one), at, abs(c.amount(one.get("total"), "total") or Decimal(0)))
        for one in c.rows(said.get("refunds") if sums else None)
    )


def _refund(said: dict[str, Any]) -> c.Refund:
    lines = tuple(
        c.Line(
            product_id=c.text(one.get("product_id")) if one.get("product_id") else "",
            sku=c.text(one.get("sku")),
            name=c.text(one.get("name")),
            quantity=abs(int(one.get("quantity") or 0)),
            total=abs(_with_tax(one)),
        )
        for one in c.rows(said.get("line_items"))
    )
    tax = sum(
        (abs(c.amount(one.get("total_tax")) or Decimal(0)) for one in c.rows(said.get("line_items"))), Decimal(0)
    )
    at = c.time_of(said["date_created_gmt"], "date_created_gmt")
    return c.Refund(_id(said), at, abs(c.amount(said["amount"], "amount") or Decimal(0)), tax or None, lines)


def _customer(said: dict[str, Any]) -> list[c.Item]:
    billing = c.part(said, "billing")
    names = c.traits(firstName=said.get("first_name"), lastName=said.get("last_name"))
    phone = c.text(billing.get("phone"))
    who = c.Who(
        _id(said), c.text(said.get("email")) or c.text(billing.get("email")), phone, {**_traits(billing), **names}
    )
    return c.customer_items(who, _changed(said))


def _product(said: dict[str, Any], account: Account) -> c.Product:
    stock = said.get("stock_quantity")
    categories = [c.text(one.get("name")) for one in c.rows(said.get("categories"))]
    line = c.Line(
        product_id=_id(said),
        sku=c.text(said.get("sku")),
        name=c.text(said.get("name")),
        category=next((name for name in categories if name != "Uncategorized"), ""),
        price=c.amount(said.get("price"), "price"),
        image_url=next((c.text(one.get("src")) for one in c.rows(said.get("images"))), ""),
        url=c.text(said.get("permalink")),
    )
    published = said.get("status", "publish") == "publish" and said.get("stock_status", "instock") != "outofstock"
    counted = int(stock) if said.get("manage_stock") and stock is not None else None
    return c.Product(line, _changed(said), account.settings.get("currency", ""), counted, published)
