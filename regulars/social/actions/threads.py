"""Threads: each part answers the one before, and is handed over when the network showed us that one.

A thread that broke off goes on only when somebody says so: then the last part that was there is read back first, and
what failed or was taken back for certain goes out under the key it had.
"""

from __future__ import annotations

from dataclasses import dataclass

from django.db import transaction
from django.utils.translation import gettext as _

from regulars.channels.networks import posting
from regulars.channels.networks.errors import CannotSay
from regulars.channels.networks.models import Post, PostState
from regulars.core.clock import HOUR, MINUTE, SECOND
from regulars.social.actions.clearing import examine_texts, is_clear, parts_of, refuse_who_may_not_speak, writer_of
from regulars.social.errors import CannotDo
from regulars.social.models import Plan, PublishRules, Variant
from regulars.social.publishing.agreeing import is_from_before, last_crisis, pulled
from regulars.social.publishing.threads import OVER, THERE, key_of_part, standing_parts
from regulars.team.actions import audit

SOON = 3 * SECOND
PATIENCE = HOUR  # so long a part may take to be read back before the rest follows


@dataclass(frozen=True)
class Thread:
    """A thread with what became of its parts: `done` of them were handed over, `posts` by their keys."""

    one: Variant
    plan: Plan
    parts: list[tuple]
    keys: list[str]
    posts: dict[str, Post]
    done: int

    @property
    def there(self) -> int:
        """How many of the first parts are there."""
        return standing_parts(self.keys, self.posts)


def _thread(one: Variant, plan: Plan) -> Thread:
    parts = parts_of(one)
    keys = [key_of_part(one.post_key, n + 1) for n in range(len(parts))]
    posts = {post.key: post for post in Post.objects.filter(key__in=keys)}
    return Thread(one, plan, parts, keys, posts, sum(key in posts for key in keys))


def go_on(one: Variant, plan: Plan, *, at: int) -> bool:
    """Hand over the next part of a thread whose last one is there, in the caller's transaction; whether it was."""
    told = _thread(one, plan)
    if pulled():
        return _wait(one, at + MINUTE)
    if one.rest_us is not None:
        return _resume(told, at)
    last = told.posts[told.keys[told.done - 1]]
    left = told.done < len(told.parts)
    if last.state in OVER or (left and (is_from_before(plan, last_crisis()) or not is_clear(one, at=at))):
        return _wait(one, None, _broke_off(told.there))
    if last.state not in THERE or not last.external:
        return _wait(one, at + (MINUTE if last.state in (PostState.UNKNOWN, PostState.HELD) else SOON))
    return _say(told, told.done, at) if left else _wait(one, None)


@transaction.atomic
def send_the_rest(*, variant_id: int, by: str, at: int) -> bool:
    """Let a thread that broke off go on; False when it goes on already. Nothing is said twice: parts keep their keys,
    and the one before is read back first. Who says so says that it stands. Raises CannotDo with a sentence."""
    PublishRules.objects.get_or_create(id=1)
    PublishRules.objects.select_for_update().get(id=1)
    one = Variant.objects.select_for_update().filter(id=variant_id, given_us__isnull=False).first()
    if one is None:
        raise CannotDo(_("This was not handed over yet."))
    if one.next_us is not None:
        return False
    plan = Plan.objects.select_for_update().get(id=one.plan_id)
    told = _thread(one, plan)
    _refuse_what_cannot_go_on(told, by, at)
    Plan.objects.filter(id=plan.id).update(stood_us=at, stood_by=by)
    if told.there:
        posting.read_back(post_id=told.posts[told.keys[told.there - 1]].id, at=at)
    Variant.objects.filter(id=one.id).update(rest_us=at, next_us=at, trouble="")
    audit(by=by, act="plan.rest", object=f"plan:{plan.id}", details={"there": told.there}, at=at)
    return True


def _refuse_what_cannot_go_on(told: Thread, by: str, at: int) -> None:
    refuse_who_may_not_speak(by, at=at)
    if pulled():
        raise CannotDo(_("Everything public is stopped. Let posts go out again first."))
    if told.there == len(told.parts):
        raise CannotDo(_("All of it is there."))
    states = {post.state for post in told.posts.values()}
    if PostState.UNKNOWN in states:
        raise CannotDo(_("Nobody knows yet whether a part of it is there: look first, and nothing is said twice."))
    if PostState.REMOVED in states:
        raise CannotDo(_("A part of it was taken down, so the rest has nothing to follow. Write a new post."))
    if not examine_texts([told.one], told.plan, at=at):
        raise CannotDo(_("The honesty gate no longer lets it pass as it is. Say the rest as a new post."))


def _resume(told: Thread, at: int) -> bool:
    """The first part that is missing, once the one before it was read back."""
    one, n = told.one, told.there
    if n == len(told.parts):
        return _rest_is_over(one, None)
    before, missing = told.posts.get(told.keys[n - 1]) if n else None, told.posts.get(told.keys[n])
    if before and before.state != PostState.CONFIRMED:
        late = at - (one.rest_us or at) > PATIENCE
        why = _("Part %d could not be read back, so nothing was sent. Look there, and try again.") % n
        return _rest_is_over(one, None, why) if late else _wait(one, at + SOON)
    if missing is None:
        _rest_is_over(one, at + SOON)
        return _say(told, n, at)
    if missing.state not in (PostState.FAILED, PostState.CANCELLED):
        gone = missing.state == PostState.REMOVED
        return _rest_is_over(one, None if gone else at + SOON, _broke_off(n) if gone else "")
    said = {"by": writer_of(told.plan), "at": at}
    posting.retry_post(post_id=missing.id, taken_back=True, examined=one.examined[n], **said)
    _rest_is_over(one, at + SOON)
    return True


def _broke_off(there: int) -> str:
    return _("The thread broke off after part %d.") % there if there else _("The thread broke off at its first part.")


def _rest_is_over(one: Variant, until: int | None, trouble: str = "") -> bool:
    Variant.objects.filter(id=one.id).update(rest_us=None)
    return _wait(one, until, trouble)


def _say(told: Thread, n: int, at: int) -> bool:
    one, (title, text, _alts) = told.one, told.parts[n]
    last, first = told.posts[told.keys[n - 1]], told.posts[told.keys[0]]
    try:
        posting.plan_post(
            key=told.keys[n], account_id=one.account_id, purpose="post", origin=f"plan:{told.plan.id}", public=True,
            title=title, text=text, language=one.language,
            facts={"reply_to": last.external, "thread": first.external},
            examined=one.examined[n], due_us=at, by=writer_of(told.plan), at=at,
        )  # fmt: skip
    except CannotSay as wrong:
        return _wait(one, None, str(wrong))
    _wait(one, at + SOON)
    return True


def _wait(one: Variant, until: int | None, trouble: str = "") -> bool:
    Variant.objects.filter(id=one.id).update(next_us=until, trouble=trouble[:300])
    return False
