"""Numbers, dates, hours and amounts of money in a form that compares: "£5", "5 pounds" and "5.00 GBP" agree."""

from __future__ import annotations

import re
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation

from regulars.content.honesty.words import words

_WORDS = words("figures")
MONTHS = {name: int(number) for number, names in _WORDS["months"].items() for name in names.split()}
MONTH = "|".join(sorted(MONTHS, key=len, reverse=True))
NUMBERS = {name: number for number, names in _WORDS["numbers"].items() for name in names.split()}
SPELT = "|".join(sorted(NUMBERS, key=len, reverse=True))
UNITS = _WORDS["units"]
UNIT = "|".join(f"(?P<u_{name}>{words})" for name, words in UNITS.items())
NUMBER = r"\d{1,3}(?:[.,' ]\d{3})+(?:[.,]\d{1,2})?|\d+(?:[.,]\d+)?"
WEEKDAYS = (
    "monday|tuesday|wednesday|thursday|friday|saturday|sunday|montag|dienstag|mittwoch|donnerstag|freitag|samstag|"
    "sonnabend|sonntag"
)
SAME_DAY = {
    "montag": "monday",
    "dienstag": "tuesday",
    "mittwoch": "wednesday",
    "donnerstag": "thursday",
    "freitag": "friday",
    "samstag": "saturday",
    "sonnabend": "saturday",
    "sonntag": "sunday",
}
DAYS = {
    "heute": "today",
    "morgen": "tomorrow",
    "ubermorgen": "in two days",
    "tonight": "today",
    "heute abend": "today",
}
WEEK = r"(?:week|month|year|woche|monat|jahr)"
PATTERNS = (
    ("date", r"(?P<iso>\d{4}-\d{1,2}-\d{1,2})"),
    ("date", r"(?P<dmy>\d{1,2}\.\s?\d{1,2}\.(?:\s?\d{2,4})?)(?!\d)"),
    ("date", r"(?P<slash>\d{1,2}/\d{1,2}/\d{2,4})"),
    (
        "date",
        rf"(?P<day1>\d{{1,2}})(?:st|nd|rd|th|\.)?\s(?:of\s)?(?P<month1>{MONTH})\b\.?(?:,?\s(?P<year1>\d{{4}}))?",
    ),
    (
        "date",
        rf"\b(?P<month2>{MONTH})\.?\s(?P<day2>\d{{1,2}})(?:st|nd|rd|th)?\b(?!:)(?:,?\s(?P<year2>\d{{4}}))?",
    ),
    (
        "date",
        rf"\b(?:in|by|until|since|from|im|bis|seit|ab)\s(?:early\s|late\s|anfang\s|ende\s|mitte\s)?(?P<month3>{MONTH})\b",
    ),
    ("time", r"(?P<clock>\d{1,2}:\d{2})(?:\s?(?P<half1>am|pm|a\.m\.|p\.m\.))?(?:\s?uhr)?"),
    ("time", r"(?P<hour>\d{1,2})\s?(?P<half2>am\b|pm\b|a\.m\.|p\.m\.|uhr\b|o'clock\b)"),
    ("money", rf"(?P<before>£|€|\$|\b(?:gbp|eur|usd|chf))\s?(?P<sum>{NUMBER})"),
    ("amount", rf"(?<![\w.])(?P<number>{NUMBER})(?:\s?-?(?:{UNIT})(?![a-z]))?"),
    ("amount", rf"\b(?P<word>{SPELT})\b(?:[\s-](?:{UNIT.replace('P<u_', 'P<w_')})(?![a-z]))?"),
    ("amount", r"(?P<number>\d+)"),
    ("day", rf"\b(?P<weekday>{WEEKDAYS})s?\b"),
    ("day", r"\b(?P<soon>today|tonight|tomorrow|heute abend|heute|ubermorgen|(?<!guten )(?<!am )morgen(?!s))\b"),
    ("day", rf"\b(?P<next>(?:next|this|nachste[nrs]?|diese[nrs]?|kommende[nrs]?)\s{WEEK})\b"),
)
COMPILED = tuple((kind, re.compile(pattern)) for kind, pattern in PATTERNS)
LIST_MARK = re.compile(r"(?m)^\s*\d{1,2}[.)](?=\s)")
SIGN = {"£": "GBP", "€": "EUR", "$": "USD"}


