"""Habits per person: renewed at night for everybody, and for the touched as they buy."""

from __future__ import annotations

from collections.abc import Iterable

from django.db import transaction

from regulars.core import bulk
from regulars.core.locks import exclusive
from regulars.core.models import Business
from regulars.insights import shelf
from regulars.insights.calendar import day_of, start_of
from regulars.insights.models import Habit
from regulars.insights.recommending.baskets import Baskets
from regulars.insights.recommending.habits import habits
from regulars.people.actions import touch

COLUMNS = ("person_id", "product_id", "product", "due_us", "until_us", "next_category")
_UPDATE = "(person_id) DO UPDATE SET " + ", ".join(f"{c} = excluded.{c}" for c in COLUMNS[1:])
BATCH = 2_000
LOCK = "predictions"

Regular = tuple[int | None, str, int | None, int | None]


def renew_all(baskets: Baskets, held: shelf.Shelf, category: list[str], *, day: int, since: int, at: int) -> int:
    """Habits of everybody in the baskets, and the category each will likely buy of; how many really changed.

    Those are touched. `day` is the first of which nothing is known yet, `since` what `last_touch` said before.
    """
    known = _regular(baskets, held, day=day - 1)
    rows = {
        person: (*known.get(person, _NONE), next_)
        for person, next_ in zip(baskets.people.tolist(), category, strict=True)
    }
    wanted = {person: row for person, row in rows.items() if row[0] or row[-1]}
    stored = _stored(None)
    changed = [person for person, row in wanted.items() if stored.get(person) != row]
    gone = sorted(stored.keys() - wanted.keys())
    with exclusive(LOCK, wait=True):  # the log's consumer renews single people meanwhile
        for start in range(0, max(len(changed), len(gone)), BATCH):
            some = slice(start, start + BATCH)
            _write([(person, *wanted[person]) for person in changed[some]], gone[some], at)
        renew_habits(person_ids=_touched(since), at=at)
    return len(changed) + len(gone)


def last_touch() -> int:
    """The place in the log of touched people, to be asked before the baskets are read."""
    return bulk.query("SELECT coalesce(max(id), 0) FROM people_touch")[0][0]


def _touched(since: int) -> list[int]:
    """Who changed while the baskets were looked at: what was computed of them may be out of date."""
    return [person for (person,) in bulk.query("SELECT DISTINCT person_id FROM people_touch WHERE id > %s", [since])]


def renew_habits(*, person_ids: Iterable[int], at: int) -> int:
    """Habits of these people from what they bought until now; the likely category stays until the night. Those who
    changed are touched."""
    wanted = sorted(set(person_ids))
    today = day_of(at, Business.load().timezone)
    baskets = shelf.of_people(wanted, until_day=today).baskets
    known = _regular(baskets, shelf.shelf(baskets), day=today)
    stored, having = _stored(wanted), set(baskets.people.tolist())
    rows = {}
    for person in wanted:
        next_ = stored[person][-1] if person in stored and person in having else ""
        rows[person] = (*known.get(person, _NONE), next_)
    changed = [(p, *row) for p, row in rows.items() if (row[0] or row[-1]) and stored.get(p) != row]
    gone = [person for person, row in rows.items() if person in stored and not (row[0] or row[-1])]
    _write(changed, gone, at)
    return len(changed) + len(gone)


_NONE: Regular = (None, "", None, None)


def _regular(baskets: Baskets, held: shelf.Shelf, *, day: int) -> dict[int, Regular]:
    """{person: (product, its name, due, until)}."""
    zone, found = Business.load().timezone, habits(baskets, day=day)
    columns = found.person.tolist(), found.product.tolist(), found.due.tolist(), found.until.tolist()
    people, starts = baskets.people.tolist(), {d: start_of(d, zone) for d in {*columns[2], *columns[3]}}
    return {
        people[person]: (
            held.products[one].id,
            held.products[one].name or held.products[one].key,
            starts[due],
            starts[until],
        )
        for person, one, due, until in zip(*columns, strict=True)
    }


def _stored(person_ids: list[int] | None) -> dict[int, tuple]:
    sql, params = f"SELECT {', '.join(COLUMNS)} FROM insights_habit", []
    if person_ids is not None:
        ids, params = bulk.ids(person_ids)
        sql += f" WHERE person_id IN {ids}"
    return {row[0]: tuple(row[1:]) for row in bulk.query(sql, params)}


def _write(rows: list[tuple], gone: list[int], at: int) -> None:
    if not rows and not gone:
        return
    with transaction.atomic():
        bulk.insert(Habit, COLUMNS, rows, conflict=_UPDATE)
        ids, params = bulk.ids(gone)
        bulk.execute(f"DELETE FROM insights_habit WHERE person_id IN {ids}", params)
        touch(person_ids=[row[0] for row in rows] + gone, cause="derived", at=at)
