"""Reading a file: its orders or persons, checked and ready to be written. Nothing here writes or asks the database,
so that a large file is read in a process of its own, while what is read already goes in.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

from regulars.core.aside import aside
from regulars.core.clock import DAY
from regulars.core.models import Business
from regulars.events.item import encode
from regulars.events.pipeline import Origin, Ready, Rejected, prepare
from regulars.events.sources.contacts.reading import Contacts
from regulars.events.sources.csv import files
from regulars.events.sources.csv.cells import Cells
from regulars.events.sources.csv.consents import Consents
from regulars.events.sources.csv.mapping import CONSENTS, CONTACTS, PURCHASES, Mapping
from regulars.events.sources.csv.orders import Orders, order_number
from regulars.events.sources.csv.people import People
from regulars.events.sources.csv.summary import Summary
from regulars.events.sources.csv.units import Unit
from regulars.people.actions import NOBODY

APART_FROM = 1_000_000  # bytes of a file that are worth a process
AT_ONCE = 100  # units sent together


@dataclass(frozen=True)
class Task:
    """What is to be read, and how: `passed_over` units are done already."""

    path: Path
    mapping: Mapping
    origin: Origin
    created_us: int
    passed_over: int
    size: int


class Found(NamedTuple):
    """An order or person of the file, with its events; or the rows that are refused: (line, reason, cells).

    `left_out`: rows that went in but for one thing, in the same words.
    """

    lines: list[int]
    events: list[Ready]
    refused: list[tuple[int, str, list[str]]]
    suppress: Sequence[tuple[str, ...]] = ()
    left_out: Sequence[tuple[int, str, list[str]]] = ()


@dataclass(slots=True)
class Chunk:
    """Some of them, how many bytes of the file are behind them, and after the last one what the file held."""

    found: list[Found]
    read: int
    summary: dict | None = None


@contextmanager
def reading(task: Task) -> Iterator[Iterator[Chunk]]:
    """The file from its start to its end, without what was passed over."""
    if task.size < APART_FROM:
        yield _Reading(task).chunks()
    else:
        Business.load()
        with aside(_Reading(task).apart) as chunks:
            yield chunks


class _Reading:
    def __init__(self, task: Task) -> None:
        self.task, self.read, self.events = task, 0, 0
        self.summary = Summary(task.mapping.timezone)

    def apart(self) -> Iterator[Chunk]:
        Business.stay()
        return self.chunks()

    def chunks(self) -> Iterator[Chunk]:
        found: list[Found] = []
        for number, unit in enumerate(self._units()):
            if number < self.task.passed_over:
                continue
            found.append(self._found(unit))
            if len(found) >= AT_ONCE:
                yield Chunk(found, self.read)
                found = []
        yield Chunk(found, self.read, self.summary.to_json())

    def _found(self, unit: Unit) -> Found:
        """A unit goes in or stays out as a whole."""
        lines, reasons = [record.first for record in unit.records], unit.reasons
        events = list(prepare([encode(item) for item in unit.items], self.task.origin, first=self.events))
        self.events += len(events)
        if not reasons and (bad := next((e for e in events if isinstance(e, Rejected)), None)):
            reasons = [bad.reason] * len(lines)
        if reasons:
            rows = zip(unit.records, reasons, strict=True)
            return Found(lines, [], [(record.first, why, record.cells) for record, why in rows])
        left_out = [(record.first, unit.left_out, record.cells) for record in unit.records if unit.left_out]
        return Found(lines, [event._replace(values={}) for event in events], [], unit.suppress, left_out)

    def _units(self) -> Iterator[Unit]:
        task, mapping = self.task, self.task.mapping
        names = files.columns_of(task.path, mapping.layout)
        cells = Cells(mapping, names, latest=task.created_us + DAY)
        if mapping.kind == CONTACTS:
            return Contacts(cells, revision=task.created_us, summary=self.summary).units(self._records())
        if mapping.kind != PURCHASES:
            rows_of = Consents if mapping.kind == CONSENTS else People
            return rows_of(cells, revision=task.created_us, summary=self.summary).units(self._records())
        lines_of: Counter[str] = Counter()
        if "order" in cells.at:
            lines_of.update(order_number(cells, record) for record in files.records(task.path, mapping.layout))
        orders = Orders(cells, nobody=NOBODY, revision=task.created_us, summary=self.summary)
        return orders.units(self._records(), lines_of)

    def _records(self) -> Iterator[files.Record]:
        """The rows, while `self.read` says how many bytes of the file are behind us."""
        text, raw = files.open_text(self.task.path, self.task.mapping.layout.encoding)
        with raw, text:
            rows = files.split(text, self.task.mapping.layout.delimiter)
            if self.task.mapping.layout.header:
                next(rows, None)
            for number, record in enumerate(rows):
                if number % 1000 == 0:
                    self.read = raw.tell()
                yield record
