"""Threads: each part answers the one before, and is handed over when the network showed us that one."""

from __future__ import annotations

from django.utils.translation import gettext as _

from regulars.channels.networks import posting
from regulars.channels.networks.errors import CannotSay
from regulars.channels.networks.models import Post, PostState
from regulars.core.clock import MINUTE, SECOND
from regulars.social.actions.clearing import is_clear, parts_of, writer_of
from regulars.social.models import Plan, Variant
from regulars.social.publishing.agreeing import is_from_before, last_crisis, pulled

SOON = 3 * SECOND
THERE = (PostState.HANDED_OFF, PostState.CONFIRMED)
OVER = (PostState.FAILED, PostState.CANCELLED, PostState.REMOVED)


def key_of_part(one: Variant, number: int) -> str:
    """The natural key of a part, counted from 1; the first has that of the whole."""
    return one.post_key if number == 1 else f"{one.post_key}.{number}"


def go_on(one: Variant, plan: Plan, *, at: int) -> bool:
    """Hand over the next part of a thread whose last one is there, in the caller's transaction; whether it was."""
    parts = parts_of(one)
    keys = [key_of_part(one, n + 1) for n in range(len(parts))]
    posts = {post.key: post for post in Post.objects.filter(key__in=keys)}
    done = sum(key in posts for key in keys)
    if done == len(parts):
        return _wait(one, None)
    last = posts[keys[done - 1]]
    if pulled():
        return _wait(one, at + MINUTE)
    if last.state in OVER or is_from_before(plan, last_crisis()) or not is_clear(one, at=at):
        return _wait(one, None, _("The thread broke off after part %d. Say the rest as a new post.") % done)
    if last.state not in THERE or not last.external:
        return _wait(one, at + (MINUTE if last.state == PostState.UNKNOWN else SOON))
    return _say(one, plan, keys[done], parts[done], one.examined[done], posts[keys[0]], last, at)


def _say(one: Variant, plan: Plan, key: str, part: tuple, examined: dict, first: Post, last: Post, at: int) -> bool:
    title, text, _alts = part
    try:
        posting.plan_post(
            key=key, account_id=one.account_id, purpose="post", origin=f"plan:{plan.id}", public=True, title=title,
            text=text, language=one.language, facts={"reply_to": last.external, "thread": first.external},
            examined=examined, due_us=at, by=writer_of(plan), at=at,
        )  # fmt: skip
    except CannotSay as wrong:
        return _wait(one, None, str(wrong))
    _wait(one, at + SOON)
    return True


def _wait(one: Variant, until: int | None, trouble: str = "") -> bool:
    Variant.objects.filter(id=one.id).update(next_us=until, trouble=trouble[:300])
    return False
