"""People as lists show them: who they are beside what they bought."""

from collections.abc import Iterator
from dataclasses import dataclass

from django.core.cache import cache
from django.http import Http404
from django.utils.translation import gettext as _

from regulars.commerce.models import Customer
from regulars.core import bulk
from regulars.core.clock import from_us
from regulars.core.money import to_major
from regulars.people.models import Person
from regulars.web import cursors

SORTS = {"name": "name_key", "last": "last_us", "first": "first_us", "spent": "spent", "orders": "orders"}
BOUGHT = ("spent", "orders")
PAGE = 50


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


def everybody(sort: str) -> Iterator[Row]:
    """All pages of a listing, one after the other, for a file."""
    after: str | None = ""
    while after is not None:
        page = listing(sort=sort, after=after, limit=1000)
        yield from page.rows
        after = page.after


CSV_HEAD = ("person", "name", "email", "phone", "city", "first seen", "last seen", "orders", "spent", "currency")


def csv_row(row: Row, currency: str) -> tuple:
    """A person as a line of a CSV file; money in major units."""
    p, b = row.person, row.bought
    seen = [from_us(us).isoformat(timespec="seconds") for us in (p.first_us, p.last_us)]
    money = (b.orders, to_major(b.spent, currency), currency) if b else (0, 0, currency)
    return (p.id, p.name, p.email, p.phone, p.city, *seen, *money)
