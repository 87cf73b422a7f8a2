"""Reviews on Google (Business Profile): read and answered. Each is a thread of its own; an answer replaces itself."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from regulars.channels.networks import google
from regulars.channels.networks.shape import Limit, Line, Login, Network, Room
from regulars.channels.providers import Field

LIMITS = "https://developers.google.com/my-business/content/limits"
REVIEWS = "https://developers.google.com/my-business/content/review-data"
ACCESS = "https://developers.google.com/my-business/content/prereqs"
LETS_IN = google.lets_in("business.manage")
NETWORK = Network(
    kind="google",
    label=_("Google reviews"),
    fields=(
        Field("location", _("Location"), required=True, help=_("accounts/123/locations/456, as the API names it.")),
        *google.FIELDS,
    ),
    can=frozenset({"read", "reply", "edit", "delete"}),
    room=Room(characters=4096, counts="bytes"),
    limits=(
        Limit(_("300 requests a minute"), LIMITS),
        Limit(_("4096 bytes in an answer; one answer per review, which a new one replaces"), REVIEWS),
        Limit(_("Reviews of others cannot be taken down or hidden here"), REVIEWS),
        Limit(_("Google must approve the project; its owner has run a verified profile for 60 days"), ACCESS),
    ),
    prices=(Limit(_("Free"), LIMITS),),
    every_s=600,
    how=_("Ask Google for access to the Business Profile APIs, make an OAuth client, and let it in with the scope"
        " https://www.googleapis.com/auth/business.manage."),
    oauth=True,
)  # fmt: skip


def open(login: Login) -> Line:
    """A line to this location's reviews."""
    from regulars.channels.providers.google.line import ReviewsLine

    return ReviewsLine(login)
