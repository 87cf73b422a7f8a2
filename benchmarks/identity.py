"""Identity: sightings taken in per second on SQLite, and search, lists, a profile and a merge at a million people.

The yardstick beside the first is the same number of bare nodes inserted in the same transactions.
"""

from __future__ import annotations

import os
import random
import statistics
import sys
import tempfile
import time
from collections.abc import Callable, Iterator

FIRST = ["anna", "bob", "chen", "dora", "emma", "farid", "grace", "hugo", "ines", "john", "kate", "liam", "mary"]
LAST = ["smith", "jones", "taylor", "brown", "berg", "muller", "singh", "walker", "khan", "evans", "green", "hall"]
BATCH, ROUNDS = 200, 40
MADE = 1_700_000_000_000_000


def main() -> None:
    """Print one line per measure."""
    people = 100_000 if "--quick" in sys.argv else 1_000_000
    with tempfile.TemporaryDirectory(prefix="regulars-identity-") as folder:
        os.environ |= {"REGULARS_HOME": f"{folder}/data", "REGULARS_KEYS": f"{folder}/keys.json"}
        os.environ["DJANGO_SETTINGS_MODULE"] = "regulars.config.settings"
        os.environ.pop("DATABASE_URL", None)
        import django

        django.setup()
        from django.core.management import call_command

        call_command("migrate", verbosity=0)
        _taking_in()
        _fill(people)
        _reading(people)


def _taking_in() -> None:
    from django.db import transaction

    from regulars.people.actions import record_sightings
    from regulars.people.models import Node

    def rate(step: Callable[[list], object], items: list) -> str:
        started, worst = time.perf_counter(), 0.0
        for start in range(0, len(items), BATCH):
            begun = time.perf_counter()
            with transaction.atomic():
                step(items[start : start + BATCH])
            worst = max(worst, time.perf_counter() - begun)
        return f"{len(items) / (time.perf_counter() - started):,.0f}/s (slowest batch {worst * 1000:.0f} ms)"

    bare = [Node(namespace="bare", kind="user", key=str(n), created_us=0) for n in range(20_000)]
    print(f"yardstick, bare nodes inserted:      {rate(Node.objects.bulk_create, bare)}")
    seen = list(_sightings(60_000))
    take = lambda batch: record_sightings(sightings=batch, source_id=1, at=MADE)  # noqa: E731
    print(f"sightings, web shop from empty:      {rate(take, seen[:30_000])}")
    print(f"sightings, web shop, mostly known:   {rate(take, seen[30_000:])}")
    print(f"sightings, file of new customers:    {rate(take, list(_customers(20_000)))}")


def _sightings(count: int) -> Iterator:
    """Six in ten events are signed in, one in ten says an e-mail address and traits; few people do most."""
    from regulars.people.actions import Sighting

    chance = random.Random(1)
    for n in range(count):
        who = int(20_000 * chance.random() ** 2)
        keys = [("user", f"u{who}")] * (chance.random() < 0.6) + [("anonymous", f"c{who}-{chance.randrange(3)}")]
        said = chance.random() < 0.1
        traits = {"first_name": f"n{who}", "city": f"c{who % 50}"} if said else {}
        yield Sighting("web", tuple(keys), (("email", f"p{who}@example.com"),) * said, traits, (), MADE + n * 1000)


def _customers(count: int) -> Iterator:
    from regulars.people.actions import Sighting

    for n in range(count):
        values = (("email", f"q{n}@example.com"), ("phone", f"07{400_000_000 + n * 37}"))
        yield Sighting("till", (("record", f"k{n}"),), values, {"name": f"Anna {n}", "city": "York"}, (), MADE + n)


def _fill(people: int) -> None:
    """People beside those that were taken in, written straight into the tables."""
    from django.db import connection, transaction

    chance = random.Random(2)
    base = 10_000_000
    with connection.cursor() as cursor:
        cursor.execute("PRAGMA synchronous=OFF")
        for start in range(0, people, 20_000):
            nodes, rows, words, values = [], [], [], []
            for n in range(start, min(start + 20_000, people)):
                first, last = chance.choice(FIRST) + str(chance.randrange(40)), chance.choice(LAST)
                name, id_, at = f"{first} {last}{chance.randrange(3000)}", base + n, MADE + chance.randrange(10**14)
                nodes.append((id_, "big", "user", f"b{n}", id_, 1, at, at, at))
                rows.append((id_, name, name, f"b{n}@example.com", "", "York", 1, at, at, at))
                words += [(id_, word) for word in (*name.split(), f"b{n}@example.com", f"b{n}", f"4477{n:08}")]
                values.append((id_, "email", f"b{n}@example.com", "", at, at))
            with transaction.atomic():
                seen = "first_us last_us created_us"
                _many(cursor, "people_node", f"id namespace kind key person_id source_id {seen}", nodes)
                _many(cursor, "people_person", f"id name name_key email phone city nodes {seen}", rows)
                _many(cursor, "people_searchword", "node_id word", words)
                _many(cursor, "people_identifier", "node_id type value raw first_us last_us", values)
        cursor.execute("ANALYZE")


def _many(cursor, table: str, columns: str, rows: list[tuple]) -> None:
    names = columns.split()
    marks = ", ".join(["%s"] * len(names))
    cursor.executemany(f"INSERT INTO {table} ({', '.join(names)}) VALUES ({marks})", rows)


def _reading(people: int) -> None:
    from regulars.people import actions, queries

    base, chance = 10_000_000, random.Random(3)
    some = lambda: base + chance.randrange(people)  # noqa: E731

    def merge_and_undo() -> None:
        link = actions.merge_people(a=some(), b=some(), by="system", at=MADE, evidence={})
        actions.undo_link(link_id=link.id, by="system", at=MADE)

    def two_words() -> object:
        return queries.search(f"{chance.choice(FIRST)} {chance.choice(LAST)}", limit=50)

    def page(sort: str, value: object) -> Callable[[], object]:
        return lambda: queries.people_page(sort=sort, after=queries.pack(value, some()), limit=50)

    print(f"at {people:,} people, p95 of {ROUNDS}:")
    for what, act in {
        "search by one letter": lambda: queries.search(chance.choice("abcdefgh"), limit=50),
        "search by a common name": lambda: queries.search(chance.choice(LAST), limit=50),
        "search by two common beginnings": two_words,
        "search by e-mail address": lambda: queries.search(f"b{chance.randrange(people)}@", limit=50),
        "search by phone number": lambda: queries.search(f"+44 77{chance.randrange(people):08}", limit=50),
        "page by name": page("name", "hugo"),
        "page by last seen": page("-last", MADE + 5 * 10**13),
        "profile": lambda: queries.profile(some()),
        "merge and undo": merge_and_undo,
    }.items():
        times = []
        for _ in range(ROUNDS):
            begun = time.perf_counter()
            act()
            times.append((time.perf_counter() - begun) * 1000)
        print(f"  {what:<34}{statistics.quantiles(times, n=20)[-1]:8.1f} ms")


if __name__ == "__main__":
    main()
