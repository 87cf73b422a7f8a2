"""Looking again: is it there (read back), what became of what nobody knows, and how people took it."""

from __future__ import annotations

from collections.abc import Sequence

from django.db import transaction
from django.utils.translation import gettext as _

from regulars.channels.networks import borrowing, kinds
from regulars.channels.networks.errors import CannotSay
from regulars.channels.networks.models import Account, Post, PostState
from regulars.channels.networks.posting.saying import AGAIN
from regulars.channels.networks.posting.sayings import CannotBeSaid, saying_of
from regulars.channels.networks.posting.states import move
from regulars.channels.networks.shape import Expired, Line, Said, Slower
from regulars.channels.networks.signals import PostsChanged
from regulars.channels.networks.troubles import note_expired, note_surprise, wait_after
from regulars.core import signals
from regulars.core.clock import DAY, HOUR, MINUTE, SECOND
from regulars.core.failpoints import declare, failpoint
from regulars.core.locks import exclusive
from regulars.team.actions import audit

declare("posts.looked")
LOOKS = (2 * SECOND, 10 * SECOND, MINUTE, 5 * MINUTE, 30 * MINUTE, 2 * HOUR, 6 * HOUR, DAY)  # after the hand-off
MEASURED = (15 * MINUTE, HOUR, 3 * HOUR, 6 * HOUR, 12 * HOUR, DAY, 2 * DAY, 4 * DAY, 7 * DAY, 14 * DAY, 30 * DAY)
GRACE = 10 * MINUTE  # networks show what they took after a while only
AT_ONCE = 25
STATES = (PostState.HANDED_OFF, PostState.CONFIRMED, PostState.UNKNOWN)


def look_some(*, account_id: int, at: int) -> bool:
    """Look after some posts of an account whose time has come; True when there were any. Trouble is noted."""
    with exclusive(f"looks-{account_id}") as mine:
        account = Account.objects.filter(id=account_id, archived_us=None, paused_us=None).first() if mine else None
        waiting = Post.objects.filter(account_id=account_id, look_us__lte=at, state__in=STATES)
        posts = list(waiting.order_by("look_us", "id")[:AT_ONCE]) if account else []
        if account is None or not posts:
            return False
        try:
            with borrowing.borrowed(account) as line:
                _look(account, line, posts, at)
        except Exception as why:  # whatever the network did: these are looked for later
            _later(account, posts, why, at)
        return True


def _look(account: Account, line: Line, posts: Sequence[Post], at: int) -> None:
    for post in posts:
        if post.state != PostState.CONFIRMED:
            _find(account, line, post, at)
    done = [post for post in posts if post.state == PostState.CONFIRMED and post.confirmed_us != at]
    if done and "metrics" in kinds.network(account.kind).can:
        _measure(line, done, at)
    elif done:
        Post.objects.filter(id__in=[post.id for post in done]).update(look_us=None)


def _find(account: Account, line: Line, post: Post, at: int) -> None:
    try:
        said = line.find(saying_of(post, account, at=at, pictures=False))
    except CannotBeSaid:
        said = Said("unknown")
    failpoint("posts.looked")
    if said is not None and said.state == "handed_off":
        found = {"external": said.external or post.external, "url": (said.url or post.url)[:600], "trouble": ""}
        look = _next(MEASURED, post, at)
        move(post, at=at, said=said, state=PostState.CONFIRMED, confirmed_us=at, look_us=look, **found)
    elif said is None:
        _not_there(post, at)
    else:
        _cannot_tell(post, at)


def _not_there(post: Post, at: int) -> None:
    """What certainly is not there may be said again, if nobody knew; what we had handed over was taken down."""
    if post.state == PostState.UNKNOWN:
        said = Said("retry", reply=_("We looked: it is not there."))
        state = PostState.PLANNED if post.attempts <= len(AGAIN) else PostState.FAILED
        move(post, at=at, said=said, state=state, due_us=at, look_us=None, trouble="")
    elif at - (post.handed_us or at) < GRACE:
        Post.objects.filter(id=post.id, state=post.state).update(look_us=_next(LOOKS, post, at))
    else:
        said = Said("failed", reply=_("The network took it, and does not show it."))
        move(post, at=at, said=said, state=PostState.REMOVED, look_us=None, trouble=said.reply)


def _cannot_tell(post: Post, at: int) -> None:
    look = _next(LOOKS, post, at)
    trouble = post.trouble
    if look is None and post.state == PostState.UNKNOWN:
        trouble = _("Nobody can tell whether it is there: look there, and say so here.")
    Post.objects.filter(id=post.id, state=post.state).update(look_us=look, trouble=trouble)
    if trouble != post.trouble:
        signals.send(PostsChanged((post.id,), at))


def _next(steps: Sequence[int], post: Post, at: int) -> int | None:
    """The next time to look: steps count from the hand-off; None after the last."""
    since = post.handed_us or at
    return next((since + step for step in steps if since + step > at), None)


def _measure(line: Line, posts: Sequence[Post], at: int) -> None:
    found = line.measure(tuple(post.external for post in posts))
    with transaction.atomic():
        for post in posts:
            metrics = found.get(post.external)
            if metrics is None:
                gone = _("It is no longer there.")
                move(post, at=at, state=PostState.REMOVED, look_us=None, trouble=gone)
            else:
                move(post, at=at, metrics=dict(metrics), measured_us=at, look_us=_next(MEASURED, post, at))


def _later(account: Account, posts: Sequence[Post], why: Exception, at: int) -> None:
    note_surprise(account, why)
    if isinstance(why, Expired):
        note_expired(account, str(why)[:300], at)
    wait = why.wait_us if isinstance(why, Slower) else wait_after(3)
    waiting = Post.objects.filter(id__in=[post.id for post in posts], look_us__lte=at)
    waiting.update(look_us=at + max(wait, SECOND))


def look_again(*, post_id: int, at: int) -> bool:
    """Look for it on the network now, because somebody asks; whether there is anything to look for."""
    return bool(Post.objects.filter(id=post_id, state__in=STATES).update(look_us=at))


def read_back(*, post_id: int, at: int) -> bool:
    """Look anew whether what was there still is, now: until the network has shown it, it counts as handed over only.
    False for what is not there."""
    post = Post.objects.filter(id=post_id, state__in=(PostState.HANDED_OFF, PostState.CONFIRMED)).first()
    return post is not None and move(post, at=at, state=PostState.HANDED_OFF, look_us=at)


@transaction.atomic
def settle_unknown(*, post_id: int, sent: bool, url: str = "", by: str, at: int) -> Post:
    """A person looked there and says whether it is there. Not there: it is said now. Raises CannotSay."""
    post = Post.objects.select_for_update().get(id=post_id)
    if post.state != PostState.UNKNOWN:
        raise CannotSay(_("It is known what became of it."))
    if sent:
        move(post, at=at, state=PostState.CONFIRMED, confirmed_us=at, url=url[:600] or post.url, look_us=None)
    else:
        move(post, at=at, state=PostState.PLANNED, due_us=at, attempts=0, look_us=None, trouble="")
    audit(by=by, act="post.settle", object=f"post:{post_id}", details={"sent": sent}, at=at)
    return post
