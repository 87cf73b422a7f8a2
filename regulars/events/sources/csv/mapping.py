"""Which column means what, and how its cells are written: what a person confirms before an import."""

from __future__ import annotations

from collections.abc import Mapping as AnyMapping
from collections.abc import Sequence
from dataclasses import dataclass, field, fields, replace
from typing import Any
from zoneinfo import ZoneInfo

from regulars.events.sources.csv.files import Layout
from regulars.events.sources.csv.values import ORDERS

PURCHASES, PEOPLE, CONSENTS, CONTACTS = "purchases", "people", "consents", "contacts"
IDENTITY = ("customer", "email", "phone", "card")
NAMED = ("name", "first_name", "last_name")
AMOUNTS = ("quantity", "price", "line_total", "total", "tax", "shipping", "discount")
WHAT = {
    "order": "order or invoice number", "date": "date", "time": "time of day", "customer": "customer number",
    "email": "e-mail", "phone": "phone", "card": "loyalty card", "name": "name", "first_name": "first name",
    "last_name": "last name", "sku": "product number", "product": "product name", "category": "category",
    "quantity": "quantity", "price": "price per piece", "line_total": "total of the line",
    "total": "total of the order", "currency": "currency", "store": "store", "tax": "tax", "shipping": "shipping",
    "discount": "discount", "coupon": "coupon", "original_order": "order that is returned", "birthday": "birthday",
    "city": "city", "postcode": "postcode", "street": "street", "country": "country", "gender": "gender",
    "language": "language", "company": "company", "consent:email": "consent to e-mail",
    "consent:sms": "consent to SMS", "consent:phone": "consent to calls", "consent:post": "consent to letters",
    "address": "address it is for", "channel": "channel", "purpose": "purpose or topic", "state": "yes or no",
    "wording": "words they agreed to", "origin": "where it was given", "evidence": "proof",
    "tags": "tags and lists", "attributes": "attributes", "status": "status", "subscription": "subscription",
    "opted_in": "signed up at", "opted_in_ip": "signed up from", "confirmed": "confirmed at",
    "confirmed_ip": "confirmed from", "left": "unsubscribed at", "left_in": "unsubscribed in",
    "left_why": "why unsubscribed", "bounced": "bounced at", "bounced_in": "bounced in", "changed": "last changed at",
    "signed_up": "added at", "email_consent": "consent to e-mail", "email_consent_at": "consent to e-mail at",
    "email_consent_from": "consent to e-mail by", "email_suppressed": "no e-mail because", "consent": "consents",
    "sms_consent": "consent to SMS", "sms_consent_at": "consent to SMS at", "sms_consent_from": "consent to SMS by",
    "sms_suppressed": "no SMS because", "consent_at": "consents at", "email_dnc": "do not e-mail",
    "sms_dnc": "do not text", "dnc_reason": "do not contact because", "dnc_at": "do not contact since",
    "dnc_comments": "do not contact: remarks",
}  # fmt: skip
OF = ("", "subscribed", "unsubscribed", "cleaned", "nonsubscribed")
_PERSONAL = (*IDENTITY, *NAMED, "birthday", "city", "postcode", "street", "country", "gender", "language", "company")
FIELDS = {
    PURCHASES: (
        *("order", "date", "time", *IDENTITY, *NAMED, "city", "sku", "product", "category", *AMOUNTS, "currency"),
        *("store", "coupon", "original_order"),
    ),
    CONTACTS: (
        *_PERSONAL,
        "tags",
        "attributes",
        "status",
        "subscription",
        "opted_in",
        "opted_in_ip",
        "confirmed",
        "confirmed_ip",
        "left",
        "left_in",
        "left_why",
        "bounced",
        "bounced_in",
        "changed",
        "signed_up",
        "consent",
        "consent_at",
        "dnc_reason",
        "dnc_at",
        "dnc_comments",
        *(
            f"{channel}_{what}"
            for channel in ("email", "sms")
            for what in ("consent", "consent_at", "consent_from", "suppressed", "dnc")
        ),
    ),
    PEOPLE: (*_PERSONAL, "date", "consent:email", "consent:sms", "consent:phone", "consent:post"),
    CONSENTS: (
        *("address", "channel", "purpose", "state", "wording", "date", "time", "origin", "evidence"),
        *("customer", "email", "phone"),
    ),
}


class MappingError(ValueError):
    """These columns do not make a purchase, person or consent; the message says what is missing."""


