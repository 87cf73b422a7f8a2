"""Keys that end and are renewed: OAuth 2.0 refresh tokens (RFC 6749, 6), kept encrypted, renewed one at a time.

Some networks give a new refresh token each time and take the old one only once (X). So a renewal holds a lock, looks
first whether somebody else has renewed meanwhile, and stores what it was given before anything else is done with it.
"""

from __future__ import annotations

import base64
import json
from collections.abc import Mapping
from dataclasses import dataclass

from regulars.channels.networks.dig import text, whole
from regulars.channels.networks.models import Account
from regulars.channels.networks.shape import Expired
from regulars.channels.networks.web import Broken, Rejected, Web
from regulars.core.clock import HOUR, MINUTE, SECOND
from regulars.core.crypto import decrypt, encrypt
from regulars.core.locks import exclusive

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
        with exclusive(f"account-keys-{self.account_id}", wait=True):
            had, stored = self.secrets.get("access"), stored_secrets(self.account_id)
            if had and stored.get("access") and stored["access"] != had:
                self.secrets.update(stored)  # somebody else was quicker
                return True
            self.secrets.update(self._fetch(at))
            store_secrets(self.account_id, self.secrets)
        return True

    def _ends(self, at: int) -> bool:
        until = self.secrets.get("until", "")
        return bool(self.secrets.get("refresh")) and until.isdigit() and int(until) - EARLY < at

    def _fetch(self, at: int) -> dict[str, str]:
        client, secret = str(self.settings.get("client_id", "")), self.secrets.get("client_secret", "")
        form = {"grant_type": "refresh_token", "refresh_token": self.secrets["refresh"], "client_id": client}
        headers = {}
        if self.tokens.basic and secret:
            headers["Authorization"] = "Basic " + base64.b64encode(f"{client}:{secret}".encode()).decode()
        elif secret:
            form["client_secret"] = secret
        url = str(self.settings.get("token_url") or self.tokens.url)
        try:
            said = Web(self.tokens.name, "", dict, at).ask("POST", url, form=form, headers=headers).said
        except Rejected as problem:
            raise Expired(f"{problem} Connect the account anew.") from None
        if not (access := text(said, "access_token", most=8000)):
            raise Broken(f"{self.tokens.name} gives no token.", sent=False)
        life = whole(said, "expires_in")
        until = at + life * SECOND if life and 0 < life < 10**9 else at + HOUR
        return {"access": access, "until": str(until), **_new_refresh(said)}


def _new_refresh(said: Mapping) -> dict[str, str]:
    found = text(said, "refresh_token", most=8000)
    return {"refresh": found} if found else {}


def stored_secrets(account_id: int) -> dict[str, str]:
    """The secrets of an account as they are now; {} for one that is only being tried."""
    kept = Account.objects.filter(id=account_id).values_list("secrets", flat=True).first()
    return json.loads(decrypt(kept)) if kept else {}


def store_secrets(account_id: int, secrets: Mapping[str, str]) -> None:
    """Keep them, encrypted."""
    kept = {"secrets": encrypt(json.dumps(dict(secrets)))}
    if (until := secrets.get("until", "")).isdigit() and not secrets.get("refresh"):
        kept["expires_us"] = int(until)
    Account.objects.filter(id=account_id).update(**kept)
