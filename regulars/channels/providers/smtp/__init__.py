"""E-mail by any SMTP server: several connections, each always a message ahead (RFC 2920), in one thread."""

from __future__ import annotations

from regulars.channels.providers import Field, Way
from regulars.channels.providers.smtp.carrier import SmtpCarrier
from regulars.channels.providers.smtp.options import Options, options_of
from regulars.channels.providers.smtp.probing import Finding, probe

CHANNEL = "email"
LABEL = "SMTP server"
ENCRYPTION = (
    ("starttls", "STARTTLS (port 587 or 25)"),
    ("implicit", "TLS from the start (port 465)"),
    ("none", "None: only on the same machine or a network you trust"),
)
TOKENS = (
    "Google: https://oauth2.googleapis.com/token. Microsoft: https://login.microsoftonline.com/<tenant>/oauth2/v2.0/"
    "token. Empty: sign in with the password."
)
PORTS = "587 for sending with a password, 465 with TLS from the start, 25 between servers."
FIELDS = (
    Field("host", "Server", required=True, help="For example smtp.example.com; localhost for one beside Regulars."),
    Field("port", "Port", "number", "587", help=PORTS),
    Field("tls", "Encryption", "choice", "starttls", choices=ENCRYPTION),
    Field(
        "verify",
        "Check the server's certificate",
        "bool",
        "true",
        help="Without it anybody on the way can read along.",
    ),
    Field("username", "User name", help="Empty: the server asks for none."),
    Field(
        "password", "Password", "password", help="Or, where the service wants none (Google, Microsoft): see below."
    ),
    Field("connections", "Connections at once", "number", "4", help="Most servers allow 4 to 20 from one place."),
    Field("timeout", "Patience in seconds", "number", "60", help="How long an answer may take."),
    Field("token_url", "OAuth: where tokens come from", help=TOKENS),
    Field("client_id", "OAuth: client ID"),
    Field("client_secret", "OAuth: client secret", "password"),
    Field("refresh_token", "OAuth: refresh token", "password"),
    Field(
        "scope", "OAuth: scope", help="Microsoft: https://outlook.office.com/SMTP.Send offline_access. Google: empty."
    ),
    Field("hello", "Name in the greeting", help="This machine's name in the DNS; empty: what it calls itself."),
)


def open(way: Way) -> SmtpCarrier:
    """A carrier for this server: connects when it has something to carry, and keeps its connections."""
    return SmtpCarrier(options_of(way))


__all__ = ["CHANNEL", "FIELDS", "LABEL", "Finding", "Options", "SmtpCarrier", "open", "options_of", "probe"]
