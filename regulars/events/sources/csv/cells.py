"""Quick access to the mapped cells of a row, as values. One instance per run; repeated texts are read once."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from zoneinfo import ZoneInfo

from regulars.core.clock import DAY, from_us
from regulars.core.money import exponent
from regulars.events.sources.csv.files import Record
from regulars.events.sources.csv.mapping import Mapping
from regulars.events.sources.csv.values import CellError, number_reader, read_date

NOBODY = frozenset(["", "nan", "null", "none", "n/a", "na", "-", "0", "guest", "unknown", "undefined", "anonymous"])
_FLOAT_ID = re.compile(r"(\d+)\.0+")
_REMEMBERED = 200_000
_UTC = ZoneInfo("UTC")
_OLDEST = (date(1880, 1, 1) - date(1970, 1, 1)).days * DAY


class Cells:
    """Reads cells by field name; raises CellError with a sentence. Dates after `latest` are mistakes."""

    def __init__(self, mapping: Mapping, names: Sequence[str], *, latest: int) -> None:
        place = {name: i for i, name in enumerate(names)}
        self.width = len(names)
        self.at = {field: place[column] for field, column in mapping.columns.items()}
        self.column = mapping.columns
        self.mapping = mapping
        self.zone = ZoneInfo(mapping.timezone)
        self.latest = latest
        self.number = number_reader(mapping.decimal)
        self._dates: dict[str, int] = {}
        self._quanta: dict[str, Decimal] = {}

    def fit(self, record: Record) -> list[str]:
        """The cells of a row, as many as there are columns."""
        cells = record.cells
        if record.problem:
            raise CellError(record.problem)
        if len(cells) < self.width:
            return cells + [""] * (self.width - len(cells))
        if len(cells) > self.width and any(cell.strip() for cell in cells[self.width :]):
            raise CellError(f"The row has {len(cells)} columns where the header has {self.width}.")
        return cells

    def text(self, cells: list[str], field: str) -> str:
        """Without blanks around it; "" when not mapped."""
        place = self.at.get(field)
        return "" if place is None else cells[place].strip()

    def amount(self, cells: list[str], field: str) -> Decimal | None:
        """The number in a cell, None when it is empty or not mapped."""
        text = self.text(cells, field)
        if not text:
            return None
        try:
            return self.number(text)
        except CellError as wrong:
            raise CellError(f"{self.column[field]}: {wrong}") from None

    def moment(self, cells: list[str]) -> int:
        """Microseconds of the date, with the time of day of a column of its own."""
        text = self.text(cells, "date")
        clock = self.text(cells, "time")
        known = self._dates.get(text + "\0" + clock)
        if known is None:
            if not text:
                raise CellError(f"{self.column['date']}: the date is missing.")
            known = read_date(f"{text} {clock}" if clock else text, self.mapping.dates, self.zone)
            if not 0 <= known <= self.latest:
                when = "before 1970" if known < 0 else "in the future"
                raise CellError(f"{self.column['date']}: “{text[:40]}” lies {when}.")
            if len(self._dates) < _REMEMBERED:
                self._dates[text + "\0" + clock] = known
        return known

    def birthday(self, cells: list[str]) -> tuple[str, str]:
        """(1980-02-29, ""), for a day has no time zone; or ("", why it is none): the row goes in without."""
        text = self.text(cells, "birthday")
        if text.lower() in NOBODY:
            return "", ""
        try:
            born = read_date(text, self.mapping.birthdays, _UTC)
        except CellError as wrong:
            return "", self._left_out(str(wrong))
        if not _OLDEST <= born <= self.latest:
            when = "before 1880" if born < _OLDEST else "in the future"
            return "", self._left_out(f"“{text[:40]}” lies {when}.")
        return from_us(born).date().isoformat(), ""

    def _left_out(self, why: str) -> str:
        return f"{self.column['birthday']}: {why} The birthday is left out, the rest of the row goes in."

    def customer(self, cells: list[str]) -> str:
        """The customer number; "" when there is none. 17850.0 is 17850: a spreadsheet made it so."""
        text = self.text(cells, "customer")
        if text.lower() in NOBODY:
            return ""
        whole = _FLOAT_ID.fullmatch(text)
        return whole.group(1) if whole else text

    def currency(self, cells: list[str]) -> str:
        """The code in its column, else the one of the mapping."""
        said = self.text(cells, "currency")
        text = said.upper()
        if text and not (len(text) == 3 and text.isalpha() and text.isascii()):
            raise CellError(f"{self.column['currency']}: “{said[:20]}” is no currency code such as EUR.")
        return text or self.mapping.currency

    def quantum(self, currency: str) -> Decimal:
        """The smallest amount of a currency: 0.01, 1 or 0.001."""
        if currency not in self._quanta:
            self._quanta[currency] = Decimal(1).scaleb(-exponent(currency))
        return self._quanta[currency]
