"""Ways to answer in a conversation, and who reads each: nobody may take a public one for a private one."""

from __future__ import annotations

from dataclasses import dataclass

from django.utils.translation import gettext as _

from regulars.channels.networks.fitting import room_for
from regulars.channels.networks.shape import Network
from regulars.core.models import Business
from regulars.inbox.models import Case
from regulars.inbox.queries import Conversation
from regulars.team.models import User
from regulars.team.queries import why_not
from regulars.web.pages.inbox.times import wall


@dataclass(frozen=True, kw_only=True)
class Mode:
    """One way. `reader` says who reads it, `warn` what speaks against it; `limit` in signs as the network counts."""

    key: str
    label: str
    reader: str
    warn: str = ""
    limit: int | None = None
    counts: str = "graphemes"
    link: int | None = None
    pictures: int = 0


def modes_of(told: Conversation, *, who: str, at: int, user: User) -> list[Mode]:
    """What is offered, the most likely first. Notes are always possible."""
    case, network, account = told.case, told.network, told.account
    note = Mode(key="note", label=_("Note"), reader=_("Only colleagues read this. @name tells one of them."))
    otherwise = Mode(
        key="otherwise", label=_("Answered otherwise"), reader=_("You note that they were answered by another way.")
    )
    if case.closed_us is not None:
        return [note]
    if account is None or network is None or account.archived_us or not account.writes:
        return [note, otherwise]
    ways = [_public(network, user, at)] if case.audience != "private" and "reply" in network.can else []
    if "answer" in network.can:
        private = _private(network, case, who, at)
        ways = [private, *ways] if case.audience == "private" else [*ways, private]
    return [*ways, note, otherwise]


def _public(network: Network, user: User, at: int) -> Mode:
    warn, room = why_not(user.by, at=at), room_for(network.room, "reply")
    return Mode(
        key="public", label=_("Public answer"), reader=_("PUBLIC – anyone can read this"), warn=warn,
        limit=room.characters, counts=room.counts, link=room.link_length, pictures=room.pictures,
    )  # fmt: skip


def _private(network: Network, case: Case, who: str, at: int) -> Mode:
    room, zone, warn = room_for(network.room, "answer"), Business.load().timezone, ""
    if case.window_us is not None:
        closed = case.window_us <= at
        warn = (_("The window closed %s: the network may refuse it.") if closed else _("Possible until %s.")) % wall(
            case.window_us, at, zone
        )
    return Mode(
        key="private", label=_("Private answer"), reader=_("Private to %s") % who, warn=warn,
        limit=room.characters, counts=room.counts, link=room.link_length, pictures=room.pictures,
    )  # fmt: skip
