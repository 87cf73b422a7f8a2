"""When people write and how often we answer in time: hours of the day as a chart, hours of the week as a grid."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.utils.dates import WEEKDAYS_ABBR
from django.utils.translation import gettext as _

from regulars.inbox.reports import Figures, Report
from regulars.ui.charts import Chart
from regulars.ui.formats import percent, span

if TYPE_CHECKING:
    from regulars.web.pages.inbox.numbers import Asked


def hours_chart(report: Report) -> Chart | None:
    """Of each hour of the day how many wrote, late or not; the title says when most are late."""
    hours = [_day_hour(report, hour) for hour in range(24)]
    if not any(asked for asked, _late in hours):
        return None
    names = (_("not late"), _("late"))
    values = [
        {"hour": f"{hour:02}", "people": count, "what": name, "order": n}
        for hour, (asked, late) in enumerate(hours)
        for n, (name, count) in enumerate(zip(names, (asked - late, late), strict=True))
    ]
    spec = {
        "data": {"values": values},
        "mark": {"type": "bar", "cornerRadiusEnd": 2},
        "encoding": {
            "x": {
                "field": "hour",
                "type": "nominal",
                "title": _("hour in which they wrote"),
                "axis": {"labelAngle": 0},
            },
            "y": {"field": "people", "type": "quantitative", "title": _("asked")},
            "color": {"field": "what", "type": "nominal", "sort": list(names), "title": None},
            "order": {"field": "order"},
        },
    }
    rows = [(f"{hour:02}:00", asked, late) for hour, (asked, late) in enumerate(hours)]
    return Chart(_finding(hours), spec, "", (_("Hour"), _("Asked"), _("Late")), rows)


def _day_hour(report: Report, hour: int) -> tuple[int, int]:
    """(asked, late) of one hour of the day, over the week."""
    found = [report.by_hour[day * 24 + hour] for day in range(7)]
    return sum(one.asked for one in found), sum(one.promised - one.in_time for one in found)


def _finding(hours: list[tuple[int, int]]) -> str:
    busiest = max(range(24), key=lambda hour: hours[hour][0])
    latest = max(range(24), key=lambda hour: hours[hour][1])
    if not hours[latest][1]:
        return _("Most write between %(from)d and %(to)d; none of it was answered late") % _hour(busiest)
    if latest == busiest:
        return _("Most write between %(from)d and %(to)d, and most of it late is from then, too") % _hour(busiest)
    return _("Most write between %(from)d and %(to)d") % _hour(busiest) + _(
        "; most that is late came between %(from)d and %(to)d"
    ) % _hour(latest)


def _hour(hour: int) -> dict[str, int]:
    return {"from": hour, "to": (hour + 1) % 24}


def week(report: Report, asked: Asked) -> list[dict[str, Any]]:
    """Seven rows of 24 cells, each with how many asked, how soon they had an answer, and the way to them."""
    top = max((one.asked for one in report.by_hour), default=0) or 1
    return [
        {
            "day": str(WEEKDAYS_ABBR[day]),
            "cells": [_cell(report.by_hour[day * 24 + hour], day * 24 + hour, top, asked) for hour in range(24)],
        }
        for day in range(7)
    ]


def _cell(figures: Figures, hour: int, top: int, asked: Asked) -> dict[str, Any]:
    share = percent(figures.share_in_time, 0) if figures.share_in_time is not None else "–"
    soon = span(figures.median_us) if figures.median_us is not None else "–"
    return {
        "asked": figures.asked,
        "shade": figures.asked / top if figures.asked else None,
        "words": _("%(n)d asked, half answered within %(soon)s, %(share)s in time")
        % {"n": figures.asked, "soon": soon, "share": share},
        "to": asked.to("all", hour=hour) if figures.asked else "",
    }
