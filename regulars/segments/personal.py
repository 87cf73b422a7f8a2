"""What segments hold of people: numbers only, and how it goes when somebody is erased."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from regulars.core import bulk
from regulars.core.log import current_tx
from regulars.core.plugs import PersonalTable, register
from regulars.segments.ledger import CHANGE, Came, count_people
from regulars.segments.models import Change


def _memberships(node_ids: Sequence[int]) -> list[dict[str, Any]]:
    some, params = bulk.ids(node_ids)
    rows = bulk.query(
        "SELECT s.name, m.since_us FROM segments_membership m JOIN segments_segment s ON s.id = m.segment_id"
        f" WHERE m.member AND m.person_id IN {some} ORDER BY m.since_us",
        params,
    )
    return [{"segment": name, "since_us": since} for name, since in rows]


def _leave(node_ids: Sequence[int], at: int) -> int:
    """Out of every segment at once, with a line in the log; a person's number is the number of one of the nodes."""
    some, params = bulk.ids(node_ids)
    rows = bulk.query(
        "SELECT m.segment_id, m.person_id, s.version FROM segments_membership m"
        f" JOIN segments_segment s ON s.id = m.segment_id WHERE m.member AND m.person_id IN {some}",
        params,
    )
    came = [Came(segment, person, False, "erase", False) for segment, person, _ in rows]
    tx = current_tx()
    log = [(tx, c.segment, version, c.person, *c[2:], at) for c, (_, _, version) in zip(came, rows, strict=True)]
    bulk.insert(Change, CHANGE, log)
    count_people(came)
    return bulk.execute(f"DELETE FROM segments_membership WHERE person_id IN {some}", params)


def _changes(node_ids: Sequence[int]) -> list[dict[str, Any]]:
    some, params = bulk.ids(node_ids)
    rows = bulk.query(
        "SELECT s.name, c.entered, c.cause, c.at FROM segments_change c"
        " JOIN segments_segment s ON s.id = c.segment_id"
        f" WHERE c.person_id IN {some} ORDER BY c.id",
        params,
    )
    return [{"segment": n, "entered": bool(e), "cause": cause, "at": at} for n, e, cause, at in rows]


def _keep_changes(node_ids: Sequence[int], at: int) -> int:
    """The log stays: it holds numbers that name nobody once the nodes are gone, and others read it by place."""
    return 0


def _entries(node_ids: Sequence[int]) -> list[dict[str, Any]]:
    some, params = bulk.ids(node_ids)
    rows = bulk.query(
        "SELECT s.name, l.at FROM segments_listentry l JOIN segments_segment s ON s.id = l.segment_id"
        f" WHERE l.node_id IN {some} ORDER BY l.at",
        params,
    )
    return [{"list": name, "at": at} for name, at in rows]


def _off_lists(node_ids: Sequence[int], at: int) -> int:
    some, params = bulk.ids(node_ids)
    return bulk.execute(f"DELETE FROM segments_listentry WHERE node_id IN {some}", params)


register(
    PersonalTable(
        table="segments_listentry",
        room="segments",
        holds="which lists somebody was put on by hand",
        export=_entries,
        erase=_off_lists,
    ),
    PersonalTable(
        table="segments_membership",
        room="segments",
        holds="which segments the person is in",
        export=_memberships,
        erase=_leave,
    ),
    PersonalTable(
        table="segments_change",
        room="segments",
        holds="when the person entered and left segments",
        export=_changes,
        erase=_keep_changes,
    ),
)
