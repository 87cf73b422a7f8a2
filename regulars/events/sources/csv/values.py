"""Cells become values: dates, numbers, yes and no. Guessing how they are written, and reading them quickly."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from decimal import Decimal, InvalidOperation
from itertools import pairwise
from zoneinfo import ZoneInfo

from regulars.core.clock import to_us


class CellError(ValueError):
    """Why a cell cannot be read, as a sentence."""


MONTHS = {
    name: number
    for number, names in enumerate(
        (
            "jan januar january janvier enero gennaio januari janeiro janv ene gen",
            "feb februar february fevrier febrero febbraio februari fevereiro fev fevr",
            "mar mars maerz marz march marzo maart marco mrz",
            "apr april avril abril aprile avr abr",
            "may mai mayo maggio mei maio mag",
            "jun juni june juin junio giugno junho giu",
            "jul juli july juillet julio luglio julho juil lug",
            "aug august aout agosto augustus ago",
            "sep sept september septembre septiembre settembre setembro set",
            "oct okt october oktober octobre octubre ottobre outubro ott out",
            "nov november novembre noviembre novembro",
            "dec dez december dezember decembre diciembre dicembre dezembro dic",
        ),
        1,
    )
    for name in names.split()
}
ISO, DMY, MDY, YMD8, EPOCH, EXCEL = "year-month-day", "day-month-year", "month-day-year", "yyyymmdd", "epoch", "excel"
ORDERS = (ISO, DMY, MDY, YMD8, EPOCH, EXCEL)
_PARTS = re.compile(
    r"\s*(\d{1,4})[-/. ](\d{1,2}|[^\W\d]+\.?)[-/., ]+(\d{1,4})"
    r"(?:[T,\s]\s*(\d{1,2})[:.h](\d{2})(?:[:.](\d{2}))?(?:[.,]\d+)?\s*([AaPp])?\.?(?:[Mm]\.?)?\s*(Z|UTC|[+-]\d{2}:?\d{2})?)?\s*"
)
_MONTH_FIRST = re.compile(r"\s*([^\W\d]+)\.?\s+(\d{1,2})(?:st|nd|rd|th)?,?\s+(\d{4})(.*)")
_WORDS = re.compile(r"[^\W\d]+")
_EXCEL_ZERO = datetime(1899, 12, 30)
_FOLD = str.maketrans("äöüéèûôáíóúçãõêà", "aoueeuoaioucaoea")


def read_date(text: str, order: str, zone: ZoneInfo) -> int:
    """Microseconds of a date with or without a time. Without a zone of its own it is local time.

    Raises CellError for what is no date in this order of parts.
    """
    try:
        moment = _moment(text.strip(), order)
    except (ValueError, OverflowError, KeyError):
        raise CellError(f"“{text[:40]}” is not a date written as {order}.") from None
    if moment.tzinfo is None:
        moment = moment.replace(tzinfo=zone)
    return to_us(moment.astimezone(UTC))


def _moment(text: str, order: str) -> datetime:
    if order == ISO and text[:4].isdigit():
        try:
            return datetime.fromisoformat(text)
        except ValueError:
            pass
    if order == YMD8:
        date, _, clock = text.partition(" ")
        if len(date) != 8:
            raise ValueError(text)
        whole = datetime(int(date[:4]), int(date[4:6]), int(date[6:]))
        return _with_clock(whole, clock)
    if order == EPOCH:
        seconds = float(text)
        return datetime.fromtimestamp(seconds / (1000 if abs(seconds) > 1e11 else 1), UTC)
    if order == EXCEL:
        return _EXCEL_ZERO + timedelta(seconds=round(float(text.replace(",", ".")) * 86400))
    return _from_parts(text, order)


def _from_parts(text: str, order: str) -> datetime:
    if (named := _MONTH_FIRST.fullmatch(text)) is not None:
        month, day, year, rest = named.groups()
        return _from_parts(f"{day}-{month}-{year}{rest}", DMY)
    match = _PARTS.fullmatch(text)
    if match is None:
        raise ValueError(text)
    a, b, c, hour, minute, second, half, offset = match.groups()
    if not b.isdigit():
        b = str(MONTHS[b.rstrip(".").lower().translate(_FOLD)])
        order = order if order in (ISO, DMY) else DMY
    if len(a) == 4:
        order = ISO
    year, month, day = {ISO: (a, b, c), DMY: (c, b, a), MDY: (c, a, b)}[order]
    if len(year) not in (2, 4):
        raise ValueError(text)
    full = int(year) + (0 if len(year) == 4 else 1900 if int(year) > 69 else 2000)
    hours = int(hour or 0)
    if half:
        if not 1 <= hours <= 12:
            raise ValueError(text)
        hours = hours % 12 + (12 if half in "Pp" else 0)
    zone = None
    if offset:
        zone = UTC if offset in ("Z", "UTC") else datetime.strptime(offset.replace(":", ""), "%z").tzinfo
    return datetime(full, int(month), int(day), hours, int(minute or 0), int(second or 0), tzinfo=zone)


def _with_clock(day: datetime, clock: str) -> datetime:
    if not clock.strip():
        return day
    parts = [int(part) for part in clock.strip().split(":")]
    return day + timedelta(hours=parts[0], minutes=parts[1], seconds=parts[2] if len(parts) > 2 else 0)


@dataclass(frozen=True)
class DateGuess:
    """How dates are written. `ambiguous`: day and month could be the other way round."""

    order: str | None
    ambiguous: bool = False


def guess_dates(
    cells: Sequence[str], *, month_first: bool = False, least: int = 1970, enough: float = 0.5
) -> DateGuess:
    """The order of parts in which most cells are dates; no order where fewer than `enough` are.

    Where both day-month and month-day fit, the order in which the file runs forward in time decides, then
    the country's custom; it is ambiguous all the same.
    """
    cells = [cell for cell in cells if cell.strip()]
    shares = {order: _share(cells, order, least) for order in ORDERS} if cells else {}
    most = max(shares.values(), default=0)
    fits = [order for order in ORDERS if most >= enough and shares[order] >= 0.98 * most]
    if DMY in fits and MDY in fits and not _only_names(cells):
        return DateGuess(_forward(cells, MDY if month_first else DMY), ambiguous=True)
    return DateGuess(fits[0] if fits else None)


def _only_names(cells: Sequence[str]) -> bool:
    """Is the month a word everywhere?"""
    return all(any(word in MONTHS for word in _WORDS.findall(cell.lower().translate(_FOLD))) for cell in cells)


def _share(cells: Sequence[str], order: str, least: int) -> float:
    return sum(_is_date(cell, order, least) for cell in cells) / len(cells)


def _is_date(cell: str, order: str, least: int = 0) -> bool:
    bare = cell.strip()
    if order in (EPOCH, EXCEL) and not _plausible_number(bare, order):
        return False
    if order in (DMY, MDY) and bare[:4].isdigit():
        return False
    if order == ISO and not bare[:4].isdigit():
        return False
    try:
        return least <= _moment(bare, order).year < 2100
    except (ValueError, OverflowError, KeyError):
        return False


def _plausible_number(bare: str, order: str) -> bool:
    try:
        size = float(bare.replace(",", "."))
    except ValueError:
        return False
    return 25_569 <= size < 73_050 if order == EXCEL else 1e9 <= size < 4e9 or 1e12 <= size < 4e12


def _forward(cells: Sequence[str], custom: str) -> str:
    """The order in which fewer rows jump back in time."""
    back = {}
    for order in (DMY, MDY):
        moments = [_moment(cell.strip(), order).replace(tzinfo=None) for cell in cells if _is_date(cell, order)]
        back[order] = sum(later < earlier for earlier, later in pairwise(moments))
    other = DMY if custom == MDY else MDY
    return other if back[other] < back[custom] else custom


SYMBOLS = {"£": "GBP", "€": "EUR", "¥": "JPY", "₹": "INR", "₺": "TRY", "zł": "PLN", "kč": "CZK"}
_MONEY_SIGNS = re.compile(r"[£€$¥₹₺\s\u00a0'’]|[A-Za-zł]{1,3}\.?")


def number_reader(decimal: str) -> Callable[[str], Decimal]:
    """Reads numbers with this decimal sign; the other sign may part thousands. Raises CellError."""
    other = "," if decimal == "." else "."
    thousands = re.compile(rf"-?\d{{1,3}}(?:{re.escape(other)}\d{{3}})+(?:{re.escape(decimal)}\d+)?")

    def read(text: str) -> Decimal:
        if decimal == ".":
            try:
                return _finite(Decimal(text))
            except InvalidOperation:
                pass
        bare = bare_number(text)
        if other in bare and not thousands.fullmatch(bare):
            raise CellError(f"“{text[:40]}” is not a number with the decimal sign “{decimal}”.")
        try:
            return _finite(Decimal(bare.replace(other, "").replace(decimal, ".")))
        except InvalidOperation:
            raise CellError(f"“{text[:40]}” is not a number.") from None

    return read


def _finite(number: Decimal) -> Decimal:
    if not number.is_finite() or abs(number) > 10**12:
        raise CellError(f"“{number}” is too large to be true.")
    return number


def bare_number(text: str) -> str:
    """Without currency signs and blanks; (12.50) and 12.50- are negative."""
    bare = _MONEY_SIGNS.sub("", text.strip()).replace("\u2212", "-")
    if bare.startswith("(") and bare.endswith(")"):
        bare = "-" + bare[1:-1]
    return "-" + bare[:-1] if bare.endswith("-") else bare


_WHOLE = re.compile(r"[+-]?\d+")
_DOT = re.compile(r"[+-]?(?:\d+\.\d*|\.\d+|\d{1,3}(?:,\d{3})+\.\d*|\d{1,3}(?:,\d{3}){2,})")
_COMMA = re.compile(r"[+-]?(?:\d+,\d*|,\d+|\d{1,3}(?:\.\d{3})+,\d*|\d{1,3}(?:\.\d{3}){2,})")
_EITHER = re.compile(r"[+-]?\d{1,3}[.,]\d{3}")


def guess_decimal(cells: Sequence[str]) -> tuple[str, bool]:
    """(decimal sign, ambiguous): "1.234" and "1,234" alone could mean both."""
    bare = [bare_number(cell) for cell in cells if cell.strip()]
    sure = [cell for cell in bare if not _EITHER.fullmatch(cell)]
    commas, dots = (sum(bool(p.fullmatch(cell)) for cell in sure) for p in (_COMMA, _DOT))
    if commas or dots:
        return ("," if commas > dots else "."), False
    either = [cell for cell in bare if _EITHER.fullmatch(cell)]
    return ".", any("," in cell for cell in either) or len(either) > len(bare) / 2


def is_number(cell: str) -> bool:
    """Looks like a number in some notation."""
    bare = bare_number(cell)
    return any(p.fullmatch(bare) for p in (_WHOLE, _DOT, _COMMA, _EITHER))


_YES = frozenset(
    [
        "1",
        "y",
        "yes",
        "true",
        "t",
        "on",
        "ja",
        "j",
        "oui",
        "o",
        "si",
        "sì",
        "s",
        "sim",
        "x",
        "✓",
        "granted",
        "given",
        "optin",
        "opted-in",
        "subscribed",
        "wahr",
        "vrai",
    ]
)
_NO = frozenset(
    [
        "0",
        "n",
        "no",
        "false",
        "f",
        "off",
        "nein",
        "non",
        "nao",
        "não",
        "nee",
        "-",
        "withdrawn",
        "denied",
        "optout",
        "opted-out",
        "unsubscribed",
        "falsch",
    ]
)
_PENDING = frozenset(["pending", "unconfirmed", "waiting", "open", "ausstehend"])


def read_consent(text: str) -> str | None:
    """granted, withdrawn, pending, or None for an empty cell. Raises CellError."""
    word = text.strip().lower().replace(" ", "").replace("opt-in", "optin").replace("opt-out", "optout")
    if not word:
        return None
    for words, state in ((_YES, "granted"), (_NO, "withdrawn"), (_PENDING, "pending")):
        if word in words:
            return state
    raise CellError(f"“{text[:40]}” is neither yes nor no.")
