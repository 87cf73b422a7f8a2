"""The parts of a thread on a network: their keys, and how many of them stand there. Read-only."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from regulars.channels.networks.models import Post, PostState
from regulars.social.models import Variant

THERE = (PostState.HANDED_OFF, PostState.CONFIRMED)
OVER = (PostState.FAILED, PostState.CANCELLED, PostState.REMOVED)


def key_of_part(post_key: str, number: int) -> str:
    """The natural key of a part, counted from 1; the first has that of the whole."""
    return post_key if number == 1 else f"{post_key}.{number}"


def standing_parts(keys: Sequence[str], posts: Mapping[str, Post]) -> int:
    """How many of the first parts are there, one after the other."""
    for n, key in enumerate(keys):
        if key not in posts or posts[key].state not in THERE:
            return n
    return len(keys)


def keys_of(one: Variant) -> list[str]:
    """The keys of its parts; a post that is no thread has one."""
    return [key_of_part(one.post_key, n + 1) for n in range(max(1, len(one.examined)))] if one.post_key else []


def posts_of(variants: Iterable[Variant]) -> dict[str, Post]:
    """{key: what became of a part}, of all these texts."""
    keys = [key for one in variants for key in keys_of(one)]
    return {post.key: post for post in Post.objects.filter(key__in=keys)}


def pressing(one: Variant, posts: Mapping[str, Post]) -> Post | None:
    """The part that somebody has to look at: one of which nobody knows whether it is there, else the first."""
    some = [posts[key] for key in keys_of(one) if key in posts]
    return next((post for post in some if post.state == PostState.UNKNOWN), some[0] if some else None)


def broken(one: Variant, posts: Mapping[str, Post]) -> tuple[int, int] | None:
    """(parts that are there, parts) of a thread that broke off; None of everything else."""
    keys = keys_of(one)
    there = standing_parts(keys, posts)
    if len(keys) < 2 or one.next_us is not None or one.given_us is None or not 0 < there < len(keys):
        return None
    return there, len(keys)