@dataclass(frozen=True)
class Mapping:
    """`columns`: field -> name of its column. People files may also fill `trait:<name>`.

    `options` of contact exports: `tool`, and `of`: what the file is of (subscribed, unsubscribed, cleaned, or "").
    `dates` and `birthdays`: the order of parts; `decimal`: "." or ","; amounts without a currency column are in
    `currency`; dates without a zone are local times of `timezone`.
    """

    kind: str = PURCHASES
    columns: dict[str, str] = field(default_factory=dict)
    layout: Layout = field(default_factory=Layout)
    dates: str = "year-month-day"
    birthdays: str = "year-month-day"
    decimal: str = "."
    currency: str = "GBP"
    timezone: str = "UTC"
    options: dict[str, str] = field(default_factory=dict)

    def to_json(self) -> dict[str, Any]:
        """For storing in an Import and for forms."""
        return {f.name: getattr(self, f.name) for f in fields(self)} | {"layout": self.layout.to_json()}

    @classmethod
    def from_json(cls, stored: AnyMapping[str, Any]) -> Mapping:
        """Raises MappingError for fields that nobody knows."""
        known = {f.name for f in fields(cls)}
        if strange := set(stored) - known:
            raise MappingError(f"A mapping has no “{sorted(strange)[0]}”; it has {', '.join(sorted(known))}.")
        return cls(**{**stored, "layout": Layout(**stored.get("layout", {}))})

    def with_columns(self, changes: AnyMapping[str, str]) -> Mapping:
        """Some fields mapped otherwise; an empty column name means: not at all."""
        merged = {**self.columns, **changes}
        return replace(self, columns={name: column for name, column in merged.items() if column})


def check(mapping: Mapping, names: Sequence[str]) -> None:
    """Raises MappingError when this mapping cannot be run on a file with these columns."""
    for name, column in mapping.columns.items():
        free = mapping.kind in (PEOPLE, CONTACTS) and name.startswith("trait:")
        if name not in FIELDS.get(mapping.kind, ()) and not free:
            raise MappingError(f"There is no field “{name}”; choose one of {', '.join(FIELDS[mapping.kind])}.")
        if column not in names:
            raise MappingError(f"The file has no column “{column}”; its columns are {', '.join(names)}.")
    for what, order in (("dates", mapping.dates), ("birthdays", mapping.birthdays)):
        if order not in ORDERS:
            raise MappingError(f"{what} is “{order}”; choose one of {', '.join(ORDERS)}.")
    if mapping.decimal not in (".", ","):
        raise MappingError("The decimal sign must be . or ,")
    if not (len(mapping.currency) == 3 and mapping.currency.isalpha() and mapping.currency.isupper()):
        raise MappingError(f"The currency is “{mapping.currency}”; it must be a code of three letters such as EUR.")
    _check_zone(mapping.timezone)
    checks = {PURCHASES: _check_purchases, PEOPLE: _check_people, CONSENTS: _check_consents, CONTACTS: _check_people}
    checks[mapping.kind](mapping.columns)
    if mapping.kind == CONTACTS:
        _check_contacts(mapping.options)


def _check_zone(name: str) -> None:
    try:
        ZoneInfo(name)
    except (KeyError, ValueError, OSError):
        raise MappingError(f"There is no time zone “{name}”; write it as Europe/London.") from None


def _check_purchases(columns: AnyMapping[str, str]) -> None:
    if "date" not in columns:
        raise MappingError("Say which column holds the date of the purchase.")
    if not {"total", "line_total", "price"} & columns.keys():
        raise MappingError("Say which column holds the amount: total of the order, total of the line, or price.")


def _check_people(columns: AnyMapping[str, str]) -> None:
    if not set(IDENTITY) & columns.keys():
        raise MappingError("Say which column tells who it is: customer number, e-mail, phone or card.")


def _check_consents(columns: AnyMapping[str, str]) -> None:
    if "state" not in columns:
        raise MappingError("Say which column holds the yes or no.")
    if not {"address", "email", "phone", "customer"} & columns.keys():
        raise MappingError("Say which column tells who agreed: an address or a customer number.")


def _check_contacts(options: AnyMapping[str, str]) -> None:
    if options.get("tool") not in ("mailchimp", "klaviyo", "mautic", "listmonk"):
        raise MappingError("Say which tool the export is from: mailchimp, klaviyo, mautic or listmonk.")
    if options.get("of", "") not in OF:
        raise MappingError(f"A file is of one of {', '.join(filter(None, OF))}, or nobody knows.")
