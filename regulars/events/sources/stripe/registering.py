"""Asking Stripe to send webhooks here; it answers with the secret that signs them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from django.utils.translation import gettext as _

from regulars.events.sources.asking import ask
from regulars.events.sources.deliveries import Account
from regulars.events.sources.stripe.asking import headers, home
from regulars.events.sources.stripe.reading import READERS


def register(account: Account) -> Mapping[str, str]:
    """One endpoint for all types; its signing secret. Raises CannotAsk."""
    wanted = [
        ("url", account.address),
        ("description", "Regulars"),
        *(("enabled_events[]", name) for name in READERS),
    ]
    made = ask(f"{home(account)}/webhook_endpoints", headers=headers(account), form=wanted).json
    return {"signing": made["secret"]}


def steps(address: str) -> Sequence[str]:
    """By hand."""
    return (
        _("In Stripe, open Developers → API keys and copy a secret key, or a restricted one that may read."),
        _("Press “Register webhooks” (the key must be allowed to write webhook endpoints); the secret is kept here."),
        _(
            "Or by hand, under Developers → Webhooks: an endpoint with the webhook address, snapshot payloads, and "
            "the events charge.succeeded, checkout.session.completed, invoice.paid, refund.created, refund.updated, "
            "customer and product; then copy its signing secret into the form."
        ),
    )
