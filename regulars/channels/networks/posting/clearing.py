"""Whether a post may leave: what is public was examined in exactly these words, and let through.

`Post.examined` is what `content.clearing` gave; another word in the text, and it no longer counts.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from regulars.channels.networks.errors import CannotSay
from regulars.channels.networks.models import Post, PostState
from regulars.channels.networks.posting.states import moved
from regulars.channels.networks.signals import PostsChanged
from regulars.content.clearing.queries import is_cleared
from regulars.content.honesty import CHANGE, CLEAR, digest_of, whole
from regulars.core import signals
from regulars.team.actions import audit


def clearance_missing(post: Post, at: int) -> str:
    """Why a post may not go out yet, as a sentence; "" when it may. Only what is public needs a clearance."""
    examined, alts = post.examined or {}, [str(one.get("alt") or "") for one in post.pictures]
    if not post.public or is_cleared(examined, text=post.text, title=post.title, alts=alts, at=at):
        return ""
    if examined.get("digest") != digest_of(whole(post.text, title=post.title, alts=alts)):
        return _("These words were not examined yet.")
    if examined.get("until_us") is not None and examined["until_us"] <= at:
        return _("A statement it leans on has expired: have it examined again.")
    if examined.get("verdict") == CLEAR or examined.get("seconded_by") or examined.get("overruled_by"):
        return _("A statement it leans on was changed or taken out: have it examined again.")
    if examined.get("verdict") == CHANGE:
        return _("The gate asks for a change, or for a reason to go against it.")
    return _("A second person has to let it through.")


@transaction.atomic
def clear_post(*, post_id: int, examined: Mapping[str, Any], by: str, at: int) -> Post:
    """Store what the gate, or a second person, said of it; a held post that may go now is planned.

    Idempotent. Raises CannotSay when it is on its way already.
    """
    post = Post.objects.select_for_update().get(id=post_id)
    if post.state not in (PostState.HELD, PostState.PLANNED):
        raise CannotSay(_("It is on its way already."))
    post.examined = dict(examined)
    missing = clearance_missing(post, at)
    state = PostState.HELD if missing else PostState.PLANNED
    Post.objects.filter(id=post_id).update(examined=post.examined, state=state, trouble=missing)
    audit(by=by, act="post.clear", object=f"post:{post_id}", details={"cleared": not missing}, at=at)
    signals.send(PostsChanged((post_id,), at))
    return moved(post, state=state, trouble=missing)
