"""Ready-made segments, offered while there are none."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from regulars.core.plugs import registry


@dataclass(frozen=True)
class ReadyMade:
    """A segment one can take as it is and change later."""

    name: str
    description: str
    definition: dict[str, Any]


_ORDER = "Order Completed"
_OFFERS = (
    ReadyMade(
        "Regulars",
        "Buy again and again, and lately: the same rule as on Today.",
        {"fact": "is_regular", "op": "=", "value": True},
    ),
    ReadyMade(
        "Drifting away",
        "Silent for much longer than is usual for them: the same rule as on Today.",
        {"fact": "is_drifting", "op": "=", "value": True},
    ),
    ReadyMade(
        "New this month",
        "First order within the last 30 days.",
        {"event": _ORDER, "measure": "first", "op": "within_last_days", "value": 30},
    ),
    ReadyMade("VIP by spend", "Spent 1,000 or more in all.", {"fact": "spent", "op": ">=", "value": 100_000}),
    ReadyMade(
        "One-time buyers",
        "Bought exactly once, more than two months ago.",
        {
            "all": [
                {"event": _ORDER, "measure": "count", "op": "=", "value": 1},
                {"event": _ORDER, "measure": "last", "op": "more_than_days_ago", "value": 60},
            ]
        },
    ),
    ReadyMade(
        "Soccer buyers",
        "Bought something for soccer in the last year.",
        {
            "event": "Product Bought",
            "where": [{"property": "category", "op": "contains", "value": "soccer"}],
            "measure": "count",
            "op": ">=",
            "value": 1,
            "within_days": 365,
        },
    ),
    ReadyMade(
        "Left a cart behind",
        "Put something in the cart and did not buy within a day, in the last month.",
        {
            "sequence": {
                "first": {"event": "Product Added"},
                "then_not": {"event": _ORDER},
                "within_days": 1,
            },
            "within_days": 30,
        },
    ),
    ReadyMade(
        "May be written to",
        "Agreed to marketing by e-mail.",
        {"fact": "consent:marketing:email", "op": "=", "value": "granted"},
    ),
)


def offers() -> list[ReadyMade]:
    """Those that make sense with the rooms that are here."""
    return [offer for offer in _OFFERS if _knows(offer.definition.get("fact"))]


def _knows(fact: str | None) -> bool:
    return fact is None or fact.startswith("consent:") or fact in registry.facts
