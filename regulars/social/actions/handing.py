"""Handing posts over to the networks when their time comes: never twice, never a text nobody agreed to, never while
the brake is pulled.

All of it happens under the lock of the one row of rules, in the transaction that plans the post below; so two
workers cannot both find that the same words were not said lately, and a kill leaves either both or nothing.
"""

from __future__ import annotations

from django.db import transaction
from django.utils.translation import gettext as _

from regulars.channels.networks import posting
from regulars.channels.networks.errors import CannotSay
from regulars.channels.networks.models import Post, PostState
from regulars.core.clock import MINUTE
from regulars.core.failpoints import declare, failpoint
from regulars.social.actions.approving import all_stand
from regulars.social.actions.clearing import examine_texts, parts_of, writer_of
from regulars.social.actions.threads import SOON, go_on
from regulars.social.errors import CannotDo
from regulars.social.models import Plan, PublishRules, Variant
from regulars.social.publishing.agreeing import is_agreed, is_from_before, last_crisis, pulled
from regulars.social.publishing.links import tracked
from regulars.social.publishing.networks import fits
from regulars.social.publishing.repeats import said_already
from regulars.team.actions import audit

BATCH = 50
CRISIS, LATE = "crisis", "late"
FREE = (PostState.HELD, PostState.PLANNED)
declare("social.handing", "social.handed")


def hand_over_due(*, at: int) -> bool:
    """Every text whose time has come, at most 50; True when something happened that may leave more to do."""
    if pulled():
        return recall(at=at)
    due = Variant.objects.filter(next_us__lte=at).order_by("next_us", "id").values_list("id", flat=True)
    return any([hand_over(variant_id=number, at=at) for number in list(due[:BATCH])])


def hand_over(*, variant_id: int, at: int) -> bool:
    """One text, if everything allows it now; whether it was. What does not go says why, or waits a minute."""
    with transaction.atomic():
        shop = _lock()
        one = Variant.objects.select_for_update().filter(id=variant_id, next_us__lte=at).first()
        plan = one and Plan.objects.select_for_update().get(id=one.plan_id)
        if one and one.given_us:
            return go_on(one, plan, at=at)
        if one is None or not _goes(one, plan, shop, at):
            return False
        try:
            _give(one, plan, at)
        except CannotSay as wrong:
            return _rest(one, None, str(wrong))
        failpoint("social.handing")
    failpoint("social.handed")
    return True


def _lock() -> PublishRules:
    PublishRules.objects.get_or_create(id=1)
    return PublishRules.objects.select_for_update().get(id=1)


def _goes(one: Variant, plan: Plan, shop: PublishRules, at: int) -> bool:
    """Whether it may go out this moment. Writes down why not."""
    if plan.withdrawn_us:
        return _rest(one, None)
    if pulled():
        return _rest(one, at + MINUTE)
    why = CRISIS if is_from_before(plan, last_crisis()) else LATE if _is_late(one, plan, shop, at) else ""
    if plan.asked_us or why:
        return _ask(plan, plan.asked_why or why, at)
    if not is_agreed(plan) or not examine_texts([one], plan, at=at):
        Plan.objects.filter(id=plan.id, wanted_us=None).update(wanted_us=at)
        return _rest(one, at + MINUTE)
    stops = fits([one])[one.account_id].stops
    again = said_already(one, days=shop.same_days)
    if stops or again:
        return _rest(one, None, (stops or [again])[0])
    return True


def _is_late(one: Variant, plan: Plan, shop: PublishRules, at: int) -> bool:
    """What was not handed over near its time (nothing ran, nobody agreed) is not said on a guess."""
    return at - max(one.due_us or 0, plan.stood_us or 0) > shop.late_minutes * MINUTE


def _rest(one: Variant, until: int | None, trouble: str = "") -> bool:
    Variant.objects.filter(id=one.id).update(next_us=until, trouble=trouble[:300])
    return False


def _ask(plan: Plan, why: str, at: int) -> bool:
    """Nothing of it goes out until somebody says that it still stands."""
    Plan.objects.filter(id=plan.id, asked_us=None).update(asked_us=at, asked_why=why)
    Variant.objects.filter(plan_id=plan.id, given_us=None).update(next_us=None)
    return False


def _give(one: Variant, plan: Plan, at: int) -> None:
    key = key_of(one)
    title, text, _alts = parts_of(one)[0]
    posting.plan_post(
        key=key, account_id=one.account_id, purpose="post", origin=f"plan:{plan.id}", public=True, title=title,
        text=text, language=one.language, pictures=one.pictures, facts={"story": True} if one.story else {},
        examined=one.examined[0], due_us=at, by=writer_of(plan), at=at,
    )  # fmt: skip
    words = tracked(one.text, plan_id=plan.id, account_id=one.account_id)
    one.post_key, one.given_us, one.given_words, one.trouble = key, at, words, ""
    one.next_us = at + SOON if len(one.examined) > 1 else None  # the rest of a thread follows
    one.save()


