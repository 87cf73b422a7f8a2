"""When the desk is open, and who gets which kind of case."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date

from django.db import transaction

from regulars.inbox.actions.errors import CannotDo
from regulars.inbox.models import Desk, Routing
from regulars.inbox.promises import minutes_of
from regulars.team.actions import audit

SHARES = ("turn", "none")


@transaction.atomic
def change_desk(*, week: Sequence[Sequence[Sequence[str]]], holidays: Mapping[str, str], by: str, at: int) -> None:
    """Set the openings of each weekday (`[["09:00", "17:30"]]`, from Monday) and the holidays. Raises CannotDo."""
    if len(week) != 7:
        raise CannotDo("A week has seven days, from Monday.")
    for day in week:
        _check_day(day)
    for day in holidays:
        _check_date(day)
    Desk.objects.update_or_create(id=1, defaults={"week": [list(map(list, day)) for day in week],
                                                  "holidays": dict(sorted(holidays.items()))})  # fmt: skip
    audit(by=by, act="desk.change", at=at)


def _check_day(day: Sequence[Sequence[str]]) -> None:
    last = -1
    for start, stop in day:
        try:
            begin, end = minutes_of(start), minutes_of(stop)
        except ValueError:
            raise CannotDo(f"“{start}–{stop}” is no opening: write times as 09:00 and 17:30.") from None
        if not last < begin < end:
            raise CannotDo("Openings of a day follow each other and end after they begin.")
        last = end


def _check_date(day: str) -> None:
    try:
        date.fromisoformat(day)
    except ValueError:
        raise CannotDo(f"“{day}” is no day of the calendar: write 2026-12-25.") from None


@transaction.atomic
def change_routing(*, kind: str, hours: float | None, share: str, owners: Sequence[int], by: str, at: int) -> None:
    """How quickly a kind of case is answered, and who takes turns. Raises CannotDo."""
    if share not in SHARES:
        raise CannotDo("Cases are shared in turn, or begin with nobody.")
    if hours is not None and not 0 < hours <= 1000:
        raise CannotDo("Between a few minutes and a thousand business hours, please.")
    wanted = {"hours": hours, "share": share, "owners": sorted(set(owners))}
    Routing.objects.update_or_create(kind=kind, defaults=wanted)
    audit(by=by, act="routing.change", object=f"routing:{kind}", details=wanted, at=at)
