"""Return paths and message ids that say which message they are of, and that nobody can forge.

A token is the message's number and eighty bits of HMAC-SHA-256, in lower case base32, because some servers change the
case of addresses. The key is the installation's own.
"""

from __future__ import annotations

import hmac
import re
from base64 import b32decode, b32encode
from functools import lru_cache

from regulars.core.crypto import seal

TOKEN = re.compile(r"([a-z2-7]{2,13})-([a-z2-7]{16})")
PREFIX = "b-"  # a return path under a domain of its own: b-<token>@bounces.example.com


@lru_cache(1024)  # a letter asks twice: for its return path and its Message-ID
def token_of(message_id: int, key: bytes) -> str:
    """At most 30 signs: letters, digits and one hyphen."""
    number = message_id.to_bytes((message_id.bit_length() + 7) // 8 or 1, "big")
    return f"{_text(number)}-{_text(_seal(number, key))}"


def message_of(text: str, key: bytes) -> int | None:
    """The message whose sealed token stands anywhere in the text (an address, a header), or None."""
    for number, mark in TOKEN.findall(text.lower()):
        try:
            raw = _bytes(number)
        except ValueError:
            continue
        if hmac.compare_digest(_bytes(mark), _seal(raw, key)):
            return int.from_bytes(raw, "big")
    return None


def return_path(message_id: int, where: str, key: bytes) -> str:
    """Under a bounce domain `b-<token>@domain`, in an ordinary mailbox `box+<token>@domain`."""
    box, at, domain = where.rpartition("@")
    local = f"{box}+" if at else PREFIX
    return f"{local}{token_of(message_id, key)}@{domain}"


def _seal(number: bytes, key: bytes) -> bytes:
    return seal(key, b"message\0" + number)[:10]


def _text(raw: bytes) -> str:
    return b32encode(raw).decode().rstrip("=").lower()


def _bytes(text: str) -> bytes:
    return b32decode(text.upper() + "=" * (-len(text) % 8))
