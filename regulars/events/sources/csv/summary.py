"""What a file holds, counted while it is read: the totals of the dry run and of the finished import."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Sequence
from datetime import datetime
from decimal import Decimal
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

from regulars.core.clock import SECOND
from regulars.core.money import to_minor

if TYPE_CHECKING:
    from regulars.events.sources.csv.orders import Line


class Summary:
    """Counts of everything readable in the file, whether new or known. Amounts in minor units per currency."""

    def __init__(self, timezone: str) -> None:
        self.zone = ZoneInfo(timezone)
        self.orders = self.returns = self.lines = self.charges = self.nobodys = self.free = self.left_out = 0
        self.gross: dict[str, Decimal] = defaultdict(Decimal)
        self.returned: dict[str, Decimal] = defaultdict(Decimal)
        self.charged: dict[str, Decimal] = defaultdict(Decimal)
        self.months: dict[str, dict[str, Decimal]] = defaultdict(lambda: defaultdict(Decimal))
        self.customers: set[str] = set()
        self.said: Counter[str] = Counter()
        self.first_us: int | None = None
        self.last_us: int | None = None
        self._months: dict[int, str] = {}

    def count_order(
        self,
        lines: Sequence[Line],
        *,
        at: int,
        currency: str,
        total: Decimal,
        back: bool,
        who: dict,
        charges: Decimal,
    ) -> None:
        """Add an order or return."""
        self.lines += len(lines)
        self.charges += sum(line.charge for line in lines)
        self.free += sum(line.worth is not None and not line.worth for line in lines)
        self.charged[currency] += charges
        self.orders += not back
        self.returns += back
        (self.returned if back else self.gross)[currency] += abs(total)
        self.months[self._month(at)][currency] += -abs(total) if back else total
        self.first_us = at if self.first_us is None else min(at, self.first_us)
        self.last_us = at if self.last_us is None else max(at, self.last_us)
        self._count_customer(who)

    def count_said(self, channel: str, state: str) -> None:
        """Add what a contact said about a channel, or that nothing may be sent to it."""
        self.said[f"{channel} {state}"] += 1

    def count_person(self, key: str) -> None:
        """Add a row of a people file."""
        self.lines += 1
        self.customers.add(key)

    def _count_customer(self, who: dict[str, Any]) -> None:
        if "anonymousId" in who:
            self.nobodys += 1
        else:
            self.customers.add(who.get("userId") or repr(sorted(who["context"]["traits"].items())))

    def _month(self, at: int) -> str:
        hour = at // (3600 * SECOND)
        if hour not in self._months:
            self._months[hour] = datetime.fromtimestamp(at // SECOND, self.zone).strftime("%Y-%m")
        return self._months[hour]

    def to_json(self) -> dict[str, Any]:
        """For Import.summary."""
        return {
            "orders": self.orders,
            "returns": self.returns,
            "lines": self.lines,
            "customers": len(self.customers),
            "nobodys": self.nobodys,
            "said": dict(sorted(self.said.items())),
            "free": self.free,
            "left_out": self.left_out,
            "charges": self.charges,
            "gross": _minor(self.gross),
            "returned": _minor(self.returned),
            "charged": _minor(self.charged),
            "months": {month: _minor(sums) for month, sums in sorted(self.months.items())},
            "first_us": self.first_us,
            "last_us": self.last_us,
        }


def _minor(sums: dict[str, Decimal]) -> dict[str, int]:
    return {currency: to_minor(amount, currency) for currency, amount in sorted(sums.items())}
