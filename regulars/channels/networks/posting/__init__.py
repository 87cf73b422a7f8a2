"""Saying things on networks, each exactly once.

    HELD -> PLANNED -> CLAIMED -> HANDING_OFF -> HANDED_OFF -> CONFIRMED
"Handing off" is committed before the first byte leaves. After a crash what was claimed is planned again, and what was
being handed off is *unknown*: it is looked for on the network, never said again on a guess. While a brake is pulled
nothing public is handed over. Every change of state is told by `PostsChanged`.
"""

from regulars.channels.networks.posting.brake import pull_brake, pulled, release_brake
from regulars.channels.networks.posting.clearing import clear_post, clearance_missing
from regulars.channels.networks.posting.looking import look_again, look_some, read_back, settle_unknown
from regulars.channels.networks.posting.planning import cancel_post, change_post, plan_post, retry_post
from regulars.channels.networks.posting.saying import say_some
from regulars.channels.networks.posting.taking_down import delete_item, hide_item, take_down

__all__ = [
    "cancel_post",
    "change_post",
    "clear_post",
    "clearance_missing",
    "delete_item",
    "hide_item",
    "look_again",
    "look_some",
    "plan_post",
    "pull_brake",
    "pulled",
    "read_back",
    "release_brake",
    "retry_post",
    "say_some",
    "settle_unknown",
    "take_down",
]
