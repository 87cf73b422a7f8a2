"""Reading: every account by itself, in a thread of its own, so that one that is broken or slow slows nobody.

A lease says who asks; what comes after it has run out is refused. The place we read up to moves in the transaction
that keeps what was heard: killed anywhere, it is read again, and taking it twice is taking it once.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.db import transaction

from regulars.channels.networks import borrowing, cleaning, kinds, searching
from regulars.channels.networks.crews import Crew
from regulars.channels.networks.models import Account
from regulars.channels.networks.shape import Heard, Line, Network, Slower, Unreachable
from regulars.channels.networks.taking import take
from regulars.channels.networks.troubles import MOST_WAIT, note_trouble
from regulars.core.clock import MINUTE, SECOND
from regulars.core.failpoints import declare, failpoint
from regulars.core.loops import loop
from regulars.core.sqlite import repeatable

LEASE = 2 * MINUTE
SEARCH_AGAIN = 5 * MINUTE  # after one that failed
declare("reading.leased", "reading.heard", "reading.kept")


@loop("networks", lane="networks", idle=0.2)
def read_networks(at: int) -> bool:
    """Every account that is due gets a thread for its reading."""
    READERS.send(due(at))
    return False


def due(at: int) -> list[int]:
    """Accounts to be asked now."""
    live = Account.objects.filter(archived_us=None, paused_us=None, reads=True, next_us__lte=at, leased_us__lte=at)
    return list(live.order_by("next_us", "id").values_list("id", flat=True))


def read_account(account_id: int, at: int) -> bool:
    """Ask one account once, and keep what it says; True when there is more at once. Trouble is noted, not raised."""
    with repeatable():
        account = _leased(account_id, at)
        if account is None:
            return False
        try:
            with borrowing.borrowed(account) as line:
                return _read(account, line, at)
        except Exception as why:  # a network may answer with anything; its trouble is its own
            note_trouble(account, why, at)
            return False


def _leased(account_id: int, at: int) -> Account | None:
    """The account, ours alone for a while."""
    free = Account.objects.filter(id=account_id, archived_us=None, paused_us=None, reads=True)
    if not free.filter(next_us__lte=at, leased_us__lte=at).update(leased_us=at + LEASE):
        return None
    failpoint("reading.leased")
    return Account.objects.get(id=account_id)


def _read(account: Account, line: Line, at: int) -> bool:
    known = kinds.network(account.kind)
    heard = line.read(account.cursor.get("read", {}), at=at)
    failpoint("reading.heard")
    if not _keep(account, heard, at, place="read"):
        return False
    account.cursor = {**account.cursor, "read": dict(heard.cursor)}
    trouble = ""
    for words, cursor in searching.due(account, known, at):
        found, trouble = _searched(line, words, cursor, at)
        if not _keep(account, found, at, place="search", words=words):
            return False
        account.cursor = searching.moved(account.cursor, words, found, at, known.search_s)
    return _release(account, known, heard, at, trouble)


def _searched(line: Line, words: str, cursor: Mapping[str, Any], at: int) -> tuple[Heard, str]:
    """What was found, and what went wrong: a search that fails is no reason to hear nobody."""
    try:
        return line.search(words, cursor, at=at), ""
    except Slower as why:
        return Heard(cursor=cursor, wait_us=max(why.wait_us, SECOND), asked=False), cleaning.line(str(why), 300)
    except Unreachable as why:
        return Heard(cursor=cursor, wait_us=SEARCH_AGAIN, asked=False), cleaning.line(str(why), 300)


def _keep(account: Account, heard: Heard, at: int, *, place: str, words: str = "") -> bool:
    """Items and place in one transaction; False when the lease was lost, and nothing is kept."""
    with transaction.atomic():
        row = Account.objects.select_for_update().filter(id=account.id, leased_us=account.leased_us).first()
        if row is None:
            return False
        if heard.items:
            take(account_id=account.id, heard=heard, at=at)
        if place == "search":
            cursor = searching.moved(row.cursor, words, heard, at, kinds.network(row.kind).search_s)
            searching.note_use(account.id, words, heard, at)
        else:
            cursor = {**row.cursor, "read": dict(heard.cursor)}
        if cursor != row.cursor:
            Account.objects.filter(id=account.id).update(cursor=cursor)
    failpoint("reading.kept")
    return True


def _release(account: Account, known: Network, heard: Heard, at: int, trouble: str) -> bool:
    pause = heard.wait_us or (0 if heard.more else _every_us(account, known))
    news: dict[str, Any] = {"next_us": at + min(pause, MOST_WAIT), "leased_us": 0, "read_us": at}
    calm = {"failing_us": None, "failures": 0, "trouble": trouble}
    Account.objects.filter(id=account.id, leased_us=account.leased_us).update(**news, **calm)
    return heard.more and not heard.wait_us


def _every_us(account: Account, known: Network) -> int:
    """How long until the next reading: longer for many accounts that share a limit."""
    if not known.shared_s:
        return known.every_s * SECOND
    together = Account.objects.filter(kind=account.kind, archived_us=None, paused_us=None, reads=True).count()
    return int(max(known.every_s, known.shared_s * together) * SECOND)


def hear(*, account_id: int, heard: Heard, at: int) -> None:
    """Keep what an account's network told by calling us (a webhook, a form)."""
    take(account_id=account_id, heard=heard, at=at)
    Account.objects.filter(id=account_id).update(read_us=at)


def ask_soon(*, account_id: int) -> None:
    """Read it now and not only when its time has come."""
    Account.objects.filter(id=account_id).update(next_us=0)


READERS = Crew("reading", read_account, patience=LEASE / SECOND)
__all__ = ["READERS", "ask_soon", "due", "hear", "read_account", "read_networks"]
