"""Duplicates: how many are found with the product's settings, beside exact rules, and how long a million takes.

The yardstick is what a shop does with a spreadsheet: two records are one when e-mail agrees, or first name, last
name and birthday, or first name, last name and postcode. Same data, same machine, same run.
"""

from __future__ import annotations

import json
import os
import resource
import subprocess
import sys
import tempfile
import time

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "regulars.config.settings")

import duckdb
import numpy as np
import pyarrow as pa

EXACT = (
    "l.email = r.email",
    "l.first_name = r.first_name AND l.last_name = r.last_name AND l.dob = r.dob",
    "l.first_name = r.first_name AND l.last_name = r.last_name AND l.postcode = r.postcode",
)
SECOND = 0.06  # of all records are somebody's second


def main() -> None:
    """Print one row per data set: precision, recall and F1 over all true pairs, and seconds."""
    import django

    django.setup()
    for step, act in (("--fill", fill), ("--run", run)):
        if step in sys.argv:
            return act(int(sys.argv[-1]))
    from regulars.people.linkage.tests import truths
    from tests.paths import SHARED

    quick = "--quick" in sys.argv
    print(f"{'':26}{'pairs':>9}{'precision':>11}{'recall':>8}{'F1':>7}{'seconds':>9}")
    for name, load, file in (
        ("fake_1000", truths.load_fake_1000, "fake_1000.csv"),
        ("FEBRL 3", truths.load_febrl_3, "febrl3.csv.gz"),
    ):
        path = SHARED / "data" / "identity" / file
        if path.exists():
            measure(name, lambda connection, load=load, path=path: load(connection, path))
        else:
            print(f"{name}: the data is not here (looked in ../shared/data and REGULARS_SHARED)")
    count = 100_000 if quick else 1_000_000
    measure(f"{count:,} invented people", lambda connection: load_invented(connection, count))
    end_to_end(count)


def end_to_end(count: int) -> None:
    """The job as the product runs it, in a process of its own: reading the truth, comparing, storing suggestions."""
    with tempfile.TemporaryDirectory(prefix="regulars-duplicates-") as folder:
        home = {"REGULARS_HOME": f"{folder}/data", "REGULARS_KEYS": f"{folder}/keys.json"}
        for step in ("--fill", "--run"):
            command = [sys.executable, "-m", "benchmarks.duplicates", step, str(count)]
            subprocess.run(command, env={**os.environ, **home}, check=True)


def fill(count: int) -> None:
    """The invented people as records in a fresh truth on SQLite, straight into its tables."""
    from django.core.management import call_command
    from django.db import connection, transaction

    call_command("migrate", verbosity=0)
    with duckdb.connect() as invented, connection.cursor() as cursor:
        load_invented(invented, count)
        cursor.execute("PRAGMA synchronous=OFF")
        people = invented.execute("SELECT * EXCLUDE (cards, truth) FROM shown")
        names = [column[0] for column in people.description]
        while rows := people.fetchmany(50_000):
            with transaction.atomic():
                _fill_piece(cursor, [dict(zip(names, row, strict=True)) for row in rows])


def _fill_piece(cursor, people: list[dict]) -> None:
    nodes, traits, values = [], [], []
    for one in people:
        id_ = one["person_id"] + 1
        nodes.append((id_, "shop", "user", f"u{id_}", id_, 1, 1, 1, 1))
        home = {"street": one["street"], "postalCode": one["postcode"], "city": one["city"]}
        said = {
            "firstName": one["first_name"],
            "lastName": one["last_name"],
            "birthday": one["birthday"],
            "address": home,
        }
        traits += [(id_, name, json.dumps(value), 1, 1) for name, value in said.items() if value]
        values += [(id_, type_, one[type_], "", 1, 1) for type_ in ("email", "phone") if one[type_]]
    _many(cursor, "people_node", "id namespace kind key person_id source_id first_us last_us created_us", nodes)
    _many(cursor, "people_trait", "node_id name value at source_id", traits)
    _many(cursor, "people_identifier", "node_id type value raw first_us last_us", values)


def _many(cursor, table: str, columns: str, rows: list[tuple]) -> None:
    names = columns.split()
    marks = ", ".join(["%s"] * len(names))
    cursor.executemany(f"INSERT INTO {table} ({', '.join(names)}) VALUES ({marks})", rows)


def run(count: int) -> None:
    """Suggest among the people who are there; prints seconds and the most memory."""
    from regulars.people.linkage import suggest_duplicates

    found, seconds = _timed(lambda: suggest_duplicates(at=1))
    most = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(
        f"{count:,} people, truth read and suggestions stored: {found:,} in {seconds:.1f} s, at most {most:,.0f} MB"
    )


