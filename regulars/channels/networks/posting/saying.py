"""Handing posts over: one at a time per account, "handing off" committed before the first byte leaves.

Who says something on an account holds its lock, which vanishes with the process: rows that the next holder finds
claimed are planned again, rows in hand-off become unknown and are looked for.
"""

from __future__ import annotations

from django.db import transaction
from django.db.models import QuerySet
from django.utils.translation import gettext as _

from regulars.channels.delivery import gate
from regulars.channels.networks import borrowing, kinds
from regulars.channels.networks.models import Account, Item, Post, PostState
from regulars.channels.networks.posting.brake import pulled
from regulars.channels.networks.posting.clearing import clearance_missing
from regulars.channels.networks.posting.sayings import CannotBeSaid, saying_of
from regulars.channels.networks.posting.states import move
from regulars.channels.networks.shape import Expired, Line, Said, Saying, Slower
from regulars.channels.networks.troubles import note_expired, note_surprise
from regulars.core.clock import HOUR, MINUTE, SECOND
from regulars.core.failpoints import declare, failpoint
from regulars.core.locks import exclusive

declare("posts.claimed", "posts.handing_off", "posts.said", "posts.settled", "posts.taken_up")
LEASE = 2 * MINUTE  # nothing is in hand-off for longer: lines give up after 45 s a request
FIRST_LOOK = 2 * SECOND
AGAIN = (5 * SECOND, 30 * SECOND, 2 * MINUTE, 10 * MINUTE, 30 * MINUTE, HOUR, 3 * HOUR, 6 * HOUR, 12 * HOUR)


def say_some(*, account_id: int, at: int) -> bool:
    """Hand over the next due post of an account; True when there was one. Trouble is noted, not raised."""
    with exclusive(f"posts-{account_id}") as mine:
        if not mine:
            return False
        take_up(account_id, at)
        account = Account.objects.filter(id=account_id, archived_us=None, paused_us=None, writes=True).first()
        if account is None or not gate.is_open(at, moving=True):
            return False
        post = _claim(account_id, at)
        if post is None:
            return False
        _hand_over(account, post, at)
        return True


def take_up(account_id: int, at: int) -> int:
    """Free what a dead holder of the account's lock left. How many rows."""
    held = Post.objects.filter(account_id=account_id, state__in=(PostState.CLAIMED, PostState.HANDING_OFF))
    rows = list(held.only("id", "state", "leased_us", "account_id"))
    for post in rows:
        if post.state == PostState.CLAIMED:
            move(post, at=at, state=PostState.PLANNED)
        else:
            said = Said("unknown", reply="We were interrupted before the answer was noted.")
            move(post, at=at, said=said, state=PostState.UNKNOWN, look_us=max(at, post.leased_us))
    if rows:
        failpoint("posts.taken_up")
    return len(rows)


def _claim(account_id: int, at: int) -> Post | None:
    with transaction.atomic():
        ready = due_posts(at).filter(account_id=account_id).select_for_update(skip_locked=True)
        post = ready.order_by("due_us", "id").first()
        if post:
            leased, tries = at + LEASE, post.attempts + 1
            move(post, at=at, state=PostState.CLAIMED, leased_us=leased, attempts=tries)
    failpoint("posts.claimed")
    return post


def due_posts(at: int) -> QuerySet[Post]:
    """What may go out now: nothing public while a brake is pulled."""
    ready = Post.objects.filter(state=PostState.PLANNED, due_us__lte=at)
    return ready.filter(public=False) if pulled() else ready


def _hand_over(account: Account, post: Post, at: int) -> None:
    try:
        saying = saying_of(post, account, at=at)
    except CannotBeSaid as why:
        _settle(account, post, Said("failed", reply=str(why)), at)
        return
    if not _may_go(account, post, at) or not _begin(post, at):
        return
    failpoint("posts.handing_off")
    said = _said(account, saying)
    failpoint("posts.said")
    _settle(account, post, said, at)
    failpoint("posts.settled")


def _may_go(account: Account, post: Post, at: int) -> bool:
    """The last look: what was cleared when it was planned may have been changed or taken back since."""
    if missing := clearance_missing(post, at):
        move(post, at=at, state=PostState.HELD, trouble=missing)
        return False
    known = kinds.network(account.kind)
    window = known.late_us or known.window_us
    asked = Item.objects.filter(id=post.item_id).values_list("at", flat=True).first() if post.item_id else None
    if not post.public and window and asked and asked + window < at:
        said = Said("failed", reply=_("The time in which the network allows an answer is over."))
        _settle(account, post, said, at)
        return False
    return True


def _begin(post: Post, at: int) -> bool:
    """Commit that it is being handed off; False when the brake was pulled meanwhile, and it waits."""
    with transaction.atomic():
        if post.public and pulled():
            move(post, at=at, state=PostState.PLANNED, attempts=post.attempts - 1)
            return False
        return move(post, at=at, state=PostState.HANDING_OFF, handed_us=at)


def _said(account: Account, saying: Saying) -> Said:
    try:
        with borrowing.borrowed(account) as line:
            return _ask(line, saying)
    except Expired as why:
        return Said("unauthorised", reply=str(why))
    except Slower as why:
        return Said("retry", reply=str(why), wait_us=why.wait_us)
    except Exception as why:  # whether it arrived nobody can tell from here
        note_surprise(account, why)
        return Said("unknown", reply=str(why) or repr(why))


def _ask(line: Line, saying: Saying) -> Said:
    return line.say(saying)


def _settle(account: Account, post: Post, said: Said, at: int) -> None:
    """Where it stands after the network's answer."""
    with transaction.atomic():
        match said.state:
            case "handed_off":
                found = {"external": said.external, "url": said.url[:600], "trouble": ""}
                move(post, at=at, said=said, state=PostState.HANDED_OFF, look_us=at + FIRST_LOOK, **found)
            case "retry" if post.attempts <= len(AGAIN):
                due = at + max(said.wait_us, AGAIN[post.attempts - 1])
                move(post, at=at, said=said, state=PostState.PLANNED, due_us=due, trouble=said.reply[:300])
            case "unauthorised":
                note_expired(account, said.reply[:300], at)
                trouble = _("It waits until the account is connected anew.")
                move(post, at=at, said=said, state=PostState.PLANNED, attempts=post.attempts - 1, trouble=trouble)
            case "retry" | "failed":
                move(post, at=at, said=said, state=PostState.FAILED, trouble=said.reply[:300], look_us=None)
            case _:
                look, trouble = max(at + FIRST_LOOK, post.leased_us), said.reply[:300]
                move(post, at=at, said=said, state=PostState.UNKNOWN, look_us=look, trouble=trouble)


@gate.due_work
def is_due(at: int) -> bool:
    """Whether something waits to be said: after a standstill nothing is, until a person says yes."""
    live = Account.objects.filter(archived_us=None, paused_us=None).values("id")
    return due_posts(at).filter(account_id__in=live).exists()
