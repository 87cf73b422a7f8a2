"""Feeds: news, blogs, podcasts, and reviews with stars. They are only read."""

from __future__ import annotations

from regulars.channels.networks.shape import Limit, Line, Login, Network
from regulars.channels.providers import Field

CONDITIONAL = "https://www.rfc-editor.org/rfc/rfc9110#section-13.1"
NETWORK = Network(
    kind="rss",
    label="Feed (RSS, Atom)",
    fields=(
        Field("url", "Address of the feed", required=True, help="For example https://blog.example.com/feed.xml"),
        Field("about", "What it brings", "choice", "news", choices=(
            ("news", "News and posts: found by your topics"), ("reviews", "Reviews of us: all go into the inbox"))),
        Field("best", "Most stars there are", "number", "5", help="Reviews only: 5, or for example 10."),
    ),
    can=frozenset({"read"}),
    limits=(
        Limit("Asked every 15 minutes, with its ETag and date, so that an unchanged feed costs nothing", CONDITIONAL),
        Limit("Five megabytes and 45 seconds per feed", "regulars/channels/providers/rss/fetching.py"),
    ),
    prices=(Limit("Free", CONDITIONAL),),
    every_s=900,
    how="Most blogs, news sites, podcasts, app stores and review sites have one; look for RSS, Atom or “feed”.",
)  # fmt: skip


def open(login: Login) -> Line:
    """A line to this feed."""
    from regulars.channels.providers.rss.line import FeedLine

    return FeedLine(login)
