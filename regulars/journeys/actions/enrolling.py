"""Letting people in: once per occasion, by the rules of coming again, never twice at a time."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from django.db import connection, transaction

from regulars.core import bulk
from regulars.core.jobs import job
from regulars.journeys.chance import held_out
from regulars.journeys.models import Enrolment, Journey
from regulars.journeys.versions import Open, open_journeys
from regulars.segments.queries import people_in
from regulars.team.actions import audit

COLUMNS = ("journey_id", "version", "node_id", "person_id", "occasion", "held_out", "entered_us", "step",
           "arrived_us", "due_us", "outcome", "why")  # fmt: skip
AT_ONCE = 500


class Occasion(NamedTuple):
    """Why somebody enters: unique per journey and node for ever. `ts` is when it happened."""

    node_id: int
    key: str
    ts: int


@dataclass(frozen=True)
class Past:
    """The newest run of a person in a journey, and whether one goes on."""

    entered_us: int
    running: bool


def enrol(*, journey: Open, occasions: Sequence[Occasion], at: int) -> int:
    """Let people in, in the caller's transaction; returns how many entered. Set-based and idempotent.

    Times before now count: a run begins when its occasion happened. Who is inside stays inside once.
    """
    persons = _settled(occasion.node_id for occasion in occasions)
    known = [o for o in occasions if o.node_id in persons]
    wanted = _allowed(journey, known, persons, at)
    rows = [_row(journey, one, persons[one.node_id], at) for one in wanted]
    made = bulk.insert(Enrolment, COLUMNS, sorted(rows, key=lambda row: row[3]), conflict="DO NOTHING")
    return made - (_take_back(journey, wanted, persons) if made and journey.start.again_us != 0 else 0)


def _settled(nodes: Iterable[int]) -> dict[int, int]:
    """Who the nodes are. Merging and erasing them waits for us, so that no run is left with a person of yesterday."""
    sql, params = bulk.ids(sorted(set(nodes)))
    hold = " ORDER BY id FOR SHARE" if connection.vendor == "postgresql" else ""
    rows = bulk.query(f"SELECT id, person_id FROM people_node WHERE id IN {sql}{hold}", params)
    return {node: person for node, person in rows if person is not None}


def _allowed(journey: Open, occasions: Sequence[Occasion], persons: dict[int, int], at: int) -> list[Occasion]:
    """The earliest occasion of each person that the rules let in."""
    past, chosen = _past(journey.id, set(persons.values())), {}
    for one in sorted(occasions, key=lambda o: (o.ts, o.key)):
        person = persons[one.node_id]
        if person not in chosen and _may_enter(past.get(person), journey.start.again_us, min(one.ts, at)):
            chosen[person] = one
    return list(chosen.values())


def _may_enter(past: Past | None, again_us: int | None, ts: int) -> bool:
    if past is None:
        return True
    return not past.running and again_us is not None and ts >= past.entered_us + again_us


def _past(journey_id: int, persons: set[int]) -> dict[int, Past]:
    sql, params = bulk.ids(sorted(persons))
    rows = bulk.query(
        "SELECT person_id, max(entered_us), max(CASE WHEN ended_us IS NULL THEN 1 ELSE 0 END)"
        f" FROM journeys_enrolment WHERE journey_id = %s AND person_id IN {sql} GROUP BY person_id",
        [journey_id, *params],
    )
    return {person: Past(entered, bool(running)) for person, entered, running in rows}


def _row(journey: Open, one: Occasion, person: int, at: int) -> tuple:
    began = min(one.ts, at)
    out = held_out(journey.id, journey.holdout, person)
    first = journey.version.route.first
    return (journey.id, journey.number, one.node_id, person, one.key, out, began, first, began, at, "", "")


def _take_back(journey: Open, wanted: Sequence[Occasion], persons: dict[int, int]) -> int:
    """Another worker let the same person in, and that run ended already, while we looked: then ours never was."""
    sql, params = bulk.ids(sorted({persons[one.node_id] for one in wanted}))
    rows = bulk.query(
        "SELECT id, person_id, node_id, occasion, entered_us, ended_us FROM journeys_enrolment"
        f" WHERE journey_id = %s AND person_id IN {sql}",
        [journey.id, *params],
    )
    ours, limit = {(one.node_id, one.key) for one in wanted}, journey.start.again_us
    began = defaultdict(list)
    for run, person, _, _, entered, _ in rows:
        began[person].append((run, entered))
    wrong = [
        run
        for run, person, node, occasion, entered, ended in rows
        if ended is None
        and (node, occasion) in ours
        and any(other != run and (limit is None or entered < at + limit) for other, at in began[person])
    ]
    if not wrong:
        return 0
    sql, params = bulk.ids(wrong)
    return bulk.execute(f"DELETE FROM journeys_enrolment WHERE id IN {sql}", params)


@transaction.atomic
def enrol_people(*, journey_id: int, person_ids: Iterable[int], by: str, at: int) -> int:
    """Put people in by hand, now; the rules of coming again hold. Returns how many entered.

    Raises Journey.DoesNotExist for one that is not published.
    """
    journey = published(journey_id)
    occasions = [Occasion(person, f"hand:{at}", at) for person in sorted(set(person_ids))]
    made = sum(
        enrol(journey=journey, occasions=occasions[n : n + AT_ONCE], at=at) for n in range(0, len(occasions), AT_ONCE)
    )
    audit(by=by, act="journey.enrol", object=f"journey:{journey_id}", details={"people": made}, at=at)
    return made


def published(journey_id: int) -> Open:
    """A journey that people can enter."""
    found = [one for one in open_journeys() if one.id == journey_id]
    if not found:
        raise Journey.DoesNotExist("This journey is not published: publish it before people enter.")
    return found[0]


@job(lane="soon")
def enrol_segment(*, journey_id: int, segment_id: int, occasion: str, at: int) -> int:
    """Put in everybody who is in a segment, a few hundred at a time. Killed and repeated it ends the same."""
    journey, people, made = published(journey_id), people_in(segment_id), 0
    for n in range(0, len(people), AT_ONCE):
        with transaction.atomic():
            made += enrol(
                journey=journey, occasions=[Occasion(p, occasion, at) for p in people[n : n + AT_ONCE]], at=at
            )
    return made
