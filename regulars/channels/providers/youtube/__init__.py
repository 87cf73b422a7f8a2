"""Comments under the videos of a YouTube channel: read, answered, hidden. Every call costs units of a day's quota."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from regulars.channels.networks import google
from regulars.channels.networks.dig import whole
from regulars.channels.networks.shape import Limit, Line, Login, Network, Room
from regulars.channels.providers import Field

COSTS = "https://developers.google.com/youtube/v3/determine_quota_cost"
COMMENTS = "https://developers.google.com/youtube/v3/docs/comments"
LETS_IN = google.lets_in("youtube.force-ssl")
NETWORK = Network(
    kind="youtube",
    label=_("YouTube comments"),
    fields=(
        *google.FIELDS,
        Field(
            "units",
            _("Units a day"),
            "number",
            "10000",
            help=_("What Google grants the project; reading stops there."),
        ),
    ),
    can=frozenset({"read", "search", "reply", "delete", "hide", "edit", "metrics"}),
    room=Room(characters=10_000, counts="characters"),
    limits=(
        Limit(
            _(
                "10,000 units a day: reading costs 1, an answer, an edit, hiding or taking down 50 each, so at most"
                " 200 answers a day"
            ),
            COSTS,
        ),
        Limit(_("100 searches a day"), COSTS),
        Limit(_("Answers stand under the first comment: there is one level"), COMMENTS),
        Limit(_("Replies under threads older than the newest hundred are not noticed"), COMMENTS),
    ),
    prices=(Limit(_("Free"), COSTS),),
    every_s=300,
    search_s=21_600,
    how=_(
        "Make a project in the Google Cloud console, switch on the YouTube Data API v3, make an OAuth client, and let"
        " it in with the scope https://www.googleapis.com/auth/youtube.force-ssl."
    ),
    oauth=True,
)


def open(login: Login) -> Line:
    """A line to this channel."""
    from regulars.channels.providers.youtube.line import YouTubeLine

    return YouTubeLine(login)


def used(login: Login, *, at: int) -> str:
    """What of today's units was used."""
    from regulars.channels.networks import budgets
    from regulars.channels.providers.youtube.quota import UNITS, day_of

    most = whole(login.settings, "units") or UNITS
    now = budgets.spent(account_id=login.account_id, name="units", period=day_of(at))
    return str(_("%(now)s of %(most)s units today") % {"now": f"{now:,}", "most": f"{most:,}"})
