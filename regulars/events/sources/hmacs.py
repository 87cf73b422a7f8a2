"""Signatures: a keyed hash of the raw bytes, compared in constant time."""

from __future__ import annotations

import base64
import hashlib
import hmac
from collections.abc import Iterable

ALGORITHMS = ("sha256", "sha512", "sha1")


def signature(secret: str, content: bytes, *, form: str = "base64", algorithm: str = "sha256") -> str:
    """The HMAC of `content`, as base64 or hex."""
    made = hmac.new(secret.encode(), content, getattr(hashlib, algorithm)).digest()
    return made.hex() if form == "hex" else base64.b64encode(made).decode()


def is_signed(
    secrets: Iterable[str], content: bytes, given: str, *, form: str = "base64", algorithm: str = "sha256"
) -> bool:
    """Whether `given` was made with one of the secrets. Every secret is tried: the time taken tells nothing."""
    said, found = given.strip().encode(), False
    if form == "hex":
        said = said.lower()
    for secret in secrets:
        found |= hmac.compare_digest(signature(secret, content, form=form, algorithm=algorithm).encode(), said)
    return found


def is_same(secrets: Iterable[str], given: str) -> bool:
    """Whether `given` is one of the secrets, in constant time."""
    found = False
    for secret in secrets:
        found |= hmac.compare_digest(secret.encode(), given.strip().encode())
    return found
