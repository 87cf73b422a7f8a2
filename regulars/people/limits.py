"""How much one value may join, and how much one person may hold, before it is more likely a mistake.

REGULARS_IDENTITY_LIMITS="phone=6,nodes=80" changes single limits; run `regulars rejoin` afterwards.
"""

from __future__ import annotations

import os
from dataclasses import dataclass, fields, replace
from functools import cache


@dataclass(frozen=True, slots=True)
class Limits:
    """Accounts are nodes that are not anonymous devices: devices come and go with cookies, so they are free.

    The first four count accounts of one namespace that share a value; the others what one person may hold.
    """

    email: int = 5
    phone: int = 4
    card: int = 4
    external: int = 4
    device: int = 1  # accounts of one namespace seen on one device
    accounts: int = 50
    emails: int = 10
    phones: int = 10
    cards: int = 10

    def of_value(self, type_: str) -> int:
        """How many accounts of one namespace may share a value of this type."""
        return self.external if type_.startswith("external:") else getattr(self, type_)

    def of_person(self, type_: str) -> int:
        """How many different values of this type one person may hold."""
        return {"email": self.emails, "phone": self.phones, "card": self.cards}.get(type_, 10)


@cache
def limits() -> Limits:
    """The limits of this installation. Raises ValueError for a name that is none."""
    return parse(os.environ.get("REGULARS_IDENTITY_LIMITS", ""))


def parse(text: str) -> Limits:
    """`phone=6,accounts=80` over the defaults."""
    known = {f.name for f in fields(Limits)}
    changes = {}
    for part in filter(None, (p.strip() for p in text.split(","))):
        name, _, number = part.partition("=")
        if name not in known or not number.isdigit():
            raise ValueError(f"REGULARS_IDENTITY_LIMITS has “{part}”: write name=number with one of {sorted(known)}.")
        changes[name] = int(number)
    return replace(Limits(), **changes)
