"""How much people hear from us, as counted last, and which cap follows."""

from __future__ import annotations

from dataclasses import dataclass

from regulars.insights.proportions import Proportion, wilson
from regulars.insights.queries.reports import newest

BUCKETS = 5  # none, 1-2, 3-4, 5-8, 9 and more messages in 30 days


@dataclass(frozen=True)
class Kind:
    """One kind of people: how many of them heard how often (by bucket), and messages per person in 30 days."""

    name: str
    people: int
    buckets: list[int]
    mean: float


@dataclass(frozen=True)
class Nth:
    """Messages that were somebody's n-th within 30 days, and the share after which they left."""

    n: int
    messages: int
    left: Proportion


@dataclass(frozen=True)
class Cap:
    """From message `n` within 30 days on, clearly more people leave than at the ones before it."""

    n: int
    before: Proportion
    after: Proportion


@dataclass(frozen=True)
class PressurePage:
    """All the page says. `kinds` by place on the RFM map ("" never bought), `segments` by number."""

    as_of_us: int
    everybody: Kind
    kinds: list[Kind]
    segments: dict[int, Kind]
    nth: list[Nth]
    cap: Cap | None
    held: dict[str, int]


def pressure() -> PressurePage | None:
    """None before the first count."""
    found = newest("pressure")
    if found is None:
        return None
    said = found.content
    kinds, segments = _grouped(said["kinds"]), _grouped(said["segments"])
    everybody = _grouped([["", *row[1:]] for row in said["kinds"]])
    return PressurePage(
        found.as_of_us,
        everybody.get("", Kind("", 0, [0] * BUCKETS, 0.0)),
        sorted(kinds.values(), key=lambda kind: -kind.mean),
        segments,
        [Nth(n, messages, wilson(left, messages)) for n, messages, left in said["nth"]],
        following_cap([tuple(row) for row in said["nth"]]),
        said["held"],
    )


def _grouped(rows: list[list]) -> dict:
    """{name: Kind} from [name, bucket, people, contacts]."""
    sums: dict = {}
    for name, bucket, people, contacts in rows:
        counts, heard = sums.setdefault(name, ([0] * BUCKETS, [0]))
        counts[bucket] += people
        heard[0] += contacts or 0
    return {
        name: Kind(name, sum(counts), counts, heard[0] / max(1, sum(counts)))
        for name, (counts, heard) in sums.items()
    }


def following_cap(nth: list[tuple[int, int, int]]) -> Cap | None:
    """The n that parts messages after which few and many leave most clearly; None where no two intervals part.

    An observation and no experiment: those who get many messages are others than those who get few.
    """
    found: list[tuple[float, Cap]] = []
    for n in sorted(n for n, _messages, _left in nth if n > 1):
        before = wilson(*_sums(row for row in nth if row[0] < n))
        after = wilson(*_sums(row for row in nth if row[0] >= n))
        if before and after and after.low > before.high:
            found.append((after.low - before.high, Cap(n, before, after)))
    return max(found, key=lambda pair: pair[0])[1] if found else None


def _sums(rows) -> tuple[int, int]:
    rows = list(rows)
    return sum(left for _n, _messages, left in rows), sum(messages for _n, messages, _left in rows)
