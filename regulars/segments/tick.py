"""The tick: whoever was touched or is due is looked at again, exactly, and nobody else.

At a time T and one moment of the truth: the next entries of the Touch log and the people whose `next_us` has come;
their rows are gathered once; all segments are evaluated for them by one expression; differences are written.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.db import connection
from django.db.models import Max

from regulars.core import bulk
from regulars.core.log import Position, Reader, where_after
from regulars.core.plugs import registry
from regulars.people.actions import reads_touches
from regulars.segments import ledger
from regulars.segments.gather import gather
from regulars.segments.ledger import Found, Place
from regulars.segments.models import Segment
from regulars.segments.standing import Standing, in_effect

if TYPE_CHECKING:
    import pyarrow as pa

TOUCHES, PEOPLE = 20_000, 2_000
CONSUMER = reads_touches("segments")
WEIGHT = ("derived", "trait", "event", "consent", "manual", "unmerge", "merge", "erase")


@dataclass
class Work:
    """Who is looked at, why, up to where of the Touch log, and whether that was all."""

    causes: dict[int, str]
    due: list[int]
    end: Position
    more: bool

    @property
    def persons(self) -> list[int]:
        return sorted({*self.causes, *self.due})


def run(at: int, *, people: int = PEOPLE) -> bool:
    """One tick, for the holder of the lock. Says whether there was work."""
    from regulars.lake.truth import one_moment

    standing = in_effect()
    at = max(at, latest(standing))
    with one_moment():
        work = find_work(standing, at, people)
        found, stored, heirs = _look(standing, work, at) if work.persons else ({}, {}, {})
    causes = {p: "time" for p in work.due} | {p: cause_name(c) for p, c in work.causes.items()}
    _inherit_causes(causes, heirs)
    diff = ledger.difference(stored, found, causes, at, heirs={k: v for k, v in heirs.items() if v})
    ends = [lambda: Reader(CONSUMER).move(work.end)] if work.causes else []
    if not work.more:
        ends.append(lambda: _is_fresh(standing, at))
    if work.persons or _stale(standing, at):
        ledger.store(diff, dict(standing.versions), at, last=ends)
    return bool(work.persons) or work.more


def latest(standing: Standing) -> int:
    """Time never runs backwards, whatever the machine's clock does: the time of the last tick."""
    return Segment.objects.filter(id__in=standing.ids).aggregate(last=Max("ticked_us"))["last"] or 0


def cause_name(cause: str) -> str:
    """What a touch is called in the log of changes."""
    return "event" if cause == "derived" else cause


def find_work(standing: Standing, at: int, people: int) -> Work:
    """The next people to look at, about `people` of them."""
    causes, end, more = _touched(standing, people)
    some, params = bulk.ids(standing.ids)
    # Places, not people, are counted to the limit: so the index is read no further, however many are due. The plus
    # keeps SQLite from starting with all places of the segments.
    due = bulk.query(
        f"SELECT person_id FROM segments_membership WHERE next_us <= %s AND +segment_id IN {some}"
        " ORDER BY next_us LIMIT %s",
        [at, *params, people],
    )
    return Work(causes, list(dict.fromkeys(person for (person,) in due)), end, more or len(due) == people)


def _touched(standing: Standing, people: int) -> tuple[dict[int, str], Position, bool]:
    """Person -> weightiest cause, the place after them, and whether more wait."""
    after = Reader(CONSUMER).position()
    rows = touches_after(after, limit_of(standing), TOUCHES)
    causes: dict[int, str] = {}
    end = after
    for tx, entry, person, cause in rows:
        if len(causes) >= people and person not in causes:
            return causes, end, True
        if weight(cause) >= weight(causes.get(person, "")):
            causes[person] = cause
        end = (tx, entry)
    return causes, end, len(rows) == TOUCHES


def weight(cause: str) -> int:
    """Of several causes the later in WEIGHT is told."""
    return WEIGHT.index(cause) if cause in WEIGHT else -1


def touches_after(after: Position, limit: Position | None, count: int) -> list[tuple[int, int, int, str]]:
    """The next entries of the Touch log."""
    condition, params = where_after(after)
    order = "tx, id" if connection.vendor == "postgresql" else "id"
    rows = bulk.query(
        f"SELECT tx, id, person_id, cause FROM people_touch WHERE {condition} ORDER BY {order} LIMIT {int(count)}",
        params,
    )
    return rows if limit is None else [row for row in rows if (row[0], row[1]) <= limit]


def limit_of(standing: Standing) -> Position | None:
    """Not beyond what the consumers have read that fill the tables we look into (customers, profiles)."""
    from regulars.core.log import START
    from regulars.lake.truth import place_of

    names = {registry.replica[t].after for t in standing.needs.tables if t in registry.replica} - {""}
    return min((place_of(name) or START for name in names), default=None)


def _look(standing: Standing, work: Work, at: int) -> tuple[dict[Place, Found], dict, dict[int, int | None]]:
    heirs = heirs_of(work.persons)
    persons = sorted({*work.persons, *(heir for heir in heirs.values() if heir)})
    stored = ledger.stored_of(persons, standing.ids)
    return evaluate(standing, persons, at), stored, heirs


def heirs_of(persons: Iterable[int]) -> dict[int, int | None]:
    """Those who are no more: into whom they were merged, None for those who were erased."""
    persons = list(persons)
    some, params = bulk.ids(persons)
    alive = bulk.query(f"SELECT DISTINCT person_id FROM people_node WHERE person_id IN {some}", params)
    lost = set(persons) - {person for (person,) in alive}
    some, params = bulk.ids(lost)
    found = dict(bulk.query(f"SELECT id, person_id FROM people_node WHERE id IN {some}", params)) if lost else {}
    return {person: found.get(person) for person in lost}


def _inherit_causes(causes: dict[int, str], heirs: dict[int, int | None]) -> None:
    for lost, heir in heirs.items():
        causes[lost] = "merge" if heir else "erase"
        if heir:
            causes[heir] = "merge"


def evaluate(standing: Standing, persons: Iterable[int], at: int) -> dict[Place, Found]:
    """The places that matter of these people, from the truth as it is now."""
    if not standing.definitions:
        return {}
    tables = gather(standing.needs, sorted(persons), standing.calendar, at)
    return dict(places(ask(standing, tables), standing.ids))


def ask(standing: Standing, tables: dict[str, pa.Table]) -> pa.Table:
    """The answer of the standing expression over Arrow tables that include the clock."""
    from regulars.lake.queries import memory
    from regulars.segments.compile import ibis_options

    with ibis_options(), memory(tables) as here:
        return here.arrow(standing.expression())


def places(rows: pa.Table, segments: Iterable[int]) -> Iterable[tuple[Place, Found]]:
    """((segment, person), found) for every place that matters."""
    persons = rows["person_id"].to_pylist()
    for segment in segments:
        members, turns = rows[f"m{segment}"].to_pylist(), rows[f"n{segment}"].to_pylist()
        for person, member, turn in zip(persons, members, turns, strict=True):
            if member or turn is not None:
                yield (segment, person), Found(member, turn)


def _stale(standing: Standing, at: int) -> bool:
    """Is it worth a transaction to say how fresh everything is? Every ten seconds while nothing happens."""
    return bool(standing.ids) and at - latest(standing) >= 10_000_000


def _is_fresh(standing: Standing, at: int) -> None:
    some, params = bulk.ids(standing.ids)
    bulk.execute(f"UPDATE segments_segment SET ticked_us = %s WHERE id IN {some}", [at, *params])
