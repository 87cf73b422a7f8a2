"""Which properties events carry: counted in memory, written rarely. The counts are for orientation, not for sums."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Sequence
from typing import Any

from django.db import transaction

from regulars.core import bulk
from regulars.events.item import decode_any
from regulars.events.models import Property
from regulars.events.pipeline import Ready
from regulars.events.vocabulary import DECLARED

EVERY = 10.0  # seconds between two writes
MOST_SHAPES = 3000

_shapes: Counter[tuple[str, tuple[str, ...]]] = Counter()
_samples: dict[tuple[str, tuple[str, ...]], dict[str, Any]] = {}
_sources: set[int] = set()
_last: dict[str, float] = {"written": 0.0, "at": 0}


def count(events: Sequence[Ready], at: int) -> None:
    """Note the properties of accepted events."""
    for event in events:
        _sources.add(event.source_id)
        shape = (event.name, event.shape)
        _shapes[shape] += 1
        if shape not in _samples:
            _samples[shape] = event.values or decode_any(event.properties)
    if len(_shapes) > MOST_SHAPES:
        flush(at)


def flush_when_due(at: int) -> None:
    """Write what was counted, if it is time."""
    if _shapes and time.monotonic() - _last["written"] > EVERY:
        flush(at)


def flush(at: int) -> None:
    """Write what was counted: one small upsert."""
    _last["written"] = time.monotonic()
    totals: Counter[tuple[str, str]] = Counter()
    types: dict[tuple[str, str], str] = {}
    for (event, names), number in _shapes.items():
        for name in names:
            if 0 < len(name) <= 120 and "\0" not in name:
                totals[event, name] += number
                types.setdefault((event, name), type_of(name, _samples[event, names].get(name)))
    _shapes.clear()
    _samples.clear()
    rows = sorted((*key, *_declared(*key, types[key], at), number, at, 0) for key, number in totals.items())
    with transaction.atomic():
        _note_sources(at)
        bulk.insert(
            Property,
            ("event", "name", "type", "declared_us", "seen", "last_us", "dropped"),
            rows,
            conflict="(event, name) DO UPDATE SET seen = events_property.seen + excluded.seen,"
            " last_us = excluded.last_us",
        )


def _declared(event: str, name: str, guess: str, at: int) -> tuple[str, int | None]:
    """(type, declared when): what the vocabulary declares is declared."""
    known = DECLARED.get(event, {}).get(name)
    return (known, at) if known else (guess, None)


def _note_sources(at: int) -> None:
    sql, params = bulk.ids(sorted(_sources))
    bulk.execute(f"UPDATE events_source SET seen_us = %s WHERE id IN {sql}", [at, *params])
    _sources.clear()


def type_of(name: str, value: Any) -> str:
    """A proposal: text, number, money, bool, time, or "nested" for what cannot be a column."""
    if isinstance(value, bool):
        return "bool"
    if isinstance(value, (int, float)):
        return "money" if name in ("price", "total", "revenue", "value", "tax", "shipping", "discount") else "number"
    return "nested" if isinstance(value, (dict, list)) else "text"
