"""A unit is what goes in or stays out as a whole: an order with all its lines, or a person's row."""

from __future__ import annotations

from dataclasses import dataclass, field
from hashlib import blake2b
from typing import Any

from regulars.core.clock import SECOND, from_us
from regulars.events.item import encode
from regulars.events.sources.csv.files import Record

ISO_BEFORE = 10**14  # smaller numbers would be taken for milliseconds


@dataclass(slots=True)
class Unit:
    """`items` for the tracking API (the last one counts for the rows), or the `reasons` why there are none."""

    records: list[Record]
    items: list[dict[str, Any]] = field(default_factory=list)
    reasons: list[str] = field(default_factory=list)
    suppress: list[tuple[str, ...]] = field(default_factory=list)  # addresses that nothing may be sent to
    left_out: str = ""  # what of the row did not go in, and why, while the rest did


def message_id(content: dict[str, Any], *, at: int = 0) -> str:
    """The same content has the same id, in whichever file and on whichever line it stands.

    `at` is its time, if it has one: ids of one time stand together, so that a file in the order of its dates writes
    the index of all ids page after page, not all over.
    """
    return f"csv-{at // SECOND:09x}{blake2b(encode(content), digest_size=18).hexdigest()}"


def timestamp(us: int) -> int | str:
    """A time as the tracking API reads it."""
    if us >= ISO_BEFORE:
        return us
    return from_us(us).isoformat()
