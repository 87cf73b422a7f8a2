"""When desks are open, and who gets which kind of case, how soon."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from zoneinfo import ZoneInfo

from django.db import transaction
from django.db.models import Max

from regulars.inbox.errors import CannotDo
from regulars.inbox.models import Desk, Routing
from regulars.inbox.promises import minutes_of
from regulars.team.actions import audit

SHARES = ("turn", "none")
HOURS = {"hours": "the first answer", "next_hours": "further answers", "warn_hours": "the warning"}


@transaction.atomic
def change_desk(
    *, week: Sequence[Sequence[Sequence[str]]], holidays: Mapping[str, str], by: str, at: int,
    desk_id: int | None = 1, name: str = "", zone: str = "", second_eyes: bool | None = None,
) -> Desk:  # fmt: skip
    """Set the openings of each weekday (`[["09:00", "17:30"]]`, from Monday) and the holidays, of the shop's desk
    (1), another one, or a new one (None). `zone`: empty is the shop's. Raises CannotDo."""
    if len(week) != 7:
        raise CannotDo("A week has seven days, from Monday.")
    for day in week:
        _check_day(day)
    for day in holidays:
        _check_date(day)
    _check_zone(zone)
    if desk_id != 1 and not name.strip():
        raise CannotDo("Give the desk a name.")
    number = desk_id or max(1, Desk.objects.aggregate(last=Max("id"))["last"] or 1) + 1
    said = {"week": [list(map(list, day)) for day in week], "holidays": dict(sorted(holidays.items())),
            "name": name.strip()[:80], "zone": zone}  # fmt: skip
    said |= {} if second_eyes is None else {"second_eyes": second_eyes}
    found, _new = Desk.objects.update_or_create(id=number, defaults=said)
    audit(by=by, act="desk.change", object=f"desk:{number}", at=at)
    return found


@transaction.atomic
def remove_desk(*, desk_id: int, by: str, at: int) -> None:
    """What was answered by it is answered by the shop's desk. Raises CannotDo for the shop's own."""
    if desk_id == 1:
        raise CannotDo("The shop's own desk stays.")
    Routing.objects.filter(desk_id=desk_id).update(desk_id=1)
    Desk.objects.filter(id=desk_id).delete()
    audit(by=by, act="desk.remove", object=f"desk:{desk_id}", at=at)


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


def _check_zone(zone: str) -> None:
    try:
        ZoneInfo(zone or "UTC")
    except (ValueError, OSError, LookupError):
        raise CannotDo(f"“{zone}” is no time zone: write Europe/London, for example.") from None


@transaction.atomic
def change_routing(
    *, kind: str, hours: float | None, share: str, owners: Sequence[int], by: str, at: int, account_id: int = 0,
    desk_id: int = 1, next_hours: float | None = None, warn_hours: float | None = None, patience_hours: float = 4,
    hand_on: bool = False,
) -> None:  # fmt: skip
    """How quickly a kind of case is answered, everywhere or on one account, by which desk, and who takes turns. What
    was promised before stays promised. Raises CannotDo."""
    if share not in SHARES:
        raise CannotDo("Cases are shared in turn, or begin with nobody.")
    wanted = {"hours": hours, "next_hours": next_hours, "warn_hours": warn_hours}
    for name, value in wanted.items():
        if value is not None and not 0 < value <= 1000:
            raise CannotDo(f"Between a few minutes and a thousand business hours for {HOURS[name]}, please.")
    if not 0 <= patience_hours <= 1000:
        raise CannotDo("Patience is up to a thousand business hours.")
    if desk_id != 1 and not Desk.objects.filter(id=desk_id).exists():
        raise CannotDo("There is no such desk.")
    wanted |= {"share": share, "owners": sorted(set(owners)), "desk_id": desk_id, "hand_on": hand_on,
               "patience_hours": patience_hours}  # fmt: skip
    Routing.objects.update_or_create(kind=kind, account_id=account_id, defaults=wanted)
    audit(by=by, act="routing.change", object=f"routing:{kind}:{account_id}", details=wanted, at=at)


@transaction.atomic
def remove_routing(*, kind: str, account_id: int, by: str, at: int) -> None:
    """What was decided for it is decided by the next rule above, or as the kind says."""
    Routing.objects.filter(kind=kind, account_id=account_id).delete()
    audit(by=by, act="routing.remove", object=f"routing:{kind}:{account_id}", at=at)
