"""Conversations as they are told anew: their parts, lines and waits as plain rows, one question a kind.

It is asked while other writers wait, so nothing is built that is not needed.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from regulars.channels.networks import kinds
from regulars.core import bulk


class Line(NamedTuple):
    """What of an entry matters here; `preview` is the beginning of its text."""

    case_id: int
    id: int
    kind: str
    at: int
    heard_us: int | None
    seen_us: int | None
    sent_us: int | None
    gone_us: int | None
    author_id: int | None
    to_author_id: int | None
    public: bool
    automatic: bool
    by: str
    preview: str


class Part(NamedTuple):
    """A conversation as it goes on, or one that was merged into it: what of it matters here, and what follows."""

    id: int
    waiting_us: int | None
    next_due_us: int | None
    warn_us: int | None
    first_us: int | None
    due_us: int | None
    window_us: int | None
    last_us: int | None
    last_by: str
    preview: str
    audience: str
    turn_us: int
    snoozed_us: int | None
    reminded_us: int | None
    escalated_us: int | None
    closed_us: int | None
    closed_by: str
    outcome: str
    reopened: int
    author_id: int | None
    node_id: int | None
    changed_us: int
    merged_into: int | None
    account_id: int | None
    kind: str
    owner: str
    origin: str
    opened_us: int


@dataclass(slots=True)
class Waiting:
    """A row of `Wait`, as it is or is to be; `id` 0: not written yet."""

    case_id: int
    entry_id: int
    author_id: int | None
    account_id: int
    kind: str
    first: bool
    public: bool
    asked_us: int
    hour: int
    due_us: int | None
    warn_us: int | None
    by_hand: bool = False
    ended_us: int | None = None
    how: str = ""
    by_user: int | None = None
    owner_user: int | None = None
    business_us: int | None = None
    wall_us: int | None = None
    in_time: bool | None = None
    packed: int = 0
    id: int = 0


WAIT = Waiting.__slots__[:-1]
Group = list[Part]  # as it goes on, then the others
PARTS = ", ".join(Part._fields)


def groups(case_ids: set[int]) -> list[Group]:
    """Conversations as they go on, locked in order of their numbers, with all their parts."""
    some, params = bulk.ids(case_ids)
    roots = {root for (root,) in bulk.query(
        f"SELECT COALESCE(merged_into, id) FROM inbox_case WHERE id IN {some}", params)}  # fmt: skip
    some, params = bulk.ids(roots)
    held = f"id IN {some} AND account_id IS NOT NULL ORDER BY id{bulk.for_update()}"
    groups = {row[0]: [Part(*row)] for row in bulk.query(f"SELECT {PARTS} FROM inbox_case WHERE {held}", params)}
    some, params = bulk.ids(groups)
    parts = f"merged_into IS NOT NULL AND merged_into IN {some} ORDER BY id"
    for row in bulk.query(f"SELECT {PARTS} FROM inbox_case WHERE {parts}", params):
        part = Part(*row)
        groups[part.merged_into].append(part)
    return list(groups.values())


def _ids(groups: Iterable[Group]) -> list[int]:
    return [member.id for members in groups for member in members]


def lines(groups: Iterable[Group]) -> dict[int, list[Line]]:
    """{part: what was said and done in it, as far as clocks and lists care}."""
    some, params = bulk.ids(_ids(groups))
    found: dict[int, list[Line]] = defaultdict(list)
    for row in bulk.query(
        "SELECT case_id, id, kind, at, heard_us, seen_us, sent_us, gone_us, author_id, to_author_id, public,"
        f' automatic, "by", SUBSTR(text, 1, 200) FROM inbox_entry WHERE case_id IN {some}'
        " AND (kind <> 'event' OR sent_us IS NOT NULL) AND kind <> 'note'",
        params,
    ):
        found[row[0]].append(Line(*row))
    return found


def waits(groups: Iterable[Group]) -> dict[int, list[Waiting]]:
    """{part: the waits that are written}."""
    some, params = bulk.ids(_ids(groups))
    found: dict[int, list[Waiting]] = defaultdict(list)
    for row in bulk.query(f"SELECT {', '.join(WAIT)}, id FROM inbox_wait WHERE case_id IN {some}", params):
        found[row[0]].append(Waiting(*row))
    return found


def windows(groups: Iterable[Group]) -> dict[int, int]:
    """{account: for how long its network lets us answer in private}, where it does not for ever."""
    some, params = bulk.ids({member.account_id for members in groups for member in members if member.account_id})
    rows = bulk.query(f"SELECT id, kind FROM channels_account WHERE id IN {some}", params)
    return {number: window for number, kind in rows if (window := _window_of(kind)) is not None}


def _window_of(kind: str) -> int | None:
    try:
        return kinds.network(kind).window_us
    except KeyError:  # the shop's network is no longer part of the program
        return None


def nodes(lines: Mapping[int, Sequence[Line]]) -> dict[int, int]:
    """{author: node} of those who were proven."""
    some, params = bulk.ids({line.author_id for told in lines.values() for line in told if line.author_id})
    proven = f"SELECT id, node_id FROM channels_author WHERE id IN {some} AND node_id IS NOT NULL"
    return dict(bulk.query(proven, params))
