"""A mailbox the team shares: mail in by IMAP, answers out by SMTP from the same address."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from regulars.channels.networks.shape import Limit, Line, Login, Network, Room
from regulars.channels.providers import Field

ENCRYPTION = (
    ("implicit", _("TLS from the start (port 993)")),
    ("starttls", _("STARTTLS (port 143)")),
    ("none", _("None: only on the same machine or a network you trust")),
)
SENDING = (
    ("starttls", _("STARTTLS (port 587)")),
    ("implicit", _("TLS from the start (port 465)")),
    ("none", _("None: only on the same machine or a network you trust")),
)
TOKENS = _("Google and Microsoft want no password; see docs/mail-setup.md. Empty: sign in with the password.")
VOUCHES = _(
    "What your mail server calls itself in Authentication-Results. Then an address that passed DMARC there counts as"
    " proof of who wrote; without it no address does."
)
RFC = "https://www.rfc-editor.org/rfc/rfc5322#section-3.6.4"
NETWORK = Network(
    kind="mailbox",
    label=_("Mailbox (IMAP)"),
    fields=(
        Field(
            "address", _("Address"), required=True, help=_("For example help@shop.example.com; answers come from it.")
        ),
        Field("name", _("Name beside it"), help=_("For example Northgate Sports.")),
        Field("host", _("IMAP server"), required=True, help=_("For example imap.example.com.")),
        Field("port", _("IMAP port"), "number", "993"),
        Field("tls", _("Encryption of reading"), "choice", "implicit", choices=ENCRYPTION),
        Field("username", _("User name"), required=True),
        Field("password", _("Password"), "password"),
        Field("folder", _("Folder"), default="INBOX"),
        Field(
            "sent",
            _("Folder of sent mail"),
            default="Sent",
            help=_("Read too; empty: answers are kept nowhere there."),
        ),
        Field(
            "save", _("Put our answers into it"), "bool", "true", help=_("Off for Gmail, which does it by itself.")
        ),
        Field(
            "smtp_host", _("SMTP server"), help=_("For example smtp.example.com; empty: the mailbox is only read.")
        ),
        Field("smtp_port", _("SMTP port"), "number", "587"),
        Field("smtp_tls", _("Encryption of sending"), "choice", "starttls", choices=SENDING),
        Field("token_url", _("OAuth: where tokens come from"), help=TOKENS),
        Field("client_id", _("OAuth: client ID")),
        Field("client_secret", _("OAuth: client secret"), "password"),
        Field("refresh_token", _("OAuth: refresh token"), "password"),
        Field("scope", _("OAuth: scope")),
        Field("authserv", _("Name of your mail server in checks"), help=VOUCHES),
    ),
    can=frozenset({"read", "answer"}),
    room=Room(
        characters=20_000,
        counts="characters",
        pictures=10,
        picture_bytes=10_000_000,
        alt_length=1000,
        picture_types=("image/jpeg", "image/png", "image/gif", "image/webp"),
    ),
    limits=(
        Limit(_("Conversations follow Message-ID, References and In-Reply-To"), RFC),
        Limit(
            _("Automatic mail and bounces are shown and never start or stop a clock"),
            "https://www.rfc-editor.org/rfc/rfc3834",
        ),
        Limit(
            _("Mail up to 10 MB is read whole; of longer ones the beginning"), "regulars/channels/providers/mailbox"
        ),
    ),
    prices=(Limit(_("Free, or as your mail provider says"), RFC),),
    every_s=30,
    proven=_("against Dovecot 2.3 of Debian 12 and SMTP servers, in this version's tests"),
    how=_("Your mail provider tells you the servers. Make an app password where it asks for a second factor."),
)


def open(login: Login) -> Line:
    """A line to this mailbox."""
    from regulars.channels.providers.mailbox.line import MailLine

    return MailLine(login)
