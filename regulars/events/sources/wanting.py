"""Objects that deliveries only named: noted from the event log, fetched from the sender, put into the raw inbox.

From there they go the way of every delivery. Fetching reads the object as it stands, so naming it ten times is one
fetch, and fetching it twice changes nothing.
"""

from __future__ import annotations

from regulars.core import bulk
from regulars.core.failpoints import declare, failpoint
from regulars.events import inbox
from regulars.events.consumers import Entry, consumer
from regulars.events.sources.asking import CannotAsk, NotNow, wait_after
from regulars.events.sources.canonical import WANTED
from regulars.events.sources.deliveries import PATH, Account, pack
from regulars.events.sources.kinds import kind_of
from regulars.events.sources.models import Wanted

AT_ONCE = 20
declare("wanting.after_fetch")


@consumer("wanted", events=(WANTED,))
def note_wanted(entries: list[Entry], at: int) -> None:
    """Remember what is to be fetched; named again, it is fetched again."""
    named = {(e.source_id, str(e.properties["object"]), str(e.properties["key"])[:120]) for e in entries}
    bulk.insert(
        Wanted,
        ("source_id", "object", "key", "asked_us", "due_us", "tries", "reason"),
        [(*each, at, 0, 0, "") for each in sorted(named)],
        conflict="(source_id, object, key) DO UPDATE SET asked_us = excluded.asked_us, due_us = 0",
    )


def fetch_some(account: Account, at: int) -> bool:
    """Fetch up to twenty objects that are due; whether there were any. Raises NotNow when the sender wants a rest."""
    kind = kind_of(account.kind)
    if kind.fetch is None or not kind.can_ask(account):
        return False
    due = list(
        Wanted.objects.filter(source_id=account.source_id, due_us__lte=at).order_by("asked_us", "id")[:AT_ONCE]
    )
    for row in due:
        try:
            found = kind.fetch(account, row.object, row.key, at)
        except NotNow:
            raise
        except (CannotAsk, ValueError, KeyError, TypeError) as why:
            _put_off(row, str(why), at)
            continue
        if found is not None:
            inbox.append(source_id=account.source_id, path=PATH + account.kind, body=pack(found), at=at)
        failpoint("wanting.after_fetch")
        Wanted.objects.filter(id=row.id, asked_us=row.asked_us).delete()  # named once more meanwhile: it stays
    return bool(due)


def _put_off(row: Wanted, reason: str, at: int) -> None:
    """This one only: the others may well be there."""
    later = at + wait_after(row.tries)
    Wanted.objects.filter(id=row.id).update(tries=row.tries + 1, due_us=later, reason=reason[:500])
