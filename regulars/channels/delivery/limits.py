"""Limits that all workers share: token buckets, and pauses that the other side asked for."""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

from django.db import transaction
from django.db.models import Q

from regulars.channels.models import Bucket
from regulars.core import bulk
from regulars.core.clock import MINUTE, SECOND

LONGEST_PAUSE = {"server": 5 * MINUTE, "domain": 30 * MINUTE}
FIRST_PAUSE = {"server": 5 * SECOND, "domain": 30 * SECOND}


class Rate(NamedTuple):
    """So many tokens a second, and how many may gather."""

    per_second: float
    burst: float


def take(key: str, rate: Rate, most: int, at: int, *, ahead: float = 0.0) -> int:
    """Up to `most` tokens. `ahead`: how far below zero this lane may go."""
    with transaction.atomic():
        bucket = _locked([key])[key]
        tokens = _tokens(bucket, rate, at)
        got = max(0, min(most, int(tokens + ahead + 1e-9)))
        Bucket.objects.filter(id=bucket.id).update(tokens=tokens - got, at=max(at, bucket.at))
    return got


def give_back(key: str, count: int) -> None:
    """Tokens that were not needed."""
    if count > 0:
        bulk.execute("UPDATE channels_bucket SET tokens = tokens + %s WHERE key = %s", [count, key])


def _tokens(bucket: Bucket, rate: Rate, at: int) -> float:
    if not bucket.at:
        return rate.burst
    gained = max(0, at - bucket.at) / SECOND * rate.per_second
    return min(rate.burst, bucket.tokens + gained)


def _locked(keys: Iterable[str]) -> dict[str, Bucket]:
    """The buckets, made where missing, locked in one order."""
    keys = sorted(set(keys))
    bulk.insert(
        Bucket,
        ("key", "tokens", "at", "queued_us", "closed_us", "refusals"),
        [(key, 0.0, 0, 0, 0, 0) for key in keys],
        conflict="(key) DO NOTHING",
    )
    rows = Bucket.objects.select_for_update().filter(key__in=keys).order_by("key")
    return {bucket.key: bucket for bucket in rows}


class Turn(NamedTuple):
    """One message that wants through a bucket; `returning`: it has stood in this line before."""

    mark: int
    key: str
    returning: bool


def through(turns: list[Turn], rates: dict[str, Rate], at: int) -> dict[int, int]:
    """{mark: when to come again} for those who do not get through now.

    Newcomers do not overtake those who were told to come back: each is given a moment of its own, one after the
    other at the rate of the bucket, so that nobody asks in vain again and again.
    """
    later: dict[int, int] = {}
    by_key: dict[str, list[Turn]] = {}
    for turn in turns:
        by_key.setdefault(turn.key, []).append(turn)
    with transaction.atomic():
        for key, bucket in _locked(by_key).items():
            later |= _line(bucket, sorted(by_key[key], key=lambda t: not t.returning), rates.get(key), at)
    return later


def _line(bucket: Bucket, turns: list[Turn], rate: Rate | None, at: int) -> dict[int, int]:
    later: dict[int, int] = {}
    gap = SECOND / rate.per_second if rate else 100_000  # after a pause without a rate: ten a second
    start = max(bucket.queued_us, bucket.closed_us, at)
    tokens = _tokens(bucket, rate, at) if rate else len(turns)
    queue = start if bucket.queued_us > at or bucket.closed_us > at else at
    for turn in turns:
        free = bucket.closed_us <= at and tokens >= 1 and (turn.returning or bucket.queued_us <= at)
        if free:
            tokens -= 1
        else:
            queue += gap
            later[turn.mark] = int(queue)
    news = {"tokens": tokens if rate else 0.0, "at": max(at, bucket.at)}
    Bucket.objects.filter(id=bucket.id).update(**news, queued_us=int(queue) if later else bucket.queued_us)
    return later


def resting(at: int) -> tuple[set[str], set[str]]:
    """(buckets that were refused last time, those where nothing goes straight through now)."""
    rows = Bucket.objects.filter(Q(refusals__gt=0) | Q(queued_us__gt=at)).values_list("key", "refusals", "closed_us")
    rows = list(rows)
    return {key for key, refusals, _ in rows if refusals}, {key for key, _, closed_us in rows if closed_us > at}


def refused(key: str, kind: str, at: int, *, at_least: int = 0) -> None:
    """The other side wants a pause: 5 s for a server, 30 s for a domain, doubled each time in a row."""
    with transaction.atomic():
        bucket = _locked([key])[key]
        pause = min(LONGEST_PAUSE[kind], FIRST_PAUSE[kind] * 2 ** min(bucket.refusals, 10))
        if bucket.closed_us <= at:  # others who were refused at the same time count once
            until = at + max(pause, at_least)
            Bucket.objects.filter(id=bucket.id).update(closed_us=until, refusals=bucket.refusals + 1)


def accepted(keys: Iterable[str]) -> None:
    """It takes messages again."""
    Bucket.objects.filter(key__in=list(keys), refusals__gt=0).update(refusals=0, closed_us=0)
