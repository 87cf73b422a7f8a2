"""DKIM signatures (RFC 6376, RSA-SHA256, relaxed/relaxed), for messages that `compose` wrote.

The headers arrive as a list, so nothing is parsed again; one signature is one hash over the body and one by RSA.
"""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Sequence
from functools import lru_cache
from hashlib import sha256

SIGNED = (
    *("from", "to", "reply-to", "subject", "date", "message-id", "mime-version", "content-type", "content-language"),
    *("list-unsubscribe", "list-unsubscribe-post", "feedback-id", "auto-submitted"),
)
# Named once more than they occur, so that nobody can add a second one to a signed message.
SEALED = ("from", "to", "reply-to", "subject", "date")


def signature(
    headers: Sequence[tuple[str, bytes]], body: bytes, *, domain: str, selector: str, key: str, at: int
) -> bytes:
    """The value of a DKIM-Signature field over these fields (name, value as folded) and this body (CRLF).

    `key`: an RSA private key as PEM; `at`: microseconds. Raises ValueError when the key cannot be read.
    """
    signed, text = _canonical_headers(headers)
    hashed = b64encode(sha256(canonical_body(body)).digest()).decode()
    value = (
        f"v=1; a=rsa-sha256; c=relaxed/relaxed; d={domain}; s={selector};\r\n t={at // 1_000_000}; "
        f"h={signed};\r\n bh={hashed};\r\n b="
    ).encode()
    made = _sign(key, text + b"dkim-signature:" + relaxed(value))
    return value + b"\r\n ".join(made[start : start + 72] for start in range(0, len(made), 72))


def relaxed(value: bytes) -> bytes:
    """A header's value, unfolded, with single spaces (RFC 6376, 3.4.2)."""
    return b" ".join(value.split())


def canonical_body(body: bytes) -> bytes:
    """A body in relaxed form (RFC 6376, 3.4.4): single spaces, none at line ends, no empty lines at the end."""
    if b"\t" in body:
        body = body.replace(b"\t", b" ")
    while b"  " in body:
        body = body.replace(b"  ", b" ")
    if b" \r\n" in body:
        body = body.replace(b" \r\n", b"\r\n")
    kept = body.rstrip(b"\r\n") if body.endswith(b"\r\n\r\n") or body == b"\r\n" else body
    if kept and not kept.endswith(b"\r\n"):
        kept += b"\r\n"
    return kept


def new_key() -> str:
    """A fresh RSA-2048 private key as PEM."""
    from cryptography.hazmat.primitives import serialization as form
    from cryptography.hazmat.primitives.asymmetric import rsa

    key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    return key.private_bytes(form.Encoding.PEM, form.PrivateFormat.PKCS8, form.NoEncryption()).decode()


def record(key: str) -> str:
    """What to publish as the TXT record of `<selector>._domainkey.<domain>`."""
    from cryptography.hazmat.primitives import serialization as form

    public = _key(key).public_key().public_bytes(form.Encoding.DER, form.PublicFormat.SubjectPublicKeyInfo)
    return f"v=DKIM1; k=rsa; p={b64encode(public).decode()}"


def _canonical_headers(headers: Sequence[tuple[str, bytes]]) -> tuple[str, bytes]:
    """(the list for h=, the fields as they are hashed). Each name occurs at most once: `compose` sees to it."""
    there = {name.lower(): value for name, value in headers}
    names = [name for name in SIGNED if name in there]
    text = b"".join(name.encode() + b":" + relaxed(there[name]) + b"\r\n" for name in names)
    return _named(tuple(names)), text


@lru_cache(16)
def _named(names: tuple[str, ...]) -> str:
    every = [*names, *SEALED]
    return ":\r\n ".join(":".join(every[start : start + 5]) for start in range(0, len(every), 5))


def _sign(key: str, text: bytes) -> bytes:
    from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
    from cryptography.hazmat.primitives.hashes import SHA256

    return b64encode(_key(key).sign(text, PKCS1v15(), SHA256()))


@lru_cache(64)
def _key(pem: str):
    from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey
    from cryptography.hazmat.primitives.serialization import load_pem_private_key

    try:
        key = load_pem_private_key(pem.encode(), None)
    except (ValueError, TypeError):
        raise ValueError("The DKIM key of this sender cannot be read. Make a new one on the sender's page.") from None
    if not isinstance(key, RSAPrivateKey):
        raise ValueError("The DKIM key of this sender is not an RSA key. Make a new one on the sender's page.")
    return key
