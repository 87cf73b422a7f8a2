"""The one way into the books: lock the person's balances, look for the key, settle what is due, post, write.

A person is locked by the balance rows of their nodes, in order of node; that of the oldest node is always there, so
two postings for one person meet. Different people never wait for each other.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace

from django.db import IntegrityError, connection, transaction

from regulars.core import bulk
from regulars.core.failpoints import declare, failpoint
from regulars.core.prepared import Statement
from regulars.loyalty.ledger.clock import settle
from regulars.loyalty.ledger.errors import CannotPost, Conflict
from regulars.loyalty.ledger.hashing import request_hash
from regulars.loyalty.ledger.kinds import Ask, post
from regulars.loyalty.ledger.loading import load_open_holds, load_open_lots, opened, opening, ready_nodes
from regulars.loyalty.ledger.purse import Posting, Purse
from regulars.loyalty.ledger.writing import write

TRIES = 8
LIGHT = {"earn"}  # needs to know nothing of the other lots, unless something is owed or due
declare("ledger.post.locked", "ledger.post.before_commit", "ledger.post.after_commit")


class Moved(Exception):
    """The person was merged or separated while we waited for the lock, or has no book yet: begin again."""


@dataclass(frozen=True)
class Posted:
    """What stands in the books: `after` is what the person could spend right after it; `new` is False when the same
    was posted before.

    Of a new one: `moves` [(lot, from, to, amount, for whose sake)], the person, and what they `have` now (active,
    pending, held, debt).
    """

    id: int
    amount: int
    after: int
    new: bool = True
    moves: tuple = ()
    person_id: int = 0
    have: tuple[int, int, int, int] | None = None


Prepare = Callable[[Purse, Ask], Ask]
Follow = Callable[[Posting], Iterable[Ask]]


def put(ask: Ask, *, prepare: Prepare | None = None, follow: Follow | None = None) -> Posted:
    """Post, in the caller's transaction or one of its own; once for ever per key.

    `prepare` completes the ask when the person is locked, `follow` says what else is to be posted with it. Raises
    Conflict for a known key with other content, CannotPost for what cannot be done; nothing is written then.
    """
    for again in range(TRIES):
        try:
            with transaction.atomic():
                if again:
                    ready_nodes(ask)  # books are made before any is locked
                found = _put(ask, prepare, follow)
                failpoint("ledger.post.before_commit")
            failpoint("ledger.post.after_commit")
            return found
        except Moved:
            continue
        except IntegrityError as error:
            if not _is_second(error):
                raise
    raise CannotPost("This person is being merged or separated right now. Try again in a moment.")


def _is_second(error: IntegrityError) -> bool:
    """Another transaction used the same key at the same time: next time round it is found."""
    text = str(error)
    return "loyalty_txn_once" in text or "loyalty_txn.programme_id" in text


def _put(ask: Ask, prepare: Prepare | None, follow: Follow | None) -> Posted:
    person, purse, number, known = _open(ask)
    failpoint("ledger.post.locked")
    if known:
        return _same(known, ask)
    ask = not_before(purse, ask)
    fill(purse, ask)
    if prepare:
        ask = prepare(purse, ask)
    numbers = Numbers(number)
    made = settle(purse, ask, numbers)
    posting = post(purse, ask, numbers())
    made.append(posting)
    for more in follow(posting) if follow else ():
        made.append(post(purse, more, numbers()))
    made += settle(purse, ask, numbers)
    write([(purse, made)])
    have = tuple(purse.total(name) for name in ("active", "pending", "held", "debt"))
    return Posted(posting.id, posting.amount, posting.after, True, tuple(posting.moves), person, have)


def _open(ask: Ask) -> tuple[int, Purse, int, tuple | None]:
    """(the person, their purse, a number for the transaction, the one with this key if it is known), locked.

    Raises Moved when what got locked is not what the person has by now.
    """
    locked, seen, found = bulk.together([*opening(ask, lots=ask.kind not in LIGHT), looking(ask)])
    mine = opened(ask, locked, seen)
    if mine is None:
        raise Moved
    row = found[0]
    return *mine, row[0], row[1:] if row[1] is not None else None


def not_before(purse: Purse, ask: Ask) -> Ask:
    """Whoever waited for the lock may be handed points that became active meanwhile: time does not run backwards."""
    newest = max((lot.activates_us for lot in purse.own() if lot.active), default=0)
    return replace(ask, at=newest) if newest > ask.at else ask


def fill(purse: Purse, ask: Ask) -> None:
    """Bring what else the posting needs to know: all lots where something is due or owed, the holds when due."""
    due = any(book.due_us is not None and book.due_us <= ask.at for book in purse.books.values())
    if ask.kind in LIGHT and (due or purse.total("debt")):
        load_open_lots([purse], ask.programme_id, ask.asset)
    purse.whole = due
    if due:
        load_open_holds([purse], ask.programme_id, ask.asset)


class Numbers:
    """Numbers of transactions: the first may be given, the next are drawn when needed, `block` at a time."""

    def __init__(self, *given: int, block: int = 1) -> None:
        self.given, self.block, self.last = list(given), block, max(given, default=0)

    def __call__(self) -> int:
        if not self.given:
            self.given = self._draw()
        return self.given.pop(0)

    def _draw(self) -> list[int]:
        if connection.vendor == "postgresql":
            return [row[0] for row in bulk.query(f"{NEXT} FROM generate_series(1, %s)", [self.block])]
        self.last = max(self.last, bulk.query("SELECT coalesce(max(id), 0) FROM loyalty_txn")[0][0]) + 1
        return [self.last]


NEXT = "SELECT nextval(pg_get_serial_sequence('loyalty_txn', 'id'))"


def looking(ask: Ask) -> Statement:
    """Asks for a number for a new transaction, and the known one with this key, if any."""
    fresh = f"({NEXT})" if connection.vendor == "postgresql" else "(SELECT coalesce(max(id), 0) + 1 FROM loyalty_txn)"
    return (
        f"SELECT {fresh}, t.id, t.amount, t.after, t.request_hash FROM (SELECT 1 AS one) AS o LEFT JOIN loyalty_txn t"
        " ON t.programme_id = %s AND t.source = %s AND t.kind = %s AND t.external_id = %s",
        [ask.programme_id, ask.source, ask.kind, ask.key],
    )


def whose(txn_id: int) -> int:
    """The node in whose name a transaction was posted."""
    return bulk.query("SELECT node_id FROM loyalty_txn WHERE id = %s", [txn_id])[0][0]


def _same(known: tuple, ask: Ask) -> Posted:
    id_, amount, after, digest = known
    if digest != request_hash(ask):
        raise Conflict(ask.key)
    return Posted(id_, amount, after, new=False)
