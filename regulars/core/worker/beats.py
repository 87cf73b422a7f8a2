"""Signs of life of loops and lanes, for the health page."""

from __future__ import annotations

import time

from regulars.core.clock import now_us
from regulars.core.models import Beat

_noted: dict[tuple[str, bool], float] = {}


def note(name: str, *, worked: bool) -> None:
    """Record a pass of a loop or lane, at most every ten seconds."""
    if time.monotonic() - _noted.get((name, worked), -60) < 10:
        return
    _noted[name, worked] = time.monotonic()
    at = now_us()
    Beat.objects.update_or_create(name=name, defaults={"ran_us": at, **({"worked_us": at} if worked else {})})
