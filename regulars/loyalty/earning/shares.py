"""Whole numbers that add up: the largest remainders get what rounding leaves over."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from math import lcm


def share_out(exact: Sequence[Fraction | int], total: int | None = None) -> list[int]:
    """Whole shares in proportion to `exact` that add up to `total` (as it is, rounded down, if not given).

    None may be negative. Equal remainders go to the first.
    """
    unit = lcm(*(each.denominator for each in exact))
    parts = [each.numerator * (unit // each.denominator) for each in exact]
    whole = sum(parts)
    if total is None:
        total = whole // unit
    if not whole:
        return [0] * len(parts)
    divided = [divmod(part * total, whole) for part in parts]
    shares = [share for share, _ in divided]
    left = total - sum(shares)
    by_remainder = sorted(range(len(shares)), key=lambda i: (-divided[i][1], i))
    for i in by_remainder[:left]:
        shares[i] += 1
    return shares
