"""Import a file of a million purchase lines, until every order and profile is visible, with the worker running.

`python -m benchmarks.imports [--quick] [--lines N]`. The yardstick in the same run: the bare rows of the same file
put into one SQLite table by `executemany`, with the same durability: no orders, no people, no second import that
changes nothing. Totals are compared with what the generator wrote, so that a fast wrong import would show.
"""

from __future__ import annotations

import argparse
import csv
import os
import random
import sqlite3
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path

LINES, QUICK, TARGET_SECONDS = 1_000_000, 100_000, 120
HEADER = ("order", "date", "customer", "sku", "product", "category", "quantity", "price", "store")
CATEGORIES = ("soccer", "running", "tennis", "swimming", "golf")
SETUP = """
import django; django.setup()
from django.core.management import call_command
from regulars.core.models import Business
call_command("migrate", verbosity=0)
Business.objects.create(id=1, name="Benchmark")
"""


@dataclass(frozen=True)
class Written:
    """What the file holds."""

    lines: int
    orders: int
    customers: int
    gross: int


def write(path: Path, lines: int) -> Written:
    """Orders of one to five lines, in the order of their dates, of people who come with very different rates."""
    pick = random.Random(1)
    people = lines // 12
    bag = [person for person in range(people) for _ in range(1 + int(pick.gammavariate(0.6, 4)))]
    gross, count, order, seen = 0, 0, 0, set()
    with path.open("w", newline="") as stream:
        rows = csv.writer(stream)
        rows.writerow(HEADER)
        while count < lines:
            order += 1
            person = pick.choice(bag)
            seen.add(person)
            minute = order * 1_500_000 // (lines // 2)  # about three years
            day, hour = divmod(minute // 60, 24)
            when = f"{2022 + day // 364}-{1 + day % 364 // 31:02}-{1 + day % 28:02} {hour:02}:{minute % 60:02}:00"
            for _ in range(min(pick.choice((1, 1, 1, 2, 2, 3, 4, 5)), lines - count)):
                product, quantity = pick.randrange(5000), pick.choice((1, 1, 1, 2, 3))
                pence = product % 90 * 100 + 99
                gross, count = gross + pence * quantity, count + 1
                rows.writerow((order, when, person, f"P{product}", f"Product {product}", CATEGORIES[product % 5],
                               quantity, f"{pence / 100:.2f}", f"Store {order % 8}"))  # fmt: skip
    return Written(count, order, len(seen), gross)


def yardstick(path: Path, database: Path) -> float:
    """Seconds for the bare rows: one table, one index, WAL, synchronous=FULL, a commit per thousand rows."""
    began = time.perf_counter()
    db = sqlite3.connect(database)
    db.executescript("PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL;")
    db.execute(f"CREATE TABLE line ({', '.join(HEADER)})".replace("order", '"order"'))
    db.execute("CREATE INDEX line_customer ON line (customer)")
    marks = ", ".join("?" * len(HEADER))
    with path.open(newline="") as stream:
        rows = csv.reader(stream)
        next(rows)
        batch = []
        for row in rows:
            batch.append(row)
            if len(batch) == 1000:
                db.executemany(f"INSERT INTO line VALUES ({marks})", batch)
                db.commit()
                batch = []
        db.executemany(f"INSERT INTO line VALUES ({marks})", batch)
        db.commit()
    return time.perf_counter() - began


class House:
    """An installation of its own with a running worker."""

    def __init__(self, folder: Path) -> None:
        self.database = folder / "data" / "regulars.sqlite3"
        self.env = {**os.environ, "REGULARS_HOME": str(folder / "data"), "REGULARS_KEYS": str(folder / "keys.json"),
                    "DJANGO_SETTINGS_MODULE": "regulars.config.settings", "REGULARS_LOG": "WARNING"}  # fmt: skip
        self.env.pop("DATABASE_URL", None)
        subprocess.run([sys.executable, "-c", SETUP], env=self.env, check=True)

    def __enter__(self) -> House:
        self.worker = subprocess.Popen([sys.executable, "-m", "regulars", "worker"], env=self.env)
        return self

    def __exit__(self, *_: object) -> None:
        self.worker.terminate()
        self.worker.wait(30)

    def take(self, path: Path) -> tuple[float, float]:
        """Seconds until the whole file is in the event log, and until orders and profiles are there too."""
        began = time.perf_counter()
        command = [sys.executable, "-m", "regulars", "import", "purchases", str(path), "--yes"]
        subprocess.run(command, env=self.env, check=True, stdout=subprocess.DEVNULL)
        taken = time.perf_counter() - began
        while not self._caught_up():
            time.sleep(0.2)
        return taken, time.perf_counter() - began

    def _caught_up(self) -> bool:
        """Have orders, customers and profiles read all there is?"""
        places = dict(self.ask("SELECT consumer, max(entry) FROM core_offset GROUP BY consumer"))
        events = self.ask("SELECT coalesce(max(id), 0) FROM events_event")[0][0]
        if places.get("commerce", 0) < events:
            return False
        touches = self.ask("SELECT coalesce(max(id), 0) FROM people_touch")[0][0]
        return min(places.get("customers", 0), places.get("profiles", 0)) >= touches

    def ask(self, sql: str) -> list[tuple]:
        db = sqlite3.connect(f"file:{self.database}?mode=ro", uri=True, timeout=30)
        try:
            return db.execute(sql).fetchall()
        finally:
            db.close()


def check(house: House, written: Written) -> None:
    """Raises SystemExit when the tables are not what the file says."""
    found = house.ask(
        "SELECT (SELECT count(*) FROM commerce_orderline), count(*), (SELECT count(*) FROM commerce_customer),"
        " sum(base_total) FROM commerce_order"
    )[0]
    if Written(*found) != written:
        raise SystemExit(f"Wrong totals: {Written(*found)} instead of {written}")


def main() -> None:
    options = argparse.ArgumentParser()
    options.add_argument("--quick", action="store_true")
    options.add_argument("--lines", type=int)
    given = options.parse_args()
    lines = given.lines or (QUICK if given.quick else LINES)
    with tempfile.TemporaryDirectory(prefix="regulars-bench-") as name:
        folder = Path(name)
        path = folder / "purchases.csv"
        written = write(path, lines)
        print(f"{written.lines:,} lines, {written.orders:,} orders of {written.customers:,} customers,"
              f" {path.stat().st_size / 1e6:.0f} MB; load {os.getloadavg()[0]:.1f}", flush=True)  # fmt: skip
        bare = yardstick(path, folder / "bare.sqlite3")
        print(f"yardstick, bare rows into one table: {bare:.1f} s", flush=True)
        with House(folder) as house:
            taken, visible = house.take(path)
            check(house, written)
            print(f"in the event log: {taken:.1f} s; orders and profiles visible: {visible:.1f} s", flush=True)
            print(f"{lines / visible:,.0f} lines/s, {visible / bare:.1f} times the yardstick", flush=True)
            again = house.take(path)[1]
            check(house, written)
        print(f"the same file once more, nothing changes: {again:.1f} s")
        print(f"target: {TARGET_SECONDS} s for {LINES:,} lines; this rate gives {visible * LINES / lines:.0f} s")


if __name__ == "__main__":
    main()
