"""Forums that run Discourse: posts, replies, private messages, and webhooks that tell of edits and deletions."""

from __future__ import annotations

import hashlib
import hmac
import json

from django.utils.translation import gettext_lazy as _

from regulars.channels.networks.dig import dig, text
from regulars.channels.networks.shape import Heard, Limit, Line, Login, Network, Room
from regulars.channels.providers import Field, Forged, Incoming

DOCS = "https://docs.discourse.org/"
RATES = "https://meta.discourse.org/t/available-settings-for-global-rate-limits-and-throttling/78612"
HOOKS = "https://meta.discourse.org/t/configure-webhooks-that-trigger-on-discourse-events-to-integrate-with-external-services/49045"
NETWORK = Network(
    kind="discourse",
    label=_("Forum (Discourse)"),
    fields=(
        Field("url", _("Address of the forum"), required=True, help=_("For example https://forum.example.com")),
        Field("key", _("API key"), "password", required=True, help=_("Made under Admin, API, for one user.")),
        Field("username", _("User name"), required=True, help=_("Whose key it is: answers carry this name.")),
        Field("scope", _("What goes into the inbox"), "choice", "ours", choices=(
            ("ours", _("Mentions, answers to us, private messages")),
            ("all", _("Also every new topic: the forum is ours")))),
        Field("category", _("Number of the category for new topics"), help=_("Empty: the forum's own choice.")),
        Field("hook", _("Secret of the webhook"), "password",
              help=_("Optional: then posts, edits and deletions arrive at once.")),
    ),
    can=frozenset({"read", "search", "post", "reply", "answer", "delete", "moderate", "edit", "metrics", "webhook"}),
    room=Room(characters=32_000, counts="characters", pictures=10, alt_length=1000),
    limits=(
        Limit(_("60 requests a minute per API key, unless the forum says otherwise"), RATES),
        Limit(_("At least 20 characters in a post and 15 in a title, unless the forum says otherwise"), DOCS),
        Limit(_("The same words twice within five minutes are refused"), DOCS),
    ),
    prices=(Limit(_("Free"), DOCS),),
    every_s=60,
    search_s=600,
    how=_("An administrator of the forum makes the key under Admin, API, New API key."),
)  # fmt: skip


def open(login: Login) -> Line:
    """A line to this forum."""
    from regulars.channels.providers.discourse.line import DiscourseLine

    return DiscourseLine(login)


def webhook(incoming: Incoming, login: Login, *, at: int) -> Heard:
    """A post that was written, edited or taken down. Raises Forged when the signature is not our secret's."""
    from regulars.channels.providers.discourse.reading import seen

    secret = login.secrets.get("hook", "")
    wanted = "sha256=" + hmac.new(secret.encode(), incoming.body, hashlib.sha256).hexdigest()
    got = incoming.headers.get("x-discourse-event-signature", "")
    if not secret or not hmac.compare_digest(wanted.encode(), got.encode()):
        raise Forged("The signature is not that of this forum's secret.")
    try:
        said = json.loads(incoming.body)
    except ValueError:
        raise ValueError("The call is not JSON.") from None
    gone = text(dict(incoming.headers), "x-discourse-event") == "post_destroyed"
    item = seen(dig(said, "post"), login.settings, at=at, deleted=gone)
    return Heard((item,) if item else ())
