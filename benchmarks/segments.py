"""Ten segments over a million people and fifty million events: everybody from the lake, and a tick from the truth.

Yardsticks in the same run: one hand-written DuckDB query that answers the same (members and next instants), and
ten plain ones, one per segment, that only find the members. The truth of the tick holds all people and memberships,
and the events of those who are touched or due and of some others: a tick reads only by index, so the rest of the
table would only be in the way of the cache.
"""

from __future__ import annotations

import json
import os
import statistics
import sys
import tempfile
import time
from pathlib import Path

DAY = 86_400_000_000
NOW = 1_790_000_000_000_000
ORDER = "Order Completed"
SEGMENTS = {
    "regulars": {"all": [{"event": ORDER, "op": ">=", "value": 3, "within_days": 365},
                         {"event": ORDER, "measure": "last", "op": "within_last_days", "value": 120}]},
    "drifting": {"all": [{"event": ORDER, "op": ">=", "value": 2, "within_days": 730},
                         {"event": ORDER, "measure": "last", "op": "more_than_days_ago", "value": 60}]},
    "new": {"event": ORDER, "measure": "first", "op": "within_last_days", "value": 30},
    "spenders": {"event": ORDER, "measure": "sum:revenue", "op": ">=", "value": 200, "within_days": 90},
    "browsers": {"all": [{"event": "Product Viewed", "op": ">=", "value": 5, "within_days": 14},
                         {"event": ORDER, "op": "<", "value": 1, "within_days": 30}]},
    "soccer": {"event": "Product Viewed", "op": ">=", "value": 2, "within_days": 60,
               "where": [{"property": "category", "op": "=", "value": "soccer"}]},
    "coupons": {"event": ORDER, "op": ">=", "value": 1, "within_days": 180,
                "where": [{"property": "coupon", "op": "in", "value": ["VIP", "SPRING"]}]},
    "carts": {"sequence": {"first": {"event": "Product Added"}, "then_not": {"event": ORDER}, "within_days": 1},
              "within_days": 14},
    "rich": {"fact": "spent", "op": ">=", "value": 50_000},
    "silent": {"none": [{"event": "Page", "within_days": 90}, {"event": "Product Viewed", "within_days": 90}]},
}  # fmt: skip


def main() -> None:
    """Make the lake (or use the one in REGULARS_BENCH_HOME), and print what everything takes."""
    quick = "--quick" in sys.argv
    people, events = (100_000, 5_000_000) if quick else (1_000_000, 50_000_000)
    with tempfile.TemporaryDirectory(prefix="regulars-segments-") as folder:
        home = Path(os.environ.get("REGULARS_BENCH_HOME", folder)) / "data"
        os.environ |= {"REGULARS_HOME": str(home), "REGULARS_KEYS": f"{folder}/keys.json"}
        os.environ.setdefault("REGULARS_LAKE_MEMORY", "6GB")
        os.environ.setdefault("DJANGO_SETTINGS_MODULE", "regulars.config.settings")
        import django
        from django.core.management import call_command

        django.setup()
        call_command("migrate", verbosity=0)
        from benchmarks.bulk import write_bulk_lake

        if not (home / "lake").exists():
            began = time.perf_counter()
            write_bulk_lake(home / "lake", people, events)
            print(f"made a lake of {people:,} people, {events:,} events in {time.perf_counter() - began:.0f} s")
        _tick(_full())


def _standing():
    from regulars.segments.calendar import Calendar
    from regulars.segments.parsing import parse
    from regulars.segments.standing import Standing

    definitions = tuple((n, parse(raw, Known())) for n, raw in enumerate(SEGMENTS.values(), 1))
    return Standing(definitions, tuple((n, 1) for n, _ in definitions), Calendar("Europe/London"), 0)


class Known:
    """The catalog of the generated lake."""

    def fact_type(self, name: str) -> str:
        return "money"

    def property_type(self, event: str, name: str) -> str:
        return "number" if name == "revenue" else "text"


def _timed(what: str, run, times: int = 3):
    took = []
    for _ in range(times):
        began = time.perf_counter()
        answer = run()
        took.append(time.perf_counter() - began)
    print(f"{what}: {min(took):.2f} s (of {', '.join(f'{t:.2f}' for t in took)})", flush=True)
    return answer, min(took)


