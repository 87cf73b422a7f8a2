"""What X costs, and the cap. Money is taken before a call, as much as it may cost at most, and what it did not cost
is given back after it; so the cap is never exceeded, whatever breaks in between.

Prices: https://docs.x.com/x-api/getting-started/pricing, in millionths of a US dollar.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime

from regulars.channels.networks import budgets
from regulars.channels.networks.dig import number
from regulars.channels.networks.shape import Expired, Login, Slower
from regulars.channels.networks.web import Broken, Rejected
from regulars.core.clock import from_us, to_us

DOLLAR = 1_000_000
POST, OWN, USER, MESSAGE = 5_000, 1_000, 10_000, 10_000
CREATE, CREATE_LINK = 15_000, 200_000
# what X makes a link of: also a bare name with a known ending, so any name with a dot counts as one
LINK = re.compile(r"https?://|(?<![\w@])[\w-]+(?:\.[\w-]+)*\.[^\W\d_]{2,}")


@dataclass
class Bill:
    """What a call may cost at most, and what it did cost once that is known (None: all of it)."""

    most: int
    real: int | None = None


class Purse:
    """The money of one account in the month of `at`."""

    def __init__(self, login: Login, at: int) -> None:
        self.account_id, self.at = login.account_id, at
        self.paid = 0  # through this purse, since it was opened
        dollars = number(login.settings, "cap")
        self.cap = int((dollars or 0.0) * DOLLAR)

    def standing(self) -> Mapping[str, int]:
        """What was spent this month, and the cap."""
        return {"spent": budgets.spent(**self._row()), "cap": self.cap}

    def left(self) -> int:
        """What may still be spent this month."""
        now = self.standing()
        return max(0, now["cap"] - now["spent"])

    @contextmanager
    def paying(self, most: int) -> Iterator[Bill]:
        """A call that costs at most so much. Raises Slower until the next month when the cap does not allow it."""
        if not budgets.take(**self._row(), amount=most, most=self.cap):
            raise Slower(self.sentence(), self.rest())
        bill = Bill(most)
        try:
            yield bill
        except (Expired, Slower, Rejected):
            bill.real = 0
            raise
        except Broken as problem:
            bill.real = None if problem.sent else 0  # an answer that was lost may have been charged
            raise
        finally:
            self.paid += most if bill.real is None else bill.real
            if bill.real is not None and bill.real < most:
                budgets.give_back(**self._row(), amount=most - bill.real)

    def rest(self) -> int:
        """Microseconds until the month ends (UTC)."""
        here = from_us(self.at)
        following = datetime(here.year + here.month // 12, here.month % 12 + 1, 1, tzinfo=UTC)
        return to_us(following) - self.at

    def _row(self) -> dict:
        return {"account_id": self.account_id, "name": "usd", "period": from_us(self.at).strftime("%Y-%m")}

    def sentence(self) -> str:
        """What people are told at the cap."""
        return (
            f"The cap of ${self.cap / DOLLAR:,.2f} a month for X is reached: nothing more is asked or posted until"
            " the month ends or you raise it."
        )


def price_of(words: str) -> int:
    """What writing a post costs at most."""
    return CREATE_LINK if LINK.search(words) else CREATE
