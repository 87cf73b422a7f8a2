"""What we mean to say: written down once under a key, changed or taken back until it is on its way."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from regulars.channels.networks import cleaning, kinds
from regulars.channels.networks.accounts import login_of
from regulars.channels.networks.errors import CannotSay
from regulars.channels.networks.fitting import room_for, why_not
from regulars.channels.networks.models import Account, Item, Post, PostState
from regulars.channels.networks.posting.clearing import clearance_missing
from regulars.channels.networks.posting.states import WAITING, move
from regulars.channels.networks.signals import PostsChanged
from regulars.core import signals
from regulars.team.actions import audit
from regulars.team.queries import why_not as why_not_trained

PURPOSES = ("post", "reply", "private", "correction")


@transaction.atomic
def plan_post(
    *, key: str, account_id: int, purpose: str, text: str, by: str, at: int, due_us: int | None = None,
    public: bool = True, origin: str = "", item_id: int | None = None, author_id: int | None = None,
    title: str = "", language: str = "", pictures: Sequence[Mapping[str, Any]] = (),
    facts: Mapping[str, Any] | None = None, examined: Mapping[str, Any] | None = None,
) -> Post:  # fmt: skip
    """Mean to say something on an account, not before `due_us` (default: now), in the caller's transaction.

    Idempotent by `key`, for ever: planning it again gives what was planned, whatever became of it. `item_id`: what it
    answers; `author_id`: who it is for, in private. A public post whose `examined` does not clear exactly these words
    is HELD (see clearing). Raises CannotSay with a sentence: the account cannot do it, it does not fit there, or
    who says it in public has not been trained for that.
    """
    known = Post.objects.filter(key=key).first()
    if known:
        return known
    account = _writable(account_id)
    if public and purpose != "private" and (untrained := why_not_trained(by, at=at)):
        raise CannotSay(untrained)
    item = _answered(item_id, account)
    post = Post(
        key=_checked_key(key), account_id=account_id, purpose=purpose, public=public and purpose != "private",
        origin=origin[:80], item_id=item_id, author_id=author_id or (item.author_id if item else None),
        title=title[: cleaning.TITLE], text=text, language=language[:8],
        pictures=[dict(one) for one in pictures], facts=dict(facts or {}), examined=dict(examined or {}),
        due_us=at if due_us is None else due_us, by=by, created_us=at,
    )  # fmt: skip
    _check(post, account, item)
    post.trouble = clearance_missing(post, at)
    post.state = PostState.HELD if post.trouble else PostState.PLANNED
    made, new = Post.objects.get_or_create(key=post.key, defaults=_columns(post))
    if new:
        signals.send(PostsChanged((made.id,), at))
    return made


def _columns(post: Post) -> dict[str, Any]:
    return {f.attname: getattr(post, f.attname) for f in Post._meta.concrete_fields if f.attname not in ("id", "key")}


def _checked_key(key: str) -> str:
    if not key or len(key) > 120:
        raise ValueError("The key of a post has 1 to 120 signs.")
    return key


def _writable(account_id: int) -> Account:
    account = Account.objects.filter(id=account_id, archived_us=None).first()
    if account is None:
        raise CannotSay(_("This account was let go."))
    if not account.writes:
        raise CannotSay(_("“%s” is only read: nothing is said there.") % account.name)
    return account


def _answered(item_id: int | None, account: Account) -> Item | None:
    if item_id is None:
        return None
    item = Item.objects.filter(id=item_id, account_id=account.id).first()
    if item is None:
        raise CannotSay(_("What this answers was not read on this account."))
    if item.deleted_us is not None:
        raise CannotSay(_("What this answers is gone: its author or the network deleted it."))
    return item


def _check(post: Post, account: Account, item: Item | None) -> None:
    if post.purpose not in PURPOSES:
        raise ValueError(f"“{post.purpose}” is no purpose of a post: {', '.join(PURPOSES)} are.")
    known = kinds.network(account.kind)
    needed = {"post": "post", "private": "answer"}.get(post.purpose, "reply" if item else "post")
    if needed not in known.can:
        raise CannotSay(
            {
                "post": _("%s takes no posts from programs."),
                "reply": _("%s takes no public answers from programs."),
                "answer": _("%s takes no private messages from programs."),
            }[needed]
            % known.label
        )
    room = room_for(kinds.room_of(login_of(account)), needed)
    if problem := why_not(post.text, post.title, post.pictures, known, room):
        raise CannotSay(problem)


@transaction.atomic
def change_post(
    *, post_id: int, text: str | None = None, title: str | None = None, due_us: int | None = None,
    pictures: Sequence[Mapping[str, Any]] | None = None, examined: Mapping[str, Any] | None = None, by: str, at: int,
) -> Post:  # fmt: skip
    """Other words, pictures or time, while it waits; other words are held until they are cleared. CannotSay."""
    post = _waiting(post_id)
    account = _writable(post.account_id)
    post.text = post.text if text is None else text
    post.title = post.title if title is None else title[: cleaning.TITLE]
    post.pictures = post.pictures if pictures is None else [dict(one) for one in pictures]
    post.examined = post.examined if examined is None else dict(examined)
    post.due_us = post.due_us if due_us is None else due_us
    _check(post, account, Item.objects.filter(id=post.item_id).first())
    post.trouble = clearance_missing(post, at)
    post.state = PostState.HELD if post.trouble else PostState.PLANNED
    post.save(update_fields=["text", "title", "pictures", "examined", "due_us", "trouble", "state"])
    audit(by=by, act="post.change", object=f"post:{post_id}", details={}, at=at)
    signals.send(PostsChanged((post_id,), at))
    return post


@transaction.atomic
def cancel_post(*, post_id: int, by: str, at: int) -> bool:
    """Do not say it. False when it was cancelled before; raises CannotSay when it is on its way or there already."""
    post = Post.objects.select_for_update().get(id=post_id)
    if post.state == PostState.CANCELLED:
        return False
    if post.state not in (*WAITING, PostState.FAILED):
        raise CannotSay(_("It is on its way already: take it down when it is there."))
    move(post, at=at, state=PostState.CANCELLED, look_us=None)
    audit(by=by, act="post.cancel", object=f"post:{post_id}", details={}, at=at)
    return True


@transaction.atomic
def retry_post(
    *, post_id: int, by: str, at: int, taken_back: bool = False, examined: Mapping[str, Any] | None = None
) -> Post:
    """Try what failed, or also what was `taken_back` before it left, once more, now, under its key. Raises CannotSay
    for anything else: it might be said twice."""
    post = Post.objects.select_for_update().get(id=post_id)
    if post.state != PostState.FAILED and not (taken_back and post.state == PostState.CANCELLED):
        raise CannotSay(_("Only what failed for certain is tried again."))
    post.examined = post.examined if examined is None else dict(examined)
    missing = clearance_missing(post, at)
    state = PostState.HELD if missing else PostState.PLANNED
    anew = {"due_us": at, "attempts": 0, "look_us": None, "examined": post.examined}
    move(post, at=at, state=state, trouble=missing, **anew)
    audit(by=by, act="post.retry", object=f"post:{post_id}", details={}, at=at)
    return post


def _waiting(post_id: int) -> Post:
    post = Post.objects.select_for_update().get(id=post_id)
    if post.state not in WAITING:
        raise CannotSay(_("It can no longer be changed: it is on its way, or was said or cancelled."))
    return post
