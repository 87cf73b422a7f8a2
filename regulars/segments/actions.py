"""What can be done with segments: the only writer of this room's tables.

Whatever changes memberships holds the lock "segments": one tick or full evaluation at a time, on one machine or many.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.db import transaction

from regulars.core import bulk, signals
from regulars.core.failpoints import declare, failpoint
from regulars.core.jobs import job
from regulars.core.locks import exclusive
from regulars.core.sqlite import repeatable
from regulars.people.actions import touch
from regulars.segments import full
from regulars.segments import standing as standings
from regulars.segments import tick as ticks
from regulars.segments.catalog import catalog_now
from regulars.segments.definition import DefinitionError, in_order, referenced
from regulars.segments.models import ListEntry, Segment, SegmentVersion
from regulars.segments.parsing import parse
from regulars.segments.queries import on_list
from regulars.segments.signals import SegmentArchived, SegmentChanged, SegmentCreated
from regulars.team.actions import audit

LOCK = "segments"
declare("segments.evaluated")


@transaction.atomic
def create_segment(
    *, name: str, definition: dict[str, Any], by: str, at: int, description: str = "", owner: str = ""
) -> Segment:
    """A new live segment; the worker fills it within moments. Raises DefinitionError with a sentence.

    `owner` ("journey:7") keeps it for itself: no list of segments shows it.
    """
    name = _name(name)
    parse_checked(definition)
    made = Segment.objects.create(
        name=name, description=description, definition=definition, owner=owner, created_us=at
    )
    _remember(made, by, at)
    audit(by=by, act="segment.create", object=f"segment:{made.id}", details={}, at=at)
    signals.send(SegmentCreated(made.id, at))
    return made


@transaction.atomic
def create_list(*, name: str, by: str, at: int, description: str = "", person_ids: Iterable[int] = ()) -> Segment:
    """A segment edited by hand, perhaps filled with people (the result of a question) from the start."""
    made = Segment.objects.create(
        name=_name(name), description=description, kind="list", created_us=at, evaluated_version=1, evaluated_us=at
    )
    _remember(made, by, at)
    audit(by=by, act="segment.create", object=f"segment:{made.id}", details={}, at=at)
    signals.send(SegmentCreated(made.id, at))
    add_people(segment_id=made.id, person_ids=person_ids, by=by, at=at)
    return made


@transaction.atomic
def change_segment(
    *,
    segment_id: int,
    by: str,
    at: int,
    definition: dict[str, Any] | None = None,
    name: str | None = None,
    description: str | None = None,
) -> Segment:
    """Rename, describe or redefine. A new definition is a new version; the old one holds until the new one is
    evaluated. Raises DefinitionError, also for a circle of segments."""
    found = Segment.objects.select_for_update().get(id=segment_id, archived_us=None)
    if name is not None:
        found.name = _name(name, but=segment_id)
    if description is not None:
        found.description = description
    if definition is not None and definition != found.definition:
        _redefine(found, definition, by, at)
    found.save(update_fields=["name", "description", "definition", "version"])
    audit(by=by, act="segment.change", object=f"segment:{segment_id}", details={"version": found.version}, at=at)
    signals.send(SegmentChanged(segment_id, at))
    return found


def _redefine(segment: Segment, definition: dict[str, Any], by: str, at: int) -> None:
    if segment.kind == "list":
        raise DefinitionError("", "This is a list edited by hand: it has no conditions.")
    parse_checked(definition, segment_id=segment.id)
    segment.definition = definition
    segment.version += 1
    _remember(segment, by, at)


def parse_checked(definition: dict[str, Any], *, segment_id: int | None = None):
    """The parsed definition, if it fits in with all other segments. Raises DefinitionError."""
    parsed = parse(definition, catalog_now(), segment_id=segment_id)
    names = dict(Segment.objects.filter(archived_us=None).values_list("id", "name"))
    for missing in sorted(referenced(parsed) - set(names)):
        raise DefinitionError("", f"There is no segment {missing} in use.")
    others = dict(standings.newest().definitions)
    in_order({**others, segment_id if segment_id is not None else 0: parsed}, names)
    return parsed


def _name(name: str, *, but: int | None = None) -> str:
    name = name.strip()
    if not name:
        raise DefinitionError("name", "Give the segment a name.")
    if len(name) > 120:
        raise DefinitionError("name", "A name has at most 120 characters.")
    if Segment.objects.filter(name=name).exclude(id=but).exists():
        raise DefinitionError("name", f"There is a segment called “{name}” already.")
    return name


def _remember(segment: Segment, by: str, at: int) -> None:
    SegmentVersion.objects.create(
        segment_id=segment.id, version=segment.version, definition=segment.definition, at=at, by=by
    )


@transaction.atomic
def archive_segment(*, segment_id: int, by: str, at: int) -> None:
    """Take a segment out of use; its log of changes stays. Raises DefinitionError while others refer to it."""
    found = Segment.objects.select_for_update().get(id=segment_id, archived_us=None)
    standing = standings.newest()
    users = [s for s, node in standing.definitions if segment_id in referenced(node)]
    if users:
        names = ", ".join(Segment.objects.filter(id__in=users).order_by("name").values_list("name", flat=True))
        raise DefinitionError("", f"Other segments refer to this one: {names}. Change them first.")
    found.archived_us = at
    found.name = f"{found.name[:100]} (archived {found.id})"
    found.save(update_fields=["archived_us", "name"])
    clear_archived.later(segment_id=segment_id)
    audit(by=by, act="segment.archive", object=f"segment:{segment_id}", details={}, at=at)
    signals.send(SegmentArchived(segment_id, at))


@job(lane="soon")
def clear_archived(*, segment_id: int) -> None:
    """Take out the memberships of a segment that is no longer in use, a few at a time."""
    if not Segment.objects.filter(id=segment_id, archived_us__isnull=False).exists():
        return
    pick = "SELECT id FROM segments_membership WHERE segment_id = %s LIMIT 1000"
    while bulk.execute(f"DELETE FROM segments_membership WHERE id IN ({pick})", [segment_id]):
        pass
    Segment.objects.filter(id=segment_id).update(people=0)


@transaction.atomic
def add_people(*, segment_id: int, person_ids: Iterable[int], by: str, at: int) -> int:
    """Put people on a list; the next tick lets them in. Returns how many were not on it. Not for live segments."""
    _list(segment_id)
    persons = _not_on(segment_id, set(person_ids))
    if not persons:
        return 0
    rows = [(segment_id, person, at, by) for person in persons]
    added = bulk.insert(ListEntry, ("segment_id", "node_id", "at", "by"), rows, conflict="DO NOTHING")
    touch(person_ids=persons, cause="manual", at=at)
    audit(by=by, act="segment.add", object=f"segment:{segment_id}", details={"people": len(persons)}, at=at)
    return added


@transaction.atomic
def remove_people(*, segment_id: int, person_ids: Iterable[int], by: str, at: int) -> int:
    """Take people off a list; the next tick lets them out. Returns how many entries went."""
    persons = sorted(set(person_ids))
    _list(segment_id)
    some, params = bulk.ids(persons)
    gone = bulk.execute(
        "DELETE FROM segments_listentry WHERE segment_id = %s AND node_id IN"
        f" (SELECT id FROM people_node WHERE person_id IN {some})",
        [segment_id, *params],
    )
    touch(person_ids=persons, cause="manual", at=at)
    audit(by=by, act="segment.remove", object=f"segment:{segment_id}", details={"people": len(persons)}, at=at)
    return gone


def _not_on(segment_id: int, persons: set[int]) -> list[int]:
    """Those who are not on the list yet by any record of theirs: a merged person stands on it once."""
    return sorted(persons - on_list(segment_id=segment_id, person_ids=persons))


def _list(segment_id: int) -> Segment:
    found = Segment.objects.filter(id=segment_id, archived_us=None).first()
    if found is None or found.kind != "list":
        raise DefinitionError("", "People can be put on lists only; a live segment finds its people itself.")
    return found


def tick(at: int) -> bool:
    """Evaluate what is new: changed definitions first, then touched and due people. True means there was work.

    Does nothing while another process is at it.
    """
    with exclusive(LOCK) as mine, repeatable():
        if not mine:
            return False
        pending = _pending()
        if pending:
            _evaluate(pending, at, "definition")
        return ticks.run(at) or bool(pending)


def _pending() -> list[int]:
    """Segments whose newest definition is not evaluated yet."""
    known = set(standings.newest().ids)
    rows = bulk.query("SELECT id FROM segments_segment WHERE archived_us IS NULL AND version <> evaluated_version")
    return [segment for (segment,) in rows if segment in known]


def evaluate_fully(*, segment_ids: Iterable[int], at: int) -> bool:
    """Evaluate these and all that refer to them for everybody, now. False: another process holds the lock."""
    with exclusive(LOCK) as mine:
        if mine:
            _evaluate(list(segment_ids), at, "definition")
        return mine


def _evaluate(segments: list[int], at: int, cause: str) -> None:
    standing = standings.newest()
    versions = dict(standing.versions)
    wanted = standing.dependents(s for s in segments if s in versions)
    at = max(at, ticks.latest(standing))
    evaluated, leave = full.everybody(standing, wanted, at), full.waiting(standing, at)
    for segment in in_order(dict(standing.definitions)):
        if segment in wanted:
            full.settle(segment, evaluated, versions, cause, at, leave=leave)
    failpoint("segments.evaluated")
    for segment in wanted:  # all at once would be no truer: until here the old versions were in effect
        _evaluated(segment, versions[segment], at)


def _evaluated(segment: int, version: int, at: int) -> None:
    people = "(SELECT count(*) FROM segments_membership WHERE segment_id = %s AND member)"
    bulk.execute(
        f"UPDATE segments_segment SET evaluated_version = %s, evaluated_us = %s, ticked_us = %s, people = {people}"
        " WHERE id = %s",
        [version, at, at, segment, segment],
    )


@job(lane="long")
def check_all(*, at: int) -> int:
    """Recompute everybody in every segment and compare with what is stored; returns the number of mismatches.

    It must be 0; the number is kept beside the segment, and what was wrong is put right (cause "check"). People
    that wait for the next tick are not judged.
    """
    with exclusive(LOCK) as mine:
        if not mine:
            check_all.later(at=at)
            return 0
        while ticks.run(at):
            pass
        return _check(at)


def _check(at: int) -> int:
    standing = standings.in_effect()
    at = max(at, ticks.latest(standing))
    evaluated = full.everybody(standing, standing.ids, at)
    leave, total = full.waiting(standing, at), 0
    for segment in standing.ids:
        wrong = full.settle(segment, evaluated, dict(standing.versions), "check", at, leave=leave)
        Segment.objects.filter(id=segment).update(mismatches=wrong, evaluated_us=at)
        total += wrong
    return total
