"""Waves: stretches of time in which chance asks somebody at most once. Pure.

Who is drawn depends on the survey, the wave and the person alone. A fresh draw at every occasion would ask nearly
everybody who buys often: at a share of 10 %, 65 % of those with ten occasions.
"""

from __future__ import annotations

import hashlib
from datetime import datetime
from zoneinfo import ZoneInfo

from regulars.core.clock import from_us, to_us

KINDS = ("month", "quarter", "year")
MONTHS = {"month": 1, "quarter": 3, "year": 12}


def wave_at(kind: str, at: int, zone: str) -> str:
    """The name of the wave a moment is in: 2026-09, 2026Q3, 2026."""
    day = from_us(at).astimezone(ZoneInfo(zone))
    if kind == "month":
        return f"{day.year}-{day.month:02}"
    return f"{day.year}Q{(day.month + 2) // 3}" if kind == "quarter" else str(day.year)


def bounds(wave: str, zone: str) -> tuple[int, int]:
    """When a wave begins and when the next one does."""
    year, months, month = int(wave[:4]), 12, 1
    if "Q" in wave:
        months, month = 3, int(wave[5:]) * 3 - 2
    elif "-" in wave:
        months, month = 1, int(wave[5:])
    after = year * 12 + month - 1 + months
    return _midnight(year, month, zone), _midnight(after // 12, after % 12 + 1, zone)


def _midnight(year: int, month: int, zone: str) -> int:
    return to_us(datetime(year, month, 1, tzinfo=ZoneInfo(zone)))


def chance(survey_id: int, wave: str, person_id: int, salt: str = "") -> float:
    """A number in [0, 1), always the same for a survey, a wave and a person; people below the share are asked.

    Another `salt` gives another number: on which day of the wave, say.
    """
    said = f"{survey_id}\0{wave}\0{person_id}\0{salt}".encode()
    return int.from_bytes(hashlib.blake2b(said, digest_size=8).digest()) / 2**64
