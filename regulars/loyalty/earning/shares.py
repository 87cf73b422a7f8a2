"""Whole numbers that add up: the largest remainders get what rounding leaves over."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction


def share_out(exact: Sequence[Fraction | int], total: int | None = None) -> list[int]:
    """Whole shares in proportion to `exact` that add up to `total` (as it is, rounded down, if not given).

    None may be negative. Equal remainders go to the first.
    """
    whole = sum(exact)
    if total is None:
        total = int(whole // 1)
    if not whole:
        return [0] * len(exact)
    scaled = [Fraction(each) * total / whole for each in exact]
    shares = [int(each // 1) for each in scaled]
    left = total - sum(shares)
    by_remainder = sorted(range(len(shares)), key=lambda i: (shares[i] - scaled[i], i))
    for i in by_remainder[:left]:
        shares[i] += 1
    return shares
