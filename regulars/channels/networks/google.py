"""What YouTube and Google reviews share: Google's tokens and its errors."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext_lazy as _

from regulars.channels.networks.dig import rows, text
from regulars.channels.networks.letting_in import LetsIn
from regulars.channels.networks.renewing import Tokens
from regulars.channels.providers import Field

TOKENS = Tokens("Google", "https://oauth2.googleapis.com/token")
AUTHORISE = "https://accounts.google.com/o/oauth2/v2/auth"
SCOPES = "https://www.googleapis.com/auth/"
MORE = {"access_type": "offline", "prompt": "consent"}  # else no refresh token comes
FIELDS = (
    Field(
        "client_id",
        _("OAuth client ID"),
        required=True,
        help=_("Google Cloud console, APIs & Services, Credentials."),
    ),
    Field("client_secret", _("OAuth client secret"), "password", required=True),
    Field("refresh", _("Refresh token"), "password", help=_("Empty: you are asked at Google to let us in, next.")),
)


def lets_in(scope: str) -> LetsIn:
    """How Google is asked for one right."""
    return LetsIn(AUTHORISE, TOKENS, (SCOPES + scope,), MORE)


def reason_of(said: Any) -> str:
    """Why Google says no: error.errors[0].reason, or error.status (cloud.google.com/apis/design/errors)."""
    errors = rows(said, "error", "errors")
    found = text(errors[0], "reason", most=60) if errors else ""
    return found or text(said, "error", "status", most=60)
