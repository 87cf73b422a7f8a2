"""Money is an int in minor units (pence, cents) beside an ISO 4217 code; never a float."""

from __future__ import annotations

from decimal import ROUND_HALF_UP, Decimal, InvalidOperation

_NO_MINOR = frozenset(
    ["BIF", "CLP", "DJF", "GNF", "ISK", "JPY", "KMF", "KRW"]
    + ["PYG", "RWF", "UGX", "UYI", "VND", "VUV", "XAF", "XOF", "XPF"]
)
_THREE_DIGITS = frozenset(["BHD", "IQD", "JOD", "KWD", "LYD", "OMR", "TND"])


def exponent(currency: str) -> int:
    """How many digits the minor unit has: 2 for GBP, 0 for JPY, 3 for KWD (ISO 4217)."""
    if currency in _NO_MINOR:
        return 0
    return 3 if currency in _THREE_DIGITS else 2


def to_minor(amount: Decimal | str | int | float, currency: str) -> int:
    """12.345 GBP -> 1235 pence, half away from zero. Raises ValueError for what is not a number."""
    try:
        exact = Decimal(str(amount)).scaleb(exponent(currency))
        return int(exact.quantize(Decimal(1), ROUND_HALF_UP))
    except InvalidOperation:
        raise ValueError(f"{amount!r} is not an amount of money: give a number such as 12.50.") from None


def to_major(minor: int, currency: str) -> Decimal:
    """1235 pence -> Decimal('12.35')."""
    return Decimal(minor).scaleb(-exponent(currency))