def measure(name: str, load) -> None:
    """Exact rules, then the product, on the same records."""
    from regulars.people.linkage import suggest, truth
    from regulars.people.linkage.tests.truths import agreement, closed

    with suggest.workspace() as connection:
        true = load(connection)
        truth.prepare(connection, country="GB")
        found, seconds = _timed(lambda: exact(connection))
        _print(f"{name}, exact rules", closed(found), true, seconds, agreement)
        pairs, seconds = _timed(lambda: {(s.a, s.b) for s in suggest.find(connection)})
        _print(f"{name}, suggested", pairs, true, seconds, agreement)
        _print("  … and all accepted", closed(pairs), true, seconds, agreement)


def _timed(work):
    begun = time.perf_counter()
    return work(), time.perf_counter() - begun


def _print(name: str, found: set, true: set, seconds: float, agreement) -> None:
    precision, recall, f1 = agreement(found, true)
    print(f"{name:26}{len(found):>9,}{precision:>11.3f}{recall:>8.3f}{f1:>7.3f}{seconds:>9.1f}", flush=True)


def exact(connection: duckdb.DuckDBPyConnection) -> set[tuple[int, int]]:
    """Pairs by exact rules."""
    rules = " UNION ".join(
        f"SELECT l.person_id, r.person_id FROM people l JOIN people r ON {rule} AND l.person_id < r.person_id"
        for rule in EXACT
    )
    return set(connection.execute(rules).fetchall())


def load_invented(connection: duckdb.DuckDBPyConnection, count: int) -> set[tuple[int, int]]:
    """Records of invented people, 6% of them a second one of somebody: at the till, with slips and gaps.

    No second record shares e-mail or phone with the first: those the product joins by rule, without guessing.
    """
    from regulars.demo.population import addresses, invent
    from regulars.people.linkage.tests.truths import true_pairs

    random = np.random.default_rng(7)
    seconds = int(count * SECOND)
    people = invent(random, count - seconds)
    again = np.sort(random.choice(len(people), seconds, replace=False))
    columns = {
        "first_name": _twice(people.first, _slips(random, people.first[again], 0.15)),
        "last_name": _twice(people.last, _slips(random, people.last[again], 0.15)),
        "birthday": _twice(
            _some(random, people.birthday.astype(str), 0.4), _some(random, people.birthday[again].astype(str), 0.5)
        ),
        "email": _twice(_once(people.email), _some(random, _slips(random, people.email[again], 1.0), 0.3)),
        "phone": _twice(np.where(people.phone == "", None, people.phone), np.full(seconds, None, dtype=object)),
    }
    street, postcode = addresses(random, people.town[again])
    moved = random.random(seconds) < 0.1
    columns["street"] = _twice(people.street, _some(random, np.where(moved, street, people.street[again]), 0.5))
    columns["postcode"] = _twice(
        people.postcode, _some(random, np.where(moved, postcode, people.postcode[again]), 0.8)
    )
    columns["city"] = _twice(people.town.astype(str), people.town[again].astype(str))
    table = pa.table(
        {"person_id": np.arange(count), "truth": np.concatenate([np.arange(len(people)), again])}
        | {name: pa.array(values, pa.string()) for name, values in columns.items()}
    )
    connection.register("invented", table)
    connection.execute("CREATE TABLE shown AS SELECT *, NULL::VARCHAR[] AS cards FROM invented")
    return true_pairs(connection)


def _twice(first: np.ndarray, second: np.ndarray) -> np.ndarray:
    return np.concatenate([first.astype(object), second.astype(object)])


def _slips(random: np.random.Generator, values: np.ndarray, share: float) -> np.ndarray:
    from regulars.demo.accounts import slip

    lucky = random.random(len(values)) < share
    return np.array([slip(random, value) if slips else value for value, slips in zip(values, lucky, strict=True)])


def _once(values: np.ndarray) -> np.ndarray:
    """A couple's shared e-mail stays with one of them: the product joins by the same e-mail without guessing."""
    kept = np.full(len(values), None, dtype=object)
    first = np.unique(values.astype(str), return_index=True)[1]
    kept[first] = values[first]
    return kept


def _some(random: np.random.Generator, values: np.ndarray, share: float) -> np.ndarray:
    return np.where(random.random(len(values)) < share, values.astype(object), None)


if __name__ == "__main__":
    main()
