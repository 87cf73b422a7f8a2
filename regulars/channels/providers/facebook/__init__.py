"""Facebook pages: posts, comments, mentions, and private messages within Meta's window."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from regulars.channels.networks import graph
from regulars.channels.networks.shape import Heard, Limit, Line, Login, Network, Room
from regulars.channels.providers import Field, Incoming

NETWORK = Network(
    kind="facebook",
    label=_("Facebook page"),
    fields=(
        Field("page", _("Page ID"), required=True, help=_("A number; under About, Page transparency.")),
        *graph.FIELDS,
    ),
    can=frozenset({"read", "post", "reply", "answer", "delete", "moderate", "hide", "edit", "metrics", "webhook"}),
    room=Room(
        characters=63_206,
        counts="characters",
        pictures=10,
        picture_bytes=4_000_000,
        picture_types=("image/jpeg", "image/png"),
        alt_length=1000,
        pictured=frozenset({"post"}),
    ),
    limits=(
        Limit(_("4,800 calls in 24 hours for each person who engages with the page"), graph.RATES),
        graph.WINDOW_SAID,
        Limit(_("App review and business verification are needed for the comments of others"), graph.ERRORS),
        Limit(
            _("One address for calls per app: other pages of the same app are read every two minutes"), graph.HOOKS
        ),
    ),
    **graph.SHARED,
    how=_(
        "Make an app on developers.facebook.com with pages_manage_engagement, pages_manage_posts,"
        " pages_read_engagement, pages_read_user_content, pages_messaging and Human Agent; then a page token of a"
        " system user."
    ),
)


def open(login: Login) -> Line:
    """A line to this page."""
    from regulars.channels.providers.facebook.line import PageLine

    return PageLine(login)


def webhook(incoming: Incoming, login: Login, *, at: int) -> Heard:
    """Comments, mentions and messages, as they happen. Raises Forged."""
    from regulars.channels.providers.facebook.reading import called

    ours = str(login.settings.get("page", ""))
    return graph.called(incoming, login, lambda entry: called(entry, page=ours, at=at))


hello = graph.hello
