"""Klaviyo: an export of profiles, of a list or a segment, with the consent columns.

States are SUBSCRIBED, UNSUBSCRIBED and NEVER_SUBSCRIBED; suppressions name their reason (bounces, spam complaints, by
hand). Older exports have `$consent`, a list of channels.
"""

from __future__ import annotations

from collections.abc import Iterator

from regulars.events.sources.contacts.tools import ALL, MARKETING, Row, Stand, Tool

LABEL = "Klaviyo"
STATES = {"SUBSCRIBED": "granted", "UNSUBSCRIBED": "withdrawn", "PENDING": "pending", "TRUE": "granted", "FALSE": ""}
NOTHING = ("", "[]", "none", "false", "no", "0", "null")


def standing(row: Row, of: str) -> Iterator[Stand]:
    """What the profile says of mail and SMS, and why nothing may be sent to it."""
    for channel in ("email", "sms"):
        fields = (f"{channel}_consent", f"{channel}_consent_at", f"{channel}_consent_from", f"{channel}_suppressed")
        state = STATES.get(row[fields[0]].upper().replace(" ", "_"), "")
        said = row["consent"].lower()
        if not row[fields[0]] and channel in said:
            state = "granted"
        suppress = _suppression(row[fields[3]]) if row[fields[3]].lower() not in NOTHING else None
        if suppress and suppress[0] == "stop":
            state = "withdrawn"
        if state == "withdrawn" and not suppress:
            suppress = ("stop", MARKETING)
        at = row.time(fields[1]) or (row.time("consent_at") if said else None)
        if state or suppress:
            yield Stand(channel, state, at, row.evidence(LABEL, *fields, "consent", "consent_at"), suppress)


def _suppression(text: str) -> tuple[str, str]:
    """The reason as Klaviyo names it."""
    word = text.lower()
    if "bounce" in word or "invalid" in word:
        return "hard_bounce", ALL
    if "spam" in word or "complain" in word:
        return "complaint", ALL
    return ("stop", MARKETING) if "unsub" in word else ("manual", ALL)


TOOL = Tool(
    key="klaviyo",
    label=LABEL,
    marks=(
        frozenset({"klaviyoid"}),
        frozenset({"email", "emailmarketingconsent"}),
        frozenset({"email", "$consent"}),
        frozenset({"email", "emailsuppressions"}),
    ),
    columns={
        "customer": ("externalid",),
        "email_consent": ("emailmarketingconsent", "emailconsent", "emailmarketingstatus"),
        "email_consent_at": (
            "emailmarketingconsenttimestamp",
            "emailmarketingtimestamp",
            "emailconsenttimestamp",
            "emailmarketingconsentdate",
        ),
        "email_consent_from": ("emailmarketingconsentmethod", "emailmarketingsource", "emailconsentmethod"),
        "email_suppressed": (
            "emailsuppressions",
            "emailsuppressed",
            "emailmarketingsuppression",
            "suppressionreason",
            "suppressed",
        ),
        "sms_consent": ("smsmarketingconsent", "smsconsent", "smsmarketingstatus"),
        "sms_consent_at": ("smsmarketingconsenttimestamp", "smsmarketingtimestamp", "smsconsenttimestamp"),
        "sms_consent_from": ("smsmarketingconsentmethod", "smsmarketingsource"),
        "sms_suppressed": ("smssuppressions", "smssuppressed"),
        "consent": ("$consent",),
        "consent_at": ("$consenttimestamp",),
        "changed": ("profileupdatedon", "updated", "lastupdated"),
        "street": ("address", "address1"),
        "tags": ("lists", "tags"),
    },
    standing=standing,
    ignored=frozenset(
        [
            "klaviyoid",
            "profilecreatedon",
            "datecreated",
            "firstactive",
            "lastactive",
            "latitude",
            "longitude",
            "timezone",
            "ipaddress",
            "$consentmethod",
            "$consentformid",
            "$consentformversion",
            "$source",
            "created",
        ]
    ),
)
