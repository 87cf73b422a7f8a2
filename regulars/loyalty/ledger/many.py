"""Many postings for many people in a handful of statements: what a batch of counted people needs.

The same books come of it as from posting one by one. All the people are locked at once, in order of node, so batches
are short.
"""

from __future__ import annotations

from collections.abc import Sequence

from django.db import connection, transaction

from regulars.core import bulk
from regulars.loyalty.ledger.clock import settle
from regulars.loyalty.ledger.desk import TRIES, Moved, Numbers, not_before
from regulars.loyalty.ledger.errors import CannotPost, Conflict
from regulars.loyalty.ledger.hashing import request_hash
from regulars.loyalty.ledger.kinds import Ask, post
from regulars.loyalty.ledger.loading import make_books
from regulars.loyalty.ledger.purse import Posting, Purse
from regulars.loyalty.ledger.rounds import open_purses
from regulars.loyalty.ledger.writing import write


def put_many(asks: Sequence[Ask]) -> int:
    """Post asks of one programme, asset, source and moment, for each person in their order; returns how many were
    new. In the caller's transaction or one of its own.

    A key that is known already is left out. Raises Conflict for one with other content, CannotPost for what cannot
    be done; nothing is written then.
    """
    if not asks:
        return 0
    for _ in range(TRIES):
        try:
            with transaction.atomic():
                return _put(asks)
        except Moved:
            continue
    raise CannotPost("People are being merged or separated right now. Try again in a moment.")


def _put(asks: Sequence[Ask]) -> int:
    first, nodes = asks[0], {ask.node_id for ask in asks}
    make_books(first.programme_id, first.asset, nodes)
    purses = open_purses(nodes, programme_id=first.programme_id, asset=first.asset)
    home = {node: purse for purse in purses for node in purse.books}
    known = _known(asks)
    fresh = [ask for ask in asks if (ask.kind, ask.key) not in known]
    for ask in asks:
        if known.get((ask.kind, ask.key), request_hash(ask)) != request_hash(ask):
            raise Conflict(ask.key)
    by_purse: dict[int, tuple[Purse, list[Ask]]] = {}
    for ask in fresh:
        by_purse.setdefault(id(home[ask.node_id]), (home[ask.node_id], []))[1].append(ask)
    numbers = _numbers(len(fresh))
    write([(purse, _post(purse, theirs, numbers)) for purse, theirs in by_purse.values()])
    return len(fresh)


def _post(purse: Purse, asks: Sequence[Ask], numbers: Numbers) -> list[Posting]:
    asks = [not_before(purse, ask) for ask in asks]
    made = settle(purse, asks[0], numbers)
    for ask in asks:
        made.append(post(purse, ask, numbers()))
    return [*made, *settle(purse, asks[-1], numbers)]


def _known(asks: Sequence[Ask]) -> dict[tuple[str, str], str]:
    """{(kind, key): hash of the request} of what was posted before."""
    table, params = bulk.table({"kind": "text", "key": "text"}, [(ask.kind, ask.key) for ask in asks])
    rows = bulk.query(
        f"SELECT t.kind, t.external_id, t.request_hash FROM {table} CROSS JOIN loyalty_txn t"  # SQLite: in this order
        " WHERE t.programme_id = %s AND t.source = %s AND t.kind = v.kind AND t.external_id = v.key",
        [*params, asks[0].programme_id, asks[0].source],
    )
    return {(kind, key): digest for kind, key, digest in rows}


def _numbers(count: int) -> Numbers:
    """So many numbers at once; more are drawn when needed."""
    if connection.vendor == "postgresql":
        return Numbers(block=max(count, 1))
    first = bulk.query("SELECT coalesce(max(id), 0) + 1 FROM loyalty_txn")[0][0]
    return Numbers(*range(first, first + count))
