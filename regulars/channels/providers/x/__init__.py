"""X (Twitter): every call costs money, so there is a cap per month that the shop sets and that is never exceeded."""

from __future__ import annotations

from collections.abc import Mapping

from django.utils.translation import gettext_lazy as _

from regulars.channels.networks.letting_in import LetsIn
from regulars.channels.networks.renewing import Tokens
from regulars.channels.networks.shape import Limit, Line, Login, Network, Room
from regulars.channels.providers import Field
from regulars.channels.providers.x.spending import DOLLAR, Purse

TOKENS = Tokens("X", "https://api.x.com/2/oauth2/token", basic=True)
PRICING = "https://docs.x.com/x-api/getting-started/pricing"
LIMITS = "https://docs.x.com/x-api/fundamentals/rate-limits"
COUNTING = "https://docs.x.com/fundamentals/counting-characters"
DUTIES = "https://docs.x.com/developer-terms/policy"
LETS_IN = LetsIn(
    "https://x.com/i/oauth2/authorize",
    TOKENS,
    ("tweet.read", "tweet.write", "tweet.moderate.write", "users.read", "dm.read", "dm.write", "media.write",
     "offline.access"),
)  # fmt: skip
NETWORK = Network(
    kind="x",
    label="X",
    fields=(
        Field("client_id", _("OAuth 2.0 client ID"), required=True),
        Field("client_secret", _("OAuth 2.0 client secret"), "password", help=_("Empty for a public client.")),
        Field("refresh", _("Refresh token"), "password", help=_("Empty: you are asked at X to let us in, next.")),
        Field("cap", _("Most US dollars a month"), "number", "10", required=True,
              help=_("Nothing is asked or posted beyond it, until the month ends or you raise it.")),
        Field("again", _("Look again for posts that were deleted"), "bool", "true",
              help=_("Once a day, for a week. X asks for it; each look costs as much as a reading.")),
    ),
    can=frozenset({"read", "search", "post", "reply", "answer", "delete", "hide", "metrics"}),
    room=Room(characters=280, counts="x", link_length=23, pictures=4, picture_bytes=5_000_000,
              picture_types=("image/jpeg", "image/png", "image/gif", "image/webp"), alt_length=1000,
              video_bytes=512_000_000, video_seconds=140,
              pictured=frozenset({"post", "reply"})),
    limits=(
        Limit(_("280 characters; a link counts 23, most letters beyond Latin and emoji count 2"), COUNTING),
        Limit(_("Requests per 15 minutes by endpoint; X's headers say when the next may come"), LIMITS),
        Limit(_("What was deleted there must be deleted here within 24 hours"), DUTIES),
        Limit(_("Searching reaches seven days back"), "https://docs.x.com/x-api/posts/search-recent-posts"),
    ),
    prices=(
        Limit(_("Reading a post: $0.005, of one's own data $0.001"), PRICING),
        Limit(_("Reading a user or a private message: $0.010"), PRICING),
        Limit(_("Writing a post: $0.015; with a link in it $0.200"), PRICING),
    ),
    every_s=600,
    search_s=3_600,
    how=_("Make an app in the X developer portal with OAuth 2.0 and the rights tweet.read, tweet.write, users.read,"
        " tweet.moderate.write, dm.read, dm.write, media.write and offline.access, and pay for credits."),
    oauth=True,
)  # fmt: skip


def open(login: Login) -> Line:
    """A line to this account."""
    from regulars.channels.providers.x.line import XLine

    return XLine(login)


def spent(login: Login, *, at: int) -> Mapping[str, int]:
    """{"spent", "cap"} of this month, in millionths of a US dollar."""
    return Purse(login, at).standing()


def used(login: Login, *, at: int) -> str:
    """The same in words."""
    now = spent(login, at=at)
    told = {"spent": f"{now['spent'] / DOLLAR:,.2f}", "cap": f"{now['cap'] / DOLLAR:,.2f}"}
    return str(_("$%(spent)s of at most $%(cap)s this month") % told)
