"""The trend of a score with its intervals."""

from __future__ import annotations

from django.utils.translation import gettext as _

from regulars.feedback.models import Survey
from regulars.feedback.scores import Point
from regulars.ui.charts import Chart
from regulars.web.pages.feedback.words import interval, value


def trend(survey: Survey, points: list[Point], title: str) -> Chart:
    """A line in a band: where the true score lies with 95 % certainty."""
    rows = [
        {
            "day": point.begin.isoformat(),
            "score": point.score.figure.value,
            "low": point.score.figure.low,
            "high": point.score.figure.high,
            "n": point.score.n,
        }
        for point in points
    ]
    nps = survey.kind == "nps"
    axis = {"title": _("NPS") if nps else _("Satisfied"), **({} if nps else {"axis": {"format": "%"}})}
    spec = {
        "data": {"values": rows},
        "encoding": {
            "x": {
                "field": "day",
                "type": "temporal",
                "title": _("Answered from"),
                "axis": {"format": "%d %b %y", "tickCount": min(len(rows), 8)},
            }
        },
        "layer": [
            {
                "mark": {"type": "errorbar", "ticks": True, "color": "var(--ink-3)"},
                "encoding": {"y": {"field": "low", "type": "quantitative", **axis}, "y2": {"field": "high"}},
            },
            {"mark": {"type": "line"}, "encoding": {"y": {"field": "score", "type": "quantitative", **axis}}},
            {"mark": {"type": "point"}, "encoding": {"y": {"field": "score", "type": "quantitative", **axis}}},
        ],
    }
    head = (_("From"), _("Score"), _("Likely between"), _("Answers"))
    table = [(p.begin.isoformat(), value(p.score), interval(p.score), p.score.n) for p in points]
    return Chart(title, spec, "", head, table)
