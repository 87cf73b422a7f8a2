"""A mailbox the team shares: mail in by IMAP, answers out by SMTP from the same address."""

from __future__ import annotations

from regulars.channels.networks.shape import Limit, Line, Login, Network, Room
from regulars.channels.providers import Field

ENCRYPTION = (
    ("implicit", "TLS from the start (port 993)"),
    ("starttls", "STARTTLS (port 143)"),
    ("none", "None: only on the same machine or a network you trust"),
)
SENDING = (
    ("starttls", "STARTTLS (port 587)"),
    ("implicit", "TLS from the start (port 465)"),
    ("none", "None: only on the same machine or a network you trust"),
)
TOKENS = "Google and Microsoft want no password; see docs/mail-setup.md. Empty: sign in with the password."
VOUCHES = (
    "What your mail server calls itself in Authentication-Results. Then an address that passed DMARC there counts as"
    " proof of who wrote; without it no address does."
)
RFC = "https://www.rfc-editor.org/rfc/rfc5322#section-3.6.4"
NETWORK = Network(
    kind="mailbox",
    label="Mailbox (IMAP)",
    fields=(
        Field("address", "Address", required=True, help="For example help@shop.example.com; answers come from it."),
        Field("name", "Name beside it", help="For example Northgate Sports."),
        Field("host", "IMAP server", required=True, help="For example imap.example.com."),
        Field("port", "IMAP port", "number", "993"),
        Field("tls", "Encryption of reading", "choice", "implicit", choices=ENCRYPTION),
        Field("username", "User name", required=True),
        Field("password", "Password", "password"),
        Field("folder", "Folder", default="INBOX"),
        Field("sent", "Folder of sent mail", default="Sent", help="Read too; empty: answers are kept nowhere there."),
        Field("save", "Put our answers into it", "bool", "true", help="Off for Gmail, which does it by itself."),
        Field("smtp_host", "SMTP server", help="For example smtp.example.com; empty: the mailbox is only read."),
        Field("smtp_port", "SMTP port", "number", "587"),
        Field("smtp_tls", "Encryption of sending", "choice", "starttls", choices=SENDING),
        Field("token_url", "OAuth: where tokens come from", help=TOKENS),
        Field("client_id", "OAuth: client ID"),
        Field("client_secret", "OAuth: client secret", "password"),
        Field("refresh_token", "OAuth: refresh token", "password"),
        Field("scope", "OAuth: scope"),
        Field("authserv", "Name of your mail server in checks", help=VOUCHES),
    ),
    can=frozenset({"read", "answer"}),
    room=Room(characters=20_000, counts="characters", pictures=10, picture_bytes=10_000_000, alt_length=1000,
              picture_types=("image/jpeg", "image/png", "image/gif", "image/webp")),
    limits=(
        Limit("Conversations follow Message-ID, References and In-Reply-To", RFC),
        Limit("Automatic mail and bounces are shown and never start or stop a clock",
              "https://www.rfc-editor.org/rfc/rfc3834"),
        Limit("Mail up to 10 MB is read whole; of longer ones the beginning", "regulars/channels/providers/mailbox"),
    ),
    prices=(Limit("Free, or as your mail provider says", RFC),),
    every_s=30,
    proven="against Dovecot 2.3 of Debian 12 and SMTP servers, in this version's tests",
    how="Your mail provider tells you the servers. Make an app password where it asks for a second factor.",
)  # fmt: skip


def open(login: Login) -> Line:
    """A line to this mailbox."""
    from regulars.channels.providers.mailbox.line import MailLine

    return MailLine(login)
