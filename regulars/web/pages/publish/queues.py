"""Queues: the times of the week at which an account has something to say, beside the hours that do well."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.dates import WEEKDAYS
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from regulars.core.clock import now_us
from regulars.core.models import Business
from regulars.social.actions.scheduling import drop_slot, keep_slot
from regulars.social.measuring.hours import Hour, best
from regulars.social.models import Slot
from regulars.social.publishing.clock import read_clock
from regulars.social.publishing.networks import accounts
from regulars.social.publishing.reading import queue_of
from regulars.team.permissions import allowed
from regulars.ui import toasts
from regulars.web.pages.publish import shown
from regulars.web.pages.publish.best import SAYS, judged

LEVELS = ((1.25, "g3"), (1.1, "g2"), (1.02, "g1"))


def weekdays() -> list[tuple[int, str]]:
    """The days of the week from the shop's first one: (0 = Monday, name)."""
    first = Business.load().week_start
    return [((first + n) % 7, str(WEEKDAYS[(first + n) % 7])) for n in range(7)]


@allowed("social.view")
def queues(request: HttpRequest) -> HttpResponse:
    """One panel per account."""
    some = accounts()
    slots = queue_of([one.id for one in some])
    names = dict(weekdays())
    panels = [_panel(one, slots[one.id], judged(one.id), names) for one in some]
    return shown(request, "queues", "queues", panels=panels, weekdays=weekdays(), hours=range(24))


def _panel(account: Any, slots: list[Slot], hours: list[Hour], names: dict[int, str]) -> dict[str, Any]:
    held = {slot.weekday * 24 + int(slot.clock[:2]) for slot in slots}
    grid = [(names[day], [_cell(hours[day * 24 + hour], held, names[day]) for hour in range(24)])
            for day, _name in weekdays()]  # fmt: skip
    good = [(names[one.weekday], one, SAYS[one.says]) for one in best(hours)]
    known = any(one.posts >= 2 for one in hours)
    return {"account": account, "slots": [(slot, names[slot.weekday]) for slot in slots], "grid": grid, "best": good,
            "known": known}  # fmt: skip


def _cell(one: Hour, held: set[int], day: str) -> dict[str, Any]:
    level = next((name for least, name in LEVELS if one.gain >= least), "")
    gain = round((one.gain - 1) * 100)
    says = f"{day} {one.clock}: {gain:+d} %, {SAYS[one.says]}"
    return {"class": f"{level} slot" if one.hour in held else level, "says": says}


@require_POST
@allowed("social.edit")
def change(request: HttpRequest) -> HttpResponse:
    """Add a time to a queue, or take one out."""
    said, post = {"by": request.user.by, "at": now_us()}, request.POST
    if post.get("drop", "").isdecimal():
        drop_slot(slot_id=int(post["drop"]), **said)
        return redirect("web:publish_queues")
    try:
        clock, account = read_clock(post.get("clock", "")), int(post.get("account", ""))
        if account not in {one.id for one in accounts()}:
            raise ValueError(_("This account is not connected any more."))
        if not post.getlist("weekday"):
            raise ValueError(_("Choose the days of the week, then the time."))
        for day in post.getlist("weekday"):
            keep_slot(account_id=account, weekday=int(day), clock=clock, **said)
    except ValueError as wrong:
        toasts.warn(request, str(wrong))
    return redirect("web:publish_queues")
