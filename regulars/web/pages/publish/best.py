"""When to publish: hours that did well, and how sure that is."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from django.core.cache import cache
from django.utils import dateformat
from django.utils.translation import gettext_lazy as _

from regulars.core.clock import DAY, now_us
from regulars.social.measuring.competing import residuals
from regulars.social.measuring.hours import Hour, best, hour_of, weigh
from regulars.social.measuring.results import active_hours, results
from regulars.social.publishing.clock import local_of
from regulars.ui import formats

KEPT_S = 600
SAYS = {"known": _("known to do better"), "likely": _("likely better"), "open": _("open: chance may be behind it"),
        "guess": _("a guess: few own posts yet")}  # fmt: skip


def judged(account_id: int | None = None) -> list[Hour]:
    """All hours of the week for one account, or for all; kept for ten minutes."""
    key = f"social:hours:{account_id or 0}"
    found = cache.get(key)
    if found is None:
        found = _judge(account_id)
        cache.set(key, found, KEPT_S)
    return found


def _judge(account_id: int | None) -> list[Hour]:
    at = now_us()
    shown = results(at=at, account_id=account_id, since=at - 365 * DAY)
    by_account: dict[int, list] = {}
    for one in shown:
        by_account.setdefault(one.account_id, []).append(one)
    hours, better = [], []
    for some in by_account.values():
        hours += [hour_of(one.local) for one in some]
        better += list(residuals(some, at=at))
    return weigh(hours, better, active_hours(at=at))


def suggestions(draft: Any, zone: str, most: int = 3) -> list[dict[str, Any]]:
    """The next moments at which a post like this tends to do well."""
    on = [one.account.id for one in draft.places if one.on]
    found = best(judged(on[0] if len(on) == 1 else None), most=most)
    now = local_of(now_us(), zone)
    return sorted((_next(one, now) for one in found), key=lambda said: said["local"])


def _next(one: Hour, now: str) -> dict[str, Any]:
    today = date.fromisoformat(now[:10])
    day = today + timedelta(days=(one.weekday - today.weekday()) % 7)
    local = f"{day.isoformat()}T{one.clock}"
    if local <= now:
        day += timedelta(days=7)
        local = f"{day.isoformat()}T{one.clock}"
    gain = formats.percent(one.gain - 1, 0)
    return {"local": local, "words": f"{dateformat.format(day, 'D j M')}, {one.clock}", "gain": gain,
            "says": SAYS[one.says], "hour": one}  # fmt: skip
