"""How happy people are, from what they did: pure but for one look at their purchases."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from regulars.commerce.models import Customer
from regulars.core.clock import DAY
from regulars.demo.hear.words import BAD, GOOD, MIDDLING


def moods(person_ids: Sequence[int], *, at: int) -> dict[int, float]:
    """{person: mood}, about -2 to 2: up with the number of orders, down with what was returned and with silence."""
    rows = Customer.objects.filter(person_id__in=person_ids)
    return {row.person_id: mood_of(row, at) for row in rows}


def mood_of(row: Customer, at: int) -> float:
    """One customer's mood at that time."""
    returned = row.refunded / max(row.spent + row.refunded, 1)
    away = min((at - row.last_us) / (200 * DAY), 1.5) if row.last_us else 1.0
    return 0.5 + 0.45 * np.log1p(min(row.orders, 12)) - 2.5 * returned - 0.7 * max(away, 0.0)


def score(random: np.random.Generator, mood: float, *, low: int, high: int) -> int:
    """An answer on a scale: most people are rather kind, unhappy ones are not."""
    middle = 0.72 + 0.13 * mood
    return int(np.clip(round(low + (high - low) * (middle + 0.17 * random.standard_normal())), low, high))


def words(random: np.random.Generator, part: str) -> str:
    """What they add, or nothing: who is angry writes more often."""
    pool, share = {
        "promoter": (GOOD, 0.35), "satisfied": (GOOD, 0.3), "passive": (MIDDLING, 0.3), "neutral": (MIDDLING, 0.35),
    }.get(part, (BAD, 0.75))  # fmt: skip
    return pool[int(random.integers(0, len(pool)))] if random.random() < share else ""
