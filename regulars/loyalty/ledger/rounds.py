"""What happens by itself, for everybody: rounds over all who have something due, in batches.

Each batch is one short transaction and names what it posted for ever, so a round can be killed and run again.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence

from django.db import transaction

from regulars.core import bulk
from regulars.core.failpoints import declare, failpoint
from regulars.loyalty.ledger.clock import ACTIVATE, EXPIRE, RELEASE, settle
from regulars.loyalty.ledger.desk import Moved, Numbers
from regulars.loyalty.ledger.kinds import Ask
from regulars.loyalty.ledger.loading import load_open_holds, load_open_lots, lock_books, make_books
from regulars.loyalty.ledger.purse import Purse
from regulars.loyalty.ledger.writing import write

BATCH = 50
DUE = {
    RELEASE: "SELECT node_id, programme_id, asset FROM loyalty_hold WHERE captured_us IS NULL AND released_us IS NULL"
    " AND expires_us <= %s ORDER BY expires_us LIMIT %s",
    ACTIVATE: "SELECT node_id, programme_id, asset FROM loyalty_lot WHERE pending > 0 AND activates_us <= %s"
    " ORDER BY activates_us LIMIT %s",
    EXPIRE: "SELECT node_id, programme_id, asset FROM loyalty_lot WHERE active > 0 AND expires_us <= %s"
    " ORDER BY expires_us LIMIT %s",
}
declare("ledger.round.before_commit", "ledger.round.after_commit")


def release_due(at: int) -> bool:
    """Give back what holds put aside that ran out: one batch; was there work?"""
    return _round(RELEASE, at)


def activate_due(at: int) -> bool:
    """Make pending points active whose return window has closed; debts are paid first. One batch; was there work?"""
    return _round(ACTIVATE, at)


def expire_due(at: int) -> bool:
    """Expire what is left of lots that are over. One batch; was there work?"""
    return _round(EXPIRE, at)


def _round(step: int, at: int) -> bool:
    rows = bulk.query(DUE[step], [at, BATCH])
    groups: dict[tuple[int, str], set[int]] = {}
    for node, programme, asset in rows:
        groups.setdefault((programme, asset), set()).add(node)
    for (programme, asset), nodes in sorted(groups.items()):
        settle_people(nodes, programme_id=programme, asset=asset, at=at, upto=step)
    return bool(rows)


def settle_people(
    nodes: Collection[int], *, programme_id: int, asset: str, at: int, upto: int = EXPIRE, tries: int = 8
) -> None:
    """Post what is due for the people these nodes belong to, in one transaction."""
    like = Ask(programme_id, asset, "", "", "", 0, at, at)
    try:
        with transaction.atomic():
            numbers = Numbers(block=len(nodes))
            purses = open_purses(nodes, programme_id=programme_id, asset=asset)
            write([(purse, settle(purse, like, numbers, upto=upto)) for purse in purses])
            failpoint("ledger.round.before_commit")
        failpoint("ledger.round.after_commit")
    except Moved:
        if not tries:
            raise
        settle_people(nodes, programme_id=programme_id, asset=asset, at=at, upto=upto, tries=tries - 1)


def open_purses(nodes: Collection[int], *, programme_id: int, asset: str) -> list[Purse]:
    """The purses of the people these nodes belong to, locked in order of node, with all that can be due.

    Nodes that are nobody's any more are a purse of their own. Raises Moved when people were joined meanwhile.
    """
    people = persons_around(nodes)
    purses = open_groups(people, programme_id=programme_id, asset=asset)
    if persons_around(nodes) != people:
        raise Moved
    return purses


def open_groups(groups: Sequence[Sequence[int]], *, programme_id: int, asset: str) -> list[Purse]:
    """A purse for each of these groups of nodes, locked in order of node, with all that can be due."""
    make_books(programme_id, asset, {min(group) for group in groups})
    books = lock_books(programme_id, asset, sorted(node for group in groups for node in group))
    purses = [Purse({node: books[node] for node in sorted(group) if node in books}, whole=True) for group in groups]
    load_open_lots(purses, programme_id, asset)
    load_open_holds(purses, programme_id, asset)
    return purses


def persons_around(nodes: Iterable[int]) -> list[list[int]]:
    """All nodes of the people these nodes belong to, a list for each person."""
    table, params = bulk.ids(nodes)
    rows = bulk.query(
        "SELECT person_id, id FROM people_node WHERE person_id IN"
        f" (SELECT person_id FROM people_node WHERE id IN {table}) ORDER BY id",
        params,
    )
    groups: dict[int, list[int]] = {}
    for person, node in rows:
        groups.setdefault(person, []).append(node)
    known = {node for group in groups.values() for node in group}
    return sorted([*groups.values(), *([node] for node in sorted(set(nodes) - known))])