def key_of(one: Variant) -> str:
    """The natural key of what it becomes: for ever one per plan and account, until it certainly was not said."""
    return f"plan:{one.plan_id}:{one.account_id}" + (f":{one.round}" if one.round > 1 else "")


def recall(*, at: int) -> bool:
    """While the brake is pulled: take back what waits below and has not left. It is asked about after the release."""
    given = Variant.objects.filter(given_us__isnull=False).exclude(post_key="")
    waiting = Post.objects.filter(key__startswith="plan:", state__in=FREE)
    later = waiting.filter(key__contains=".").exclude(key__in=given.values("post_key"))  # parts of threads
    stopped = [_cancel(post.id, by="system", at=at) for post in later[:BATCH]]
    some = given.filter(post_key__in=waiting.values("key"))[:BATCH]
    return any([*stopped, *(_take_back(one.id, at) for one in some)])


def _take_back(variant_id: int, at: int) -> bool:
    with transaction.atomic():
        one = Variant.objects.select_for_update().get(id=variant_id)
        return _cancelled(one, by="system", at=at) and _free(one, next_us=one.due_us)


def _cancelled(one: Variant, *, by: str, at: int) -> bool:
    """Whether it certainly will not be said: taken back just now, or before."""
    post = Post.objects.filter(key=one.post_key or "-").first()
    return post is not None and _cancel(post.id, by=by, at=at)


def _cancel(post_id: int, *, by: str, at: int) -> bool:
    try:
        posting.cancel_post(post_id=post_id, by=by, at=at)
    except CannotSay:
        return False
    return True


def _free(one: Variant, *, next_us: int | None) -> bool:
    """Certainly not said: it may be handed over again, under a further key."""
    one.round, one.post_key, one.given_us, one.given_words, one.next_us = one.round + 1, "", None, "", next_us
    one.save()
    return True


@transaction.atomic
def say_again(*, variant_id: int, by: str, at: int) -> None:
    """Try once more what failed for certain, under the same key. Raises CannotDo when it may be there: then one
    looks, and never says it twice."""
    one = Variant.objects.filter(id=variant_id).first()
    post = one and Post.objects.filter(key=one.post_key or "-").first()
    if one is None or post is None:
        raise CannotDo(_("This was not handed over yet."))
    try:
        posting.retry_post(post_id=post.id, by=by, at=at)
    except CannotSay as wrong:
        raise CannotDo(str(wrong)) from None
    if len(one.examined) > 1:  # the rest of a thread follows
        Variant.objects.filter(id=one.id).update(next_us=at + SOON, trouble="")
    audit(by=by, act="plan.again", object=f"plan:{one.plan_id}", at=at)


@transaction.atomic
def stop_one(*, variant_id: int, by: str, at: int) -> bool:
    """Take back what was handed over and has not left; whether that came in time."""
    one = Variant.objects.select_for_update().filter(id=variant_id).first()
    if one is None or not _cancelled(one, by=by, at=at):
        return False
    audit(by=by, act="plan.stop", object=f"plan:{one.plan_id}", at=at)
    return _free(one, next_us=None)


def stop_everything(*, why: str, by: str, at: int) -> None:
    """The crisis brake: nothing public goes out from this moment on, and what waits below is taken back. Raises
    CannotDo without a reason."""
    try:
        posting.pull_brake(why=why, by=by, at=at)
    except CannotSay as wrong:
        raise CannotDo(str(wrong)) from None
    recall(at=at)


def let_go_on(*, by: str, at: int, stand: bool = False) -> int:
    """Release the brake; how many posts were written before it was pulled, whenever they are due. Each waits for
    somebody to say that it still stands; with `stand` whoever releases says so of all of them."""
    while recall(at=at):
        pass
    posting.release_brake(by=by, at=at)
    crisis = last_crisis()
    waiting = Variant.objects.filter(given_us=None, due_us__isnull=False).values("plan_id")
    plans = Plan.objects.filter(id__in=waiting, withdrawn_us=None)
    old = [plan.id for plan in plans if is_from_before(plan, crisis)]
    Plan.objects.filter(id__in=old).update(asked_us=at, asked_why=CRISIS)
    Variant.objects.filter(plan_id__in=old, given_us=None).update(next_us=None)
    return all_stand(plan_ids=old, by=by, at=at) if stand else len(old)
