"""What we do about news from below: events let people in, see them off or wake them; segments let them in; merging
two people in the same journey lets one run go on, separating lets the other go on again."""

from __future__ import annotations

import logging
from collections import defaultdict
from collections.abc import Iterable, Sequence
from typing import NamedTuple

from django.db import connection, transaction

from regulars.core import bulk
from regulars.core.failpoints import declare, failpoint
from regulars.core.locks import exclusive
from regulars.core.log import Reader
from regulars.core.loops import loop
from regulars.core.signals import on
from regulars.events.consumers import Entry, consumer
from regulars.inbox.signals import CaseClosed
from regulars.journeys.actions import Occasion, enrol
from regulars.journeys.actions.tasks import follow_case
from regulars.journeys.goals import wake
from regulars.journeys.versions import Listener, Open, awaited_events, listeners, open_journeys
from regulars.people.queries import person_id_of
from regulars.people.signals import PeopleMerged, PeopleSplit
from regulars.segments.calendar import business_calendar
from regulars.segments.catalog import catalog_now
from regulars.segments.definition import Catalog, DefinitionError, Filter, Group
from regulars.segments.matching import filter_of, passes
from regulars.segments.queries import News, news

declare("journeys.changes.before_commit", "journeys.changes.after_commit")
log = logging.getLogger(__name__)
CHANGES = 500


# --- what people did


@consumer("journeys", events=awaited_events)
def follow_events(entries: list[Entry], at: int) -> None:
    """Applying an event again changes nothing: who entered by it, entered; looking once more decides the same."""
    journeys = {one.id: one for one in open_journeys()}
    heard: dict[str, list[Listener]] = defaultdict(list)
    for one in listeners(list(journeys.values())):
        heard[one.event].append(one)
    matches = list(_matches(entries, heard))
    for journey_id, found in sorted(_by_journey(matches, "start").items()):
        _let_in(journeys[journey_id], found, at)
    _wake([match for match in matches if match[0].what != "start"], at)


def _matches(entries: Sequence[Entry], heard: dict[str, list[Listener]]) -> Iterable[tuple[Listener, Entry]]:
    calendar, catalog = business_calendar(), catalog_now()
    names = {entry.name for entry in entries}
    rules = {name: [(one, _rule(one, catalog)) for one in heard.get(name, ())] for name in names}
    for entry in entries:
        for one, rule in rules[entry.name]:
            if passes(rule, entry.properties, calendar):
                yield one, entry


def _rule(one: Listener, catalog: Catalog) -> Filter | None:
    """Its filter; one that can no longer be read is passed by all who wait, who then say what is wrong, and by
    nobody who would enter."""
    try:
        return filter_of(one.event, one.where, catalog)
    except DefinitionError as error:
        log.warning("Journey %s can no longer be read: %s", one.journey_id, error)
        return Group("any", ()) if one.what == "start" else None


def _by_journey(matches: Sequence[tuple[Listener, Entry]], what: str) -> dict[int, list[Entry]]:
    found: dict[int, list[Entry]] = defaultdict(list)
    for one, entry in matches:
        if one.what == what:
            found[one.journey_id].append(entry)
    return found


def _let_in(journey: Open, entries: Sequence[Entry], at: int) -> None:
    """Not for what happened before the journey was published, or too long ago."""
    oldest = max(journey.live_us, at - journey.start.fresh_us)
    occasions = [Occasion(e.node_id, f"e:{e.id}", e.ts) for e in entries if e.ts >= oldest]
    if occasions:
        enrol(journey=journey, occasions=occasions, at=at)


def _wake(matches: Sequence[tuple[Listener, Entry]], at: int) -> None:
    """Whoever waits for it is looked at now; what it means is decided there, from the log. Events dated ahead wake
    when their time has come."""
    persons = person_id_of(sorted({entry.node_id for _, entry in matches}))
    soonest: dict[tuple[int, int, str, int], int] = {}
    for one, entry in matches:
        if entry.node_id in persons:
            place = (one.journey_id, one.number, "" if one.what == "goal" else one.what, persons[entry.node_id])
            soonest[place] = min(soonest.get(place, 2**62), max(at, entry.ts))
    rows = [(*place, ts) for place, ts in soonest.items()]
    columns = {"journey": "bigint", "version": "bigint", "step": "text", "person": "bigint", "ts": "bigint"}
    least = "LEAST" if connection.vendor == "postgresql" else "MIN"
    for waits in (True, False):
        some = sorted(row for row in rows if bool(row[2]) == waits)
        if some:
            table, params = bulk.table(columns, some)
            bulk.execute(
                f"UPDATE journeys_enrolment SET due_us = {least}(due_us, v.ts), woken = woken + 1 FROM {table}"
                " WHERE journey_id = v.journey AND journeys_enrolment.version = v.version AND person_id = v.person"
                f" AND ended_us IS NULL{' AND journeys_enrolment.step = v.step' if waits else ''}",
                params,
            )


# --- who entered or left a segment


@loop("journeys_segments", lane="consumers", idle=0.5)
def follow_segments(at: int) -> bool:
    """The next entries of the log of changes. One worker at a time; effects and place commit together."""
    with exclusive("journeys_segments") as mine:
        return mine and _next_changes(at)


def _next_changes(at: int) -> bool:
    reader = Reader("journeys_segments")
    found = news(reader.position(), limit=CHANGES)
    if not found:
        return False
    with transaction.atomic():
        for journey in open_journeys():
            _let_in_by_segment(journey, found, at)
        wake([(one.segment_id, one.person_id) for one in found if one.entered], at)
        reader.move(found[-1].place)
        failpoint("journeys.changes.before_commit")
    failpoint("journeys.changes.after_commit")
    return True


