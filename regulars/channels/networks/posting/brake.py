"""The brake: one click, and nothing public leaves. What was written before it is looked at again afterwards."""

from __future__ import annotations

from django.db import transaction
from django.utils.translation import gettext as _

from regulars.channels.networks.errors import CannotSay
from regulars.channels.networks.models import Brake, Post, PostState
from regulars.channels.networks.signals import PostsChanged
from regulars.core import signals
from regulars.team.actions import audit


def pulled() -> Brake | None:
    """The brake that is pulled, the oldest first; None while posts may go out."""
    return Brake.objects.filter(released_us=None).order_by("id").first()


@transaction.atomic
def pull_brake(*, why: str, by: str, at: int) -> Brake:
    """From this commit on nothing public is handed over, on any account; what is in hand-off (a second) may still
    arrive. Pulling again changes nothing. Private answers and reading go on. Raises CannotSay without a reason."""
    reason = " ".join(why.split())[:300]
    if not reason:
        raise CannotSay(_("Say why: colleagues see it, and decide by it when to go on."))
    known = pulled()
    if known:
        return known
    made = Brake.objects.create(why=reason, pulled_by=by, pulled_us=at)
    audit(by=by, act="brake.pull", object=f"brake:{made.id}", details={}, at=at)
    return made


@transaction.atomic
def release_brake(*, by: str, at: int, again: bool = True) -> int:
    """Let posts go out again; how many are held for a second look. Idempotent.

    `again`: posts (not answers) that were written before the brake are held until somebody clears them anew: what
    was right to say yesterday may be cruel today.
    """
    brakes = list(Brake.objects.select_for_update().filter(released_us=None))
    if not brakes:
        return 0
    Brake.objects.filter(id__in=[one.id for one in brakes]).update(released_us=at, released_by=by)
    held: list[int] = []
    if again:
        since = min(one.pulled_us for one in brakes)
        waiting = Post.objects.select_for_update().filter(
            state=PostState.PLANNED, public=True, purpose="post", created_us__lte=since
        )
        held = list(waiting.values_list("id", flat=True))
        why = _("Written before everything was stopped: look at it again.")
        Post.objects.filter(id__in=held).update(state=PostState.HELD, examined={}, trouble=why)
        if held:
            signals.send(PostsChanged(tuple(held), at))
    audit(by=by, act="brake.release", object="brake", details={"held": len(held)}, at=at)
    return len(held)