def _full():
    from regulars.lake import queries
    from regulars.segments import full

    standing = _standing()
    with queries.snapshot() as lake:
        rows, ours = _timed(
            "full evaluation of 10 segments", lambda: full.ask_lake(lake, standing, standing.ids, NOW)
        )
    connection = _plain_duckdb()
    theirs, hand = _timed("one hand-written query, same answer", lambda: connection.sql(ONE).to_arrow_table())
    _, ten = _timed(
        "ten hand-written queries, members only", lambda: [connection.execute(q).fetchall() for q in TEN], 1
    )
    print(f"ours / one query: {ours / hand:.2f} (target 1.5); ours / ten queries: {ours / ten:.2f}; target 4 s")
    _agree(rows, theirs, standing)
    return rows


def _agree(rows, theirs, standing) -> None:
    """The hand-written query finds the same members."""
    import pyarrow.compute as pc

    for segment, name in zip(standing.ids, SEGMENTS, strict=True):
        mine = set(rows.filter(rows[f"m{segment}"])["person_id"].to_pylist())
        other = set(theirs.filter(pc.fill_null(theirs[f"m{segment}"], False))["person_id"].to_pylist())
        print(f"  {name}: {len(mine):,} members" + ("" if mine == other else f", but {len(other):,} by hand"))


def _plain_duckdb():
    import duckdb

    from regulars.core.home import folder
    from regulars.lake.manifest import newest

    connection = duckdb.connect()
    connection.execute("SET memory_limit = '6GB'; SET parquet_metadata_cache = true")
    manifest = newest(folder() / "lake")
    for name in ("events", "nodes", "customers"):
        paths = [str(folder() / "lake" / f.path) for f in manifest.tables[name].files]
        connection.execute(f"CREATE VIEW {name} AS SELECT * FROM read_parquet({paths})")
    return connection


