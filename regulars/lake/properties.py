"""Declared properties of events: from JSON text to typed columns, at some hundred thousand events a second."""

from __future__ import annotations

import re
import zlib
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from operator import attrgetter
from typing import Any

import msgspec
import pyarrow as pa
import pyarrow.compute as pc

from regulars.core.clock import to_us
from regulars.lake.tables import TYPES

COLUMN_TYPES = {"number": "float64", "money": "float64", "bool": "bool", "time": "int64", "text": "string"}
_STRICT = {"number": float | None, "money": float | None, "bool": bool | None, "text": str | None, "time": Any}

Declared = Sequence[tuple[str, str, str]]
"""(event name, property, type)"""


def property_column(name: str) -> str:
    """The lake's column of a property: "Shipping Method" -> "p_shipping_method"."""
    return "p_" + re.sub(r"[^a-z0-9]+", "_", name.lower()).strip("_")


def columns_of(declared: Declared) -> dict[str, str]:
    """Column -> type. A property declared with different types for different events is text."""
    found: dict[str, str] = {}
    for _, name, kind in declared:
        column, type_ = property_column(name), COLUMN_TYPES[kind]
        found[column] = type_ if found.get(column, type_) == type_ else "string"
    return dict(sorted(found.items()))


def origins_of(declared: Declared) -> dict[str, str]:
    """Column -> fingerprint of which properties of which events it holds."""
    found: dict[str, list[str]] = {}
    for event, name, kind in sorted(declared):
        found.setdefault(property_column(name), []).append(f"{event}/{name}/{kind}")
    return {column: f"{zlib.crc32('|'.join(said).encode()):08x}" for column, said in found.items()}


class Extractor:
    """Takes the declared properties of one event name out of JSON texts."""

    def __init__(self, declared: Declared, event: str, columns: dict[str, str]) -> None:
        mine = {name: kind for e, name, kind in declared if e == event and property_column(name) in columns}
        self.kinds = [self._kind(name, kind, columns) for name, kind in mine.items()]
        self.columns = {property_column(name): columns[property_column(name)] for name in mine}
        self.names = list(mine)
        self._strict = self._decoder({n: _STRICT[k] for n, k in zip(self.names, self.kinds, strict=True)})
        self._loose = self._decoder(dict.fromkeys(self.names, Any))

    @staticmethod
    def _kind(name: str, kind: str, columns: dict[str, str]) -> str:
        return "text" if columns[property_column(name)] == "string" else kind

    @staticmethod
    def _decoder(types: dict[str, Any]) -> msgspec.json.Decoder:
        fields = [(f"f{i}", type_, None) for i, type_ in enumerate(types.values())]
        names = {f"f{i}": name for i, name in enumerate(types)}
        return msgspec.json.Decoder(list[msgspec.defstruct("Properties", fields, rename=names, gc=False)])

    def arrays(self, texts: list[str]) -> dict[str, pa.Array]:
        """One array per column. A value that does not fit its declared type is null; a text that is no JSON
        object has no properties."""
        if not self.names:
            return {}
        rows, readers = self._decode(texts)
        found: dict[str, pa.Array] = {}
        for number, (column, type_) in enumerate(self.columns.items()):
            given, read = map(attrgetter(f"f{number}"), rows), readers[number]
            found[column] = pa.array(list(map(read, given) if read else given), TYPES[type_])
        return found

    def _decode(self, texts: list[str]) -> tuple[list[Any], list[Callable | None]]:
        """The texts as structs, and per field what makes a value fit; the quick way if every value fits as it is."""
        quick = [READERS["time"] if kind == "time" else None for kind in self.kinds]
        try:
            return self._strict.decode("[" + ",".join(texts) + "]"), quick
        except (msgspec.ValidationError, msgspec.DecodeError):
            return [self._one(text) for text in texts], [READERS[kind] for kind in self.kinds]

    def _one(self, text: str) -> Any:
        try:
            return self._loose.decode(f"[{text}]")[0]
        except (msgspec.ValidationError, msgspec.DecodeError, IndexError):
            return self._loose.decode("[{}]")[0]


def _number(value: Any) -> float | None:
    if isinstance(value, str):
        try:
            value = float(value.strip())
        except ValueError:
            return None
    plain = isinstance(value, int | float) and not isinstance(value, bool)
    return float(value) if plain and abs(value) < float("inf") else None


def _text(value: Any) -> str | None:
    if isinstance(value, bool | int | float):
        return msgspec.json.encode(value).decode()
    return value if isinstance(value, str) else None


def _bool(value: Any) -> bool | None:
    return (
        value
        if isinstance(value, bool)
        else {"true": True, "false": False}.get(value if isinstance(value, str) else "")
    )


def _time(value: Any) -> int | None:
    """Microseconds of an ISO 8601 text; without a zone it is taken as UTC."""
    try:
        moment = datetime.fromisoformat(value)
    except (TypeError, ValueError):
        return None
    return to_us(moment if moment.tzinfo else moment.replace(tzinfo=UTC))


READERS: dict[str, Callable[[Any], Any]] = {
    "number": _number, "money": _number, "text": _text, "bool": _bool, "time": _time,
}  # fmt: skip


def extract(names: Sequence[str], texts: Sequence[str], declared: Declared, columns: dict[str, str]) -> pa.Table:
    """The property columns of events given by name and JSON text, in their order; absent ones are null."""
    found, order = extract_by_name(names, texts, declared, columns)
    return found.take(pc.sort_indices(order))


def extract_by_name(
    names: Sequence[str], texts: Sequence[str], declared: Declared, columns: dict[str, str]
) -> tuple[pa.Table, pa.Array]:
    """The same with the rows of each name together, and the place each row had: saves a copy of many columns."""
    places: dict[str, list[int]] = {}
    for place, name in enumerate(names):
        places.setdefault(name, []).append(place)
    order, parts = [], [_whole({}, columns, 0)]
    for name, rows in places.items():
        arrays = Extractor(declared, name, columns).arrays([texts[r] for r in rows])
        order += rows
        parts.append(_whole(arrays, columns, len(rows)))
    return pa.concat_tables(parts), pa.array(order, pa.int64())


def _whole(arrays: dict[str, pa.Array], columns: dict[str, str], rows: int) -> pa.Table:
    schema = pa.schema([(c, TYPES[t]) for c, t in columns.items()])
    return pa.table(
        [arrays.get(c) if c in arrays else pa.nulls(rows, schema.field(c).type) for c in columns], schema=schema
    )
