"""Full evaluation: new and changed definitions, and the nightly recount that must find nothing.

Everybody is evaluated at a time T from the lake; whoever was touched after the lake's positions is evaluated from
the truth instead, so it does not matter how far the lake is. Without a lake, everybody comes from the truth.
For the holder of the lock only: no tick runs meanwhile.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.db import connection

from regulars.core import bulk
from regulars.core.log import Reader
from regulars.core.plugs import registry
from regulars.segments import ledger, tick
from regulars.segments.gather import lists
from regulars.segments.ledger import Found, Place
from regulars.segments.standing import Standing

if TYPE_CHECKING:
    import pyarrow as pa

    from regulars.lake.queries import Snapshot

PEOPLE, SMALL = 5_000, 2_000


@dataclass(frozen=True)
class Evaluated:
    """The places that matter of everybody, as Arrow tables (person_id, m<id>, n<id>) that name nobody twice."""

    parts: list[pa.Table]

    def of(self, segment: int) -> Iterator[tuple[int, Found]]:
        """Person and membership in one segment."""
        for rows in self.parts:
            for (_, person), found in tick.places(rows, [segment]):
                yield person, found


def everybody(standing: Standing, wanted: Iterable[int], at: int) -> Evaluated:
    """The memberships of everybody in the wanted segments at a time."""
    wanted = sorted(wanted)
    if use_lake():
        return from_lake(standing, wanted, at)
    return Evaluated([_of_truth(standing, some, wanted, at) for some in _all_persons()])


def use_lake() -> bool:
    """Is there a lake worth asking? Small installations are read from the truth as quickly."""
    from regulars.lake.manifest import newest
    from regulars.lake.queries import folder

    small = bulk.query(f"SELECT count(*) FROM (SELECT 1 FROM people_node LIMIT {SMALL}) AS few")[0][0] < SMALL
    return not small and newest(folder()).watermark != (0, 0)


def from_lake(standing: Standing, wanted: list[int], at: int) -> Evaluated:
    """Everybody from the lake, except those of whom the truth knows more."""
    from regulars.lake.queries import read

    def question(snapshot: Snapshot) -> tuple[pa.Table, set[int]]:
        newer = newer_than(snapshot, standing)
        return ask_lake(snapshot, standing, wanted, at), newer

    rows, newer = read(question)
    fresh = [_of_truth(standing, some, wanted, at) for some in _pages(sorted(newer))]
    return Evaluated([without(rows, newer), *fresh])


def ask_lake(snapshot: Snapshot, standing: Standing, wanted: Iterable[int], at: int) -> pa.Table:
    """The answer of a snapshot as it is, in one pass over its events."""
    from regulars.segments.compile import ibis_options

    if "lists" in standing.needs.tables:
        snapshot.add("lists", lists())
    with ibis_options():
        return snapshot.arrow(standing.expression(now=at, wanted=wanted))


def newer_than(snapshot: Snapshot, standing: Standing) -> set[int]:
    """The people of whom this snapshot may not know all: touched, or with events, after its positions."""
    places = [snapshot.positions.get(t) for t in standing.needs.tables if _follows_touches(t)]
    start = min((p for p in places if p is not None), default=None)
    if start is None or None in places:
        start = (0, 0)
    condition, params = _after(start)
    found = {p for (p,) in bulk.query(f"SELECT DISTINCT person_id FROM people_touch WHERE {condition}", params)}
    condition, params = _after(snapshot.watermark, "e.")
    sql = (
        "SELECT DISTINCT n.person_id FROM events_event e JOIN people_node n ON n.id = e.node_id"
        f" WHERE {condition} AND n.person_id IS NOT NULL"
    )
    return found | {p for (p,) in bulk.query(sql, params)}


def _follows_touches(table: str) -> bool:
    known = registry.replica.get(table)
    return known is not None and known.kind == "keyed" and known.changed != "all"


def _after(place: tuple[int, int], dot: str = "") -> tuple[str, list[int]]:
    """Entries after a place, those of transactions that committed late included: there may be too many."""
    if connection.vendor == "postgresql":
        return f"({dot}tx, {dot}id) > (%s, %s) AND {dot}tx > 0", list(place)
    return f"{dot}id > %s", [place[1]]


def without(rows: pa.Table, persons: set[int]) -> pa.Table:
    """The rows of everybody else."""
    import pyarrow as pa
    import pyarrow.compute as pc

    return rows.filter(pc.invert(pc.is_in(rows["person_id"], value_set=pa.array(sorted(persons), pa.int64()))))


def _of_truth(standing: Standing, persons: list[int], wanted: list[int], at: int) -> pa.Table:
    from regulars.lake.truth import one_moment
    from regulars.segments.gather import gather

    with one_moment():
        tables = gather(standing.needs, persons, standing.calendar, at)
    columns = [f"{k}{s}" for s in wanted for k in "mn"]
    return tick.ask(standing, tables).select(["person_id", *columns])


def _all_persons() -> Iterator[list[int]]:
    after = -1
    while found := bulk.query(
        "SELECT DISTINCT person_id FROM people_node WHERE person_id > %s ORDER BY 1 LIMIT %s", [after, PEOPLE]
    ):
        after = found[-1][0]
        yield [person for (person,) in found]


def _pages(persons: list[int]) -> Iterator[list[int]]:
    for start in range(0, len(persons), PEOPLE):
        yield persons[start : start + PEOPLE]


def settle(
    segment: int,
    evaluated: Evaluated,
    versions: Mapping[int, int],
    cause: str,
    at: int,
    *,
    leave: set[int],
) -> int:
    """Bring the stored memberships of one segment to what was found; returns how many people came or went.

    `leave` names people to be left as they are (they wait for a tick). Safe to repeat after a kill.
    """
    stored = _stored(segment)
    found = {(segment, person): now for person, now in evaluated.of(segment)}
    if leave:
        stored, found = ({k: v for k, v in d.items() if k[1] not in leave} for d in (stored, found))
    diff = ledger.difference(stored, found, _Always(cause), at)
    return ledger.store(diff, versions, at)


class _Always(dict):
    """Everybody's cause."""

    def __init__(self, cause: str) -> None:
        self._cause = cause

    def get(self, key: object, default: object = None) -> str:
        return self._cause


def _stored(segment: int) -> dict[Place, ledger.Stored]:
    rows = bulk.query(
        "SELECT person_id, member, since_us, next_us FROM segments_membership WHERE segment_id = %s", [segment]
    )
    return {(segment, person): ledger.Stored(bool(m), since, turns) for person, m, since, turns in rows}


def waiting(standing: Standing, at: int) -> set[int]:
    """The people a tick would look at now."""
    condition, params = _after(Reader(tick.CONSUMER).position())
    touched = {p for (p,) in bulk.query(f"SELECT DISTINCT person_id FROM people_touch WHERE {condition}", params)}
    some, ids = bulk.ids(standing.ids)
    due = bulk.query(
        f"SELECT person_id FROM segments_membership WHERE next_us <= %s AND +segment_id IN {some}", [at, *ids]
    )
    return touched | {p for (p,) in due}