@dataclass(frozen=True)
class Figure:
    """A value with its unit, and where it stands. Two agree when unit and value do; "" is a bare number."""

    value: str
    unit: str
    start: int
    end: int

    def agrees(self, other: Figure) -> bool:
        """Whether the other says the same; a date without a year agrees with one that has it."""
        if self.unit == other.unit == "date":
            short, long = sorted((self.value, other.value), key=len)
            return long.endswith(short)
        return self.value == other.value and self.unit == other.unit


def figures(text: str) -> list[Figure]:
    """All figures of a folded text, in order; what one pattern took, a later one leaves."""
    taken = [found.span() for found in LIST_MARK.finditer(text)]
    found: list[Figure] = []
    for kind, pattern in COMPILED:
        for match in pattern.finditer(text):
            start, end = match.span()
            if any(start < stop and begin < end for begin, stop in taken):
                continue
            taken.append((start, end))
            found.append(_figure(kind, match))
    return sorted(found, key=lambda figure: figure.start)


def _figure(kind: str, match: re.Match[str]) -> Figure:
    value, unit = {"date": _date, "time": _time, "money": _money, "amount": _amount, "day": _day}[kind](match)
    return Figure(value, unit, *match.span())


def _date(match: re.Match[str]) -> tuple[str, str]:
    """As [year-]month-day; days come before months where both are numbers."""
    part = {name: value for name, value in match.groupdict().items() if value}
    if "iso" in part:
        year, month, day = part["iso"].split("-")
    elif "dmy" in part or "slash" in part:
        numbers = re.findall(r"\d+", part.get("dmy") or part["slash"])
        day, month, year = (*numbers, "")[:3]
        year = f"20{year}" if len(year) == 2 else year
    elif "month3" in part:
        return f"{MONTHS[part['month3']]:02d}", "month of year"
    else:
        month = str(MONTHS[part.get("month1") or part["month2"]])
        day, year = part.get("day1") or part["day2"], part.get("year1") or part.get("year2") or ""
    return f"{year}{'-' if year else ''}{int(month):02d}-{int(day):02d}", "date"


def _time(match: re.Match[str]) -> tuple[str, str]:
    part = match.groupdict()
    hour, minute = (part.get("clock") or f"{part['hour']}:00").split(":")
    half = (part.get("half1") or part.get("half2") or "").replace(".", "")
    hours = int(hour) % 12 + 12 * (half == "pm") if half in ("am", "pm") else int(hour)
    return f"{hours:02d}:{minute}", "time"


def _money(match: re.Match[str]) -> tuple[str, str]:
    return _decimal(match["sum"]), SIGN.get(match["before"], match["before"].upper())


def _amount(match: re.Match[str]) -> tuple[str, str]:
    part = match.groupdict()
    unit = next((name[2:] for name, value in part.items() if value and name[:2] in ("u_", "w_")), "")
    if part.get("word"):
        return NUMBERS[part["word"]], unit
    value = _decimal(part["number"])
    return (_decimal(str(Decimal(value) / 100)), "cent-sum") if unit == "cent" else (value, unit)


def _day(match: re.Match[str]) -> tuple[str, str]:
    word = " ".join((match.groupdict().get("weekday") or match[0]).split())
    return SAME_DAY.get(word) or DAYS.get(word) or word, "day of week" if match.groupdict().get("weekday") else "day"


def _decimal(text: str) -> str:
    """1.000,50 and 1,000.50 and 1 000.5 alike; a single sign with three digits after it groups thousands."""
    text = text.replace("'", "").replace(" ", "")
    last = max(text.rfind("."), text.rfind(","))
    if last >= 0 and len(text) - last - 1 == 3 and text[:last].replace(".", "").replace(",", "") != "0":
        whole, part = text, ""
    else:
        whole, part = (text[:last], text[last + 1 :]) if last >= 0 else (text, "")
    try:
        number = Decimal(f"{re.sub(r'[.,]', '', whole) or '0'}.{part or '0'}")
    except InvalidOperation:
        return text
    return format(number.normalize(), "f")
