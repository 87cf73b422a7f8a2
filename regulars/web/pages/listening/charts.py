"""The charts of listening: people per day, share of voice."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta

from django.utils.translation import gettext as _

from regulars.social.listening.reports import Loud
from regulars.ui.charts import Chart
from regulars.ui.formats import number, percent


def days(counts: Sequence[int], today: date, title: str) -> Chart:
    """People on each day; the last one is not over."""
    dates = [today - timedelta(days=len(counts) - 1 - n) for n in range(len(counts))]
    rows = [{"day": day.isoformat(), "people": n} for day, n in zip(dates, counts, strict=True)]
    spec = {
        "height": 220,
        "data": {"values": rows},
        "encoding": {
            "x": {"field": "day", "type": "temporal", "title": None, "axis": {"format": "%d %b", "tickCount": 8}},
            "y": {"field": "people", "type": "quantitative", "title": _("People"), "scale": {"zero": True},
                  "axis": {"tickMinStep": 1}},
        },
        "layer": [{"mark": {"type": "area", "interpolate": "monotone"}},
                  {"mark": {"type": "line", "interpolate": "monotone"}}],
    }  # fmt: skip
    return Chart(title, spec, "", (_("Day"), _("People")), [(row["day"], number(row["people"])) for row in rows])


def hours(counts: Sequence[tuple[str, int]], usual: float, title: str) -> Chart:
    """People per slot around an alert, with what is usual in one."""
    rows = [{"when": when, "people": n} for when, n in counts]
    spec = {
        "height": 200,
        "data": {"values": rows},
        "layer": [
            {
                "mark": {"type": "area", "interpolate": "step-after", "opacity": 0.55},
                "encoding": {
                    "x": {"field": "when", "type": "temporal", "title": None,
                          "axis": {"format": "%d %b %H:%M", "tickCount": 6}},
                    "y": {"field": "people", "type": "quantitative", "title": _("People"),
                          "axis": {"tickMinStep": 1}},
                },
            },
            {
                "mark": {"type": "rule"},
                "data": {"values": [{"usual": usual}]},
                "encoding": {"y": {"field": "usual", "type": "quantitative"}},
            },
        ],
    }  # fmt: skip
    return Chart(title, spec, "", (_("From"), _("People")), [(row["when"], number(row["people"])) for row in rows])


def voice(louds: Sequence[Loud]) -> Chart | None:
    """Share of voice: of the people who speak of us or of competitors, how many speak of each."""
    told = [one for one in louds if one.topic.kind in ("brand", "competitor") and one.people]
    whole = sum(one.people for one in told)
    if len(told) < 2 or not whole:
        return None
    rows = [
        {"topic": one.topic.name, "share": one.people / whole, "people": one.people,
         "kind": _("us") if one.topic.kind == "brand" else _("competitors")}
        for one in told
    ]  # fmt: skip
    ours = sum(one.people for one in told if one.topic.kind == "brand")
    title = _("%(share)s of %(whole)s speak of us") % {"share": percent(ours / whole, 0), "whole": number(whole)}
    spec = {
        "height": {"step": 34},
        "data": {"values": rows},
        "mark": {"type": "bar"},
        "encoding": {
            "y": {"field": "topic", "type": "nominal", "title": None, "sort": "-x"},
            "x": {"field": "share", "type": "quantitative", "title": _("Share of the people"),
                  "axis": {"format": "%", "tickCount": 5}},
            "color": {"field": "kind", "type": "nominal", "scale": {"domain": [_("us"), _("competitors")],
                      "range": ["var(--chart-1)", "var(--chart-2)"]}},
        },
    }  # fmt: skip
    table = [(row["topic"], number(row["people"]), percent(row["share"], 0)) for row in rows]
    return Chart(title, spec, "", (_("Topic"), _("People"), _("Share")), table)
