"""Links to surveys: sealed, so that nobody can forge or guess one, as in channels.links.

token = base64url( kind 1 byte | number 8 bytes | minute it ends, 4 bytes | seal 12 bytes ). Kinds: "i" an invitation,
"r" a response that is being filled in, for a short time. The chosen value is no part of it: whoever holds an
invitation may answer what they like, once.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac
import struct
from functools import cache

from django.conf import settings

from regulars.core.clock import MINUTE
from regulars.core.home import secret

INVITATION, RESPONSE = "i", "r"
_BODY = struct.Struct(">cQI")
_SEAL = 12


def make_token(kind: str, number: int, *, until_us: int = 0) -> str:
    """The token as it stands in a URL. `until_us` 0: it does not end by itself."""
    body = _BODY.pack(kind.encode(), number, until_us // MINUTE)
    return base64.urlsafe_b64encode(body + _seal(body)).rstrip(b"=").decode()


def read_token(text: str, kind: str, *, at: int) -> int | None:
    """The number in a token; None when it is not one of ours, of another kind, or too old."""
    try:
        raw = base64.b64decode(text + "=" * (-len(text) % 4), altchars=b"-_", validate=True)
    except (binascii.Error, ValueError):
        return None
    body, seal = raw[:-_SEAL], raw[-_SEAL:]
    if len(body) != _BODY.size or not hmac.compare_digest(seal, _seal(body)):
        return None
    found, number, until = _BODY.unpack(body)
    if found.decode("latin-1") != kind or (until and at > until * MINUTE):
        return None
    return number


def survey_url(invitation_id: int) -> str:
    """The page on which an invited person answers."""
    return f"{settings.PUBLIC_URL}/s/{make_token(INVITATION, invitation_id)}"


def answer_url(invitation_id: int, value: int) -> str:
    """The same with a value chosen already; it is stored when the person confirms."""
    return f"{survey_url(invitation_id)}/{value}"


def open_url(slug: str, place: str = "") -> str:
    """The page on which anybody answers; `place` says where the link or QR code hangs."""
    return f"{settings.PUBLIC_URL}/s/o/{slug}" + (f"/{place}" if place else "")


def till_url(slug: str) -> str:
    """The page for the till: to be shown in a frame of our own pages."""
    return f"{settings.PUBLIC_URL}/s/t/{slug}"


def _seal(body: bytes) -> bytes:
    return hashlib.blake2b(b"survey" + body, key=_key(), digest_size=_SEAL).digest()


@cache
def _key() -> bytes:
    return bytes.fromhex(secret("links"))
