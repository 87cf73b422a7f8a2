"""Looking into what networks answer, without trust: whatever stands there, nothing here raises.

Each reader takes the way into nested JSON: `text(said, "snippet", "author", "name")`.
"""

from __future__ import annotations

import math
import unicodedata
from collections.abc import Mapping
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import Any

from regulars.core.clock import to_us

LONGEST = 20_000
# controls, and the signs that turn the direction of what follows: they make a text look like another one
UNSEEN = {ord(sign): None for sign in "\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069\ufeff"}
LAST = 253_402_300_799  # seconds: the end of the year 9999


def dig(said: Any, *way: str | int) -> Any:
    """What stands there, or None."""
    for step in way:
        if isinstance(said, Mapping):
            said = said.get(step)
        elif isinstance(said, list) and isinstance(step, int) and -len(said) <= step < len(said):
            said = said[step]
        else:
            return None
    return said


def text(said: Any, *way: str | int, most: int = LONGEST) -> str:
    """A clean text, at most so long; numbers become text; empty when there is none."""
    found = dig(said, *way)
    if isinstance(found, bool) or not isinstance(found, str | int):
        return ""
    return clean(str(found)[: most * 2], most=most)


def clean(raw: str, *, most: int = LONGEST) -> str:
    """Text without control characters and direction tricks, in NFC, at most so long."""
    kept = "".join(
        sign for sign in raw.translate(UNSEEN) if sign in "\n\t" or unicodedata.category(sign) not in ("Cc", "Cs")
    )
    return unicodedata.normalize("NFC", kept)[:most]


def whole(said: Any, *way: str | int) -> int | None:
    """A whole number that fits the database, also when it is written as text."""
    found = dig(said, *way)
    if isinstance(found, bool) or not isinstance(found, int | str | float):
        return None
    try:
        number = int(found)
    except (ValueError, OverflowError):
        return None
    return number if -(2**63) <= number < 2**63 else None


def number(said: Any, *way: str | int) -> float | None:
    """A finite number, also when it is written as text."""
    found = dig(said, *way)
    if isinstance(found, bool) or not isinstance(found, int | str | float):
        return None
    try:
        value = float(found)
    except (ValueError, OverflowError):
        return None
    return value if math.isfinite(value) else None


def rows(said: Any, *way: str | int) -> list[Mapping[str, Any]]:
    """The objects of a list; what is not one is left out."""
    found = dig(said, *way)
    return [one for one in found if isinstance(one, Mapping)] if isinstance(found, list) else []


def when(said: Any, *way: str | int) -> int | None:
    """A time in microseconds: RFC 3339, an HTTP date, seconds or milliseconds since 1970, or a datetime."""
    found = dig(said, *way)
    if isinstance(found, bool):
        return None
    if isinstance(found, datetime):
        return to_us(found if found.tzinfo else found.replace(tzinfo=UTC))
    if isinstance(found, int | float) or (isinstance(found, str) and found.isdigit() and found.isascii()):
        return _since_1970(found)
    return moment(found) if isinstance(found, str) else None


def _since_1970(found: float | int | str) -> int | None:
    try:
        seconds = float(found)
    except (ValueError, OverflowError):
        return None
    if not math.isfinite(seconds):
        return None
    seconds = seconds / 1000 if seconds > 100_000_000_000 else seconds
    return int(seconds * 1_000_000) if 0 < seconds < LAST else None


def moment(written: str) -> int | None:
    """A date with its time, as RFC 3339 or as mail and HTTP write it; without a zone it is UTC."""
    for read in (datetime.fromisoformat, parsedate_to_datetime):
        try:
            found = read(written.strip()[:60])
            return to_us(found if found.tzinfo else found.replace(tzinfo=UTC))
        except (ValueError, OverflowError, TypeError, IndexError):
            continue
    return None


def web(said: Any, *way: str | int) -> str:
    """A web address, or nothing: no other scheme is ever shown as a link."""
    found = text(said, *way, most=600)
    return found if found.startswith(("https://", "http://")) and not any(ord(sign) < 33 for sign in found) else ""
