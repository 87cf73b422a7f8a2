"""A stored delivery, opened: its canonical events, as ingestion takes them in."""

from __future__ import annotations

from dataclasses import replace

from regulars.events.inbox import RawRequest
from regulars.events.item import encode
from regulars.events.pipeline import Origin
from regulars.events.sources import accounts
from regulars.events.sources.canonical import Item, Unreadable
from regulars.events.sources.deliveries import Account, Delivery, unpack
from regulars.events.sources.kinds import kind_of

PAUSED = "The source was paused when this came. It is taken in when the source goes on."


def open_delivery(request: RawRequest, origin: Origin) -> tuple[list[bytes], Origin]:
    """The events of a delivery, as JSON. One that cannot be read is refused as a whole, with the reason, and is read
    anew when it is replayed."""
    opened = accounts.by_source(request.source_id)
    try:
        if opened is None:
            raise Unreadable("The source of this delivery was revoked.")
        if opened.paused:
            return _refused(request, origin, "paused", PAUSED)
        items = read(unpack(request.body, request.received_us), opened.account)
    except (ValueError, RecursionError) as why:
        return _refused(request, origin, "unmapped" if isinstance(why, Unmapped) else "unreadable", str(why))
    return [encode(item) for item in items], replace(origin, whole=not _of_several(opened.account))


def _of_several(account: Account) -> bool:
    """Whether a body may speak of several people: then no copy of it stays once something in it is known."""
    return any(rule.get("each") for rule in (account.mapping or {}).get("rules", ()))


def _refused(request: RawRequest, origin: Origin, code: str, reason: str) -> tuple[list[bytes], Origin]:
    return [request.body], replace(origin, whole=True, refused=(code, reason))


class Unmapped(Unreadable):
    """Nobody has said yet what the fields of this body mean."""


def read(delivery: Delivery, account: Account) -> list[Item]:
    """The canonical events of a delivery. Raises Unreadable, and ValueError for what is no JSON."""
    try:
        return kind_of(account.kind).read(delivery, account)
    except (KeyError, TypeError, AttributeError, IndexError) as wrong:  # a shape nobody documented
        raise Unreadable(f"The delivery is not written as {account.kind} documents it: {wrong!r}.") from wrong
