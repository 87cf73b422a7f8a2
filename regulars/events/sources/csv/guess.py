"""Guessing what the columns of a file mean, from their names and from what their cells look like."""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import islice
from pathlib import Path
from typing import Any

from regulars.core.models import Business
from regulars.events.sources.contacts import TOOLS, tool_of
from regulars.events.sources.csv import files
from regulars.events.sources.csv.mapping import AMOUNTS, CONSENTS, CONTACTS, FIELDS, PEOPLE, PURCHASES, WHAT, Mapping
from regulars.events.sources.csv.names import field_of
from regulars.events.sources.csv.values import (
    ISO,
    SYMBOLS,
    DateGuess,
    guess_dates,
    guess_decimal,
    is_number,
    read_consent,
)

SAMPLE = 20_000
LOOKED_AT = 2000
NUMBERS = AMOUNTS


@dataclass(frozen=True)
class Column:
    """One column of the file: its name, the field it was taken for (or None), and a few of its cells."""

    name: str
    field: str | None
    samples: tuple[str, ...]


@dataclass(frozen=True)
class Guess:
    """What a file seems to hold. `mapping` is ready for `start_import`; `warnings` are sentences."""

    mapping: dict[str, Any]
    columns: tuple[Column, ...]
    warnings: tuple[str, ...] = field(default=())


def kind_of_file(path: str | Path, kind: str) -> str:
    """The kind a file seems to be: “people” that come from a mailing tool are contacts. Raises FileError."""
    names = files.columns_of(Path(path), files.layout_of(Path(path))) if kind == PEOPLE else []
    return CONTACTS if names and tool_of(names) else kind


def guess_columns(
    path: str | Path, kind: str, *, currency: str = "", timezone: str = "", file_name: str = ""
) -> Guess:
    """Layout, columns, dates and decimal sign of a file of `purchases`, `people`, `consents` or `contacts`.

    Currency and time zone are the business's unless given or seen. Raises FileError for what is no table.
    """
    if kind not in FIELDS:
        raise files.FileError(f"There is no kind of import “{kind}”; there are {', '.join(FIELDS)}.")
    path = Path(path)
    layout = files.layout_of(path)
    names = files.columns_of(path, layout)
    rows = [r.cells for r in islice(files.records(path, layout), SAMPLE)]
    cells = {name: _spread([row[i] for row in rows if i < len(row)]) for i, name in enumerate(names)}
    business = Business.load()
    warnings: list[str] = []
    options: dict[str, str] = {}
    if kind == CONTACTS:
        chosen, options = _contacts(names, file_name or path.name, warnings)
    else:
        chosen = _choose(names, cells, kind)
    mapping = Mapping(
        kind=kind,
        columns=chosen,
        layout=layout,
        dates=_dates(chosen, cells, "date", warnings, business.country),
        birthdays=_dates(chosen, cells, "birthday", warnings, business.country),
        decimal=_decimal(chosen, cells, warnings),
        currency=currency or _symbol(chosen, cells) or business.currency,
        timezone=timezone or business.timezone,
        options=options,
    )
    _warn_of_what_is_missing(mapping, warnings)
    fields = {column: name for name, column in chosen.items()}
    columns = tuple(Column(name, fields.get(name), _samples(cells[name])) for name in names)
    return Guess(mapping.to_json(), columns, tuple(warnings))


def _contacts(names: list[str], file_name: str, warnings: list[str]) -> tuple[dict[str, str], dict[str, str]]:
    """The columns of a mailing tool's export, and what the file is of as far as its name or columns tell."""
    tool = tool_of(names)
    if tool is None:
        known = ", ".join(one.label for one in TOOLS)
        raise files.FileError(f"These are not the columns of a contact export of {known}. Import it as people.")
    chosen, of = tool.choose(names), ""
    for word in ("nonsubscribed", "unsubscribed", "cleaned", "subscribed"):
        if word in file_name.lower():
            of = word
            break
    if not of and {"left", "bounced"} & chosen.keys():
        of = "unsubscribed" if "left" in chosen else "cleaned"
    if tool.says and not of:
        warnings.append(tool.says)
    elif not of and tool.key == "mailchimp":
        warnings.append("Mailchimp's file of subscribers and that of others look alike. Say which this is.")
    return chosen, {"tool": tool.key, "of": of}


def _spread(cells: list[str]) -> list[str]:
    """Enough cells to judge by, in their order, from the whole sample."""
    if len(cells) <= LOOKED_AT:
        return cells
    picked = sorted(random.Random(7).sample(range(len(cells)), LOOKED_AT))
    return [cells[i] for i in picked]


def _samples(cells: list[str]) -> tuple[str, ...]:
    return tuple(islice(dict.fromkeys(cell.strip() for cell in cells if cell.strip()), 3))


def _choose(names: Sequence[str], cells: dict[str, list[str]], kind: str) -> dict[str, str]:
    """field -> column: first by name, then by looks, each field once."""
    chosen: dict[str, str] = {}
    for name in names:
        meant = _meant(name, kind)
        if meant and meant not in chosen and _looks_like(meant, cells[name]):
            chosen[meant] = name
    for name in names:
        if name not in chosen.values():
            looks = _looks(cells[name], kind, chosen)
            if looks:
                chosen[looks] = name
    if kind == PURCHASES:
        _settle_amounts(chosen)
    if kind == CONSENTS and "date" not in chosen and "time" in chosen:
        chosen["date"] = chosen.pop("time")
    return chosen


