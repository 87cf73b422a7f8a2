"""How likely it is that nobody was brought at all: signals, each with a weight; their sum is the score. Pure.

A score holds a reward back until somebody looked; it never decides alone. The network address weighs little, for
whole offices and families share one.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass, field
from typing import Any

from regulars.core.clock import MINUTE

WEIGHTS = {
    "email": 100,  # the same mailbox, dots and what follows a plus left out
    "phone": 100,
    "payment": 80,  # the same card or account, as the shop's payment service names it
    "customer": 100,  # bought here before
    "loop": 80,  # they brought, perhaps through others, who brings them
    "device": 60,
    "address": 40,
    "disposable": 40,  # a mailbox that anybody can have for ten minutes
    "crowd": 30,  # several friends by one device
    "velocity": 30,
    "quick": 20,  # bought within a minute of the click
    "place": 10,
}
MOST_A_DAY = 3
QUICK_US = MINUTE
DISPOSABLE = frozenset(
    (
        "10minutemail.com", "dispostable.com", "fakeinbox.com", "getnada.com", "guerrillamail.com", "maildrop.cc",
        "guerrillamail.net", "mailinator.com", "mailnesia.com", "mintemail.com", "mohmal.com", "sharklasers.com",
        "spamgourmet.com", "temp-mail.org", "tempmail.com", "throwawaymail.com", "trashmail.com", "trashmail.de",
        "yopmail.com", "yopmail.fr",
    )
)  # fmt: skip


@dataclass(frozen=True)
class Side:
    """What is known of one of the two, for comparing; nothing here is stored."""

    emails: frozenset[str] = frozenset()
    phones: frozenset[str] = frozenset()
    addresses: frozenset[str] = frozenset()
    payments: frozenset[str] = frozenset()
    devices: frozenset[str] = frozenset()
    places: frozenset[str] = frozenset()


@dataclass(frozen=True)
class Evidence:
    """Both sides, and what happened around."""

    friend: Side = field(default_factory=Side)
    referrer: Side = field(default_factory=Side)
    bought_before: int = 0
    friends_that_day: int = 0
    friends_by_device: int = 0
    loop: int = 0  # so many people, from the friend back to the friend; 0: none
    click_to_order_us: int | None = None


def signals(evidence: Evidence) -> list[dict[str, Any]]:
    """[{"key", "weight", "n"}], the heaviest first; `n` is the number behind it, where there is one."""
    ours, theirs = evidence.referrer, evidence.friend
    quick = evidence.click_to_order_us is not None and 0 <= evidence.click_to_order_us < QUICK_US
    found = {
        "email": len(ours.emails & theirs.emails),
        "phone": len(ours.phones & theirs.phones),
        "payment": len(ours.payments & theirs.payments),
        "customer": evidence.bought_before,
        "loop": evidence.loop,
        "device": len(ours.devices & theirs.devices),
        "address": len(ours.addresses & theirs.addresses),
        "disposable": sum(email.rpartition("@")[2] in DISPOSABLE for email in theirs.emails),
        "crowd": evidence.friends_by_device if evidence.friends_by_device > 1 else 0,
        "velocity": evidence.friends_that_day if evidence.friends_that_day > MOST_A_DAY else 0,
        "quick": int(quick),
        "place": len(ours.places & theirs.places),
    }
    said = [{"key": key, "weight": WEIGHTS[key], "n": n} for key, n in found.items() if n]
    return sorted(said, key=lambda one: -one["weight"])


def score(said: list[dict[str, Any]]) -> int:
    """The sum, at most 100."""
    return min(sum(one["weight"] for one in said), 100)


def mailbox(email: str) -> str:
    """The mailbox an address most likely leads to: dots and what follows a plus left out, at any provider."""
    local, _, domain = email.casefold().partition("@")
    return f"{local.split('+')[0].replace('.', '')}@{domain}"


_SHORT = {"street": "st", "strasse": "str", "straße": "str", "road": "rd", "avenue": "ave", "lane": "ln"}


def postal(address: Any) -> str:
    """A postal address for comparing: words without accents, marks and long forms; "" when it says too little."""
    if isinstance(address, dict):
        keys = ("street", "address1", "line1", "postalCode", "postal_code", "zip")
        address = " ".join(str(address[key]) for key in keys if address.get(key))
    plain = unicodedata.normalize("NFKD", str(address or "").casefold().replace("ß", "ss"))
    plain = re.sub(r"(\w{3,})(strasse)\b", r"\1 strasse", plain)
    words = re.findall(r"[a-z0-9]+", "".join(sign for sign in plain if not unicodedata.combining(sign)))
    said = " ".join(_SHORT.get(word, word) for word in words)
    return said if len(words) > 1 and any(sign.isdigit() for sign in said) else ""
