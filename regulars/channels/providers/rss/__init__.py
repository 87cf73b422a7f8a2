"""Feeds: news, blogs, podcasts, and reviews with stars. They are only read."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from regulars.channels.networks.shape import Limit, Line, Login, Network
from regulars.channels.providers import Field

CONDITIONAL = "https://www.rfc-editor.org/rfc/rfc9110#section-13.1"
NETWORK = Network(
    kind="rss",
    label=_("Feed (RSS, Atom)"),
    fields=(
        Field(
            "url", _("Address of the feed"), required=True, help=_("For example https://blog.example.com/feed.xml")
        ),
        Field(
            "about",
            _("What it brings"),
            "choice",
            "news",
            choices=(
                ("news", _("News and posts: found by your topics")),
                ("reviews", _("Reviews of us: all go into the inbox")),
            ),
        ),
        Field("best", _("Most stars there are"), "number", "5", help=_("Reviews only: 5, or for example 10.")),
    ),
    can=frozenset({"read"}),
    limits=(
        Limit(
            _("Asked every 15 minutes, with its ETag and date, so that an unchanged feed costs nothing"), CONDITIONAL
        ),
        Limit(_("Five megabytes and 45 seconds per feed"), _("set by this program")),
    ),
    prices=(Limit(_("Free"), CONDITIONAL),),
    every_s=900,
    how=_("Most blogs, news sites, podcasts, app stores and review sites have one; look for RSS, Atom or “feed”."),
)


def open(login: Login) -> Line:
    """A line to this feed."""
    from regulars.channels.providers.rss.line import FeedLine

    return FeedLine(login)
