"""What a message brought: those sent against those held out at random, with intervals.

Shares: the difference with Newcombe's hybrid score interval (1998, Statistics in Medicine 17, 873-890, method 10).
Spend: the difference of means with Welch's interval (1947, Biometrika 34, 28-35); relative lift by the delta method.
One look at a fixed time: looking every day and stopping when it pleases would find a lift in one of five where there
is none.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import sqrt

from regulars.insights.proportions import Z95, wilson

FEW = 25  # buyers in an arm below which a relative lift says nothing


@dataclass(frozen=True, slots=True)
class Arm:
    """People of one arm. `spent` is the sum and `squares` the sum of squares of each one's spend, in minor units."""

    people: int
    buyers: int
    orders: int
    spent: float
    squares: float

    @property
    def mean(self) -> float:
        """Spend per person."""
        return self.spent / self.people if self.people else 0.0

    @property
    def variance(self) -> float:
        """Of the spend per person, with n - 1."""
        n = self.people
        return max(0.0, (self.squares - n * self.mean**2) / (n - 1)) if n > 1 else 0.0


@dataclass(frozen=True, slots=True)
class Difference:
    """Treated minus control with a 95% interval; `relative` ones are shares of the control, None when it has none."""

    estimate: float
    low: float
    high: float
    relative: float | None = None
    relative_low: float | None = None
    relative_high: float | None = None

    @property
    def clear(self) -> bool:
        """Whether the interval leaves zero out."""
        return self.low > 0 or self.high < 0


@dataclass(frozen=True, slots=True)
class Lift:
    """Both arms, and what the message changed. `extra_spend` is for everybody treated, in minor units."""

    treated: Arm
    control: Arm
    buying: Difference
    spend: Difference

    @property
    def extra_spend(self) -> tuple[float, float, float]:
        """(estimate, low, high) of the turnover that would not have come without the message."""
        n = self.treated.people
        return self.spend.estimate * n, self.spend.low * n, self.spend.high * n

    @property
    def enough(self) -> bool:
        """Whether both arms have buyers enough to compare."""
        return min(self.treated.buyers, self.control.buyers) >= FEW


def lift(treated: Arm, control: Arm) -> Lift | None:
    """The comparison; None when an arm has fewer than two people."""
    if treated.people < 2 or control.people < 2:
        return None
    return Lift(treated, control, _shares(treated, control), _means(treated, control))


def _shares(a: Arm, b: Arm) -> Difference:
    """Newcombe's interval is built of the two Wilson intervals, so that it holds for few buyers too."""
    x, y = wilson(a.buyers, a.people), wilson(b.buyers, b.people)
    estimate = x.share - y.share
    low = estimate - sqrt((x.share - x.low) ** 2 + (y.high - y.share) ** 2)
    high = estimate + sqrt((x.high - x.share) ** 2 + (y.share - y.low) ** 2)
    variances = x.share * (1 - x.share) / a.people, y.share * (1 - y.share) / b.people
    return Difference(estimate, low, high, *_relative(x.share, y.share, *variances))


def _means(a: Arm, b: Arm) -> Difference:
    from scipy.special import stdtrit

    va, vb = a.variance / a.people, b.variance / b.people
    error, estimate = sqrt(va + vb), a.mean - b.mean
    freedom = (va + vb) ** 2 / (va**2 / (a.people - 1) + vb**2 / (b.people - 1)) if error else 1.0
    half = float(stdtrit(freedom, 0.975)) * error if error else 0.0
    return Difference(estimate, estimate - half, estimate + half, *_relative(a.mean, b.mean, va, vb))


def _relative(x: float, y: float, vx: float, vy: float) -> tuple[float, float, float] | tuple[None, None, None]:
    """x / y - 1 with the delta method's interval."""
    if y <= 0:
        return None, None, None
    half = Z95 * sqrt(vx / y**2 + x**2 * vy / y**4)
    return x / y - 1, x / y - 1 - half, x / y - 1 + half
