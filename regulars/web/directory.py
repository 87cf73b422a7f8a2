"""People as lists show them: who they are beside what they bought."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import partial

from django.core.cache import cache
from django.http import Http404, HttpResponse
from django.utils.translation import gettext as _

from regulars.commerce.models import Customer
from regulars.core import bulk
from regulars.core.clock import from_us
from regulars.core.models import Business
from regulars.core.money import to_major
from regulars.people.models import Person
from regulars.segments import queries as segments
from regulars.segments.models import Membership, Segment
from regulars.ui.tables import csv_response
from regulars.web import cursors

SORTS = {"name": "name_key", "last": "last_us", "first": "first_us", "spent": "spent", "orders": "orders"}
BOUGHT = ("spent", "orders")
PAGE = 50
SORTED = 50_000  # members of a segment that are sorted for a page; a bigger one is shown in the order they entered


@dataclass(frozen=True)
class Row:
    """One line of a list of people. `bought` is None for somebody who never bought."""

    person: Person
    bought: Customer | None


@dataclass(frozen=True)
class Listing:
    """A page of people; `after` is the next page's cursor, None on the last one."""

    rows: list[Row]
    after: str | None
    total: int | None


def listing(*, sort: str = "-last", after: str = "", limit: int = PAGE) -> Listing:
    """People in an order: name, last, first, spent or orders, with - for falling. Unknown orders are -last."""
    key, down = sort.lstrip("-"), sort.startswith("-")
    if key not in SORTS:
        key, down = "last", True
    ids, values = _page(key, down, after, limit + 1)
    more = len(ids) > limit
    rows = rows_of(ids[:limit])
    return Listing(rows, cursors.pack(values[limit - 1], ids[limit - 1]) if more else None, count(key))


def within(segment: Segment, *, sort: str = "-last", after: str = "", limit: int = PAGE) -> Listing:
    """The same for the members of one segment. Above `SORTED` of them, who entered last stands first."""
    if segment.people > SORTED:
        page = segments.members_page(segment_id=segment.id, after=after, limit=limit)
        return Listing(rows_of([row.person_id for row in page.rows]), page.next or None, segment.people)
    key, down = sort.lstrip("-"), sort.startswith("-")
    if key not in SORTS:
        key, down = "last", True
    found = _sorted(segment, key, down, after, limit + 1)
    beyond = cursors.pack(found[limit - 1][1], found[limit - 1][0]) if len(found) > limit else None
    return Listing(rows_of([id for id, _value in found[:limit]]), beyond, None if key in BOUGHT else segment.people)


def _sorted(segment: Segment, key: str, down: bool, after: str, limit: int) -> list[tuple]:
    """(person, value) of members. CROSS JOIN: SQLite begins with the members, not with everybody in order."""
    table, id, also = "people_person", "id", "p.merged_into IS NULL"
    if key in BOUGHT:
        table, id, also = "commerce_customer", "person_id", "p.orders > 0"
    column, sign, params = f"p.{SORTS[key]}", "<" if down else ">", [segment.id]
    if after:
        value, last = cursors.unpack(after)
        if not isinstance(value, str if key == "name" else int):
            raise Http404(_("This page's address is damaged. Start at the first page."))
        also += f" AND ({column} {sign} %s OR ({column} = %s AND p.{id} > %s))"
        params += [value, value, last]
    return bulk.query(
        f"SELECT p.{id}, {column} FROM segments_membership m CROSS JOIN {table} p"
        f" WHERE m.segment_id = %s AND m.member AND p.{id} = m.person_id AND {also}"
        f" ORDER BY {column} {'DESC' if down else ''}, p.{id} LIMIT %s",
        [*params, limit],
    )


def only_in(rows: list[Row], segment: Segment) -> list[Row]:
    """Those of the lines whose people are in a segment."""
    ids = [row.person.id for row in rows]
    inside = Membership.objects.filter(segment_id=segment.id, member=True, person_id__in=ids)
    inside = set(inside.values_list("person_id", flat=True))
    return [row for row in rows if row.person.id in inside]


def _page(key: str, down: bool, after: str, limit: int) -> tuple[list[int], list]:
    id = "person_id" if key in BOUGHT else "id"
    people = Customer.objects.filter(orders__gt=0) if key in BOUGHT else Person.objects.filter(merged_into=None)
    # The index on names is (name, id): both rise together, unlike the falling ones.
    found = cursors.after(people, SORTS[key], after, down=down, id=id, together=key == "name")
    pairs = list(found.values_list(id, SORTS[key])[:limit])
    return [pair[0] for pair in pairs], [pair[1] for pair in pairs]


def rows_of(ids: list[int]) -> list[Row]:
    """Lines for these people, in this order; ids that are no longer people are left out."""
    people = Person.objects.filter(merged_into=None).in_bulk(ids)
    bought = Customer.objects.in_bulk(ids)
    return [Row(people[id], bought.get(id)) for id in ids if id in people]


def rising(
    table: str, condition: str, params: list, *, by: str, after: str, limit: int
) -> tuple[list[Row], str | None]:
    """A page of people where a condition holds, in rising order of a column of whole numbers, and the next cursor.

    `table` comes with its alias ("commerce_customer c") and has a person_id; `by` names it too ("c.first_us").
    """
    person = f"{by.partition('.')[0]}.person_id"
    if after:
        value, last = cursors.unpack(after)
        if not isinstance(value, int):
            raise Http404(_("This page's address is damaged. Start at the first page."))
        condition += f" AND {by} >= %s AND ({by} > %s OR {person} > %s)"
        params = [*params, value, value, last]
    found = bulk.query(
        f"SELECT {person}, {by} FROM {table} WHERE {condition} ORDER BY {by}, {person} LIMIT %s", [*params, limit + 1]
    )
    beyond = cursors.pack(found[limit - 1][1], found[limit - 1][0]) if len(found) > limit else None
    return rows_of([person_id for person_id, _value in found[:limit]]), beyond


def count(key: str = "last") -> int:
    """How many the list has, at most a minute old: counting a million people takes longer than showing fifty."""
    name = f"people-count-{key in BOUGHT}"
    found = cache.get(name)
    if found is None:
        people = Customer.objects.filter(orders__gt=0) if key in BOUGHT else Person.objects.filter(merged_into=None)
        found = people.count()
        cache.set(name, found, 60 if found > 10_000 else 1)
    return found


def everybody(sort: str, segment: Segment | None = None) -> Iterator[Row]:
    """All pages of a listing, one after the other, for a file."""
    page_of = partial(within, segment) if segment else listing
    after: str | None = ""
    while after is not None:
        page = page_of(sort=sort, after=after, limit=1000)
        yield from page.rows
        after = page.after


def people_file(name: str, rows: Iterable[Row]) -> HttpResponse:
    """People as a CSV file. What makes the rows asks whether they may be taken away."""
    currency = Business.load().currency
    return csv_response(name, CSV_HEAD, (csv_row(row, currency) for row in rows))


CSV_HEAD = ("person", "name", "email", "phone", "city", "first seen", "last seen", "orders", "spent", "currency")


def csv_row(row: Row, currency: str) -> tuple:
    """A person as a line of a CSV file; money in major units."""
    p, b = row.person, row.bought
    seen = [from_us(us).isoformat(timespec="seconds") for us in (p.first_us, p.last_us)]
    money = (b.orders, to_major(b.spent, currency), currency) if b else (0, 0, currency)
    return (p.id, p.name, p.email, p.phone, p.city, *seen, *money)
