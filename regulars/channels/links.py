"""Links in messages: short tokens that name a message, sealed so that nobody can forge or guess one.

token = base64url( kind 1 byte | message id 8 bytes | number 2 bytes | target, if it is personal | seal 12 bytes );
the seal is a keyed BLAKE2b of 96 bits. A token holds no personal data unless the author put it into a link.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac
import struct
from dataclasses import dataclass
from functools import cache

from django.conf import settings

from regulars.core.home import secret

CLICK, OPEN, UNSUBSCRIBE, PREFERENCES, VIEW = "l", "o", "u", "p", "v"
INVITATION = "i"  # not of a message: the number is that of an invitation
_HEAD = struct.Struct(">cQH")
_SEAL = 12
NUMBERS = 2**16  # links of a message that can be told apart


@dataclass(frozen=True)
class Token:
    """What a token says: kind, message, number of the link, and its target where that differs by person."""

    kind: str
    message_id: int
    number: int = 0
    target: str = ""


def make_token(token: Token) -> str:
    """The token as it stands in a URL. Deterministic."""
    body = _HEAD.pack(token.kind.encode(), token.message_id, token.number) + token.target.encode()
    return base64.urlsafe_b64encode(body + _seal(body)).rstrip(b"=").decode()


def read_token(text: str, *kinds: str) -> Token | None:
    """What a token says; None when it is not one of ours, or of another kind."""
    try:
        raw = base64.b64decode(text + "=" * (-len(text) % 4), altchars=b"-_", validate=True)
    except (binascii.Error, ValueError):
        return None
    body, seal = raw[:-_SEAL], raw[-_SEAL:]
    if len(body) < _HEAD.size or not hmac.compare_digest(seal, _seal(body)):
        return None
    kind, message_id, number = _HEAD.unpack_from(body)
    token = Token(kind.decode(), message_id, number, body[_HEAD.size :].decode())
    return token if not kinds or token.kind in kinds else None


def click_url(message_id: int, number: int, target: str = "") -> str:
    """Where a link of a message leads first. `target` only if it is not the same for everybody."""
    return _url(CLICK, message_id, number, target)


def open_url(message_id: int) -> str:
    """The picture of one point whose loading may mean that the message was opened."""
    return _url(OPEN, message_id) + ".gif"


def unsubscribe_url(message_id: int) -> str:
    """RFC 8058: a POST unsubscribes at once; a GET only shows the question."""
    return _url(UNSUBSCRIBE, message_id)


def preferences_url(message_id: int) -> str:
    """Where the person chooses what to hear."""
    return _url(PREFERENCES, message_id)


def loyalty_url(message_id: int) -> str:
    """Where the person sees their points and rewards, after the link that works once."""
    return f"{_url(PREFERENCES, message_id)}?to=loyalty"


def view_url(message_id: int) -> str:
    """The message as a page."""
    return _url(VIEW, message_id)


def personal_url(kind: str, number: int) -> str:
    """The page of something that is one person's own and not a message, such as an invitation."""
    return _url(kind, number)


def _url(kind: str, message_id: int, number: int = 0, target: str = "") -> str:
    body = _HEAD.pack(kind.encode(), message_id, number) + target.encode()
    token = base64.urlsafe_b64encode(body + _seal(body)).rstrip(b"=").decode()
    return f"{settings.PUBLIC_URL}/{kind}/{token}"


def _seal(body: bytes) -> bytes:
    """Ten of these go into a message, so it is the quicker of two good ones: BLAKE2 with a key needs no HMAC."""
    return hashlib.blake2b(body, key=_key(), digest_size=_SEAL).digest()


@cache
def _key() -> bytes:
    return bytes.fromhex(secret("links"))
