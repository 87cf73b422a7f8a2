"""When people are asked. Pure.

{"kind": "manual"} · {"kind": "event", "event": "Order Completed", "where": ..., "after_days": 7} ·
{"kind": "segment", "segment": 3} on entering it · {"kind": "wave", "segment": 3}: everybody of it once a wave, spread
evenly over its days.
"""

from __future__ import annotations

from typing import Any

import msgspec

from regulars.core.clock import DAY
from regulars.feedback.errors import CannotDo

KINDS = ("manual", "event", "segment", "wave")


class Trigger(msgspec.Struct, frozen=True):
    """What starts asking."""

    kind: str = "manual"
    event: str = ""
    where: Any = None
    after_days: int = 0
    segment: int | None = None

    @property
    def after_us(self) -> int:
        """How long after the event."""
        return self.after_days * DAY


def read(raw: Any) -> Trigger:
    """The trigger out of its JSON; nothing means by hand. Raises CannotDo."""
    try:
        found = msgspec.convert(raw or {}, Trigger)
    except msgspec.ValidationError as error:
        raise CannotDo(f"This says not when people are asked: {error}.") from None
    if found.kind not in KINDS:
        raise CannotDo("People are asked by hand, after an event, on entering a segment, or in waves.")
    if found.kind == "event" and not found.event.strip():
        raise CannotDo("Say after which event people are asked.")
    if found.kind in ("segment", "wave") and not found.segment:
        raise CannotDo("Say the people of which segment are asked.")
    if not 0 <= found.after_days <= 365:
        raise CannotDo("People are asked 0 to 365 days after the event.")
    return found
