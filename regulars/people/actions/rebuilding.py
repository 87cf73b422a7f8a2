"""Working out all persons anew from their links: after limits were changed."""

from __future__ import annotations

from regulars.core import bulk
from regulars.core.jobs import job
from regulars.people.actions.again import in_one_transaction
from regulars.people.actions.joining import rejoin

PIECE = 200


@job()
def rejoin_everybody(*, at: int) -> int:
    """Every person from its links, in short transactions; returns how many were looked at. Safe to repeat.

    Values that are in quarantine stay there; a lower limit per value takes effect when the value is seen again.
    """
    last = count = 0
    while nodes := _next(last):
        _rejoin(set(nodes), at)
        last, count = nodes[-1], count + len(nodes)
    return count


def _next(last: int) -> list[int]:
    """Nodes with links; the others are persons of their own anyway."""
    rows = bulk.query(
        f"SELECT DISTINCT a FROM people_link WHERE a > %s AND revoked_us IS NULL ORDER BY a LIMIT {PIECE}", [last]
    )
    return [row[0] for row in rows]


@in_one_transaction
def _rejoin(nodes: set[int], at: int) -> None:
    rejoin(nodes, at=at)
