"""A sensible programme in one click, from what the shop's own customers do."""

from __future__ import annotations

from datetime import date
from math import floor, log10
from typing import Any
from zoneinfo import ZoneInfo

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from regulars.core import bulk
from regulars.core.clock import now_us
from regulars.core.models import Business
from regulars.core.money import exponent
from regulars.loyalty import days
from regulars.loyalty.actions import CannotDo, create_programme, tell_story
from regulars.team.permissions import allowed
from regulars.ui import toasts

MONTHS = 12


def proposal(at: int) -> dict[str, Any]:
    """What the click would set up, in numbers: rules, tiers, and what the last twelve months would cost.

    A point for each unit of money, a hundred points are worth one; the tiers begin where the best fifth and the best
    twentieth of the customers of the last twelve months are.
    """
    business = Business.load()
    unit, zone = 10 ** exponent(business.currency), ZoneInfo(business.timezone)
    since = days.begins(days.months_later(days.day_of(at, zone), -MONTHS), zone)
    spent = sorted(_spent(since))
    points = sum(spent) // unit
    levels = [
        {"key": "silver", "name": _("Silver"), "least": _round(_quantile(spent, 0.80, 200 * unit), unit),
         "factor": 1.25, "benefits": [_("A quarter more points")]},
        {"key": "gold", "name": _("Gold"), "least": _round(_quantile(spent, 0.95, 500 * unit), unit),
         "factor": 1.5, "benefits": [_("Half as many points again"), _("First to know about offers")]},
    ]  # fmt: skip
    levels[1]["least"] = max(levels[1]["least"], 2 * levels[0]["least"])
    rules = [
        {"key": "every", "kind": "amount", "name": _("Every purchase"), "points": 1, "per": unit},
        {"key": "first", "kind": "first", "name": _("First purchase"), "points": 50},
        {"key": "birthday", "kind": "birthday", "name": _("Birthday"), "points": 50},
        {"key": "review", "kind": "review", "name": _("Review"), "points": 20, "most": {"day": 40}},
    ]
    return {
        "rules": {"rules": rules, "tiers": {"levels": levels, "basis": "spend", "months": MONTHS}},
        "since_us": since, "customers": len(spent), "points": points, "worth_minor": points * unit // 100,
        "unit": unit, "levels": levels,
    }  # fmt: skip


def _spent(since: int) -> list[int]:
    rows = bulk.query(
        "SELECT CAST(sum(o.base_total - coalesce(o.base_refunded, 0)) AS BIGINT) FROM commerce_order o"
        " JOIN people_node n ON n.id = o.node_id WHERE o.ts >= %s AND o.cancelled_us IS NULL"
        " AND o.base_total IS NOT NULL AND n.person_id IS NOT NULL GROUP BY n.person_id",
        [since],
    )
    return [spent for (spent,) in rows if spent > 0]


def _quantile(ordered: list[int], share: float, otherwise: int) -> int:
    return ordered[int(len(ordered) * share)] if len(ordered) >= 20 else otherwise


def _round(minor: int, unit: int) -> int:
    """To a number that is easily said: 1, 2 or 5 with noughts."""
    whole = max(minor / unit, 1)
    size = 10 ** floor(log10(whole))
    return min((n * size for n in (1, 2, 5, 10)), key=lambda n: abs(n - whole)) * unit


@require_POST
@allowed("loyalty.edit")
def begin(request: HttpRequest) -> HttpResponse:
    """One click. `from`: "now", or the last twelve months count too."""
    at = now_us()
    found = proposal(at)
    starts = found["since_us"] if request.POST.get("from") == "year" else at
    try:
        create_programme(
            name=_("Club %s") % Business.load().name, unit=_("points"), rules=found["rules"], starts_us=starts,
            worth_points=100, worth_minor=found["unit"], by=f"user:{request.user.id}", at=at,
        )  # fmt: skip
    except CannotDo as no:
        toasts.warn(request, str(no))
    else:
        tell_story.later(due_us=at + 60_000_000, at=at + 60_000_000)
        toasts.say(request, _("The programme has begun. Look at its rules and tiers, and change what you like."))
    return redirect("web:loyalty")


def year_ago(at: int) -> date:
    """The day from which purchases would count."""
    return days.months_later(days.day_of(at, ZoneInfo(Business.load().timezone)), -MONTHS)
