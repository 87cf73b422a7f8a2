"""What a person said the fields of a sender's bodies mean: rules, each for one kind of object.

    {"amounts": "major" | "minor", "timezone": "Europe/London",
     "rules": [{"object": "order", "when": "event", "is": "sale.completed", "each": "", "lines": "sale.items",
                "fields": {"id": "sale.id", ...}, "line": {"name": "title", ...}}]}

A rule fits when the value at `when` is `is` (no `when`: always). `each` leads to a list of such objects; the paths of
`fields` then begin at each entry, those of `line` at each entry of `lines`.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from zoneinfo import ZoneInfo

from django.utils.translation import gettext_lazy as _

from regulars.events.sources.webhook import paths

WHO = (
    ("customer_id", _("customer number")),
    ("email", _("e-mail")),
    ("phone", _("phone")),
    ("card", _("loyalty card")),
    ("first_name", _("first name")),
    ("last_name", _("last name")),
)
CONSENTS = (("consent_email", _("consent to e-mail")), ("consent_sms", _("consent to SMS")))
FIELDS = {
    "order": (
        ("id", _("order number")),
        ("at", _("when it was bought")),
        ("updated", _("when it last changed")),
        ("total", _("total paid")),
        ("currency", _("currency")),
        ("tax", _("tax")),
        ("shipping", _("shipping")),
        ("discount", _("discount")),
        ("coupon", _("coupon")),
        ("store", _("store")),
        ("cancelled", _("when it was cancelled")),
        *WHO,
    ),
    "refund": (
        ("id", _("number of the refund")),
        ("order", _("order number")),
        ("at", _("when")),
        ("total", _("amount given back")),
        ("currency", _("currency")),
        *WHO[:4],
    ),
    "customer": (*WHO, ("updated", _("when it last changed")), *CONSENTS),
    "product": (
        ("id", _("product number")),
        ("name", _("name")),
        ("category", _("category")),
        ("price", _("price")),
        ("currency", _("currency")),
        ("stock", _("pieces in stock")),
        ("image_url", _("picture")),
        ("url", _("page in the shop")),
        ("updated", _("when it last changed")),
    ),
}
LINE = (
    ("product_id", _("product number")),
    ("sku", _("article number")),
    ("name", _("name")),
    ("category", _("category")),
    ("quantity", _("quantity")),
    ("price", _("price per piece")),
    ("total", _("total of the line")),
)
LABELS = {"order": _("Sale"), "refund": _("Return"), "customer": _("Customer"), "product": _("Product")}
NEEDED = {"order": ("id", "at"), "refund": ("id", "order", "at"), "product": ("id",), "customer": ()}
NAMES = {
    "id": "id uuid number order_id order_number receipt_number sale_id invoice_number",
    "order": "order_id order order_number sale_id original_order_id",
    "at": "created_at date sale_date created completed_at timestamp time datetime sold_at",
    "updated": "updated_at modified_at last_modified updated",
    "total": "total total_price amount grand_total total_amount sum total_paid line_total",
    "currency": "currency currency_code",
    "tax": "tax total_tax vat tax_total",
    "shipping": "shipping shipping_total",
    "discount": "discount total_discount discount_total",
    "coupon": "coupon coupon_code voucher",
    "store": "store shop location outlet branch store_name",
    "customer_id": "customer_id customer_number member_id client_id",
    "email": "email email_address mail",
    "phone": "phone phone_number mobile telephone",
    "card": "card loyalty_card card_number loyalty_number",
    "first_name": "first_name firstname given_name",
    "last_name": "last_name lastname surname family_name",
    "product_id": "product_id item_id article_id plu id",
    "sku": "sku article_number ean barcode",
    "name": "name title description product_name",
    "category": "category product_category department group",
    "quantity": "quantity qty count amount",
    "price": "price unit_price",
    "stock": "stock stock_quantity inventory",
    "image_url": "image image_url picture",
    "url": "url link permalink",
}
LISTS = "lines items line_items products positions order_lines articles"


class MappingError(ValueError):
    """This mapping cannot be used; the message says why."""


def check(mapping: Mapping[str, Any]) -> None:
    """Raises MappingError."""
    if mapping.get("amounts") not in ("major", "minor"):
        raise MappingError("Say whether amounts are written as 12.50 or as 1250.")
    try:
        ZoneInfo(mapping.get("timezone") or "UTC")
    except (KeyError, ValueError, OSError):
        raise MappingError("There is no such time zone; write it as Europe/London.") from None
    if not mapping.get("rules"):
        raise MappingError("Say what at least one field means.")
    for rule in mapping["rules"]:
        _check_rule(rule)


def _check_rule(rule: Mapping[str, Any]) -> None:
    label = str(LABELS[rule["object"]])
    given = {name for name, path in rule["fields"].items() if path}
    if missing := [name for name in NEEDED[rule["object"]] if name not in given]:
        labels = dict(FIELDS[rule["object"]])
        raise MappingError(f"{label}: say where to find the {labels[missing[0]]}.")
    if rule["object"] == "customer" and not given & {"customer_id", "email", "phone", "card"}:
        raise MappingError(f"{label}: say where to find a number, e-mail, phone or card to know them by.")
    if rule["object"] == "order" and "total" not in given and not rule.get("lines"):
        raise MappingError(f"{label}: say where to find the total, or the lines with their prices.")
    every = [rule.get("when", ""), rule.get("each", ""), rule.get("lines", ""), *rule["fields"].values(),
             *rule.get("line", {}).values()]  # fmt: skip
    for path in filter(None, every):
        if not paths.is_path(path):
            raise MappingError(f"{label}: “{path[:60]}” is no path. Write it as sale.items or payments[0].amount.")


def guess(body: Any) -> dict[str, Any]:
    """A first mapping of a sample to a sale, by the names of its fields: for a person to mend."""
    found = {path: value for path, value in paths.all_in(body)}
    lines = next(
        (path for path, value in found.items() if isinstance(value, list) and _last(path) in LISTS.split()), ""
    )
    inside = {
        path.removeprefix(f"{lines}[0]."): v for path, v in found.items() if lines and path.startswith(f"{lines}[0].")
    }
    plain = {p: v for p, v in found.items() if not isinstance(v, list | dict) and "[" not in p and v is not None}
    rule = {"object": "order", "when": "", "is": "", "each": "", "lines": lines,
            "fields": _by_name(plain, FIELDS["order"]), "line": _by_name(inside, LINE)}  # fmt: skip
    return {"amounts": "major", "timezone": "UTC", "rules": [rule]}


def _by_name(found: Mapping[str, Any], fields: Any) -> dict[str, str]:
    """The shortest path whose last name is one of the usual ones, each path once."""
    chosen: dict[str, str] = {}
    for field, _label in fields:
        usual = NAMES.get(field, field).split()
        fits = [path for path in found if _last(path) in usual and path not in chosen.values()]
        if fits:
            chosen[field] = min(fits, key=lambda path: (path.count("."), usual.index(_last(path))))
    return chosen


def _last(path: str) -> str:
    return path.rpartition(".")[2].lower()
