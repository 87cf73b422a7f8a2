"""The loops of networks beside reading: what is to be said, and what is to be looked after."""

from __future__ import annotations

from regulars.channels.delivery import gate
from regulars.channels.networks.crews import Crew
from regulars.channels.networks.models import Account, Post, PostState
from regulars.channels.networks.posting.looking import STATES, look_some
from regulars.channels.networks.posting.saying import due_posts, say_some
from regulars.channels.networks.reading import read_networks
from regulars.core.loops import loop

HELD = (PostState.CLAIMED, PostState.HANDING_OFF)


@loop("posts", lane="networks", idle=0.2)
def say_posts(at: int) -> bool:
    """Every account with something to say, or to look after, gets a thread for it."""
    SAYERS.send(waiting_to_say(at))
    LOOKERS.send(waiting_for_a_look(at))
    return False


def waiting_to_say(at: int) -> list[int]:
    """Accounts with a due post, or with one that somebody who died had in hand."""
    left = Post.objects.filter(state__in=HELD, leased_us__lte=at).values_list("account_id", flat=True)
    due = due_posts(at).values_list("account_id", flat=True)
    found = {*left.distinct(), *due.distinct()}
    return _live(found) if found and gate.is_open(at) else []


def waiting_for_a_look(at: int) -> list[int]:
    """Accounts with a post that is to be looked after."""
    looks = Post.objects.filter(look_us__lte=at, state__in=STATES)
    return _live(set(looks.values_list("account_id", flat=True).distinct()))


def _live(account_ids: set[int]) -> list[int]:
    if not account_ids:
        return []
    live = Account.objects.filter(id__in=account_ids, archived_us=None, paused_us=None)
    return sorted(live.values_list("id", flat=True))


SAYERS = Crew("saying", lambda account_id, at: say_some(account_id=account_id, at=at), patience=180)
LOOKERS = Crew("looking", lambda account_id, at: look_some(account_id=account_id, at=at), patience=180)
__all__ = ["read_networks", "say_posts"]
