"""How people feel about topics: shares that know how often the model errs, never bare counts."""

from __future__ import annotations

from collections.abc import Sequence

from regulars.inbox.understanding.queries import confusion
from regulars.inbox.understanding.shares import Shares, shares_of
from regulars.social.listening.reports import Loud

LEAST = 20  # texts below which no share is worth its interval


def feelings(louds: Sequence[Loud]) -> list[Shares | None]:
    """Shares with their 90 % intervals for each, or None where fewer than twenty texts were read.

    Texts that a colleague or stars judged count as they are; the others as the measured errors of the model allow.
    """
    enough = [n for n, one in enumerate(louds) if sum(one.feels.values()) + sum(one.told.values()) >= LEAST]
    if not enough:
        return [None] * len(louds)
    counts = {n: dict(louds[n].feels) for n in enough}
    told = {n: {feels: k for feels, k in louds[n].told.items() if feels != "unsure"} for n in enough}
    found = shares_of(counts, confusion(), told=told)
    return [found.get(n) for n in range(len(louds))]
