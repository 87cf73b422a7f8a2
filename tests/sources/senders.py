"""Shops as they send: bodies as their documentation has them, signed as documented or by their own packages."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
from typing import Any

from regulars.core.clock import SECOND, from_us


def compact(said: Any) -> bytes:
    return json.dumps(said, separators=(",", ":")).encode()


def iso(us: int) -> str:
    return from_us(us).strftime("%Y-%m-%dT%H:%M:%S+00:00")


def gmt(us: int) -> str:
    return from_us(us).strftime("%Y-%m-%dT%H:%M:%S")


def base64_hmac(secret: str, content: bytes) -> str:
    return base64.b64encode(hmac.new(secret.encode(), content, hashlib.sha256).digest()).decode()


def shopify(body: Any, topic: str, *, secret: str = "app-secret", shop: str = "northgate.myshopify.com") -> tuple:
    """(body, headers)"""
    raw = body if isinstance(body, bytes) else compact(body)
    return raw, {
        "X-Shopify-Topic": topic,
        "X-Shopify-Hmac-Sha256": base64_hmac(secret, raw),
        "X-Shopify-Shop-Domain": shop,
        "X-Shopify-Webhook-Id": hashlib.sha1(raw).hexdigest(),
    }


def shopify_order(
    at: int, *, id: int = 820982911946154508, version: int | None = None, **more: Any
) -> dict[str, Any]:
    """An order with two lines; one boot of two came back where `returned`."""
    lines = [
        {
            "id": 11,
            "product_id": 632910392,
            "title": "Vento 3",
            "sku": "boots-3",
            "vendor": "Vento",
            "price": "59.90",
            "quantity": 2,
            "current_quantity": 2,
            "product_type": "soccer",
            "discount_allocations": [{"amount": "10.00"}],
        },
        {
            "id": 12,
            "product_id": 921728736,
            "title": "Ball",
            "sku": "ball-5",
            "price": "25.00",
            "quantity": 1,
            "current_quantity": 1,
            "discount_allocations": [],
        },
    ]
    return {
        "id": id,
        "name": "#1001",
        "email": "anna@example.com",
        "phone": None,
        "currency": "GBP",
        "test": False,
        "created_at": iso(at),
        "processed_at": iso(at),
        "updated_at": iso(version or at),
        "cancelled_at": None,
        "total_price": "139.75",
        "total_tax": "22.46",
        "total_discounts": "10.00",
        "taxes_included": True,
        "total_shipping_price_set": {"shop_money": {"amount": "4.95", "currency_code": "GBP"}},
        "discount_codes": [{"code": "TEN", "amount": "10.00"}],
        "source_name": "web",
        "location_id": None,
        "customer": {
            "id": 115310627314723954,
            "email": "anna@example.com",
            "first_name": "Anna",
            "last_name": "Roth",
        },
        "billing_address": {"city": "Leeds", "country_code": "GB"},
        "line_items": lines,
        "refunds": [],
        **more,
    }


def shopify_variant(id: int, price: str, stock: int) -> dict[str, Any]:
    return {"id": id, "price": price, "sku": f"s{id}", "inventory_management": "shopify", "inventory_quantity": stock}


def shopify_refund(at: int, *, id: int = 509562969) -> dict[str, Any]:
    return {
        "id": id,
        "created_at": iso(at),
        "processed_at": iso(at),
        "transactions": [{"kind": "refund", "status": "success", "amount": "54.90"}],
        "refund_line_items": [{"line_item_id": 11, "quantity": 1, "subtotal": "54.90", "total_tax": "9.15"}],
    }


def woocommerce(body: Any, topic: str, *, secret: str) -> tuple:
    raw = body if isinstance(body, bytes) else compact(body)
    return raw, {
        "X-WC-Webhook-Topic": topic,
        "X-WC-Webhook-Signature": base64_hmac(secret, raw),
        "X-WC-Webhook-ID": "3",
    }


def woocommerce_order(at: int, *, id: int = 727, version: int | None = None, **more: Any) -> dict[str, Any]:
    return {
        "id": id,
        "number": str(id),
        "status": "processing",
        "currency": "GBP",
        "customer_id": 0,
        "date_created_gmt": gmt(at),
        "date_modified_gmt": gmt(version or at),
        "date_paid_gmt": gmt(at),
        "discount_total": "0.00",
        "shipping_total": "10.00",
        "total": "29.35",
        "total_tax": "1.35",
        "billing": {"first_name": "Bob", "last_name": "Doe", "email": "bob@example.com", "phone": "", "city": "York"},
        "line_items": [
            {
                "id": 315,
                "name": "Woo Single",
                "product_id": 93,
                "quantity": 2,
                "total": "12.00",
                "total_tax": "0.90",
                "sku": "single",
                "image": {"src": "https://s.example.com/1.jpg"},
            },
            {
                "id": 316,
                "name": "Ship It",
                "product_id": 22,
                "quantity": 1,
                "total": "6.00",
                "total_tax": "0.45",
                "sku": "",
            },
        ],
        "coupon_lines": [],
        "fee_lines": [],
        "refunds": [],
        "created_via": "checkout",
        **more,
    }


def square(body: Any, *, address: str, key: str = "square-key") -> tuple:
    raw = body if isinstance(body, bytes) else compact(body)
    return raw, {
        "X-Square-Hmacsha256-Signature": base64_hmac(key, address.encode() + raw),
        "Square-Environment": "Production",
    }


def square_event(type_: str, object_: dict[str, Any], at: int, *, id: str = "evt") -> dict[str, Any]:
    return {
        "merchant_id": "M1",
        "type": type_,
        "event_id": id,
        "created_at": iso(at),
        "data": {"type": type_.split(".")[0], "id": "x", "object": object_},
    }


def square_payment(at: int, *, order: str = "O1", **more: Any) -> dict[str, Any]:
    return {
        "id": f"P-{order}",
        "order_id": order,
        "created_at": iso(at),
        "updated_at": iso(at),
        "status": "COMPLETED",
        "amount_money": {"amount": 6490, "currency": "GBP"},
        "total_money": {"amount": 6490, "currency": "GBP"},
        "buyer_email_address": "chen@example.com",
        "location_id": "L1",
        "receipt_number": "hYx9",
        **more,
    }


def square_order(at: int, *, id: str = "O1", version: int = 1, **more: Any) -> dict[str, Any]:
    money = {"currency": "GBP"}
    return {
        "id": id,
        "location_id": "L1",
        "state": "COMPLETED",
        "version": version,
        "created_at": iso(at),
        "updated_at": iso(at + (version - 1) * 60 * SECOND),
        "total_money": {"amount": 6490, **money},
        "total_tax_money": {"amount": 1082, **money},
        "total_discount_money": {"amount": 0, **money},
        "tenders": [{"id": "T1", "type": "CARD", "payment_id": f"P-{id}"}],
        "line_items": [
            {
                "uid": "l1",
                "name": "Vento 3",
                "variation_name": "42",
                "catalog_object_id": "V42",
                "quantity": "1",
                "base_price_money": {"amount": 5990, **money},
                "total_money": {"amount": 5990, **money},
            },
            {
                "uid": "l2",
                "name": "Laces",
                "catalog_object_id": "LA",
                "quantity": "2",
                "base_price_money": {"amount": 250, **money},
                "total_money": {"amount": 500, **money},
            },
        ],
        **more,
    }


def stripe(body: Any, at: int, *, secret: str = "whsec_1") -> tuple:
    """Signed by Stripe's own package."""
    from stripe import WebhookSignature

    raw = body if isinstance(body, bytes) else compact(body)
    return raw, {"Stripe-Signature": WebhookSignature.generate_signature_header(raw.decode(), secret, at // SECOND)}


def stripe_event(type_: str, object_: dict[str, Any], at: int, *, id: str = "evt_1") -> dict[str, Any]:
    return {"id": id, "object": "event", "type": type_, "created": at // SECOND, "data": {"object": object_}}


def stripe_charge(at: int, **more: Any) -> dict[str, Any]:
    return {
        "id": "ch_1",
        "object": "charge",
        "payment_intent": "pi_1",
        "amount": 4990,
        "amount_captured": 4990,
        "currency": "gbp",
        "status": "succeeded",
        "captured": True,
        "created": at // SECOND,
        "customer": "cus_1",
        "billing_details": {"email": "dora@example.com", "name": "Dora Lind", "phone": None, "address": {}},
        "receipt_email": None,
        "receipt_number": None,
        **more,
    }
