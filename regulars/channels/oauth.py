"""Signing in to mail servers without a password: a refresh token gives access tokens (RFC 6749, 6), SASL XOAUTH2
carries them. Google Workspace and Microsoft 365 ask for it."""

from __future__ import annotations

import json
import time
from dataclasses import dataclass, field
from urllib.parse import urlencode

from regulars.core.outside import Refused, Unreachable, ask

EARLY = 120.0  # seconds before its end a token is renewed
LIFE = 600.0  # seconds a token is believed to live when the service does not say
PATIENCE = 15.0
_known: dict[Grant, tuple[str, float]] = {}


class NoToken(Exception):
    """No access token; a sentence that says what to look at."""


@dataclass(frozen=True)
class Grant:
    """What a service gave us once. `url`: where tokens come from; `refresh`: the refresh token."""

    url: str
    client: str
    secret: str = field(default="", repr=False)
    refresh: str = field(default="", repr=False)
    scope: str = ""


def access_token(grant: Grant) -> str:
    """A token that is good for a while, from this process's memory or from the service. Raises NoToken."""
    token, until = _known.get(grant, ("", 0.0))
    if time.monotonic() < until:
        return token
    token, life = _fetch(grant)
    _known[grant] = (token, time.monotonic() + max(0.0, life - EARLY))
    return token


def forget(grant: Grant) -> None:
    """The server did not take the token: the next one is fetched anew."""
    _known.pop(grant, None)


def xoauth2(user: str, token: str) -> bytes:
    """The answer that SASL XOAUTH2 wants."""
    return f"user={user}\1auth=Bearer {token}\1\1".encode()


def _fetch(grant: Grant) -> tuple[str, float]:
    asked = {"grant_type": "refresh_token", "refresh_token": grant.refresh, "client_id": grant.client}
    asked |= {"client_secret": grant.secret} if grant.secret else {}
    asked |= {"scope": grant.scope} if grant.scope else {}
    headers = {"Content-Type": "application/x-www-form-urlencoded", "Accept": "application/json"}
    try:
        answer = ask(grant.url, headers=headers, body=urlencode(asked).encode(), timeout=PATIENCE)
    except (Refused, Unreachable) as problem:
        raise NoToken(f"No token from {grant.url}: {problem}") from None
    try:
        said = json.loads(answer.body)
        return str(said["access_token"]), float(said.get("expires_in") or LIFE)
    except (ValueError, KeyError, TypeError):
        raise NoToken(f"{grant.url} gives no token: {_why(answer.body) or answer.status}.") from None


def _why(body: bytes) -> str:
    """What the service says is wrong (RFC 6749, 5.2)."""
    try:
        said = json.loads(body)
        return " ".join(f"{said.get('error', '')} {said.get('error_description', '')}".split())[:200]
    except (ValueError, AttributeError):
        return ""
