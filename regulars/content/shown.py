"""Values shown in words and reckoned with as numbers: "£12.50" in a text, 12.5 in `{% if person.spent > 10 %}`."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.conf import settings
from django.utils import dateformat, translation

from regulars.core.money import to_major
from regulars.core.plugs import Fact
from regulars.ui import formats


class Money(float):
    """An amount in major units that shows itself with its currency. Words are made only when they are asked for."""

    __slots__ = ("currency", "language", "minor")

    def __new__(cls, minor: int, currency: str, language: str) -> Money:
        made = super().__new__(cls, to_major(minor, currency))
        made.minor, made.currency, made.language = minor, currency, language
        return made

    @property
    def raw(self) -> float:
        """The number to reckon with."""
        return float(self)

    def __str__(self) -> str:
        with translation.override(self.language or settings.LANGUAGE_CODE):
            return formats.money(self.minor, self.currency)


class Price(Money):
    """An amount that people are to pay or get: exact, however large."""

    __slots__ = ()

    def __str__(self) -> str:
        with translation.override(self.language or settings.LANGUAGE_CODE):
            return formats.money(self.minor, self.currency, cents=True)


class Number(float):
    """A number with its thousands marked; a share of 1 shows itself as percent."""

    __slots__ = ("language", "share")

    def __new__(cls, value: float, language: str, share: bool = False) -> Number:
        made = super().__new__(cls, value)
        made.language, made.share = language, share
        return made

    @property
    def raw(self) -> float | int:
        """The number to reckon with."""
        return int(self) if self.is_integer() else float(self)

    def __str__(self) -> str:
        if not self.share and 0 <= self < 1000 and self.is_integer():
            return str(int(self))
        with translation.override(self.language or settings.LANGUAGE_CODE):
            if self.share:
                return formats.percent(float(self), 0)
            return formats.number(float(self), 0 if self.is_integer() else 2)


class Day(str):
    """A day in words; `moment` is what the filter `date` puts into another form."""

    __slots__ = ("moment",)

    def __new__(cls, moment: datetime, language: str) -> Day:
        with translation.override(language or settings.LANGUAGE_CODE):
            made = super().__new__(cls, dateformat.format(moment, "j F Y"))
        made.moment = moment
        return made


def shown(fact: Fact, value: Any, *, currency: str, zone: str, language: str) -> Any:
    """A fact's value for texts; None when it cannot be read."""
    match fact.type:
        case "money":
            return Money(int(value), currency, language)
        case "number":
            return Number(value, language, share=fact.unit == "0 to 1")
        case "time":
            return Day(formats.local(int(value), zone), language)
        case "date":
            return _date(str(value), language)
        case "choice":
            return str(dict(fact.choices).get(value, value))
        case "bool":
            return bool(value)
    return ", ".join(map(str, value)) if isinstance(value, list | tuple) else str(value)


def _date(text: str, language: str) -> Day | None:
    try:
        return Day(datetime.fromisoformat(text[:10]), language)
    except ValueError:
        return None


def absent(fact: Fact, *, currency: str, language: str) -> Any:
    """What a fact is for somebody who has none: 0 or no where that is certain, else None."""
    if fact.missing == "no":
        return False
    if fact.missing != "0":
        return None
    return Money(0, currency, language) if fact.type == "money" else Number(0, language)
