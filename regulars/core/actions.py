"""The business itself: set up once, changed in the settings."""

from __future__ import annotations

import zoneinfo

from regulars.core.models import Business


def save_business(*, name: str, timezone: str, week_start: int, currency: str, prices: str, country: str) -> Business:
    """Set up the one business, or change it. Raises ValueError with a sentence about what cannot be."""
    if week_start not in range(7):
        raise ValueError("The week begins on 0 (Monday) to 6 (Sunday).")
    said = {"name": name, "timezone": timezone, "prices": prices, "currency": currency, "country": country}
    fields = {field: checked(field, text) for field, text in said.items()}
    business, _ = Business.objects.update_or_create(id=1, defaults={**fields, "week_start": week_start})
    Business._cached = None
    return business


def checked(field: str, text: str) -> str:
    """What is kept of one text about the business. Raises ValueError with a sentence about what cannot be."""
    text = text.strip().lower() if field == "prices" else text.strip()
    if field == "name" and not text:
        raise ValueError("Give the business's name, as its customers know it.")
    if field == "timezone" and text not in zoneinfo.available_timezones():
        raise ValueError(f"“{text}” is not a time zone; Europe/London, Europe/Berlin or America/New_York are.")
    if field == "prices" and text not in ("gross", "net"):
        raise ValueError("Prices are “gross” (with tax) or “net” (without).")
    if field in ("currency", "country"):
        return _letters(text, 3, "GBP or EUR") if field == "currency" else _letters(text, 2, "GB or DE")
    return text[:200]


def _letters(text: str, count: int, example: str) -> str:
    code = text.strip().upper()
    if len(code) != count or not (code.isascii() and code.isalpha()):
        raise ValueError(f"“{text}” should be {count} letters, such as {example}.")
    return code
