"""Noticing that a network changed how it treats our posts: looked for every night, said once."""

from __future__ import annotations

from collections.abc import Sequence

from django.db import transaction

from regulars.core.clock import DAY
from regulars.social.measuring.competing import Shown, residuals
from regulars.social.measuring.results import results
from regulars.social.measuring.shifts import LEAST, STEP, Change, change_in
from regulars.social.models import Shift

SETTLED = 3 * DAY  # by then most people who will react have


def notice_shifts(*, at: int) -> int:
    """Look at every account, and at each format with posts enough; how many changes are new. Looking again at the
    same posts finds nothing new."""
    accounts: dict[int, list[Shown]] = {}
    for one in results(at=at, since=at - 730 * DAY, least_age=SETTLED):
        accounts.setdefault(one.account_id, []).append(one)
    return sum(_look(account_id, posts, at) for account_id, posts in accounts.items())


def _look(account_id: int, posts: Sequence[Shown], at: int) -> int:
    formats = [name for name in sorted({one.format for one in posts}) if _many(posts, name)]
    found = 0
    for name in ["", *(formats if len(formats) > 1 else [])]:
        some = [one for one in posts if not name or one.format == name]
        found += _judge(account_id, name, some, len(formats) + 1, at)
    return found


def _many(posts: Sequence[Shown], name: str) -> bool:
    return sum(1 for one in posts if one.format == name) >= LEAST


def _judge(account_id: int, name: str, posts: Sequence[Shown], among: int, at: int) -> int:
    """Posts since the last change that was noticed; only whole tens, so that every night is not another look."""
    known = Shift.objects.filter(account_id=account_id, format=name).order_by("-since_us").first()
    some = [one for one in posts if known is None or one.at >= known.since_us]
    some = some[: len(some) - len(some) % STEP]
    change = change_in(residuals(some, at=some[-1].at), among=among) if len(some) >= LEAST else None
    return _keep(account_id, name, change, some[change.place].at, at) if change else 0


@transaction.atomic
def _keep(account_id: int, name: str, change: Change, since: int, at: int) -> int:
    said = {
        "ratio": change.ratio, "low": change.low, "high": change.high, "chance": change.chance,
        "posts_before": change.before, "posts_after": change.after, "noticed_us": at,
    }  # fmt: skip
    return int(Shift.objects.get_or_create(account_id=account_id, format=name, since_us=since, defaults=said)[1])


def see_shift(*, shift_id: int, by: str, at: int) -> None:
    """Somebody read it: it leaves the top of the page. Idempotent."""
    Shift.objects.filter(id=shift_id, seen_us=None).update(seen_us=at, seen_by=by)
