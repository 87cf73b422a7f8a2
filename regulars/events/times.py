"""When it happened: the sender's time, corrected for the sender's clock.

Source of the correction: the tracking API's own rule, `receivedAt - (sentAt - originalTimestamp)`. It needs the
pair of one request, so that a resend with a new `sentAt` comes to the same time.
"""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from regulars.core.clock import DAY, SECOND, to_us
from regulars.events.item import Refused, kind_of

SKEW_FROM = 5 * SECOND  # smaller differences are the way through the network
FUTURE_UP_TO = DAY  # later times become now + a day
REFUSED_FROM = 366 * DAY  # this far ahead it is a mistake


def happened_at(original: Any, sent: Any, received_us: int) -> int:
    """Microseconds. Without a time of its own the event happened when it came. Raises Refused."""
    if original is None or original == "":
        return received_us
    moment = parse(original, "timestamp")
    if sent is not None:
        skew = received_us - _lenient(sent, received_us)
        if abs(skew) > SKEW_FROM:
            moment += skew
    if moment < 0:
        raise Refused("date_out_of_range", f"The timestamp {original} is before 1970.")
    if moment > received_us + REFUSED_FROM:
        raise Refused("date_out_of_range", f"The timestamp {original} is more than a year ahead.")
    return min(moment, received_us + FUTURE_UP_TO)


def _lenient(sent: Any, received_us: int) -> int:
    """A time of sending that cannot be read corrects nothing."""
    try:
        return parse(sent, "sentAt")
    except Refused:
        return received_us


def parse(value: Any, field: str) -> int:
    """Microseconds of an ISO 8601 text (without zone: UTC) or of seconds, milliseconds, microseconds since 1970."""
    if isinstance(value, str):
        try:
            moment = datetime.fromisoformat(value.strip())
            return to_us(moment if moment.tzinfo else moment.replace(tzinfo=UTC))
        except (ValueError, OverflowError):
            if not value.strip().isdigit() or len(value) > 17:
                raise Refused("bad_date", f"{field} is {value[:40]!r}, which is not a date and time.") from None
            value = int(value)
    if isinstance(value, bool) or not isinstance(value, (int, float)):
        raise Refused("bad_date", f"{field} must be a date and time, not {kind_of(value)}.")
    return _number(value, field)


def _number(value: float, field: str) -> int:
    size = abs(value)
    if size > 1e17:
        raise Refused("date_out_of_range", f"{field} is {value}, which is no time anyone means.")
    factor = SECOND if size < 1e11 else 1000 if size < 1e14 else 1
    return int(value * factor)
