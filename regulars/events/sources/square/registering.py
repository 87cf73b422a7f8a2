"""Asking Square to send webhooks here; it answers with the key that signs them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from django.utils.translation import gettext as _

from regulars.events.sources.canonical import digest
from regulars.events.sources.deliveries import Account
from regulars.events.sources.square.asking import VERSION, call

TYPES = (
    *("payment.created", "payment.updated", "order.created", "order.updated"),
    *("refund.created", "refund.updated", "customer.created", "customer.updated"),
)


def register(account: Account) -> Mapping[str, str]:
    """One subscription for all types; its signature key. Raises CannotAsk."""
    wanted = {"name": "Regulars", "event_types": TYPES, "notification_url": account.address, "api_version": VERSION}
    body = {"idempotency_key": digest(wanted), "subscription": wanted}
    made = call(account, "webhooks/subscriptions", body=body)["subscription"]
    return {"signing": made["signature_key"]}


def steps(address: str) -> Sequence[str]:
    """By hand."""
    return (
        _("Open the Square Developer Console, make an application and copy its production access token here."),
        _("Press “Register webhooks”: Square answers with the signature key, which is kept here."),
        _(
            "Or by hand, under Webhooks → Subscriptions: the webhook address, and the events payment, order, refund "
            "and customer, created and updated; then copy the signature key of the subscription into the form."
        ),
        _("Square signs the address too. If a proxy changes it, enter the address exactly as Square has it."),
    )
