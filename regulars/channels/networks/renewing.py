"""Keys that end and are renewed: OAuth 2.0 refresh tokens (RFC 6749, 6), kept encrypted, renewed one at a time.

Some networks give a new refresh token each time and take the old one only once (X). So a renewal holds a lock, looks
first whether somebody else has renewed meanwhile, and stores what it was given before anything else is done with it.
Until then the old one stays stored: killed in between, the account has what the network may still take.
"""

from __future__ import annotations

import base64
import json
from collections.abc import Callable, Mapping
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass
from typing import Any

from django.db import OperationalError, connection

from regulars.channels.networks.dig import text, whole
from regulars.channels.networks.models import Account
from regulars.channels.networks.shape import Expired, Login
from regulars.channels.networks.web import Broken, Look, Rejected, Web
from regulars.core.clock import HOUR, MINUTE, SECOND
from regulars.core.crypto import decrypt, encrypt
from regulars.core.locks import exclusive
from regulars.core.sqlite import settle

EARLY = 5 * MINUTE


@dataclass(frozen=True)
class Tokens:
    """Where a network gives tokens, and how it wants to know who asks. `basic`: client and secret in a header."""

    name: str
    url: str
    basic: bool = False


class Keys:
    """The access token of one account, renewed when it is about to end. `secrets`: access, refresh, until (us)."""

    def __init__(self, tokens: Tokens, account_id: int, settings: Mapping, secrets: Mapping[str, str]) -> None:
        self.tokens, self.account_id, self.settings = tokens, account_id, settings
        # the caller's own, where it may change: an account that is only being tried keeps what it was given meanwhile
        self.secrets = secrets if isinstance(secrets, dict) else dict(secrets)

    def access(self, *, at: int) -> str:
        """A token that is good for some minutes. Raises Expired when there is none any more, Broken, Slower."""
        if not self.secrets.get("access") or self._ends(at):
            self.renew(at=at)
        return self.secrets.get("access", "")

    def renew(self, *, at: int) -> bool:
        """Get a new token; False when there is nothing to get one with. Raises as `access` does."""
        if not self.secrets.get("refresh"):
            return False
        with held(self.account_id):
            had, stored = self.secrets.get("access"), stored_secrets(self.account_id)
            self.secrets.update(tokens_of(stored))
            if had and stored.get("access", had) != had:
                return True  # somebody else was quicker
            self.secrets.update(self._fetch(at))
            store_secrets(self.account_id, self.secrets)
        return True

    def _ends(self, at: int) -> bool:
        until = self.secrets.get("until", "")
        return bool(self.secrets.get("refresh")) and until.isdigit() and int(until) - EARLY < at

    def _fetch(self, at: int) -> dict[str, str]:
        form = {"grant_type": "refresh_token", "refresh_token": self.secrets["refresh"]}
        try:
            return ask_for(self.tokens, self.settings, self.secrets.get("client_secret", ""), form, at=at)
        except Rejected as problem:
            raise Expired(f"{problem} Connect the account anew.") from None


def ask_for(
    tokens: Tokens, settings: Mapping[str, Any], secret: str, form: dict[str, str], *, at: int
) -> dict[str, str]:
    """What the network gives for a form: access, until, and refresh where a new one came. Raises as Web.ask does."""
    client, headers = str(settings.get("client_id", "")), {}
    form = {**form, "client_id": client}
    if tokens.basic and secret:
        headers["Authorization"] = "Basic " + base64.b64encode(f"{client}:{secret}".encode()).decode()
    elif secret:
        form["client_secret"] = secret
    url = str(settings.get("token_url") or tokens.url)
    said = Web(tokens.name, "", dict, at).ask("POST", url, form=form, headers=headers).said
    if not (access := text(said, "access_token", most=8000)):
        raise Broken(f"{tokens.name} gives no token.", sent=False)
    life, refresh = whole(said, "expires_in"), text(said, "refresh_token", most=8000)
    until = at + life * SECOND if life and 0 < life < 10**9 else at + HOUR
    return {"access": access, "until": str(until), **({"refresh": refresh} if refresh else {})}


def signed_web(name: str, api: str, tokens: Tokens, login: Login, look: Look | None = None) -> tuple[Web, Keys]:
    """(how to ask, the keys) of one account: each request carries a token that is good, renewed when it is not."""
    keys = Keys(tokens, login.account_id, login.settings, login.secrets)
    web = Web(name, str(login.settings.get("api") or api), dict, look=look)
    web.headers = lambda: {"Authorization": f"Bearer {keys.access(at=web.at)}"}
    web.renew = lambda: keys.renew(at=web.at)
    return web, keys


def held(account_id: int) -> AbstractContextManager[bool]:
    """Nobody else renews or changes the keys of this account meanwhile. Accounts that are only tried are many: 0."""
    return exclusive(f"account-keys-{account_id}", wait=True) if account_id else nullcontext(True)


def tokens_of(secrets: Mapping[str, str]) -> dict[str, str]:
    """What changes with every renewal."""
    return {name: secrets[name] for name in ("access", "refresh", "until") if name in secrets}


def stored_secrets(account_id: int) -> dict[str, str]:
    """The secrets of an account as they are now; {} for one that is only being tried."""
    kept = Account.objects.filter(id=account_id).values_list("secrets", flat=True).first()
    return json.loads(decrypt(kept)) if kept else {}


def store_secrets(account_id: int, secrets: Mapping[str, str]) -> None:
    """Keep them, encrypted; again when the database broke off, because nobody else has them."""
    kept = {"secrets": encrypt(json.dumps(dict(secrets)))}
    if (until := secrets.get("until", "")).isdigit() and not secrets.get("refresh"):
        kept["expires_us"] = int(until)
    surely(lambda: Account.objects.filter(id=account_id).update(**kept))


def surely(write: Callable[[], object]) -> None:
    """Write what exists nowhere else: tried three times, by a fresh connection, and safe from power failures."""
    for left in (2, 1, 0):
        try:
            write()
            break
        except OperationalError:
            if not left or connection.in_atomic_block:
                raise
            connection.close()
    settle()  # the network has forgotten the old one already: a power failure must not bring it back
