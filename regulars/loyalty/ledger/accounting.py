"""Points in the accounts, after IFRS 15 and ASC 606. Pure arithmetic on whole minor units; ask your auditor.

Points given with a purchase are a material right: a part of the price is theirs (B39 to B42), by relative stand-alone
selling prices in which the likelihood of use counts. It becomes revenue as points are used, in proportion to those
expected to be used in all, with cumulative catch-up when the estimate changes; what is never used is so recognised
along with the rest. Points without a purchase (sign-up, review, referral, gift) are a cost and a provision. Points a
partner pays for are owed by the partner.
"""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction


def rounded(value: Fraction) -> int:
    """To the nearest whole unit, halves away from zero."""
    whole = abs(value) + Fraction(1, 2)
    return (1 if value >= 0 else -1) * (whole.numerator // whole.denominator)


def allocate(*, price: int, goods: int, points: Fraction | int) -> tuple[int, int]:
    """(goods, points): a price paid, split by stand-alone selling prices; together exactly the price."""
    if goods + points <= 0:
        return price, 0
    share = rounded(Fraction(price) * points / (goods + points))
    return price - share, share


def recognised(*, allocated: int, used: int, expected: Fraction | int) -> int:
    """Revenue to date: the allocated price in proportion to what was used of what is expected to be used in all.

    Expecting less than was used already means that no more is expected.
    """
    expected = max(Fraction(expected), Fraction(used))
    return rounded(Fraction(allocated) * used / expected) if expected else allocated


@dataclass(frozen=True)
class Cohort:
    """Points of one month, funder and kind ("sale" or "gift"), as they stood at a moment. Amounts in points, money in
    minor units. `sales` is what was paid for the purchases; `rate` the expected part that will be used."""

    month: str
    funder: str
    kind: str
    issued: int
    used: int
    expired: int
    clawed: int
    pending: int
    active: int
    held: int
    sales: int
    rate: Fraction
    first_rate: Fraction
    worth: Fraction

    @property
    def kept(self) -> int:
        """What was not taken back."""
        return self.issued - self.clawed

    @property
    def outstanding(self) -> int:
        return self.pending + self.active + self.held

    @property
    def expected(self) -> Fraction:
        """How many will be used in all: the estimate, within what can still happen."""
        return min(max(self.kept * self.rate, Fraction(self.used)), Fraction(self.used + self.outstanding))

    @property
    def allocated(self) -> int:
        """The part of the price that is the points' (sale), or what they are expected to cost (gift). By the estimate
        of when they were given: what is estimated later moves revenue, not the allocation."""
        value = self.kept * self.worth * self.first_rate
        if self.kind == "gift":
            return rounded(self.kept * self.worth * self.rate)
        return allocate(price=self.sales, goods=self.sales, points=value)[1] if self.sales else rounded(value)

    @property
    def per_point(self) -> Fraction:
        """Allocated price per point, in minor units."""
        return Fraction(self.allocated, self.kept) if self.kept else Fraction(0)

    @property
    def to_date(self) -> int:
        """Recognised so far: revenue (sale), or use of the provision (gift)."""
        return recognised(allocated=self.allocated, used=self.used, expected=self.expected)

    @property
    def deferred(self) -> int:
        """What is still owed in points: contract liability (sale) or provision (gift)."""
        return self.allocated - self.to_date


@dataclass(frozen=True)
class JournalLine:
    """One booking of a month: minor units from the debit to the credit account, never negative."""

    month: str
    debit: str
    credit: str
    amount: int
    funder: str
    text: str


ACCOUNTS = {
    "sale": ("Revenue from sales", "Contract liability: points", "Revenue from points"),
    "gift": ("Marketing cost: points", "Provision for points", "Rewards given"),
    "partner": ("Receivable from partners", "Provision for points of partners", "Rewards given"),
}


def journal(month: str, before: list[Cohort], after: list[Cohort]) -> list[JournalLine]:
    """The bookings that lead from one month's end to the next, catch-up of changed estimates included."""
    old = _positions(before)
    lines = []
    for key, (allocated, to_date) in sorted(_positions(after).items()):
        funder, kind = key
        source, liability, use = ACCOUNTS["partner" if funder else kind]
        was = old.get(key, (0, 0))
        lines.append(_line(month, source, liability, allocated - was[0], funder, "Points given"))
        lines.append(_line(month, liability, use, to_date - was[1], funder, "Points used, and what never will be"))
    return [line for line in lines if line.amount]


def _positions(cohorts: list[Cohort]) -> dict[tuple[str, str], tuple[int, int]]:
    found: dict[tuple[str, str], tuple[int, int]] = {}
    for one in cohorts:
        allocated, to_date = found.get((one.funder, one.kind), (0, 0))
        found[one.funder, one.kind] = (allocated + one.allocated, to_date + one.to_date)
    return found


def _line(month: str, debit: str, credit: str, amount: int, funder: str, text: str) -> JournalLine:
    if amount < 0:
        debit, credit, amount = credit, debit, -amount
    return JournalLine(month, debit, credit, amount, funder or "us", text)
