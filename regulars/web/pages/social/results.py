"""Learn -> Social: what it brought, each number with its uncertainty and the way to the people behind it."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import dateformat
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy
from django.views.decorators.http import require_POST

from regulars.core.clock import DAY, from_us, now_us
from regulars.core.models import Business
from regulars.core.money import read_amount
from regulars.inbox.measuring import measured
from regulars.social.actions.ruling import note_cost
from regulars.social.errors import CannotDo
from regulars.social.measuring.engagement import Month, begin_of, by_month, months_back, people_engaged
from regulars.social.measuring.money import Line, bought, total
from regulars.social.measuring.money import by_month as money_by_month
from regulars.social.models import Cost, Finding, Series
from regulars.social.publishing.agreeing import rules
from regulars.team.permissions import allowed
from regulars.ui import toasts
from regulars.ui.charts import Chart
from regulars.ui.formats import money, percent
from regulars.ui.tables import csv_response
from regulars.web.pages.publish.holdouts import brought

MONTHS, DAYS = 12, 90
OBJECTIVES = {"retain": lazy("keeping customers"), "acquire": lazy("winning new ones"), "": lazy("nothing said")}


KINDS = {
    "click": lazy("followed a link"), "comment": lazy("commented"), "mention": lazy("mentioned us"),
    "message": lazy("wrote to us"), "review": lazy("reviewed us"),
}  # fmt: skip


@allowed("social.view")
def results(request: HttpRequest) -> HttpResponse:
    """The last twelve months."""
    return _page(request)


def _page(request: HttpRequest, *, wrong: str = "", status: int = 200) -> HttpResponse:
    at, business = now_us(), Business.load()
    names = months_back(at, MONTHS)
    rows, window = by_month(at=at, count=MONTHS), rules().window_days
    orders = bought(since=begin_of(names[-1]), until=at, window_days=window)
    recent = total(one.minor for one in orders if one.day >= (at - DAYS * DAY) // DAY)
    known, _people = people_engaged(since=at - DAYS * DAY, limit=0)
    finding = Finding.objects.filter(name="beside").first()
    context = {
        "here": "social", "rows": [row for row in rows if row.posts or row.clicks or row.people], "window": window,
        "recent": recent, "known": known, "days": DAYS, "lines": _lines(money_by_month(orders, months=names)),
        "buyers": len({one.person_id for one in orders if one.day >= (at - DAYS * DAY) // DAY}),
        "clicks": sum(row.clicks for row in rows[:3]), "machines": sum(row.machines for row in rows[:3]),
        "beside": finding, "talks": measured(since=at - DAYS * DAY, at=at), "names": names,
        "costs": Cost.objects.filter(month__in=names).order_by("-month", "objective", "what"),
        "holdouts": [(one, found) for one in Series.objects.exclude(held_out=0) if (found := brought(one, at=at))],
        "chart": _chart(rows[::-1]), "title": _title(recent, business.currency), "objectives": OBJECTIVES,
        "said": request.POST, "wrong": wrong,
    }  # fmt: skip
    return render(request, "web/social/results.html", context, status=status)


def _title(recent: Any, currency: str) -> str:
    if not recent.orders:
        return _("What social brought")
    said = {"minor": money(recent.minor, currency), "n": recent.orders}
    return _("%(minor)s from %(n)d orders after links in posts, in 90 days") % said


def _lines(lines: list[Line]) -> list[dict[str, Any]]:
    return [{"line": one, "objective": OBJECTIVES[one.objective]} for one in lines]


def _chart(rows: list[Month]) -> Chart | None:
    """The engagement rate by month in its interval; None before there are two months."""
    known = [row for row in rows if row.rate]
    if len(known) < 2:
        return None
    values = [{"month": row.month, "share": row.rate.share, "low": row.rate.low, "high": row.rate.high}
              for row in known]  # fmt: skip
    y = {"type": "quantitative", "title": _("Reactions per view"), "axis": {"format": ".1%"}}
    spec = {
        "data": {"values": values},
        "encoding": {"x": {"field": "month", "type": "ordinal", "title": None}},
        "layer": [
            {"mark": {"type": "errorbar", "ticks": True, "color": "var(--ink-3)"},
             "encoding": {"y": {"field": "low", **y}, "y2": {"field": "high"}}},
            {"mark": {"type": "line", "point": True}, "encoding": {"y": {"field": "share", **y}}},
        ],
    }  # fmt: skip
    head = (_("Month"), _("Reactions per view"), _("Likely between"), _("Posts"))
    table = [(row.month, percent(row.rate.share), f"{percent(row.rate.low)} – {percent(row.rate.high)}", row.posts)
             for row in known]  # fmt: skip
    return Chart(_trend(known), spec, "", head, table)


def _trend(known: list[Month]) -> str:
    first, last = known[0].rate, known[-1].rate
    assert first and last
    month = dateformat.format(from_us(begin_of(known[0].month) + DAY), "F")
    if last.low > first.high:
        return _("People react more often than in %s") % month
    if last.high < first.low:
        return _("People react less often than in %s") % month
    return _("People react about as often as in %s") % month


@allowed("people.view")
def people(request: HttpRequest) -> HttpResponse:
    """Who engaged in the last ninety days."""
    kind = request.GET.get("kind", "") if request.GET.get("kind") in KINDS else ""
    if request.GET.get("format") == "csv":
        return _people_csv(request, kind)
    count, rows = people_engaged(since=now_us() - DAYS * DAY, kind=kind)
    context = {"here": "social", "rows": rows, "count": count, "days": DAYS, "kind": kind, "kinds": KINDS.items()}
    return render(request, "web/social/people.html", context)


@allowed("people.export")
def _people_csv(request: HttpRequest, kind: str) -> HttpResponse:
    _count, rows = people_engaged(since=now_us() - DAYS * DAY, kind=kind, limit=1_000_000)
    lines = (
        (row.person.id, row.person.name, row.times, from_us(row.last_us).isoformat("T", "seconds")) for row in rows
    )
    return csv_response("engaged-people", ("person", "name", "times", "last"), lines)


@require_POST
@allowed("social.edit")
def cost(request: HttpRequest) -> HttpResponse:
    """What was spent in a month; 0 takes it out."""
    post, currency = request.POST, Business.load().currency
    try:
        minor = read_amount(post.get("amount", ""), currency)
        note_cost(month=post.get("month", ""), objective=post.get("objective", ""), what=post.get("what", ""),
                  minor=minor, by=request.user.by, at=now_us())  # fmt: skip
    except (CannotDo, ValueError) as problem:
        return _page(request, wrong=str(problem), status=422)
    toasts.say(request, _("Noted."))
    return redirect("web:social")
