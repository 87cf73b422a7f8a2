"""The charts of the insight pages: findings as titles, Vega-Lite specs, and the table behind each."""

from __future__ import annotations

from django.utils.translation import gettext as _

from regulars.insights.checking import Check
from regulars.insights.queries.retention import RetentionPage
from regulars.insights.queries.value import ValuePage
from regulars.ui.charts import Chart
from regulars.ui.formats import money, number, percent


def retention_curve(page: RetentionPage) -> Chart:
    """The share of people who buy k months after their first purchase."""
    points = [{"month": k, "share": share} for k, share in enumerate(page.average) if k and share is not None]
    last = points[min(11, len(points) - 1)] if points else {"month": 0, "share": None}
    title = _("%(share)s of customers buy in month %(month)d after their first purchase") % {
        "share": percent(last["share"], 0),
        "month": last["month"],
    }
    spec = {
        "data": {"values": points},
        "layer": [{"mark": {"type": "area"}}, {"mark": {"type": "line"}}],
        "encoding": {
            "x": {"field": "month", "type": "quantitative", "title": _("Months after the first purchase")},
            "y": {
                "field": "share",
                "type": "quantitative",
                "title": _("Share who bought in that month"),
                "axis": {"format": "%"},
                "scale": {"zero": True},
            },
        },
    }
    rows = [(p["month"], percent(p["share"])) for p in points]
    return Chart(title, spec, "", (_("Month"), _("Share who bought")), rows)


def cohort_grid(page: RetentionPage) -> Chart:
    """Cohorts (rows) by months since the first purchase (columns); the first month is left out: it is always 100%."""
    cells = [
        {"cohort": c.month[:7], "month": k, "share": n / c.customers, "people": n}
        for c in page.cohorts
        for k, n in enumerate(c.active)
        if k and c.customers and k <= c.complete
    ]
    spec = {
        "height": {"step": 18},
        "data": {"values": cells},
        "mark": {"type": "rect"},
        "encoding": {
            "x": {
                "field": "month",
                "type": "ordinal",
                "title": _("Months after the first purchase"),
                "axis": {"labelAngle": 0},
            },
            "y": {"field": "cohort", "type": "ordinal", "title": _("First bought in"), "axis": {"labelFlush": False}},
            "opacity": {"field": "share", "type": "quantitative", "legend": None, "scale": {"range": [0.06, 1]}},
            "color": {"value": "var(--chart-1)"},
        },
    }
    head = (_("First bought in"), _("People"), *(f"+{k}" for k in range(1, page.months)))
    rows = [
        (c.month[:7], number(c.customers), *(percent(n / c.customers, 0) for n in c.active[1 : c.complete + 1]))
        for c in page.cohorts
        if c.customers
    ]
    return Chart(_grid_title(page), spec, "", head, rows)


def _grid_title(page: RetentionPage) -> str:
    if page.repeat is None:
        return _("Nobody's first purchase is old enough yet to tell who comes back")
    figures = {"share": percent(page.repeat.share, 0), "days": page.repeat_within}
    before = page.repeat_year_before
    if before is None:
        return _("%(share)s buy again within %(days)d days") % figures
    if page.repeat.low <= before.share <= page.repeat.high:
        return _("%(share)s buy again within %(days)d days, about as many as a year before") % figures
    if page.repeat.share > before.share:
        return _("%(share)s buy again within %(days)d days, more than a year before") % figures
    return _("%(share)s buy again within %(days)d days, fewer than a year before") % figures


def rfm_map(page: ValuePage) -> Chart:
    """Customers by recency (up) and frequency (right)."""
    cells = [
        {"recency": c.recency, "frequency": c.frequency, "cell": _(c.cell), "customers": c.customers}
        for c in page.map
        if c.customers
    ]
    best = max(page.places, key=lambda place: place.customers)
    place = {
        "x": {"field": "frequency", "type": "ordinal", "title": _("How often (fifths)"), "axis": {"labelAngle": 0}},
        "y": {"field": "recency", "type": "ordinal", "title": _("How lately (fifths)"), "sort": "descending"},
    }
    shade = {"field": "customers", "type": "quantitative", "legend": None, "scale": {"range": [0.06, 0.7]}}
    spec = {
        "height": 300,
        "data": {"values": cells},
        "encoding": place,
        "layer": [
            {"mark": {"type": "rect", "color": "var(--chart-1)"}, "encoding": {"opacity": shade}},
            {
                "mark": {"type": "text", "dy": -8, "color": "var(--ink)"},
                "encoding": {"text": {"field": "cell", "type": "nominal"}},
            },
            {
                "mark": {"type": "text", "dy": 9, "color": "var(--ink)"},
                "encoding": {"text": {"field": "customers", "type": "quantitative", "format": ","}},
            },
        ],
    }
    rows = [(p.name, number(p.customers), percent(p.share), money(p.value, page.currency)) for p in page.places]
    title = _("The largest group, %(share)s of customers, is “%(name)s”") % {
        "share": percent(best.share, 0),
        "name": _(best.name),
    }
    return Chart(title, spec, best.meaning, (_("Place"), _("People"), _("Share"), _("Value, 12 months")), rows)


def calibration(check: Check) -> Chart:
    """Purchases per customer in the holdout: predicted and actual, by purchases before."""
    values = [
        {"before": b.label, "kind": kind, "purchases": getattr(b, kind)}
        for b in check.buckets
        for kind in ("predicted", "actual")
    ]
    title = _calibration_title(check)
    spec = {
        "data": {"values": values},
        "mark": {"type": "bar"},
        "encoding": {
            "x": {
                "field": "before",
                "type": "ordinal",
                "sort": [b.label for b in check.buckets],
                "title": _("Repeat purchases before the cut"),
                "axis": {"labelAngle": 0},
            },
            "xOffset": {"field": "kind", "sort": ["predicted", "actual"]},
            "y": {"field": "purchases", "type": "quantitative", "title": _("Purchases per customer after the cut")},
            "color": {"field": "kind", "sort": ["predicted", "actual"]},
        },
    }
    rows = [(b.label, number(b.customers), number(b.predicted, 2), number(b.actual, 2)) for b in check.buckets]
    return Chart(title, spec, "", (_("Purchases before"), _("Customers"), _("Predicted"), _("Actual")), rows)


def _calibration_title(check: Check) -> str:
    off = check.predicted / check.actual - 1 if check.actual else 0.0
    figures = {"weeks": check.weeks, "off": percent(abs(off), 0)}
    if abs(off) <= 0.1:
        return _("Over %(weeks)d weeks the model came within a tenth of what people bought") % figures
    if off > 0:
        return _("Over %(weeks)d weeks the model expected %(off)s more than people bought") % figures
    return _("Over %(weeks)d weeks the model expected %(off)s less than people bought") % figures


def concentration(page: ValuePage) -> Chart:
    """The share of the coming year's value that the best customers hold."""
    points = [{"people": k / 10, "value": share} for k, share in enumerate([0.0, *page.shares])]
    axis = {"type": "quantitative", "axis": {"format": "%"}}
    spec = {
        "data": {"values": points},
        "layer": [{"mark": {"type": "area"}}, {"mark": {"type": "line"}}],
        "encoding": {
            "x": {"field": "people", "title": _("Share of customers, most valuable first"), **axis},
            "y": {"field": "value", "title": _("Share of expected value"), **axis},
        },
    }
    title = _("The best tenth of customers holds %s of the coming year's value") % percent(page.shares[0], 0)
    rows = [(percent(p["people"], 0), percent(p["value"])) for p in points[1:]]
    return Chart(title, spec, "", (_("Best"), _("Share of value")), rows)
