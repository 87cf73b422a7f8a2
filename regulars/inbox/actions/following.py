"""What became of people after their conversation was closed: stored nightly, so that reports only read."""

from __future__ import annotations

from django.db import transaction

from regulars.core import bulk
from regulars.core.clock import DAY
from regulars.inbox.kinds import MERGED

BOUGHT_US, BACK_US = 60 * DAY, 30 * DAY
LATE_US = 90 * DAY  # what was closed longer ago is not followed any more
PIECE = 300


def follow(*, at: int) -> int:
    """Look at everybody whose days are not over; returns how many. Doing it again changes nothing."""
    while begin_following(at=at):
        pass
    done, last = 0, 0
    while piece := _piece(last):
        _look(piece, at=at)
        done, last = done + len(piece), piece[-1]
    return done


@transaction.atomic
def begin_following(*, at: int) -> int:
    """Conversations that were closed since; at most a piece of them."""
    return bulk.execute(
        "INSERT INTO inbox_after (case_id, closed_us, angry) SELECT id, closed_us, %s FROM inbox_case c WHERE"
        " c.closed_us >= %s AND c.account_id IS NOT NULL AND c.merged_into IS NULL AND c.outcome NOT IN (%s, 'spam')"
        " AND NOT EXISTS (SELECT 1 FROM inbox_after a WHERE a.case_id = c.id) ORDER BY c.closed_us LIMIT %s",
        [False, at - LATE_US, MERGED, PIECE],
    )


def _piece(last: int) -> list[int]:
    sql = "SELECT case_id FROM inbox_after WHERE settled_us IS NULL AND case_id > %s ORDER BY case_id LIMIT %s"
    return [row[0] for row in bulk.query(sql, [last, PIECE])]


@transaction.atomic
def _look(cases: list[int], *, at: int) -> None:
    some, params = bulk.ids(cases)
    bulk.execute(
        "UPDATE inbox_after SET bought_us = (SELECT MIN(o.ts) FROM inbox_case c"
        " JOIN people_node p ON p.id = c.node_id JOIN people_node n ON n.person_id = p.person_id"
        " JOIN commerce_order o ON o.node_id = n.id"
        " WHERE c.id = inbox_after.case_id AND o.cancelled_us IS NULL AND o.ts > inbox_after.closed_us"
        f" AND o.ts <= inbox_after.closed_us + %s), back_us = ({_back('MIN(w.asked_us)')})"
        f" WHERE case_id IN {some}",
        [BOUGHT_US, BACK_US, *params],
    )
    bulk.execute(
        f"UPDATE inbox_after SET angry = EXISTS ({_back('1', ANGRY)}),"
        " settled_us = CASE WHEN closed_us + %s <= %s THEN %s END"
        f" WHERE case_id IN {some}",
        [BACK_US, BOUGHT_US, at, at, *params],
    )


ANGRY = (
    " JOIN inbox_entry e ON e.id = w.entry_id JOIN inbox_reading r ON r.item_id = e.item_id"
    " AND (r.feels = 'negative' OR r.intent = 'complaint')"
)


def _back(what: str, joins: str = "") -> str:
    """What they wrote after it was closed."""
    return (
        f"SELECT {what} FROM inbox_case c JOIN inbox_wait w ON w.author_id = c.author_id{joins}"
        " WHERE c.id = inbox_after.case_id AND w.asked_us > inbox_after.closed_us"
        " AND w.asked_us <= inbox_after.closed_us + %s"
    )
