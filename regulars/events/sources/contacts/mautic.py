"""Mautic: an export of contacts. Do-not-contact stands in columns of its own, as 0/1, a reason or its number.

Mautic keeps no consent to mail: a contact that is not on the do-not-contact list may never have been asked.
"""

from __future__ import annotations

from collections.abc import Iterator

from regulars.events.sources.contacts.tools import ALL, MARKETING, Row, Stand, Tool

LABEL = "Mautic"
NO = ("", "0", "no", "false", "contactable", "null")
BOUNCED = ("2", "bounced", "bounce")
MANUAL = ("3", "manual")


def standing(row: Row, of: str) -> Iterator[Stand]:
    """Reasons: 1 unsubscribed, 2 bounced, 3 by hand."""
    for channel in ("email", "sms"):
        said = row[f"{channel}_dnc"].strip().lower()
        why = row["dnc_reason"].strip().lower() if channel == "email" else ""
        proof, at = row.evidence(LABEL, f"{channel}_dnc", "dnc_reason", "dnc_at", "dnc_comments"), row.time("dnc_at")
        if said not in NO or (why and why not in NO):
            word = why or said
            if word in BOUNCED:
                yield Stand(channel, "", at, proof, ("hard_bounce", ALL))
            else:
                yield Stand(
                    channel, "withdrawn", at, proof, ("manual", ALL) if word in MANUAL else ("stop", MARKETING)
                )
        elif channel == "email" and of == "subscribed":
            yield Stand("email", "granted", row.time("signed_up"), row.evidence(LABEL, "signed_up"))


TOOL = Tool(
    key="mautic",
    label=LABEL,
    marks=(
        frozenset({"email", "donotemail"}),
        frozenset({"email", "dateidentified"}),
        frozenset({"email", "points", "lastactive"}),
        frozenset({"email", "donotcontact"}),
        frozenset({"email", "points", "stage"}),
        frozenset({"email", "dnc"}),
    ),
    columns={
        "email_dnc": ("donotemail", "donotcontactemail", "dncemail", "emaildnc", "donotcontact", "dnc"),
        "sms_dnc": ("donotsms", "donotcontactsms", "dncsms"),
        "dnc_reason": ("donotcontactreason", "dncreason"),
        "dnc_at": ("donotcontactdate", "dncdate", "dncdateadded"),
        "dnc_comments": ("donotcontactcomments", "dnccomments"),
        "signed_up": ("dateadded", "dateidentified", "createdat"),
        "changed": ("datemodified", "updatedat"),
        "street": ("address1", "address"),
        "tags": ("tags", "segments", "lists"),
        "phone": ("mobile", "phone"),
    },
    standing=standing,
    ignored=frozenset(
        [
            "id",
            "points",
            "stage",
            "owner",
            "ownerusername",
            "ispublished",
            "lastactive",
            "dateidentified",
            "ip",
            "ipaddress",
            "address2",
            "timezone",
            "createdbyuser",
            "modifiedbyuser",
            "createdby",
            "modifiedby",
            "attribution",
            "attributiondate",
        ]
    ),
    says="Mautic keeps no consent: who may be written to has to be known otherwise. Its do-not-contact list is kept.",
)