def _let_in_by_segment(journey: Open, found: Sequence[News], at: int) -> None:
    start = journey.start
    own = start.kind in ("date", "threshold")
    segment = journey.segment_id if own else start.segment
    # a segment's first people were there before: they enter only where that is wanted, or on their day
    early = start.kind == "date" or (own and start.existing)
    occasions = [
        Occasion(one.person_id, _occasion(start.kind, one.id, one.at), one.at)
        for one in found
        if one.segment_id == segment and not one.moved and one.entered != start.leaving and one.at >= journey.live_us
        and (early or one.cause != "definition")
    ]  # fmt: skip
    if occasions:
        enrol(journey=journey, occasions=_today(occasions), at=at)


def _today(occasions: Sequence[Occasion]) -> list[Occasion]:
    """Named by who they are today: numbers of people who were merged since still count."""
    persons = person_id_of(sorted({one.node_id for one in occasions}))
    return [one for one in occasions if one.node_id in persons]


def _occasion(kind: str, change: int, when: int) -> str:
    """A date once a year, by the business's day: on 1 January it is still the old year elsewhere."""
    return f"d:{business_calendar().local_day(when).year}" if kind == "date" else f"s:{change}"


# --- what colleagues did


@on(CaseClosed)
def task_is_done(closed: CaseClosed) -> None:
    """Whoever waits for a colleague goes on when the case is closed."""
    follow_case(origin=closed.origin, at=closed.at)


# --- who is one person


@on(PeopleMerged)
def one_run_goes_on(merged: PeopleMerged) -> None:
    """Of two runs in the same journey the one that began first goes on; everything is looked at again, because what
    the other profile did counts now."""
    _settle_runs([merged.kept, *merged.lost], merged.at)


@on(PeopleSplit)
def each_run_goes_on(split: PeopleSplit) -> None:
    """Runs go back to whom they belong to, and those that were ended by merging go on."""
    _settle_runs(split.parts, split.at)


def _settle_runs(persons: Sequence[int], at: int) -> None:
    """Make runs what the node map says. Ended first, moved then, begun again last: never two at a time."""
    persons = _and_theirs(persons)
    runs = _runs_of(persons)
    groups: dict[tuple[int, int], list[Standing]] = defaultdict(list)
    for run in runs:
        groups[run.journey_id, run.person_id].append(run)
    goes_on: dict[int, int] = {}
    for found in groups.values():
        first = min(found, key=lambda run: (run.entered_us, run.id))
        goes_on |= {run.id: first.id for run in found}
    _end_merged([(run, first, at) for run, first in sorted(goes_on.items()) if run != first])
    _move(persons)
    _look_again(sorted(set(goes_on.values())), at)


class Standing(NamedTuple):
    """A run that goes on, or would if merging had not ended it: the one that went on instead is another person's."""

    id: int
    journey_id: int
    person_id: int
    entered_us: int


OF_PERSONS = (
    "SELECT e.id, e.journey_id, n.person_id, e.entered_us FROM journeys_enrolment e"
    " JOIN people_node n ON n.id = e.node_id LEFT JOIN journeys_enrolment o ON o.id = e.merged_into"
    " LEFT JOIN people_node m ON m.id = o.node_id WHERE n.person_id IS NOT NULL AND e.person_id IN {some}"
    " AND (e.ended_us IS NULL OR (e.outcome = 'merged' AND m.person_id IS DISTINCT FROM n.person_id))"
)


def _runs_of(persons: Sequence[int]) -> list[Standing]:
    some, params = bulk.ids(persons)
    sql = OF_PERSONS.format(some=some)
    if connection.vendor == "sqlite":
        sql = sql.replace("IS DISTINCT FROM", "IS NOT")
    return [Standing(*row) for row in bulk.query(sql, params)]


def _and_theirs(persons: Sequence[int]) -> list[int]:
    """These people, and whom their runs belong to now."""
    return sorted({*persons, *(run.person_id for run in _runs_of(persons))})


def _move(persons: Sequence[int]) -> None:
    some, params = bulk.ids(persons)
    bulk.execute(
        "UPDATE journeys_enrolment SET person_id = (SELECT n.person_id FROM people_node n"
        f" WHERE n.id = journeys_enrolment.node_id) WHERE person_id IN {some} AND node_id IN"
        " (SELECT id FROM people_node WHERE person_id IS NOT NULL)",
        params,
    )


def _end_merged(rows: Sequence[tuple[int, int, int]]) -> None:
    if rows:
        table, params = bulk.table({"id": "bigint", "first": "bigint", "at": "bigint"}, rows)
        bulk.execute(
            "UPDATE journeys_enrolment SET ended_us = coalesce(ended_us, v.at), due_us = NULL, outcome = 'merged',"
            f" why = 'another run of the same person goes on', merged_into = v.first FROM {table}"
            " WHERE journeys_enrolment.id = v.id",
            params,
        )


def _look_again(runs: Sequence[int], at: int) -> None:
    sql, params = bulk.ids(runs)
    bulk.execute(
        "UPDATE journeys_enrolment SET ended_us = NULL, due_us = %s, outcome = '', why = '', merged_into = NULL,"
        f" woken = woken + 1 WHERE id IN {sql}",
        [at, *params],
    )
