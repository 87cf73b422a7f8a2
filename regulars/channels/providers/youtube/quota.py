"""A day's units, as Google counts them: from midnight in California. Asked for before each call, so that the end of
the quota is our own sentence and not a refusal."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from regulars.channels.networks import budgets
from regulars.channels.networks.google import reason_of
from regulars.channels.networks.shape import Slower
from regulars.channels.networks.web import wait_of
from regulars.core.clock import from_us, to_us

# developers.google.com/youtube/v3/determine_quota_cost
COST = {"list": 1, "write": 50}
SEARCHES = 100  # a day, a bucket of their own
UNITS = 10_000
THEIRS = ZoneInfo("America/Los_Angeles")


class Quota:
    """The units of one account."""

    def __init__(self, account_id: int, units: int) -> None:
        self.account_id, self.units, self.at = account_id, units, 0

    def take(self, what: str) -> None:
        """Take what a call costs. Raises Slower until midnight when it is not there."""
        name, amount, most = ("searches", 1, SEARCHES) if what == "search" else ("units", COST[what], self.units)
        kept = {"account_id": self.account_id, "name": name, "period": day_of(self.at)}
        if self.account_id and not budgets.take(**kept, amount=amount, most=most):
            raise Slower(
                f"The {name} of today are used up: YouTube counts anew at midnight in California.", self.rest()
            )

    def searches_left(self) -> int:
        """Searches that may still be asked today."""
        return SEARCHES - budgets.spent(account_id=self.account_id, name="searches", period=day_of(self.at))

    def rest(self) -> int:
        """Microseconds until Google counts anew."""
        here = from_us(self.at).astimezone(THEIRS)
        midnight = datetime.combine(here.date() + timedelta(days=1), time(0), THEIRS)
        return max(to_us(midnight) - self.at, 1_000_000)

    def look(self, status: int, said: Any, headers: Mapping[str, str]) -> None:
        """What Google itself says of its limits (error.errors[].reason)."""
        reason = reason_of(said) if status in (403, 429) else ""
        if reason in ("quotaExceeded", "dailyLimitExceeded"):
            kept = {"account_id": self.account_id, "name": "units", "period": day_of(self.at)}
            if self.account_id:
                budgets.use_up(**kept, most=self.units)
            raise Slower(
                "YouTube's quota of today is used up; it counts anew at midnight in California.", self.rest()
            )
        if reason in ("rateLimitExceeded", "userRateLimitExceeded"):
            raise Slower("YouTube asks us to wait.", wait_of(headers, self.at))


def day_of(at: int) -> str:
    """The day a moment belongs to, as Google counts."""
    return from_us(at).astimezone(THEIRS).date().isoformat()
