"""Statements that PostgreSQL reads and plans once per connection, and several of them in one message.

A short statement costs PostgreSQL less to run than to understand (measured: docs/benchmarks.md). The driver's own way
of preparing sends each statement by itself; PREPARE and EXECUTE are words of SQL and go together.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any
from weakref import WeakKeyDictionary

from django.db import DataError
from psycopg.pq import Escaping

MOST = 200  # per connection; what comes after is sent as it is

Statement = tuple[str, Sequence[Any]]


@dataclass
class _Known:
    """What one connection has prepared: SQL -> name; and what it was sent once. Names are never used again: after an
    error nobody knows how far PostgreSQL had come."""

    names: dict[str, str] = field(default_factory=dict)
    seen: set[str] = field(default_factory=set)
    last: int = 0


_known: WeakKeyDictionary[Any, _Known] = WeakKeyDictionary()


def message(raw: Any, statements: Sequence[Statement]) -> tuple[str, dict[str, str]]:
    """(the statements as one text for this psycopg connection, what it prepares on the way). Tell `done` when it went
    well. Marks are %s; a statement is prepared the second time it comes."""
    known = _known.setdefault(raw, _Known())
    write, parts, fresh = _Writer(raw), [], {}
    for sql, params in statements:
        name = known.names.get(sql) or fresh.get(sql)
        if name is None and sql in known.seen and len(known.names) + len(fresh) < MOST:
            known.last += 1
            name = fresh[sql] = f"regulars_{known.last}"
            parts.append(f"PREPARE {name} AS {_numbered(sql)}")
        values = [write(value) for value in params]
        parts.append(_execute(name, values) if name else sql % tuple(values))
    _remember(known, statements)
    return ";\n".join(parts), fresh


def done(raw: Any, fresh: dict[str, str]) -> None:
    """The message went well: what it prepared may be used."""
    if fresh:
        _known.setdefault(raw, _Known()).names.update(fresh)


def _remember(known: _Known, statements: Sequence[Statement]) -> None:
    if len(known.seen) < 2 * MOST:
        known.seen.update(sql for sql, _ in statements)


def _execute(name: str, values: list[str]) -> str:
    return f"EXECUTE {name}({', '.join(values)})" if values else f"EXECUTE {name}"


def _numbered(sql: str) -> str:
    """Marks as PREPARE wants them: $1, $2, ..."""
    parts = [part.replace("%%", "%") for part in sql.split("%s")]
    return parts[0] + "".join(f"${n}{part}" for n, part in enumerate(parts[1:], 1))


class _Writer:
    """Writes a value into SQL: whole numbers, text, True and False, None."""

    def __init__(self, raw: Any) -> None:
        self.escape = Escaping(raw.pgconn).escape_literal

    def __call__(self, value: Any) -> str:
        if value is None:
            return "NULL"
        if type(value) is int:
            return str(value) if value >= 0 else f"({value})"
        if type(value) is bool:
            return "true" if value else "false"
        if isinstance(value, str):
            if "\0" in value:
                raise DataError("PostgreSQL text cannot hold NUL characters.")  # escaping would end there
            return bytes(self.escape(value.encode())).decode()
        raise TypeError(f"{type(value).__name__} cannot be written into a statement that is to be prepared.")
