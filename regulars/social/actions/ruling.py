"""How the shop publishes: who agrees, how long a text rests; campaigns; what was spent."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date
from typing import Any

from django.db import transaction
from django.utils.text import slugify
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from regulars.core.plugs import registry
from regulars.social.errors import CannotDo
from regulars.social.models import Cost, Drive, PublishRules
from regulars.social.publishing.agreeing import MOST
from regulars.team.actions import audit

BOUNDS = {"approvals": (0, MOST), "same_days": (0, 365), "late_minutes": (5, 1440), "window_days": (1, 30)}
NAMES = {
    "approvals": gettext_lazy("People who agree"),
    "same_days": gettext_lazy("Days until the same words may be said again"),
    "late_minutes": gettext_lazy("Minutes until a late post asks"),
    "window_days": gettext_lazy("Days in which an order counts"),
}


@transaction.atomic
def change_rules(*, by: str, at: int, by_account: Mapping[int, int] | None = None, gathering: list[str] | None = None,
                 **numbers: int) -> PublishRules:  # fmt: skip
    """Other rules. They hold for everything that is not out yet. Raises CannotDo."""
    PublishRules.objects.get_or_create(id=1)
    found = PublishRules.objects.select_for_update().get(id=1)
    for name, value in numbers.items():
        low, high = BOUNDS[name]
        if not low <= value <= high:
            said = {"what": NAMES[name], "low": low, "high": high}
            raise CannotDo(_("%(what)s: choose a number between %(low)d and %(high)d.") % said)
        setattr(found, name, value)
    if by_account is not None:
        found.by_account = {str(account): min(count, MOST) for account, count in by_account.items() if count > 0}
    if gathering is not None:
        found.gathering = [name for name in gathering if name in registry.springs]
    found.changed_us, found.changed_by = at, by
    found.save()
    audit(by=by, act="publishing.rules", details={"approvals": found.approvals}, at=at)
    return found


@transaction.atomic
def keep_drive(*, name: str, objective: str, by: str, at: int, drive_id: int | None = None, begins: str = "",
               ends: str = "") -> Drive:  # fmt: skip
    """A campaign, new or changed; its tag in links stays. Raises CannotDo."""
    name = " ".join(name.split())[:120]
    if not name or Drive.objects.filter(name=name).exclude(id=drive_id or 0).exists():
        raise CannotDo(_("Give the campaign a name that no other has."))
    if objective not in ("", "retain", "acquire"):
        raise CannotDo(_("A campaign is for keeping customers (retain), for winning new ones (acquire), or neither."))
    for day in filter(None, (begins, ends)):
        _check_day(day)
    if begins and ends and ends < begins:
        raise CannotDo(_("It ends before it begins."))
    found = Drive.objects.filter(id=drive_id).first() or Drive(tag=_tag(name), by=by, created_us=at)
    found.name, found.objective, found.begins, found.ends = name, objective, begins[:10], ends[:10]
    found.save()
    audit(by=by, act="drive.keep", object=f"drive:{found.id}", at=at)
    return found


def _check_day(text: str) -> None:
    try:
        date.fromisoformat(text)
    except ValueError:
        raise CannotDo(_("“%s” is no day: choose one in the calendar of the field.") % text[:20]) from None


def _tag(name: str) -> str:
    base = slugify(name)[:34] or "campaign"
    taken = set(Drive.objects.filter(tag__startswith=base).values_list("tag", flat=True))
    return next(tag for tag in (base, *(f"{base}-{n}" for n in range(2, 10_000))) if tag not in taken)


@transaction.atomic
def note_cost(*, month: str, objective: str, what: str, minor: int, by: str, at: int) -> None:
    """What was spent in a month on one objective; 0 takes it out. Minor units of the business's currency. Raises
    CannotDo."""
    what = " ".join(what.split())[:80]
    if objective not in ("retain", "acquire") or not what or minor < 0:
        raise CannotDo(_("Say what it was for, what it was, and how much."))
    if not re.fullmatch(r"\d{4}-(0[1-9]|1[0-2])", month, re.ASCII):
        raise CannotDo(_("Choose the month it was spent in."))
    if minor == 0:
        Cost.objects.filter(month=month, objective=objective, what=what).delete()
    else:
        said: dict[str, Any] = {"minor": minor, "by": by, "at": at}
        Cost.objects.update_or_create(month=month, objective=objective, what=what, defaults=said)
    audit(by=by, act="cost.note", object=f"month:{month}", details={"objective": objective, "minor": minor}, at=at)
