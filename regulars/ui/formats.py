"""Numbers, money, shares, times as people read them, in the language that is active.

Money is integer minor units plus a currency; times are int microseconds UTC. Nothing here reads the clock
or the settings: currency, time zone and now are passed in.
"""

import re
from datetime import UTC, datetime
from functools import lru_cache
from zoneinfo import ZoneInfo

from django.utils import dateformat, formats, translation
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from regulars.core.clock import DAY, HOUR, MINUTE, SECOND, WEEK
from regulars.core.money import exponent

SYMBOLS = {
    "AUD": "A$", "BRL": "R$", "CAD": "CA$", "CHF": "CHF ", "CNY": "CN¥", "CZK": "Kč", "DKK": "kr", "EUR": "€",
    "GBP": "£", "INR": "₹", "JPY": "¥", "KRW": "₩", "MXN": "MX$", "NOK": "kr", "PLN": "zł", "SEK": "kr",
    "TRY": "₺", "UAH": "₴", "USD": "$",
}  # fmt: skip
UNITS = (
    (365 * DAY, lambda n: ngettext("%d year", "%d years", n) % n),
    (61 * DAY, lambda n: ngettext("%d month", "%d months", n) % n),
    (14 * DAY, lambda n: ngettext("%d week", "%d weeks", n) % n),
    (DAY, lambda n: ngettext("%d day", "%d days", n) % n),
    (HOUR, lambda n: ngettext("%d hour", "%d hours", n) % n),
    (MINUTE, lambda n: ngettext("%d min", "%d min", n) % n),
)
LENGTHS = (365 * DAY, 30 * DAY + 10 * HOUR, WEEK, DAY, HOUR, MINUTE)


def number(value, digits: int = 0) -> str:
    """1234.5 -> '1,234' or, with digits=1, '1,234.5'. Nothing known is a dash."""
    if value is None:
        return "–"
    rounded = f"{value:.{digits}f}"  # number_format cuts digits off instead of rounding
    return formats.number_format(rounded, digits, use_l10n=True, force_grouping=True)


def receipt(number: str) -> str:
    """The number of an order as people say it: of those that a till makes up itself, its first eight signs."""
    return re.sub(r"^(T\d+-[0-9a-fA-F]{8})-[0-9a-fA-F-]{27}$", r"\1", number)


def short(value) -> str:
    """1284000 -> '1.28 m': three significant digits with k, m or bn."""
    if value is None:
        return "–"
    for size, word in ((1e9, _("bn")), (1e6, _("m")), (1e4, _("k"))):
        if abs(value) >= size:
            scaled = value / (1e3 if word == _("k") else size)
            return f"{number(scaled, max(0, 3 - len(str(int(abs(scaled))))))}\N{NO-BREAK SPACE}{word}"
    return number(value)


def money(minor: int | None, currency: str, *, cents: bool | None = None, brief: bool = False) -> str:
    """123456, 'GBP' -> '£1,234.56'. cents=False rounds to whole units, None leaves cents off above 1,000."""
    if minor is None:
        return "–"
    digits = exponent(currency)
    major = abs(minor) / 10**digits
    show_cents = cents if cents is not None else major < 1000
    text = short(major) if brief and major >= 10_000 else number(major, digits if show_cents else 0)
    sign = "−" if minor < 0 else ""
    symbol = SYMBOLS.get(currency, f"{currency} ")
    if (translation.get_language() or "en").startswith(("en", "ja", "zh")):
        return f"{sign}{symbol}{text}"
    return f"{sign}{text}\N{NO-BREAK SPACE}{symbol.strip()}"


def percent(share: float | None, digits: int = 1) -> str:
    """.341 -> '34.1 %'."""
    return "–" if share is None else f"{number(share * 100, digits)}\N{NO-BREAK SPACE}%"


def local(at: int, zone: str = "UTC") -> datetime:
    """The moment `at` on the wall clock of `zone`."""
    return datetime.fromtimestamp(at / SECOND, UTC).astimezone(_zone(zone))


@lru_cache
def _zone(name: str) -> ZoneInfo:
    return ZoneInfo(name)


def day(at: int | None, zone: str = "UTC", *, year: bool | None = True) -> str:
    """'21 Nov 2026', in the business's time zone."""
    return "–" if at is None else dateformat.format(local(at, zone), "j M Y" if year else "j M")


def last_day(at: int | None, zone: str = "UTC") -> str:
    """The last day on which what ends at `at` is good: what ends at midnight is not good on the day that begins."""
    return day(None if at is None else at - 1, zone)


def moment(at: int | None, zone: str = "UTC") -> str:
    """'21 Nov 2026, 10:42', in the business's time zone."""
    return "–" if at is None else dateformat.format(local(at, zone), "j M Y, H:i")


@lru_cache(maxsize=20_000)
def exactly(at: int, zone: str, language: str | None) -> tuple[str, str]:
    """A moment for machines and for people; kept, for lists show the same ones again and again."""
    return local(at, zone).isoformat(timespec="seconds"), moment(at, zone)


def span(us: int) -> str:
    """A length of time in its largest sensible unit: '11 weeks', '41 min', 'moments'."""
    for unit, ((least, _say), length) in enumerate(zip(UNITS, LENGTHS, strict=True)):
        if us >= least:
            return _long(unit, us // length, translation.get_language())
    return _("moments")


@lru_cache(maxsize=2_000)
def _long(unit: int, count: int, language: str | None) -> str:
    """The words of a length: a list of conversations says a hundred of them, and few different ones."""
    return UNITS[unit][1](count)


def ago(at: int | None, now: int) -> str:
    """'11 weeks ago', 'in 3 days', 'just now'."""
    if at is None:
        return _("never")
    if abs(now - at) < MINUTE:
        return _("just now")
    if at > now:
        return _("in %s") % span(at - now)
    return _("%s ago") % span(now - at)
