"""Retention: of the people who first bought in a month, how many bought in each month after."""

from datetime import date

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.dateformat import format as date_format
from django.utils.translation import gettext as _

from regulars.insights import charts, queries
from regulars.team.permissions import allowed
from regulars.ui.charts import Chart
from regulars.ui.formats import number, percent
from regulars.ui.tables import csv_response


@allowed("insights.view")
def retention(request: HttpRequest) -> HttpResponse:
    """The cohort grid, newest month first, and the repeat rate with its interval."""
    found = queries.retention()
    if not found or not found.cohorts:
        return render(request, "web/retention.html", {"here": "retention"})
    if request.GET.get("format") == "csv":
        return _csv(found)
    cohorts = [_line(cohort) for cohort in reversed(found.cohorts)]
    top = max((cell["share"] for line in cohorts for cell in line["cells"]), default=1) or 1
    context = {"found": found, "cohorts": cohorts, "months": range(1, found.months), "top": top}
    context |= {"chart": _chart(found), "curve": charts.retention_curve(found), "change": _change(found)}
    return render(request, "web/retention.html", {"here": "retention", **context})


def _line(cohort) -> dict:
    size = cohort.customers
    cells = [
        {"people": n, "share": n / size if size else 0, "complete": k <= cohort.complete, "month": k}
        for k, n in enumerate(cohort.active[1:], 1)
    ]
    return {
        "month": _month(cohort.month),
        "iso": cohort.month[:7],
        "size": size,
        "cells": cells,
        "repeat": cohort.repeat,
    }


def _month(iso: str) -> str:
    return date_format(date.fromisoformat(iso), "M Y")


def _change(found) -> str:
    """'up', 'down' or '' when the intervals of the two years overlap: then nothing is claimed."""
    now, before = found.repeat, found.repeat_year_before
    if not now or not before:
        return ""
    if now.low > before.high:
        return "up"
    return "down" if now.high < before.low else ""


def _chart(found) -> Chart | None:
    rows = [
        {
            "month": c.month,
            "share": c.repeat.share,
            "low": c.repeat.low,
            "high": c.repeat.high,
            "people": c.repeat.trials,
        }
        for c in found.cohorts
        if c.repeat and c.repeat.trials
    ]
    if len(rows) < 2:
        return None
    x = {"field": "month", "type": "temporal", "title": _("month of the first purchase"),
         "axis": {"format": "%b %Y", "tickCount": 6}}  # fmt: skip
    y = {"field": "share", "type": "quantitative", "axis": {"format": ".0%"},
         "title": _("bought again within %d days") % found.repeat_within}  # fmt: skip
    band = {"mark": "area", "encoding": {"x": x, "y": {**y, "field": "low"}, "y2": {"field": "high"}}}
    line = {"mark": {"type": "line", "point": {"size": 30}}, "encoding": {"x": x, "y": y}}
    first, last = rows[0], rows[-1]
    said = _("%(first)s of the new customers of %(begin)s, %(last)s of those of %(end)s.") % {
        "first": percent(first["share"]), "begin": _month(first["month"]),
        "last": percent(last["share"]), "end": _month(last["month"])}  # fmt: skip
    table = [
        (_month(r["month"]), number(r["people"]), percent(r["share"]), f"{percent(r['low'])} – {percent(r['high'])}")
        for r in rows
    ]
    head = (_("Month"), _("New customers"), _("Bought again"), _("95 % interval"))
    return Chart(_("Bought again within %d days, by month of the first purchase") % found.repeat_within,
                 {"data": {"values": rows}, "layer": [band, line]}, said, head, table)  # fmt: skip


def _csv(found) -> HttpResponse:
    width = max((len(c.active) for c in found.cohorts), default=1)
    head = ("first bought", "people", *(f"month {k}" for k in range(1, width)))
    return csv_response("retention", head, ((c.month[:7], c.customers, *c.active[1:]) for c in found.cohorts))
