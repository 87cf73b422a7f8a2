"""Single-use secrets in links: 256 random bits, of which only the hash is kept."""

from __future__ import annotations

import hashlib
import secrets

from regulars.core.clock import DAY, HOUR

JOIN_VALID_US = 7 * DAY
SIGN_IN_VALID_US = HOUR


def fresh() -> tuple[str, str]:
    """A new secret and what is kept of it: (token, digest)."""
    token = secrets.token_urlsafe(32)
    return token, digest_of(token)


def digest_of(token: str) -> str:
    """What is kept of a secret: plain SHA-256, for it is random and cannot be guessed."""
    return hashlib.sha256(token.encode()).hexdigest()
