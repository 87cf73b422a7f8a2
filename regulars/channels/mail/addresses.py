"""Addresses as they travel: the domain in ASCII, the local part as it is, and nothing that could end a line."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache

LOCAL = re.compile(r"[^\x00-\x20\x7f-\xa0\u2028\u2029\ud800-\udfff()<>\[\]:;@\\,\"]+")
LABEL = re.compile(r"[a-z0-9_]([a-z0-9_-]{0,61}[a-z0-9_])?")


class BadAddress(ValueError):
    """Nothing can be sent to, or from, this."""


@dataclass(frozen=True, slots=True)
class Address:
    """`wire` is what envelope and headers say; `domain` is in ASCII; `utf8`: the server must know SMTPUTF8."""

    wire: str
    domain: str
    utf8: bool


def address_of(text: str) -> Address:
    """The address as it travels. Raises BadAddress with a sentence; control characters and spaces never pass."""
    local, at, domain = text.rpartition("@")
    if not at or not LOCAL.fullmatch(local) or local.startswith(".") or local.endswith(".") or ".." in local:
        raise BadAddress(f"“{_shown(text)}” is not an e-mail address.")
    if len(local.encode()) > 64:
        raise BadAddress("The part before the @ is longer than 64 bytes.")
    ascii_domain = domain_of(domain)
    return Address(f"{local}@{ascii_domain}", ascii_domain, not local.isascii())


@lru_cache(20_000)
def domain_of(domain: str) -> str:
    """A domain in ASCII and lower case: “Käse.example” is “xn--kse-qla.example”. Raises BadAddress."""
    import idna

    small = domain.lower().rstrip(".")
    try:
        ascii_domain = small if small.isascii() else idna.encode(small, uts46=True).decode()
    except (idna.IDNAError, UnicodeError):
        raise BadAddress(f"“{_shown(domain)}” is not a domain.") from None
    if len(ascii_domain) > 253 or not all(LABEL.fullmatch(label) for label in ascii_domain.split(".")):
        raise BadAddress(f"“{_shown(domain)}” is not a domain.")
    return ascii_domain


def _shown(text: str) -> str:
    return "".join(sign if sign.isprintable() else "?" for sign in text[:80])
