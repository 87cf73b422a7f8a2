"""What a mailing tool is to us, and what a row of its export says."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, NamedTuple
from zoneinfo import ZoneInfo

from regulars.events.sources.csv.values import EPOCH, ISO, CellError, read_date

UTC = ZoneInfo("UTC")
ALL, MARKETING = "all", "marketing"


def folded(name: str) -> str:
    """ "Email Address" and "EMAIL_ADDRESS" are "emailaddress"."""
    return re.sub(r"[^a-z0-9$]", "", name.lower())


class Suppressed(NamedTuple):
    """An address that nothing (scope all) or no marketing may be sent to. Reasons as channels has them."""

    channel: str
    address: str
    reason: str
    scope: str
    detail: str


class Stand(NamedTuple):
    """What is known about writing to somebody by one channel. `at` None: nobody says when."""

    channel: str
    state: str  # granted, pending, withdrawn, or "" for: nothing was said
    at: int | None
    evidence: dict[str, Any]
    suppress: tuple[str, str] | None = None  # (reason, scope)


class Row:
    """The cells of a row by field."""

    def __init__(self, cells: Mapping[str, str]) -> None:
        self.cells = cells

    def __getitem__(self, field: str) -> str:
        return self.cells.get(field, "")

    def time(self, field: str) -> int | None:
        """Microseconds; times of these exports are UTC. None when the cell is empty. Raises CellError."""
        text = self[field]
        if not text or text.lower() in ("none", "null", "never", "0000-00-00 00:00:00"):
            return None
        try:
            return read_date(text, EPOCH if text.isdigit() else ISO, UTC)
        except CellError:
            raise CellError(f"“{text[:40]}” is no date and time ({field}).") from None

    def evidence(self, tool: str, *fields: str) -> dict[str, Any]:
        """What proves it, as the tool has it."""
        return {"source": tool, **{name: self[name][:300] for name in fields if self[name]}}


@dataclass(frozen=True)
class Tool:
    """A mailing tool. `columns`: field -> names of its column, folded; others become traits, but `ignored`."""

    key: str
    label: str
    marks: tuple[frozenset[str], ...]
    columns: Mapping[str, tuple[str, ...]]
    standing: Callable[[Row, str], Iterator[Stand]]  # (row, what the file is of: "", subscribed, unsubscribed, ...)
    ignored: frozenset[str] = frozenset()
    says: str = ""  # a warning for who imports
    shared: Mapping[str, tuple[str, ...]] = field(
        default_factory=lambda: {
            "email": ("emailaddress", "email"),
            "phone": ("phonenumber", "phone", "mobile", "smsphone"),
            "first_name": ("firstname",),
            "last_name": ("lastname",),
            "city": ("city",),
            "postcode": ("zipcode", "zip", "postcode", "postalcode"),
            "country": ("country",),
            "company": ("company", "organization"),
            "language": ("language", "locale", "preferredlocale"),
            "birthday": ("birthday", "dateofbirth"),
            "tags": ("tags",),
        }
    )

    def choose(self, names: list[str]) -> dict[str, str]:
        """field -> column, and `trait:<name>` for the columns that the shop made itself."""
        place = {folded(name): name for name in reversed(names)}
        chosen: dict[str, str] = {}
        for field_, usual in (*self.columns.items(), *self.shared.items()):
            found = next((place[name] for name in usual if name in place), None)
            if found and found not in chosen.values():
                chosen.setdefault(field_, found)
        for name in names:
            if name not in chosen.values() and folded(name) not in self.ignored:
                chosen[f"trait:{name[:70]}"] = name
        return chosen
