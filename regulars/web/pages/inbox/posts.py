"""Where an answer of ours stands, in words, and what can be done about it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy

from regulars.channels.networks.models import Post, PostState
from regulars.web.pages.inbox.outside import link


class Standing(NamedTuple):
    """`act`: what a button offers (release, retry, look, stop, remove); `why`: a sentence beside it."""

    words: str
    tone: str
    why: str = ""
    acts: tuple[tuple[str, str], ...] = ()
    url: str = ""
    post_id: int = 0
    overrulable: bool = False


SAID = {
    PostState.HELD: (lazy("held: a second person looks at it first"), "warn"),
    PostState.PLANNED: (lazy("on its way"), ""),
    PostState.CLAIMED: (lazy("on its way"), ""),
    PostState.HANDING_OFF: (lazy("on its way"), ""),
    PostState.HANDED_OFF: (lazy("sent, being checked"), "on"),
    PostState.CONFIRMED: (lazy("there"), "good"),
    PostState.FAILED: (lazy("not sent"), "bad"),
    PostState.UNKNOWN: (lazy("perhaps sent"), "bad"),
    PostState.CANCELLED: (lazy("withdrawn before it was sent"), ""),
    PostState.REMOVED: (lazy("taken down"), ""),
}
ACTS = {
    PostState.HELD: (("release", lazy("Let it go out")), ("stop", lazy("Withdraw"))),
    PostState.PLANNED: (("stop", lazy("Withdraw")),),
    PostState.FAILED: (("retry", lazy("Try again")),),
    PostState.UNKNOWN: (
        ("look", lazy("Look again")),
        ("there", lazy("It is there")),
        ("not there", lazy("It is not there: send it")),
    ),
}
UNKNOWN = lazy("The line broke while it was handed over. Nothing is sent again on a guess: look whether it is there.")
UNSETTLED = (PostState.HELD, PostState.PLANNED, PostState.CLAIMED, PostState.HANDING_OFF, PostState.HANDED_OFF)


def standing(post: Post, *, may_release: bool = False, findings: Sequence[Mapping[str, Any]] = ()) -> Standing:
    """Of one post. `findings`: what the honesty gate says of one that is held, for who decides about it."""
    state = PostState(post.state)
    words, tone = SAID[state]
    acts = tuple((act, str(label)) for act, label in ACTS.get(state, ()) if act != "release" or may_release)
    why = str(UNKNOWN) if state == PostState.UNKNOWN else post.trouble
    if state == PostState.HELD:
        said = " ".join(str(one["title"]) for one in findings if one["tone"] != "note")
        why = " ".join(filter(None, (said or why, _wish(post))))
    needs_reason = any(one["tone"] == "bad" for one in findings)
    there = link(post.url, _("see it there")) if post.url else ""
    return Standing(str(words), tone, why, acts, there, post.id, needs_reason)


def _wish(post: Post) -> str:
    """Why its writer wants to send it all the same."""
    wish = post.examined.get("wish")
    return _("Its writer says: %s") % wish if wish else ""
