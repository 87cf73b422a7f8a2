"""Moving posts from state to state: only ever from the state that was seen, and told in the same transaction."""

from __future__ import annotations

from typing import Any

from django.db import transaction

from regulars.channels.networks import cleaning
from regulars.channels.networks.models import Attempt, Post, PostState
from regulars.channels.networks.shape import Said
from regulars.channels.networks.signals import PostsChanged
from regulars.core import signals

WAITING = (PostState.HELD, PostState.PLANNED)
SENT = (PostState.HANDED_OFF, PostState.CONFIRMED)


def moved(post: Post, **changes: Any) -> Post:
    """The row in hand as it stands now."""
    for name, value in changes.items():
        setattr(post, name, value)
    return post


def move(post: Post, *, at: int, said: Said | None = None, was: PostState | None = None, **changes: Any) -> bool:
    """Change a post that still is in the state it was seen in; False when somebody else moved it meanwhile.

    `said` is written into the log of attempts. In the caller's transaction, or one of its own.
    """
    seen = post.state if was is None else was
    with transaction.atomic():
        if not Post.objects.filter(id=post.id, state=seen).update(**changes):
            return False
        if said is not None:
            note(post.id, said, at)
        signals.send(PostsChanged((post.id,), at))
    moved(post, **changes)
    return True


def note(post_id: int, said: Said, at: int) -> None:
    """One line in the log of attempts."""
    Attempt.objects.create(
        post_id=post_id, at=at, state=said.state[:12], code=cleaning.line(said.code, 60),
        reply=cleaning.line(said.reply, 500),
    )  # fmt: skip
