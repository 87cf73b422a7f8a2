"""Asking WooCommerce to send webhooks here, signed with a secret that we make."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from django.utils.translation import gettext as _

from regulars.events.sources.asking import ask
from regulars.events.sources.deliveries import Account
from regulars.events.sources.woocommerce.asking import base, headers

TOPICS = (
    *("order.created", "order.updated", "order.deleted", "order.restored"),
    *("customer.created", "customer.updated", "product.created", "product.updated", "product.deleted"),
)


def register(account: Account) -> Mapping[str, str]:
    """One webhook per topic; those that lead here already are given the secret anew. Raises CannotAsk."""
    known = ask(f"{base(account)}/webhooks", headers=headers(account), query={"per_page": 100}).json
    ours = {one["topic"]: one["id"] for one in known if one.get("delivery_url") == account.address}
    for topic in TOPICS:
        wanted = {"name": f"Regulars: {topic}", "topic": topic, "delivery_url": account.address, "status": "active",
                  "secret": account.secrets["signing"]}  # fmt: skip
        where = f"{base(account)}/webhooks" + (f"/{ours[topic]}" if topic in ours else "")
        ask(where, headers=headers(account), body=wanted, method="PUT" if topic in ours else "POST")
    return {}


def steps(address: str) -> Sequence[str]:
    """By hand."""
    return (
        _("In WordPress, open WooCommerce → Settings → Advanced → REST API and add a key with Read/Write."),
        _("Copy its consumer key and consumer secret into the form here, then press “Register webhooks”."),
        _(
            "Or by hand, under Advanced → Webhooks: one for each topic (order created, updated, deleted; customer "
            "created, updated; product created, updated, deleted), with the address and the secret shown here."
        ),
        _("WooCommerce does not send again what failed, and stops after five failures: let it ask every hour too."),
    )
