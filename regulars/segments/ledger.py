"""From what is true now and what was stored: the exact changes, and writing them in short transactions.

Pure up to `store`. Membership rows exist only for people who can matter: members, and those due later.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import islice
from typing import NamedTuple

from django.db import transaction

from regulars.core import bulk
from regulars.core.failpoints import declare, failpoint
from regulars.core.log import current_tx
from regulars.segments.models import Change, Membership

declare("segments.chunk_written", "segments.chunk_committed")
ROWS = 500  # about 10 ms of SQLite's lock
CHANGE = ("tx", "segment_id", "version", "person_id", "entered", "cause", "moved", "at")
MEMBERSHIP = ("segment_id", "person_id", "member", "since_us", "next_us")
UPSERT = (
    "(segment_id, person_id) DO UPDATE SET member = excluded.member, since_us = excluded.since_us,"
    " next_us = excluded.next_us"
)

Place = tuple[int, int]
"""(segment, person)"""


class Stored(NamedTuple):
    """A membership as it stands in the table."""

    member: bool
    since_us: int
    next_us: int | None


class Found(NamedTuple):
    """A membership as evaluated; only for places that matter."""

    member: bool
    next_us: int | None


class Came(NamedTuple):
    """One entering or leaving."""

    segment: int
    person: int
    entered: bool
    cause: str
    moved: bool


@dataclass
class Difference:
    """What to write: rows to put, rows to take out, changes to log."""

    put: dict[Place, Stored] = field(default_factory=dict)
    gone: list[Place] = field(default_factory=list)
    came: dict[Place, Came] = field(default_factory=dict)

    @property
    def places(self) -> list[Place]:
        """All places that something is written for, people by people."""
        return sorted({*self.put, *self.gone, *self.came}, key=lambda place: (place[1], place[0]))


def difference(
    stored: Mapping[Place, Stored],
    found: Mapping[Place, Found],
    causes: Mapping[int, str],
    at: int,
    *,
    heirs: Mapping[int, int] | None = None,
) -> Difference:
    """Everything stored for the people in question against everything found for them.

    `causes` says per person why we look (default: time). `heirs` says for people who are no more into whom they
    were merged: the heir is compared with the union of all, so nobody enters or leaves twice.
    """
    heirs = heirs or {}
    result = Difference()
    inherited = _inherited(stored, heirs)
    for place, was in stored.items():
        if place not in found:
            _close(result, place, was, found, causes, heirs)
    for place, now in found.items():
        _settle(result, place, stored.get(place), now, inherited.get(place), causes, at)
    return result


def _inherited(stored: Mapping[Place, Stored], heirs: Mapping[int, int]) -> dict[Place, int]:
    """Places that heirs take over from people merged into them, with the earliest time of entering."""
    found: dict[Place, int] = {}
    for (segment, person), was in stored.items():
        if person in heirs and was.member:
            place = (segment, heirs[person])
            found[place] = min(found.get(place, was.since_us), was.since_us)
    return found


def _close(
    result: Difference,
    place: Place,
    was: Stored,
    found: Mapping[Place, Found],
    causes: Mapping[int, str],
    heirs: Mapping[int, int],
) -> None:
    segment, person = place
    result.gone.append(place)
    if not was.member:
        return
    heir = (segment, heirs.get(person, -1))
    moved = heir in found and found[heir].member
    result.came[place] = Came(segment, person, False, causes.get(person, "time"), moved)


def _settle(
    result: Difference,
    place: Place,
    was: Stored | None,
    now: Found,
    inherited: int | None,
    causes: Mapping[int, str],
    at: int,
) -> None:
    member = was is not None and was.member
    since = was.since_us if was and was.member == now.member else at
    if now.member and inherited is not None:
        since = min(since, inherited)
    fresh = Stored(now.member, since, now.next_us)
    if fresh != was:
        result.put[place] = fresh
    if now.member != member:
        moved = now.member and inherited is not None
        result.came[place] = Came(*place, now.member, causes.get(place[1], "time"), moved)


def store(diff: Difference, versions: Mapping[int, int], at: int, *, last: Iterable = (), rows: int = ROWS) -> int:
    """Write a difference in transactions of at most about ROWS rows; returns the number of changes.

    `last` are functions called in the final transaction (there is always one): the offset moves with it. If we
    are killed in between, the rest is found again: what is written already makes no difference any more.
    """
    chunks = list(_chunks(diff.places, ROWS)) or [[]]
    for number, chunk in enumerate(chunks):
        with transaction.atomic():
            _write(diff, chunk, versions, at)
            if number == len(chunks) - 1:
                for finish in last:
                    finish()
            failpoint("segments.chunk_written")
        failpoint("segments.chunk_committed")
    return len(diff.came)


def _chunks(places: Sequence[Place], rows: int) -> Iterator[list[Place]]:
    rest = iter(places)
    while chunk := list(islice(rest, rows)):
        yield chunk


def _write(diff: Difference, places: Sequence[Place], versions: Mapping[int, int], at: int) -> None:
    gone = set(diff.gone)
    _delete([p for p in places if p in gone])
    put = [(*p, *diff.put[p]) for p in places if p in diff.put]
    bulk.insert(Membership, MEMBERSHIP, put, conflict=UPSERT)
    came = [diff.came[p] for p in places if p in diff.came]
    tx = current_tx() if came else 0
    log = [(tx, c.segment, versions[c.segment], c.person, c.entered, c.cause, c.moved, at) for c in came]
    bulk.insert(Change, CHANGE, log)
    count_people(came)


def _delete(places: Sequence[Place]) -> None:
    if places:
        table, params = bulk.table({"s": "bigint", "p": "bigint"}, places)
        bulk.execute(
            f"DELETE FROM segments_membership WHERE (segment_id, person_id) IN (SELECT v.s, v.p FROM {table})", params
        )


def count_people(came: Iterable[Came]) -> None:
    """Keep the number of members beside the segment."""
    steps: Counter[int] = Counter()
    for change in came:
        steps[change.segment] += 1 if change.entered else -1
    for segment, step in sorted(steps.items()):
        bulk.execute("UPDATE segments_segment SET people = people + %s WHERE id = %s", [step, segment])


def stored_of(persons: Iterable[int], segments: Iterable[int]) -> dict[Place, Stored]:
    """The stored memberships of these people in these segments."""
    some, params = bulk.ids(persons)
    these, more = bulk.ids(segments)
    rows = bulk.query(
        "SELECT segment_id, person_id, member, since_us, next_us FROM segments_membership"
        f" WHERE person_id IN {some} AND segment_id IN {these}",
        [*params, *more],
    )
    return {(s, p): Stored(bool(member), since, turns) for s, p, member, since, turns in rows}
