"""Taking down what we said, and hiding what others said below it. Who may, and for which reasons, say upper rooms."""

from __future__ import annotations

from collections.abc import Callable

from django.db import transaction
from django.utils.translation import gettext as _

from regulars.channels.networks import borrowing
from regulars.channels.networks.errors import CannotSay
from regulars.channels.networks.models import Account, Item, Post, PostState
from regulars.channels.networks.posting.states import SENT, move
from regulars.channels.networks.shape import Expired, Line, Said, Seen, Slower, Unreachable
from regulars.channels.networks.signals import ItemsChanged
from regulars.channels.networks.taking import take
from regulars.core import signals
from regulars.team.actions import audit


def take_down(*, post_id: int, reason: str, by: str, at: int) -> Post:
    """Delete what we said, there and now; the row stays with the reason. Idempotent. Raises CannotSay."""
    post = Post.objects.get(id=post_id)
    if post.state == PostState.REMOVED:
        return post
    if post.state not in SENT or not post.external:
        raise CannotSay(_("It is not there, or nobody knows where: there is nothing to take down."))
    _asked(post.account_id, lambda line: line.remove(post.external))
    with transaction.atomic():
        said = Said("removed", reply=reason)
        move(post, at=at, said=said, state=PostState.REMOVED, look_us=None, trouble=reason[:300])
        audit(by=by, act="post.take_down", object=f"post:{post_id}", details={}, at=at)
    return post


def hide_item(*, item_id: int, hidden: bool, by: str, at: int) -> Item:
    """Hide a comment of somebody else there, or show it again. Idempotent. Raises CannotSay."""
    item = Item.objects.get(id=item_id)
    if (item.hidden_us is not None) == hidden:
        return item
    if not _asked(item.account_id, lambda line: line.hide(item.external, hidden=hidden)):
        raise CannotSay(_("The network did not do it: most hide only what stands below a post of ours."))
    with transaction.atomic():
        item.hidden_us = at if hidden else None
        Item.objects.filter(id=item_id).update(hidden_us=item.hidden_us)
        audit(by=by, act="item.hide" if hidden else "item.show", object=f"item:{item_id}", details={}, at=at)
        signals.send(ItemsChanged((item_id,), at))
    return item


def delete_item(*, item_id: int, by: str, at: int) -> None:
    """Delete something of somebody else there, where the network lets us: below a post of ours. Idempotent. Raises
    CannotSay, also when the network does not say that it did it: then it may be there still."""
    item = Item.objects.get(id=item_id)
    if item.deleted_us is not None:
        return
    if not _asked(item.account_id, lambda line: line.remove(item.external)):
        raise CannotSay(_("The network does not find it, or does not let us: look there whether it is gone."))
    with transaction.atomic():
        take(account_id=item.account_id, heard=[Seen(item.external, item.kind, item.at, deleted=True)], at=at)
        audit(by=by, act="item.delete", object=f"item:{item_id}", details={}, at=at)


def _asked(account_id: int, ask: Callable[[Line], bool]) -> bool:
    account = Account.objects.filter(id=account_id, archived_us=None).first()
    if account is None:
        raise CannotSay(_("This account was let go: do it there."))
    try:
        with borrowing.borrowed(account) as line:
            return ask(line)
    except (Expired, Slower, Unreachable, NotImplementedError) as why:
        raise CannotSay(str(why) or _("This network cannot do that.")) from why
