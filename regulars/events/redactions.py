"""Taking single events out of stored raw requests: of erased people, and second copies of what is in the log.

The order for it commits with the erasure (table Redaction); it is carried out right after, and again after a
crash, until it is done.
"""

from __future__ import annotations

import time
from collections import defaultdict

import msgspec

from regulars.core import bulk
from regulars.core.failpoints import declare, failpoint
from regulars.core.locks import exclusive
from regulars.events import inbox
from regulars.events.inbox import RawRequest
from regulars.events.item import decode_any, encode
from regulars.events.pipeline import REDACTED
from regulars.events.requests import HOOKS, split_request

declare("redactions.before_rewrite", "redactions.after_rewrite")
EVERY = 2.0  # seconds between two looks

_looked = {"at": 0.0}


def carry_out(*, now: bool = False, most: int = 200) -> bool:
    """Rewrite the bodies of up to `most` requests; whether there was work. Requests not taken in yet wait."""
    if not now and time.monotonic() - _looked["at"] < EVERY:
        return False
    _looked["at"] = time.monotonic()
    with exclusive("redactions") as mine:
        orders = _orders(most) if mine else []
        if orders:
            _rewrite(orders)
            sql, params = bulk.ids([order for order, _, _ in orders])
            bulk.execute(f"DELETE FROM events_redaction WHERE id IN {sql}", params)
            _looked["at"] = 0.0
    return bool(orders)


def _orders(most: int) -> list[tuple[int, int, int]]:
    """(id, request, position)"""
    return bulk.query(
        "SELECT id, raw_seq, position FROM events_redaction WHERE raw_seq IN"
        " (SELECT DISTINCT raw_seq FROM events_redaction WHERE raw_seq <= %s ORDER BY raw_seq LIMIT %s)",
        [inbox.store().taken_in_up_to(), most],
    )


def _rewrite(orders: list[tuple[int, int, int]]) -> None:
    places: dict[int, set[int]] = defaultdict(set)
    for _, seq, position in orders:
        places[seq].add(position)
    box = inbox.store()
    for request in box.read(sorted(places)):
        failpoint("redactions.before_rewrite")
        box.rewrite(request.seq, *_without(request, places[request.seq]))
        failpoint("redactions.after_rewrite")
    box.truncate_wal()


def _without(request: RawRequest, positions: set[int]) -> tuple[bool, bytes | None]:
    """The body to store; None when nothing is left in it. A shop's delivery goes as a whole: it speaks of one
    thing, and what counts of it is in the log."""
    if request.path.startswith(HOOKS):
        return False, None
    events, _ = split_request(request)
    left = [REDACTED if n in positions else bytes(event) for n, event in enumerate(events)]
    if all(event == REDACTED for event in left):
        return False, None
    return inbox.pack(encode(_envelope(request.body) | {"batch": [msgspec.Raw(event) for event in left]}))


def _envelope(body: bytes) -> dict:
    try:
        found = decode_any(body)
    except (msgspec.DecodeError, UnicodeDecodeError):
        return {}
    return {name: found[name] for name in ("sentAt", "timestamp", "originalTimestamp") if name in found}