_N = NOW
ONE = f"""
WITH orders AS (
  SELECT node_id, max(ts) FILTER (now) AS last, min(ts) FILTER (now) AS first,
    count(*) FILTER (now AND ts > {_N - 365 * DAY}) AS c365, min(ts) FILTER (now AND ts > {_N - 365 * DAY}) AS f365,
    count(*) FILTER (now AND ts > {_N - 730 * DAY}) AS c730, min(ts) FILTER (now AND ts > {_N - 730 * DAY}) AS f730,
    sum(p_revenue) FILTER (now AND ts > {_N - 90 * DAY}) AS s90, min(ts) FILTER (now AND ts > {_N - 90 * DAY}) AS f90,
    max(ts) FILTER (now AND ts > {_N - 30 * DAY}) AS l30, min(ts) FILTER (NOT now) AS coming,
    max(ts) FILTER (now AND ts > {_N - 180 * DAY} AND p_coupon IN ('VIP', 'SPRING')) AS l180
  FROM (SELECT *, ts <= {_N} AS now FROM events WHERE name = 'Order Completed') GROUP BY node_id),
views AS (
  SELECT node_id, max(ts) FILTER (now) AS v90, min(ts) FILTER (NOT now) AS vcoming,
    count(*) FILTER (now AND ts > {_N - 14 * DAY}) AS v14, min(ts) FILTER (now AND ts > {_N - 14 * DAY}) AS fv14,
    count(*) FILTER (now AND p_category = 'soccer' AND ts > {_N - 60 * DAY}) AS v60,
    min(ts) FILTER (now AND p_category = 'soccer' AND ts > {_N - 60 * DAY}) AS fv60
  FROM (SELECT *, ts <= {_N} AS now FROM events WHERE name = 'Product Viewed' AND ts > {_N - 90 * DAY})
  GROUP BY node_id),
pages AS (SELECT node_id, max(ts) FILTER (ts <= {_N}) AS p90, min(ts) FILTER (ts > {_N}) AS pcoming FROM events
  WHERE name = 'Page' AND ts > {_N - 90 * DAY} GROUP BY node_id),
per_person AS (
  SELECT person_id, sum(c365) AS c365, min(f365) AS f365, max(last) AS last, min(first) AS first, sum(c730) AS c730,
    min(f730) AS f730, sum(s90) AS s90, min(f90) AS f90, sum(v14) AS v14, min(fv14) AS fv14, max(l30) AS l30,
    sum(v60) AS v60, min(fv60) AS fv60, max(l180) AS l180, max(p90) AS p90, max(v90) AS v90,
    least(min(coming), min(vcoming), min(pcoming)) AS coming
  FROM nodes LEFT JOIN orders USING (node_id) LEFT JOIN views USING (node_id) LEFT JOIN pages USING (node_id)
  GROUP BY person_id),
steps AS (
  SELECT person_id, name, ts, min(CASE WHEN name = 'Order Completed' AND ts <= {_N} THEN ts END) OVER (
      PARTITION BY person_id ORDER BY ts RANGE BETWEEN 1 FOLLOWING AND UNBOUNDED FOLLOWING) AS bought
  FROM events JOIN nodes USING (node_id) WHERE name IN ('Order Completed', 'Product Added') AND ts > {_N - 14 * DAY}),
carts AS (
  SELECT person_id, max(ts) FILTER (ts + {DAY} <= {_N} AND (bought IS NULL OR bought > ts + {DAY})) AS cart,
    min(ts + {DAY}) FILTER (ts + {DAY} > {_N}) AS deadline FROM steps WHERE name = 'Product Added' GROUP BY person_id)
SELECT person_id,
  coalesce(c365 >= 3 AND last > {_N - 120 * DAY}, false) AS m1,
  least(f365 + {365 * DAY}, last + {120 * DAY}, coming) AS n1,
  coalesce(c730 >= 2 AND last <= {_N - 60 * DAY}, false) AS m2,
  least(f730 + {730 * DAY}, last + {60 * DAY}, coming) AS n2,
  coalesce(first > {_N - 30 * DAY}, false) AS m3, least(first + {30 * DAY}, coming) AS n3,
  coalesce(s90 >= 200, false) AS m4, least(f90 + {90 * DAY}, coming) AS n4,
  coalesce(v14 >= 5 AND l30 IS NULL, false) AS m5, least(fv14 + {14 * DAY}, l30 + {30 * DAY}, coming) AS n5,
  coalesce(v60 >= 2, false) AS m6, least(fv60 + {60 * DAY}, coming) AS n6,
  l180 IS NOT NULL AS m7, least(l180 + {180 * DAY}, coming) AS n7,
  cart IS NOT NULL AS m8, least(cart + {14 * DAY}, deadline, coming) AS n8,
  coalesce(spent >= 50000, false) AS m9, CAST(NULL AS BIGINT) AS n9,
  p90 IS NULL AND v90 IS NULL AS m10, greatest(p90, v90) + {90 * DAY} AS n10
FROM per_person LEFT JOIN carts USING (person_id) LEFT JOIN customers USING (person_id)
WHERE m1 OR m2 OR m3 OR m4 OR m5 OR m6 OR m7 OR m8 OR m9 OR m10 OR n1 IS NOT NULL OR n2 IS NOT NULL OR n3 IS NOT NULL
  OR n4 IS NOT NULL OR n5 IS NOT NULL OR n6 IS NOT NULL OR n7 IS NOT NULL OR n8 IS NOT NULL OR n10 IS NOT NULL
"""
_J = "FROM events JOIN nodes USING (node_id) WHERE"
_O = f"{_J} name = 'Order Completed' AND ts <= {_N}"
_V = f"{_J} name = 'Product Viewed' AND ts <= {_N}"
TEN = [
    f"SELECT person_id {_O} AND ts > {_N - 365 * DAY} GROUP BY 1 HAVING count(*) >= 3 AND max(ts) > {_N - 120 * DAY}",
    f"SELECT person_id {_O} AND ts > {_N - 730 * DAY} GROUP BY 1 HAVING count(*) >= 2 AND max(ts) <= {_N - 60 * DAY}",
    f"SELECT person_id {_O} GROUP BY 1 HAVING min(ts) > {_N - 30 * DAY}",
    f"SELECT person_id {_O} AND ts > {_N - 90 * DAY} GROUP BY 1 HAVING sum(p_revenue) >= 200",
    f"SELECT person_id {_V} AND ts > {_N - 14 * DAY} GROUP BY 1 HAVING count(*) >= 5 EXCEPT"
    f" SELECT person_id {_O} AND ts > {_N - 30 * DAY}",
    f"SELECT person_id {_V} AND ts > {_N - 60 * DAY} AND p_category = 'soccer' GROUP BY 1 HAVING count(*) >= 2",
    f"SELECT DISTINCT person_id {_O} AND ts > {_N - 180 * DAY} AND p_coupon IN ('VIP', 'SPRING')",
    f"SELECT DISTINCT person_id FROM (SELECT person_id, name, ts, min(CASE WHEN name = 'Order Completed' THEN ts END)"
    f" OVER (PARTITION BY person_id ORDER BY ts RANGE BETWEEN 1 FOLLOWING AND UNBOUNDED FOLLOWING) AS b {_J}"
    f" name IN ('Order Completed', 'Product Added') AND ts > {_N - 14 * DAY} AND ts <= {_N})"
    f" WHERE name = 'Product Added' AND ts + {DAY} <= {_N} AND (b IS NULL OR b > ts + {DAY})",
    "SELECT person_id FROM customers WHERE spent >= 50000",
    f"SELECT person_id FROM nodes EXCEPT SELECT person_id {_J} name IN ('Page', 'Product Viewed')"
    f" AND ts > {_N - 90 * DAY} AND ts <= {_N}",
]


