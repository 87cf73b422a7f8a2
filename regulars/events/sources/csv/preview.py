"""The first rows of a file as they will be read, before anything is written."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping as AnyMapping
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import Any

from regulars.core.clock import DAY, from_us
from regulars.events.sources.contacts.reading import Contacts
from regulars.events.sources.csv import files
from regulars.events.sources.csv.cells import Cells
from regulars.events.sources.csv.consents import Consents
from regulars.events.sources.csv.guess import guess_columns
from regulars.events.sources.csv.mapping import CONSENTS, CONTACTS, PEOPLE, WHAT, Mapping, check
from regulars.events.sources.csv.orders import Orders, order_number
from regulars.events.sources.csv.people import People
from regulars.events.sources.csv.summary import Summary
from regulars.events.sources.csv.units import Unit

LOOKED_AT = 200


@dataclass(frozen=True)
class Row:
    """One row: the line it stands on, {field: value as it is read}, or the reason why it is refused."""

    line: int
    values: dict[str, str]
    problem: str = ""


@dataclass(frozen=True)
class Preview:
    """`fields` are (field, what it means) in the order of the columns; `warnings` are sentences."""

    mapping: dict[str, Any]
    fields: tuple[tuple[str, str], ...]
    rows: tuple[Row, ...]
    warnings: tuple[str, ...]


def preview(
    path: str | Path,
    kind: str,
    mapping: AnyMapping[str, Any] | None = None,
    *,
    at: int | None = None,
    limit: int = 12,
) -> Preview:
    """How the first rows will be read; dates after `at` are mistakes.

    Raises FileError, or MappingError when the mapping cannot be run.
    """
    path = Path(path)
    guess = guess_columns(path, kind)
    wanted = Mapping.from_json({**(mapping or guess.mapping), "kind": kind})
    names = files.columns_of(path, wanted.layout)
    check(wanted, names)
    records = list(islice(files.records(path, wanted.layout), LOOKED_AT))
    cells = Cells(wanted, names, latest=at + DAY if at else 2**62)
    units = _units(cells, records)
    reasons, left_out = _reasons(units), _left_out(units)
    rows = tuple(_row(cells, record, reasons.get(record.first, "")) for record in records[:limit])
    refused = len(reasons)
    warnings = [] if mapping else list(guess.warnings)
    if refused:
        first = min(reasons)
        warnings.append(
            f"{refused} of the first {len(records)} rows would be refused. Line {first}: {reasons[first]}"
        )
    if left_out:
        first = min(left_out)
        lost = f"{len(left_out)} of the first {len(records)} birthdays would be left out."
        warnings.append(f"{lost} Line {first}: {left_out[first]}")
    fields = tuple((name, WHAT.get(name, name.removeprefix("trait:"))) for name in cells.at)
    return Preview(wanted.to_json(), fields, rows, tuple(warnings))


def _units(cells: Cells, records: list[files.Record]) -> list[Unit]:
    summary = Summary(cells.mapping.timezone)
    rows_of = {PEOPLE: People, CONSENTS: Consents, CONTACTS: Contacts}.get(cells.mapping.kind)
    if rows_of:
        return list(rows_of(cells, revision=0, summary=summary).units(records))
    lines = Counter(order_number(cells, r) for r in records) if "order" in cells.at else Counter()
    return list(Orders(cells, nobody="nobody", revision=0, summary=summary).units(records, lines))


def _left_out(units: list[Unit]) -> dict[int, str]:
    return {record.first: unit.left_out for unit in units for record in unit.records if unit.left_out}


def _reasons(units: list[Unit]) -> dict[int, str]:
    return {
        record.first: reason
        for unit in units
        for record, reason in zip(unit.records, unit.reasons, strict=False)
        if reason
    }


def _row(cells: Cells, record: files.Record, problem: str) -> Row:
    values = {}
    for field in cells.at:
        try:
            values[field] = _shown(cells, cells.fit(record), field)
        except ValueError:
            values[field] = "" if cells.at[field] >= len(record.cells) else record.cells[cells.at[field]]
    return Row(record.first, values, problem)


def _shown(cells: Cells, row: list[str], field: str) -> str:
    if field == "date" and cells.text(row, field):
        local = from_us(cells.moment(row)).astimezone(cells.zone)
        return local.strftime("%d %b %Y %H:%M") if local.hour or local.minute else local.strftime("%d %b %Y")
    if field in ("quantity", "price", "line_total", "total", "tax", "shipping", "discount"):
        amount = cells.amount(row, field)
        return "" if amount is None else f"{amount:f}"
    if field == "customer":
        return cells.customer(row)
    return cells.text(row, field)
