"""Run by tests/stories/test_shop.py beside a running house: connect a shop, ask what changed, say what is there."""

from __future__ import annotations

import json
import sys

import django

django.setup()

from regulars.commerce.models import Customer, Order, Refund  # noqa: E402
from regulars.core.clock import HOUR, now_us  # noqa: E402
from regulars.core.models import Business  # noqa: E402
from regulars.events.sources import accounts, connections  # noqa: E402
from regulars.events.sources.models import Connection, Wanted  # noqa: E402


def connect(address: str) -> None:
    """Prints the token of the webhook address and the secret."""
    Business.objects.get_or_create(name="Northgate", timezone="Europe/London", currency="GBP")
    values = {"shop": address, "key": "ck", "api": "cs"}
    made = connections.connect(kind="woocommerce", name="Shop", values=values, by="system", at=now_us() - 3 * HOUR)
    print(made.token, accounts.secrets_of(made)["signing"])


def ask() -> None:
    """As the button “Ask now” does; the worker does the rest."""
    connections.check_now(source_id=Connection.objects.get().source_id, by="system", at=now_us())


def report() -> None:
    row = Connection.objects.get()
    print(json.dumps({
        "orders": sorted(Order.objects.values_list("number", "total", "refunded")),
        "refunds": Refund.objects.count(),
        "spent": sorted(Customer.objects.values_list("spent", flat=True)),
        "found": row.found, "asked": row.polled_us is not None, "failure": row.failure, "pinged": bool(row.pinged_us),
        "wanted": Wanted.objects.count(), "refused": row.refused,
    }))  # fmt: skip


if __name__ == "__main__":
    {"connect": connect, "ask": ask, "report": report}[sys.argv[1]](*sys.argv[2:])
