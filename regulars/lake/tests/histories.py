"""Random histories of a small shop, and what the lake must show of them."""

from __future__ import annotations

import random
import shutil
from collections.abc import Callable

import pyarrow as pa
from django.db import connection, transaction

from regulars.lake import queries
from regulars.lake import truth as reading
from regulars.lake.actions import copy_once
from regulars.lake.declared import copied
from regulars.lake.tests import truth
from regulars.lake.tests.conftest import SMALL

TABLES = ("people_touch", "people_node", "people_person", "people_erasednode", "events_event", "events_property",
          "commerce_order", "commerce_store", "core_offset")  # fmt: skip
PROPERTIES = {"depth": ["number", "text"], "title": ["text"], "seen": ["time"], "new": ["bool"]}


class History:
    """Changes a truth at random; the same seed changes it the same way."""

    def __init__(self, seed: int, *, erasures: int = 1) -> None:
        self.erasures = erasures
        self.random = random.Random(seed)
        self.nodes: list[int] = []

    def step(self) -> None:
        """One change."""
        moves: list[tuple[Callable[[], object], int]] = [
            (self._arrive, 3), (self._act, 8), (self._buy, 3), (self._merge, 2), (self._split, 1),
            (self._erase, self.erasures), (self._declare, 1), (self._open_store, 1)]  # fmt: skip
        pick, *_ = self.random.choices([m for m, _ in moves], [w for _, w in moves])
        if self.nodes or pick in (self._arrive, self._declare):
            pick()

    def steps(self, count: int) -> None:
        with transaction.atomic():
            for _ in range(count):
                self.step()

    def _any(self) -> int:
        return self.random.choice(self.nodes)

    def _arrive(self) -> None:
        self.nodes.append(truth.make_node())

    def _act(self) -> None:
        values = {"depth": self.random.choice([1, 2.5, "3", "deep", None, {}]),
                  "title": self.random.choice(["Home", "Sale", "ann@example.org", "10 High Street, Leeds"]),
                  "seen": self.random.choice(["2026-03-01T10:00:00Z", "yesterday", 5]), "new": True}  # fmt: skip
        for _ in range(self.random.randrange(1, 8)):
            day = self.random.choice([1, 2, 33, 34, 65, 400])
            truth.make_event(self._any(), day=day, name=self.random.choice(truth.NAMES), properties=values)

    def _buy(self) -> None:
        truth.make_order(self._any(), day=self.random.randrange(80), total=self.random.randrange(9000))

    def _merge(self) -> None:
        truth.merge(self._any(), self._any())

    def _split(self) -> None:
        node = self._any()
        if truth.person_of(node) != node:
            truth.split(node)

    def _erase(self) -> None:
        gone = truth.erase(self._any())
        self.nodes = [n for n in self.nodes if n not in gone]

    def _declare(self) -> None:
        name = self.random.choice(sorted(PROPERTIES))
        truth.declare(self.random.choice(truth.NAMES), name, self.random.choice(PROPERTIES[name]))

    def _open_store(self) -> None:
        truth.insert("commerce.Store", name=f"S{self.random.getrandbits(40)}")
        truth.touch(truth.person_of(self._any()))


def start_over() -> None:
    """An empty truth and no lake."""
    shutil.rmtree(queries.folder(), ignore_errors=True)
    with connection.cursor() as cursor:
        for table in TABLES:
            cursor.execute(f"DELETE FROM {table}")


def catch_up(at: int = 0) -> None:
    """Copy until there is nothing to do."""
    for _ in range(500):
        if not copy_once(at, sizes=SMALL):
            return
    raise AssertionError("the copy loop never rests")


def shown() -> dict[str, pa.Table]:
    """Everything a reader sees, each table sorted."""
    with queries.snapshot() as now:
        found = {r.name: now.arrow(now.ibis(r.name)) for r in copied()}
    return {name: rows.sort_by([(c, "ascending") for c in rows.column_names]) for name, rows in found.items()}


def days(events: pa.Table) -> dict[int, tuple[int, int]]:
    """Per day: how many events, and a hash of them."""
    found: dict[int, list[str]] = {}
    for row in events.to_pylist():
        found.setdefault(row["ts"] // truth.DAY, []).append(repr(sorted(row.items())))
    return {day: (len(rows), hash(tuple(sorted(rows)))) for day, rows in found.items()}


def events_in_truth(upto: int) -> list[tuple[int, int]]:
    """(id, node) of the events of the truth, as far as they are in."""
    rows = reading._all("SELECT id, node_id FROM events_event WHERE id <= %s ORDER BY id", [upto])
    return [tuple(row) for row in rows]