def _meant(name: str, kind: str) -> str | None:
    meant = field_of(name, consents=kind == CONSENTS)
    if kind == PEOPLE and name.strip().lower() == "id":
        return "customer"
    return meant if meant in FIELDS[kind] else None


def _looks_like(meant: str, cells: list[str]) -> bool:
    """Do the cells agree with what the name promises? Empty columns do."""
    filled = [cell for cell in cells if cell.strip()][:500]
    if not filled:
        return True
    if meant in NUMBERS:
        return _share(filled, is_number) > 0.8
    if meant in ("date", "birthday"):
        return guess_dates(filled, least=1880).order is not None
    if meant == "email":
        return _share(filled, _is_email) > 0.5
    if meant == "state" or meant.startswith("consent:"):
        return _share(filled, _is_consent) > 0.5
    return True


def _looks(cells: list[str], kind: str, chosen: dict[str, str]) -> str | None:
    """A field for a column whose name says nothing; only where its looks leave little doubt."""
    filled = [cell for cell in cells if cell.strip()][:500]
    if not filled:
        return None
    if "email" not in chosen and _share(filled, _is_email) > 0.9:
        return "email"
    if kind == PURCHASES and "date" not in chosen and guess_dates(filled, enough=0.95).order is not None:
        return "date"
    amounts = {"total", "line_total", "price"} & chosen.keys()
    if (
        kind == PURCHASES
        and not amounts
        and _share(filled, is_number) > 0.95
        and any("." in c or "," in c for c in filled)
    ):
        return "total"
    return None


def _settle_amounts(chosen: dict[str, str]) -> None:
    """In a file of order lines an amount beside products is the line's; alone it is the order's."""
    alone = "line_total" not in chosen and "price" not in chosen
    if alone and {"order", "total"} <= chosen.keys() and {"sku", "product", "quantity"} & chosen.keys():
        chosen["line_total"] = chosen.pop("total")


def _share(cells: Sequence[str], test) -> float:
    return sum(map(test, cells)) / len(cells)


def _is_email(cell: str) -> bool:
    name, at, host = cell.strip().partition("@")
    return bool(name and at and "." in host and " " not in cell.strip())


def _is_consent(cell: str) -> bool:
    try:
        read_consent(cell)
    except ValueError:
        return False
    return True


def _dates(chosen: dict, cells: dict[str, list[str]], name: str, warnings: list[str], country: str) -> str:
    if name not in chosen:
        return ISO
    column = chosen[name]
    filled = [cell for cell in cells[column] if cell.strip()]
    least = 1880 if name == "birthday" else 1970
    found: DateGuess = guess_dates(filled, month_first=country == "US", least=least)
    if found.ambiguous:
        example = filled[0].strip()
        warnings.append(
            f"Dates such as “{example}” in “{column}” could be day-month or month-day; they are read as {found.order}"
            ". Check the rows below."
        )
    if filled and found.order is None:
        warnings.append(f"The dates in “{column}” are written in different ways; some cannot be read.")
    return found.order or ISO


def _decimal(chosen: dict[str, str], cells: dict[str, list[str]], warnings: list[str]) -> str:
    money = [cell for name in NUMBERS if name in chosen and name != "quantity" for cell in cells[chosen[name]]]
    sign, ambiguous = guess_decimal(money)
    if ambiguous:
        warnings.append(f"Amounts such as “1,234” could mean two things; the decimal sign is taken to be “{sign}”.")
    return sign


def _symbol(chosen: dict[str, str], cells: dict[str, list[str]]) -> str:
    """The currency that signs in the amounts speak of."""
    money = "".join(
        cell for name in ("total", "price", "line_total") if name in chosen for cell in cells[chosen[name]][:50]
    )
    return next((code for sign, code in SYMBOLS.items() if sign in money.lower()), "")


def _warn_of_what_is_missing(mapping: Mapping, warnings: list[str]) -> None:
    c = mapping.columns
    if mapping.kind == CONSENTS:
        if "state" not in c:
            warnings.append("No column looks like a yes or no: choose it.")
        if not {"address", "email", "phone", "customer"} & c.keys():
            warnings.append("No column tells who agreed: choose an address or a customer number.")
    elif mapping.kind == PURCHASES:
        if not {"customer", "email", "phone", "card"} & c.keys():
            warnings.append("No column tells who bought: the orders will count in totals, but for nobody.")
        if "order" not in c:
            warnings.append("No column holds an order number: each line becomes an order of its own.")
        for needed in ("date",):
            if needed not in c:
                warnings.append(f"No column looks like the {WHAT[needed]}: choose it.")
        if not {"total", "line_total", "price"} & c.keys():
            warnings.append("No column looks like an amount: choose it.")
    elif not {"customer", "email", "phone", "card"} & c.keys():
        warnings.append("No column tells who it is: choose a customer number, e-mail, phone or card.")
