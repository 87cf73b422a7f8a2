"""Asking senders: every hour for what changed since the last time, once for the whole past, page by page.

A webhook can get lost, so what counts is what the sender's API says. What comes back goes through the same reading as
a delivery and has the same message ids: what a webhook brought is known, the rest was missed, and is counted. The
place moves with the last events of a page, in their transaction; killed anywhere, it goes on from there.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from django.db import connection as database
from django.db import transaction

from regulars.core.clock import HOUR, MINUTE
from regulars.core.failpoints import declare, failpoint
from regulars.core.jobs import job
from regulars.core.locks import exclusive
from regulars.core.loops import loop
from regulars.events.ingest import Taken, take_in
from regulars.events.models import Source
from regulars.events.sources import accounts, wanting
from regulars.events.sources.asking import CannotAsk, NotNow, wait_after
from regulars.events.sources.canonical import Item
from regulars.events.sources.deliveries import Account, Delivery
from regulars.events.sources.kinds import NAMES, Kind, Page, kind_of
from regulars.events.sources.models import Connection, FieldMap, Wanted
from regulars.events.sources.opening import read

UNDERWAY = 5 * MINUTE  # changes younger than this may still be on their way as webhooks
OVERLAP = 10 * MINUTE  # clocks differ, and changes become visible late
CHUNK = 100  # events in one transaction
THREADS = 8
declare("reconciling.before_place", "reconciling.after_place")


@job(lane="soon")
def reconcile_all(*, at: int) -> None:
    """Every hour: ask every sender that can be asked what changed."""
    for row in Connection.objects.filter(paused_us=None):
        begin(row, at)


def begin(row: Connection, at: int) -> None:
    """Ask this sender soon. What is underway already goes on."""
    if "streams" not in row.places.get("now", {}):
        kind = kind_of(_kind(row))
        if kind and kind.streams:
            places = row.places | {"now": {"streams": list(kind.streams), "until": at - UNDERWAY, "began": at}}
            Connection.objects.filter(id=row.id).update(places=places, looked_at=0, found=0, unread=0, unread_why="")


def _kind(row: Connection) -> str:
    return Source.objects.filter(id=row.source_id, revoked_us=None).values_list("kind", flat=True).first() or ""


_threads: dict[int, threading.Thread] = {}


@loop("ask_senders", lane="asking", idle=1.0)
def ask_senders(at: int) -> bool:
    """Each sender that there is something to ask gets a thread for one page, so that a slow one slows nobody."""
    for id_, thread in list(_threads.items()):
        if not thread.is_alive():
            del _threads[id_]
    for id_ in due(at):
        if len(_threads) >= THREADS:
            break
        if id_ not in _threads:
            _threads[id_] = threading.Thread(target=_in_thread, args=(id_, at), daemon=True)
            _threads[id_].start()
    return False


def _in_thread(connection_id: int, at: int) -> None:
    try:
        while advance(connection_id, at):
            pass
    finally:
        database.close()


def due(at: int) -> list[int]:
    """Connections that there is something to ask, in turn."""
    wanted = set(Wanted.objects.filter(due_us__lte=at).values_list("source_id", flat=True))
    live = Source.objects.filter(kind__in=NAMES, revoked_us=None).values_list("id", flat=True)
    rows = Connection.objects.filter(source_id__in=list(live), paused_us=None, retry_us__lte=at)
    return [
        row.id
        for row in rows.order_by("retry_us", "id")
        if row.source_id in wanted or row.places.get("now") or row.history == "running"
    ]


def advance(connection_id: int, at: int) -> bool:
    """Do the next thing with one sender: fetch what was named, one page of what changed, one page of the past.

    Returns whether there was something to do. Never raises for the sender's failures: they are noted.
    """
    with exclusive(f"asking-{connection_id}") as mine:
        row = Connection.objects.filter(id=connection_id, paused_us=None, retry_us__lte=at).first() if mine else None
        account = _account(row) if row else None
        if account is None or not kind_of(account.kind).can_ask(account):
            return False
        try:
            worked = wanting.fetch_some(account, at) or _reconcile(row, account, at) or _bring_in(row, account, at)
        except CannotAsk as why:
            _note_failure(row, why, at)
            return False
        except (ValueError, KeyError, TypeError, AttributeError) as wrong:  # a shape nobody documented
            _note_failure(row, CannotAsk(f"The API answered in a way nobody expected: {wrong!r}"[:500]), at)
            return False
        if worked and (row.failed_us or row.tries):
            Connection.objects.filter(id=row.id).update(failed_us=None, failure="", tries=0, retry_us=0)
        return worked


def _account(row: Connection) -> Account | None:
    kind = _kind(row)
    mapping = FieldMap.objects.filter(source_id=row.source_id).order_by("-version").values_list("mapping", flat=True)
    return accounts.account_of(row, kind, mapping.first()) if kind in NAMES else None


def _note_failure(row: Connection, why: CannotAsk, at: int) -> None:
    """When to try again: soon and ever later while the sender is in trouble, in an hour when it says no."""
    after = wait_after(row.tries, why.after_us) if isinstance(why, NotNow) else HOUR
    changes: dict[str, Any] = {"failed_us": row.failed_us or at, "failure": str(why)[:500], "tries": row.tries + 1}
    if not isinstance(why, NotNow) and row.history == "running" and not row.places.get("now"):
        changes["history"] = "failed"
    Connection.objects.filter(id=row.id).update(retry_us=at + after, **changes)


def _reconcile(row: Connection, account: Account, at: int) -> bool:
    now = row.places.get("now")
    if not now:
        return False
    kind, stream = kind_of(account.kind), now["streams"][0]
    since = max(0, row.places.get(stream, now["until"]) - OVERLAP)
    page = kind.page(account, stream, since, now["until"], now.get("place", {}))
    _take_page(account, page, at, lambda seen: _note_page(row, stream, page, seen, at))
    return True


def _note_page(row: Connection, stream: str, page: Page, seen: Seen, at: int) -> None:
    places = dict(row.places)
    now = dict(places["now"])
    if page.next is not None:
        places["now"] = now | {"place": page.next}
    else:
        places[stream] = now["until"]
        left = now["streams"][1:]
        places["now"] = {"streams": left, "until": now["until"], "began": now["began"]}
        if not left:
            del places["now"]
            row.polled_us = at
    row.places = places
    row.looked_at += seen.looked
    row.found += seen.found
    row.found_ever += seen.found
    row.unread, row.unread_why = row.unread + seen.unread, seen.why or row.unread_why
    row.save(update_fields=["places", "looked_at", "found", "found_ever", "unread", "unread_why", "polled_us"])


def _bring_in(row: Connection, account: Account, at: int) -> bool:
    """The next page of the past."""
    if row.history != "running":
        return False
    kind = kind_of(account.kind)
    stream = kind.history[row.history_place.get("stream", 0)]
    until = row.history_place["until"]
    page = kind.page(account, stream, 0, until, row.history_place.get("place", {}))
    _take_page(account, page, at, lambda seen: _note_history(row, kind, page, seen))
    return True


def _note_history(row: Connection, kind: Kind, page: Page, seen: Seen) -> None:
    place = {**row.history_place, "place": page.next or {}}
    done = row.history_done + seen.looked
    changes: dict[str, Any] = {"history_done": done, "unread_why": seen.why or row.unread_why}
    if page.next is None:
        place["stream"] = place.get("stream", 0) + 1
        if place["stream"] >= len(kind.history):
            changes["history"] = "done"
    # somebody may have pressed Stop meanwhile: the place moves all the same, the state stays theirs
    Connection.objects.filter(id=row.id).update(
        history_place=place, **{k: v for k, v in changes.items() if k != "history"}
    )
    if "history" in changes:
        Connection.objects.filter(id=row.id, history="running").update(history="done")


@dataclass
class Seen:
    """What became of the objects of a page. `found`: something of them was not in yet."""

    looked: int = 0
    found: int = 0
    unread: int = 0
    why: str = ""


def _take_page(account: Account, page: Page, at: int, note: Callable[[Seen], None]) -> None:
    seen = Seen(looked=len(page.objects))
    chunks = _chunks(_readable(account, page.objects, seen))
    for chunk in chunks[:-1]:
        taken = take_in(source_id=account.source_id, items=[item for one in chunk for item in one], at=at)
        _count(seen, chunk, taken)

    def along(taken: Taken) -> None:
        _count(seen, chunks[-1], taken)
        note(seen)
        failpoint("reconciling.before_place")

    if chunks:
        take_in(source_id=account.source_id, items=[item for one in chunks[-1] for item in one], at=at, along=along)
    else:
        with transaction.atomic():
            note(seen)
    failpoint("reconciling.after_place")


def _readable(account: Account, objects: Sequence[Delivery], seen: Seen) -> list[list[Item]]:
    found = []
    for one in objects:
        try:
            found.append(read(one, account))
        except ValueError as why:
            seen.unread += 1
            seen.why = str(why)
    return [items for items in found if items]


def _chunks(objects: list[list[Item]]) -> list[list[list[Item]]]:
    """Objects together up to about a hundred events."""
    chunks: list[list[list[Item]]] = []
    size = CHUNK
    for items in objects:
        if size + len(items) > CHUNK:
            chunks.append([])
            size = 0
        chunks[-1].append(items)
        size += len(items)
    return chunks


def _count(seen: Seen, chunk: list[list[Item]], taken: Taken) -> None:
    refused = {reject.position: reject.reason for reject in taken.rejects if reject.code != "erased"}
    gone = {reject.position for reject in taken.rejects}
    place = 0
    for items in chunk:
        spots = range(place, place + len(items))
        place += len(items)
        if why := next((refused[spot] for spot in spots if spot in refused), ""):
            seen.unread, seen.why = seen.unread + 1, why
        new = [item for spot, item in zip(spots, items, strict=True) if spot not in gone]
        seen.found += any(item["messageId"] not in taken.known_ids for item in new)
