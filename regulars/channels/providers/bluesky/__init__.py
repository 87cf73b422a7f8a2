"""Bluesky (AT Protocol): mentions, answers, quotes, searching, posts with pictures; by handle and app password.

Posts have a record key made of our own key, so that the same thing said twice is one record of the account. Private
messages are not offered: the service that carries them (chat.bsky) is not open, so nothing of it could be tried.
"""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from regulars.channels.networks.shape import Limit, Line, Login, Network, Room
from regulars.channels.providers import Field

_RATES = "docs.bsky.app/docs/advanced-guides/rate-limits"
_POSTS = "docs.bsky.app/docs/advanced-guides/posts"

NETWORK = Network(
    kind="bluesky",
    label="Bluesky",
    fields=(
        Field("handle", _("Handle"), required=True, help=_("For example northgate.bsky.social, without @.")),
        Field(
            "password", _("App password"), "password", required=True,
            help=_("Not the password you sign in with: make one on Bluesky under Settings, Privacy and security, "
                   "App passwords."),
        ),
        Field("server", _("Server"), default="https://bsky.social", help=_("Another one only if you run your own.")),
    ),
    can=frozenset({"read", "search", "post", "reply", "delete", "hide", "metrics"}),
    room=Room(
        characters=300,
        counts="graphemes",
        pictures=4,
        picture_bytes=1_000_000,
        picture_types=("image/jpeg", "image/png", "image/webp"),
        alt_length=2000,
    ),
    limits=(
        Limit(_("300 signs and 3,000 bytes a post; 4 pictures of 1 MB each"), _POSTS),
        Limit(_("5,000 points an hour and 35,000 a day for each account: 3 for a post, 1 for a deletion"), _RATES),
        Limit(_("3,000 requests in 5 minutes for each internet address; reading an account takes 330"), _RATES),
        Limit(_("30 sign-ins in 5 minutes and 300 a day: sessions are kept"), _RATES),
    ),
    prices=(Limit(_("Free"), _RATES),),
    every_s=1,
    shared_s=0.25,
    search_s=20,
    proven=_("against a whole Bluesky network on one machine (@atproto/dev-env 0.3.87); not yet against bsky.social"),
    how=_("Make an app password on Bluesky: Settings, Privacy and security, App passwords. It can be taken back "
          "there at any time, and cannot change the account."),
)  # fmt: skip


def may_hide(thread: str, us: str) -> bool:
    """Only below a post of ours: the gate of a thread belongs to who began it."""
    return bool(us) and thread.startswith(f"at://{us}/")


def open(account: Login) -> Line:
    """A line to an account."""
    from regulars.channels.providers.bluesky.line import BlueskyLine

    return BlueskyLine(account)
