"""Money is an int in minor units (pence, cents) beside an ISO 4217 code; never a float."""

from __future__ import annotations

import re
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


def read_amount(text: str, currency: str) -> int:
    """What a person typed, in minor units: "12.50", "12,50", "1,234.50", "1.234,50", "1 234" and "1.234" mean what
    they look like. Raises ValueError with a sentence for everything else, also for pennies that do not exist."""
    raw, digits = re.sub(r"[\s'’]", "", text), exponent(currency)
    tail = rf"\d{{1,{digits}}}" if digits else "(?!)"
    if re.fullmatch(rf"-?\d+([.,]{tail})?", raw, re.ASCII):
        return to_minor(raw.replace(",", "."), currency)
    for group, point in ((",", "."), (".", ",")):
        if re.fullmatch(rf"-?\d{{1,3}}({re.escape(group)}\d{{3}})+({re.escape(point)}{tail})?", raw, re.ASCII):
            return to_minor(raw.replace(group, "").replace(point, "."), currency)
    example = to_major(1250, currency)
    raise ValueError(f"“{text.strip()[:20]}” is not an amount of money: write it as {example}.")
