"""The last days of Northgate, played: events come in, journeys and the newsletter run, people answer, twice a day."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

from regulars.channels.actions import open_gate
from regulars.channels.delivery import gate
from regulars.core.clock import DAY, HOUR, MINUTE
from regulars.demo.talk.crowd import Crowd

Told = tuple[str, dict[str, Any]]  # source name, event
DAYS = 10
HOURS = (9 * HOUR + 30 * MINUTE, 17 * HOUR + 30 * MINUTE)  # after midnight UTC: the shop opens, the shop closes


def begins(end_us: int) -> int:
    """The moment from which on the days are played: a morning."""
    return end_us - DAYS * DAY + HOURS[0]


def moments(end_us: int) -> Iterator[int]:
    """Mornings and evenings up to the end."""
    for day in range(DAYS):
        for hour in HOURS:
            yield end_us - (DAYS - day) * DAY + hour


def play(
    *, moment: int, events: list[Told], crowd: Crowd, take_in: Callable[[list[Told], int], None],
    settle: Callable[[int], None],
) -> None:  # fmt: skip
    """One half day: what happened since the last one is taken in, what falls due is sent, and answered.

    Delivery stands still between two moments, and says so: here somebody lets it go on, as on any morning after.
    """
    if not gate.is_open(moment):
        open_gate(by="system", at=moment)
    crowd.look()
    told = sorted([*events, *crowd.act(moment)], key=lambda one: one[1]["timestamp"])
    take_in(told, moment)
    settle(moment)
