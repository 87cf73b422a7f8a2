"""The business itself: set up once, changed in the settings."""

from __future__ import annotations

import zoneinfo

from regulars.core.models import Business


def save_business(*, name: str, timezone: str, week_start: int, currency: str, prices: str, country: str) -> Business:
    """Set up the one business, or change it. Raises ValueError with a sentence about what cannot be."""
    if not name.strip():
        raise ValueError("Give the business's name, as its customers know it.")
    if timezone not in zoneinfo.available_timezones():
        raise ValueError(f"“{timezone}” is not a time zone; Europe/London, Europe/Berlin or America/New_York are.")
    if week_start not in range(7):
        raise ValueError("The week begins on 0 (Monday) to 6 (Sunday).")
    if prices not in ("gross", "net"):
        raise ValueError("Prices are “gross” (with tax) or “net” (without).")
    code = {"currency": _letters(currency, 3, "GBP or EUR"), "country": _letters(country, 2, "GB or DE")}
    fields = {"name": name.strip()[:200], "timezone": timezone, "week_start": week_start, "prices": prices, **code}
    business, _ = Business.objects.update_or_create(id=1, defaults=fields)
    Business._cached = None
    return business


def _letters(text: str, count: int, example: str) -> str:
    code = text.strip().upper()
    if len(code) != count or not (code.isascii() and code.isalpha()):
        raise ValueError(f"“{text}” should be {count} letters, such as {example}.")
    return code
