"""Asking Shopify to send webhooks here, by the API of the app whose secret signs them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from django.utils.translation import gettext as _

from regulars.events.sources.asking import CannotAsk, ask
from regulars.events.sources.deliveries import Account
from regulars.events.sources.shopify.asking import base, headers

TOPICS = (
    *("orders/create", "orders/updated", "orders/cancelled", "orders/delete", "refunds/create"),
    *("customers/create", "customers/update"),
    *("customers_email_marketing_consent/update", "customers_marketing_consent/update"),
    *("products/create", "products/update", "products/delete"),
)


def register(account: Account) -> Mapping[str, str]:
    """Subscribe to every topic; what is subscribed already stays. Raises CannotAsk."""
    for topic in TOPICS:
        wanted = {"webhook": {"topic": topic, "address": account.address, "format": "json"}}
        try:
            ask(f"{base(account)}/webhooks.json", headers=headers(account), body=wanted)
        except CannotAsk as why:
            if "already been taken" not in str(why):
                raise
    return {}


def steps(address: str) -> Sequence[str]:
    """By hand."""
    return (
        _("In Shopify, open Settings → Apps and sales channels → Develop apps, and make an app for Regulars."),
        _("Give it the scopes read_orders, read_all_orders, read_customers and read_products, and install it."),
        _("Copy its access token and its client secret into the form here, then press “Register webhooks”."),
        _(
            "For the three privacy topics (customers/data_request, customers/redact, shop/redact) enter the webhook "
            "address under the app's compliance webhooks: Shopify does not let an app register these itself."
        ),
    )
