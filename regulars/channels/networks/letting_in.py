"""Being let into an account: OAuth 2.0 with a code and a proof (RFC 6749, 4.1; RFC 7636), as YouTube, Google and X
want it. A kind that offers it has `LETS_IN` in its folder."""

from __future__ import annotations

import base64
import hashlib
import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlencode

from regulars.channels.networks import kinds
from regulars.channels.networks.errors import CannotConnect
from regulars.channels.networks.renewing import Tokens, ask_for
from regulars.channels.networks.shape import Expired, Slower
from regulars.channels.networks.web import Broken, Rejected


@dataclass(frozen=True)
class LetsIn:
    """Where people say yes, where tokens come from, and what is asked for."""

    authorise: str
    tokens: Tokens
    scopes: tuple[str, ...]
    more: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Asking:
    """A question that is under way: the page people are sent to, and what proves afterwards that it was ours."""

    url: str
    state: str
    proof: str = field(repr=False)


def way_in(kind: str) -> LetsIn | None:
    """How one is let into accounts of a kind; None where keys are entered instead."""
    return getattr(kinds.module_of(kind), "LETS_IN", None)


def begin(*, kind: str, settings: Mapping[str, Any], back: str) -> Asking:
    """Where to send somebody who is to let us in. `back`: our page they come back to, as the network knows it."""
    way, state, proof = way_in(kind), secrets.token_urlsafe(32), secrets.token_urlsafe(48)
    if way is None or not settings.get("client_id"):
        raise CannotConnect("Enter the client ID first.")
    challenge = base64.urlsafe_b64encode(hashlib.sha256(proof.encode()).digest()).rstrip(b"=").decode()
    asked = {
        "response_type": "code", "client_id": settings["client_id"], "redirect_uri": back, "state": state,
        "scope": " ".join(way.scopes), "code_challenge": challenge, "code_challenge_method": "S256", **way.more,
    }  # fmt: skip
    return Asking(f"{settings.get('authorise_url') or way.authorise}?{urlencode(asked)}", state, proof)


def finish(
    *, kind: str, settings: Mapping[str, Any], client_secret: str, code: str, proof: str, back: str, at: int
) -> dict[str, str]:
    """The secrets of the account we were let into: access, refresh, until. Raises CannotConnect with a sentence."""
    way = way_in(kind)
    if way is None:
        raise CannotConnect("This kind of account cannot be connected so.")
    form = {"grant_type": "authorization_code", "code": code, "redirect_uri": back, "code_verifier": proof}
    try:
        given = ask_for(way.tokens, settings, client_secret, form, at=at)
    except (Expired, Slower, Broken, Rejected) as problem:
        raise CannotConnect(str(problem)) from None
    if not given.get("refresh"):
        raise CannotConnect(f"{way.tokens.name} gave no key that lasts. Take its leave back there, and try again.")
    return given
