"""Mailchimp: the files of an audience export: subscribed, nonsubscribed, unsubscribed and cleaned members.

OPTIN_* is the sign-up, CONFIRM_* the click on the confirmation; UNSUB_TIME and CLEAN_TIME stand only in those files.
The subscribed and the nonsubscribed file have the same columns: the file's name tells them apart.
"""

from __future__ import annotations

from collections.abc import Iterator

from regulars.events.sources.contacts.tools import ALL, MARKETING, Row, Stand, Tool

LABEL = "Mailchimp"
PROOF = ("opted_in", "opted_in_ip", "confirmed", "confirmed_ip")


def standing(row: Row, of: str) -> Iterator[Stand]:
    """Cleaned addresses bounced; who unsubscribed said no; who is in the file of subscribers said yes."""
    if row["bounced"] or of == "cleaned":
        proof = row.evidence(LABEL, "bounced", "bounced_in")
        yield Stand("email", "", row.time("bounced"), proof, ("hard_bounce", ALL))
    elif row["left"] or of == "unsubscribed":
        proof = row.evidence(LABEL, *PROOF, "left", "left_in", "left_why")
        yield Stand("email", "withdrawn", row.time("left"), proof, ("stop", MARKETING))
    elif of == "subscribed":
        at = row.time("confirmed") or row.time("opted_in")
        yield Stand("email", "granted", at, row.evidence(LABEL, *PROOF))


TOOL = Tool(
    key="mailchimp",
    label=LABEL,
    marks=(
        frozenset({"emailaddress", "memberrating"}),
        frozenset({"emailaddress", "optintime"}),
        frozenset({"leid", "euid"}),
    ),
    columns={
        "opted_in": ("optintime",),
        "opted_in_ip": ("optinip",),
        "confirmed": ("confirmtime",),
        "confirmed_ip": ("confirmip",),
        "left": ("unsubtime",),
        "left_in": ("unsubcampaigntitle",),
        "left_why": ("unsubreason",),
        "bounced": ("cleantime",),
        "bounced_in": ("cleancampaigntitle",),
        "changed": ("lastchanged",),
        "street": ("address",),
    },
    standing=standing,
    ignored=frozenset(
        [
            "memberrating",
            "latitude",
            "longitude",
            "gmtoff",
            "dstoff",
            "timezone",
            "cc",
            "region",
            "leid",
            "euid",
            "notes",
            "unsubcampaignid",
            "unsubreasonother",
            "cleancampaignid",
        ]
    ),
)
