"""Signing in to mail servers without a password: a refresh token gives access tokens (RFC 6749, 6), SASL XOAUTH2
carries them. Google Workspace and Microsoft 365 ask for it.

Microsoft gives a new refresh token each time, and the old one ends some day. So what a service gave last is kept, by
a keyed hash of what somebody entered, in one place for every server, mailbox and account that entered the same, and
one at a time renews it. Until the new one is kept the old one stays: killed in between, it is what is tried again.
"""

from __future__ import annotations

import json
from dataclasses import dataclass, field, replace
from urllib.parse import urlencode

from regulars.channels.models import MailToken
from regulars.channels.networks.renewing import surely
from regulars.core.clock import MINUTE, SECOND, now_us
from regulars.core.crypto import decrypt, digest, encrypt
from regulars.core.failpoints import declare, failpoint
from regulars.core.locks import exclusive
from regulars.core.outside import Refused, Unreachable, ask

EARLY = 2 * MINUTE  # before its end a token is renewed
LIFE = 600.0  # seconds a token is believed to live when the service does not say
PATIENCE = 15.0
declare("mail_token.given", "mail_token.kept")
_known: dict[Grant, dict] = {}  # of this process, so that mail asks no database for each connection
_refused: dict[Grant, str] = {}  # what a mail server did not take


class NoToken(Exception):
    """No access token; a sentence that says what to look at."""


@dataclass(frozen=True)
class Grant:
    """What a service gave us once. `url`: where tokens come from; `refresh`: the refresh token that was entered."""

    url: str
    client: str
    secret: str = field(default="", repr=False)
    refresh: str = field(default="", repr=False)
    scope: str = ""

    @property
    def mark(self) -> str:
        """By what it is known again, without holding it."""
        return digest("mail-token", "\0".join((self.url, self.client, self.scope, self.refresh)))


def access_token(grant: Grant) -> str:
    """A token that is good for a while: this process's, another one's, or a fresh one. Raises NoToken."""
    if not _good(grant, _known.get(grant, {})):
        with exclusive(f"mail-token-{grant.mark[:32]}", wait=True):
            kept = _kept(grant)
            _known[grant] = kept if _good(grant, kept) else _renewed(grant, kept)
    return _known[grant]["access"]


def forget(grant: Grant) -> None:
    """The server did not take the token: the next one is fetched anew."""
    _refused[grant] = _known.pop(grant, {}).get("access", "")


def xoauth2(user: str, token: str) -> bytes:
    """The answer that SASL XOAUTH2 wants."""
    return f"user={user}\1auth=Bearer {token}\1\1".encode()


def _good(grant: Grant, token: dict) -> bool:
    return token.get("until", 0) - EARLY > now_us() and token["access"] != _refused.get(grant)


def _kept(grant: Grant) -> dict:
    found = MailToken.objects.filter(mark=grant.mark).values_list("token", flat=True).first()
    return json.loads(decrypt(found)) if found else {}


def _renewed(grant: Grant, kept: dict) -> dict:
    """Asked with the newest refresh token there is; what the service gives is kept before it is used."""
    at, last = now_us(), kept.get("refresh") or grant.refresh
    said = _fetch(replace(grant, refresh=last))
    failpoint("mail_token.given")
    token = {**said, "refresh": said["refresh"] or last, "until": at + int(said["until"] * SECOND)}
    row = {"token": encrypt(json.dumps(token)), "at_us": at}
    surely(lambda: MailToken.objects.update_or_create(mark=grant.mark, defaults=row))
    failpoint("mail_token.kept")
    return token


def _fetch(grant: Grant) -> dict:
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
        life = min(max(float(said.get("expires_in") or LIFE), 0.0), 1e9)
        return {"access": str(said["access_token"]), "refresh": str(said.get("refresh_token") or ""), "until": life}
    except (ValueError, KeyError, TypeError):
        raise NoToken(f"{grant.url} gives no token: {_why(answer.body) or answer.status}.") from None


def _why(body: bytes) -> str:
    """What the service says is wrong (RFC 6749, 5.2)."""
    try:
        said = json.loads(body)
        return " ".join(f"{said.get('error', '')} {said.get('error_description', '')}".split())[:200]
    except (ValueError, AttributeError):
        return ""
