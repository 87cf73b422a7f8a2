"""listmonk: the export of subscribers: uuid, email, name, attributes, status, created_at, updated_at.

`enabled` says that the address may be used, not that its owner is subscribed to anything: who left every list is
still enabled. So it is no consent, unless the file says more (`subscription_status`) or a person says that it was
exported from the confirmed subscribers of a list. `blocklisted` gets nothing any more.
"""

from __future__ import annotations

from collections.abc import Iterator

from regulars.events.sources.contacts.tools import ALL, MARKETING, Row, Stand, Tool

LABEL = "listmonk"
STATES = {"confirmed": "granted", "unconfirmed": "pending", "unsubscribed": "withdrawn"}


def standing(row: Row, of: str) -> Iterator[Stand]:
    """By the status of the subscriber, then of the subscription."""
    status, subscription = row["status"].lower(), row["subscription"].lower()
    proof, at = row.evidence(LABEL, "status", "subscription", "signed_up"), row.time("changed")
    if status == "blocklisted":
        yield Stand("email", "withdrawn", at, proof, ("manual", ALL))
    elif status == "disabled" or subscription == "unsubscribed" or of == "unsubscribed":
        yield Stand("email", "withdrawn", at, proof, ("stop", MARKETING))
    elif subscription in STATES:
        yield Stand("email", STATES[subscription], at, proof)
    elif of == "subscribed":
        yield Stand("email", "granted", row.time("signed_up"), proof)


TOOL = Tool(
    key="listmonk",
    label=LABEL,
    marks=(frozenset({"uuid", "email", "attributes", "status"}), frozenset({"uuid", "email", "attribs", "status"})),
    columns={
        "name": ("name",),
        "status": ("status",),
        "subscription": ("subscriptionstatus",),
        "signed_up": ("subscriptioncreatedat", "createdat"),
        "changed": ("subscriptionupdatedat", "updatedat"),
        "attributes": ("attributes", "attribs"),
        "tags": ("lists", "list"),
    },
    standing=standing,
    ignored=frozenset({"uuid", "id"}),
    says="In listmonk, “enabled” is no consent: people who left every list stay enabled. Say what the file is of.",
)