def _tick(rows) -> None:
    """A minute passes and a thousand events arrive, several times."""
    from regulars.segments import actions

    people = _fill_truth(rows)
    took, at = [], NOW
    for number in range(8):
        at += 60_000_000
        _arrive(people, at, number)
        began = time.perf_counter()
        actions.tick(at)
        took.append(time.perf_counter() - began)
        while actions.tick(at):
            pass
    from regulars.segments.models import Change

    times = ", ".join(f"{t:.2f}" for t in took)
    print(f"tick after 1,000 new events: {statistics.median(took[1:]):.2f} s (of {times}); target 0.5 s")
    print(f"  {Change.objects.count():,} people came or went; the first tick compiles")


def _fill_truth(rows) -> list[int]:
    """People, segments, the memberships of every fifth person, and the events of those who will be looked at."""
    from django.db import transaction

    from regulars.core import bulk
    from regulars.core.models import Business, Offset
    from regulars.lake import queries
    from regulars.people.models import Node
    from regulars.segments.models import Segment

    Business.objects.create(name="Bench", timezone="Europe/London")
    Offset.objects.create(consumer="customers", tx=0, entry=2**60)
    for name, definition in SEGMENTS.items():
        Segment.objects.create(name=name, definition=definition, evaluated_version=1, created_us=0)
    with queries.snapshot() as lake:
        nodes = lake.arrow(lake.ibis("nodes")).to_pydict()
    columns = ("id", "namespace", "kind", "key", "person_id", "source_id", "created_us")
    pairs = zip(nodes["node_id"], nodes["person_id"], strict=True)
    with transaction.atomic():
        bulk.insert(Node, columns, [(n, "shop", "user", str(n), p, 1, 0) for n, p in pairs])
    people = _fill_memberships(rows)
    _fill_events(people)
    return people[:20_000]


def _fill_memberships(rows) -> list[int]:
    from django.db import transaction

    from regulars.core import bulk
    from regulars.segments.models import Membership, Segment
    from regulars.segments.tick import places

    kept = rows.filter((rows["person_id"].to_numpy() % 5) == 0)
    ids = dict(enumerate(Segment.objects.order_by("id").values_list("id", flat=True), 1))
    values, due = [], set()
    for (segment, person), (member, turns) in places(kept, sorted(ids)):
        values.append((ids[segment], person, member, NOW - DAY, turns))
        if turns is not None and turns <= NOW + 600_000_000:
            due.add(person)
    with transaction.atomic():
        bulk.insert(Membership, ("segment_id", "person_id", "member", "since_us", "next_us"), values)
    print(
        f"truth of the tick: {len(values):,} memberships of every fifth person, {len(due):,} due within ten minutes"
    )
    return [p for p in kept["person_id"].to_pylist() if p not in due][:20_000] + sorted(due)


def _fill_events(people: list[int]) -> None:
    import pyarrow as pa
    from django.db import transaction

    from regulars.lake import queries

    with queries.snapshot() as lake:
        lake.add("some", pa.table({"person_id": pa.array(people, pa.int64())}))
        nodes = lake.ibis("nodes").semi_join(lake.ibis("some"), "person_id")
        found = lake.arrow(lake.ibis("events").semi_join(nodes, "node_id")).to_pylist()
    with transaction.atomic():
        _insert_events(found)
    print(f"  {len(found):,} events of {len(people):,} people")


def _insert_events(rows: list[dict]) -> None:
    from regulars.core import bulk
    from regulars.events.models import Event

    columns = ("tx", "node_id", "shard", "source_id", "message_id", "raw_seq", "name", "ts", "received_us",
               "properties", "context")  # fmt: skip
    names = ("revenue", "category", "coupon", "price")
    values = []
    for row in rows:
        said = {n: row[f"p_{n}"] for n in names if row.get(f"p_{n}") is not None}
        head = (0, row["node_id"], row["node_id"] % 16, 1, str(row["id"]), 0, row["name"])
        values.append((*head, row["ts"], row["ts"], json.dumps(said), "{}"))
    bulk.insert(Event, columns, values)


def _arrive(people: list[int], at: int, number: int) -> None:
    """A thousand events of a thousand people."""
    from django.db import transaction

    from regulars.people.actions import touch

    some = people[number * 1_000 : (number + 1) * 1_000]
    rows = [{"id": f"n{p}", "node_id": p, "name": ORDER, "ts": at, "p_revenue": 49.9} for p in some]
    with transaction.atomic():
        _insert_events(rows)
        touch(person_ids=some, cause="event", at=at)


if __name__ == "__main__":
    main()
