"""Instagram (professional accounts): comments, mentions, private messages, and pictures published in two steps."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from regulars.channels.networks import graph
from regulars.channels.networks.shape import Heard, Limit, Line, Login, Network, Room
from regulars.channels.providers import Field, Incoming

PUBLISHING = "https://developers.facebook.com/docs/instagram-platform/content-publishing"
COMMENTS = "https://developers.facebook.com/docs/instagram-platform/comment-moderation"
NETWORK = Network(
    kind="instagram",
    label="Instagram",
    fields=(
        Field("ig", _("Instagram account ID"), required=True, help=_("A number; the API names it for your page.")),
        Field("page", _("Page ID"), required=True, help=_("The Facebook page the account belongs to.")),
        *graph.FIELDS,
    ),
    can=frozenset({"read", "post", "reply", "answer", "delete", "moderate", "hide", "metrics", "webhook"}),
    room=Room(
        characters=2200,
        counts="characters",
        pictures=1,
        picture_bytes=8_000_000,
        picture_types=("image/jpeg",),
        alt_length=1000,
        pictured=frozenset({"post"}),
        needs_picture=True,
        stories=True,
    ),
    limits=(
        Limit(_("Some 50 to 100 posts in 24 hours: the account's own number is read before each"), PUBLISHING),
        Limit(_("JPEG only, from an address Instagram can reach itself"), PUBLISHING),
        Limit(_("2,200 characters, 30 hashtags"), PUBLISHING),
        Limit(_("Posts cannot be changed or taken down from here; comments can be hidden and deleted"), COMMENTS),
        graph.WINDOW_SAID,
    ),
    **graph.SHARED,
    how=_(
        "As for the Facebook page it belongs to, with instagram_basic, instagram_manage_comments,"
        " instagram_manage_messages and instagram_content_publish."
    ),
)


def open(login: Login) -> Line:
    """A line to this account."""
    from regulars.channels.providers.instagram.line import InstagramLine

    return InstagramLine(login)


def webhook(incoming: Incoming, login: Login, *, at: int) -> Heard:
    """Comments and messages, as they happen. Raises Forged."""
    from regulars.channels.providers.instagram.reading import called

    ours = str(login.settings.get("ig", ""))
    return graph.called(incoming, login, lambda entry: called(entry, ig=ours, at=at))


hello = graph.hello
