"""Mastodon, and servers that speak its API: each has limits of its own, which are read from it."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from regulars.channels.networks.shape import Limit, Line, Login, Network, Room
from regulars.channels.providers import Field
from regulars.channels.providers.mastodon import reading

RATES = "https://docs.joinmastodon.org/api/rate-limits/"
INSTANCE = "https://docs.joinmastodon.org/entities/Instance/"
NETWORK = Network(
    kind="mastodon",
    label="Mastodon",
    fields=(
        Field("server", _("Server"), required=True, help=_("For example https://mastodon.social")),
        Field("token", _("Access token"), "password", required=True),
    ),
    can=frozenset({"read", "search", "post", "reply", "answer", "delete", "edit", "metrics"}),
    room=Room(characters=500, counts="characters", link_length=23, pictures=4, picture_bytes=16_000_000,
              picture_types=("image/jpeg", "image/png", "image/gif", "image/webp"), alt_length=1500,
              video_bytes=99_000_000),
    limits=(
        Limit(_("300 requests in 5 minutes per account"), RATES),
        Limit(_("30 pictures or videos in 30 minutes"), RATES),
        Limit(_("30 deletions in 30 minutes"), RATES),
        Limit(_("500 characters unless the server says otherwise; a link counts 23"), INSTANCE),
        Limit(_("Searching finds only what people agreed to have found, and hashtags"),
              "https://docs.joinmastodon.org/methods/search/"),
    ),
    prices=(Limit(_("Free"), RATES),),
    every_s=60,
    search_s=300,
    proven="",
    how=_("On your server: Preferences, Development, New application, with the rights read and write. Copy its access"
        " token."),
)  # fmt: skip


def open(login: Login) -> Line:
    """A line to this account."""
    from regulars.channels.providers.mastodon.line import MastodonLine

    return MastodonLine(login)


def room(login: Login) -> Room:
    """What this account's server allows."""
    return reading.room(login.state.get("instance") or {}, NETWORK.room)
