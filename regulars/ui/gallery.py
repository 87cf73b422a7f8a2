"""Every component on one page, with invented figures: for looking at, and for browser tests. DEBUG only."""

from types import SimpleNamespace

from django import forms
from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render

from regulars.ui import toasts
from regulars.ui.charts import Chart
from regulars.ui.tables import Column

NOW = 1_795_257_720_000_000  # Saturday, 21 November 2026, 10:42 UTC
DAY = 86_400_000_000
BACK = (29.5, 30.6, 30.6, 31.9, 30.7, 33.2, 34.4, 33.1, 35.4, 36.8, 38.1, 39.4)


class GalleryForm(forms.Form):
    """One of each kind of field."""

    name = forms.CharField(label="Business's name", help_text="As your customers know it.")
    email = forms.EmailField(label="E-mail address")
    currency = forms.ChoiceField(label="Currency", choices=[("GBP", "Pound sterling"), ("EUR", "Euro")])
    prices = forms.ChoiceField(
        label="Prices", widget=forms.RadioSelect, choices=[("net", "without tax"), ("gross", "with tax")]
    )
    agreed = forms.BooleanField(label="Start the week on Monday", help_text="Weeks in reports begin then.")


def coming_back() -> Chart:
    """A line with a band, as the look's drawing has it."""
    rows = [
        {
            "month": f"2025-{m:02}-01" if m < 13 else "",
            "share": s / 100,
            "low": s / 100 - 0.02,
            "high": s / 100 + 0.02,
        }
        for m, s in enumerate(BACK, 1)
    ]
    x = {"field": "month", "type": "temporal", "title": None, "axis": {"format": "%b", "labelFlush": True}}
    y = {
        "field": "share",
        "type": "quantitative",
        "title": "bought again within 90 days",
        "axis": {"format": ".0%"},
        "scale": {"domainMin": 0.2},
    }
    layers = [
        {"mark": "area", "encoding": {"x": x, "y": {**y, "field": "low"}, "y2": {"field": "high"}}},
        {"mark": {"type": "line", "point": {"size": 30}}, "encoding": {"x": x, "y": y}},
    ]
    return Chart(
        "More people come back than a year ago",
        {"data": {"values": rows}, "layer": layers},
        text="29.5 % in January, 39.4 % in December.",
        head=["Month", "Share", "95 % interval"],
        rows=[(r["month"], f"{r['share']:.1%}", f"{r['low']:.1%} to {r['high']:.1%}") for r in rows],
    )


def bars() -> Chart:
    """Two series of bars."""
    rows = [
        {"x": str(n), "kind": kind, "people": int(900 / (n + 1) * (1 + 0.1 * (kind == "model"))) + 30}
        for n in range(8)
        for kind in ("counted", "model")
    ]
    spec = {
        "data": {"values": rows},
        "mark": "bar",
        "encoding": {
            "x": {
                "field": "x",
                "type": "ordinal",
                "title": "purchases in the next 13 weeks",
                "axis": {"labelAngle": 0},
            },
            "y": {"field": "people", "type": "quantitative", "title": "people"},
            "xOffset": {"field": "kind"},
            "color": {"field": "kind", "type": "nominal"},
            "description": {"field": "people"},
        },
    }
    return Chart(
        "The model expects what happened",
        spec,
        head=["purchases", "which", "people"],
        rows=[(r["x"], r["kind"], r["people"]) for r in rows],
    )


def gallery(request: HttpRequest) -> HttpResponse:
    """The gallery; a 404 where DEBUG is off. ?toast shows a toast, ?empty=1 an empty list."""
    if not settings.DEBUG:
        raise Http404("The gallery is for development.")
    if "toast" in request.GET:
        toasts.say(request, "Merged 2 profiles into Dora Lindqvist.", undo="/ui/gallery")
    form = GalleryForm({"name": "", "email": "nobody", "currency": "GBP"} if "bad" in request.GET else None)
    columns = [
        Column("Person", sort="name"),
        Column("Last visit", sort="last", down_first=True),
        Column("Usually every", wide=True),
        Column("Worth next 12 months", sort="worth", num=True),
        Column("Reach by", wide=True),
    ]
    people = [
        ("Marcus Oyelaran", "soccer, running", NOW - 77 * DAY, "4 weeks", 41200, ["e-mail", "SMS"]),
        ("Helen Ashworth", "tennis", NOW - 63 * DAY, "5 weeks", 36500, ["e-mail"]),
        ("Tomasz Zielinski", "bike", NOW - 98 * DAY, "6 weeks", 31800, []),
    ]
    return render(
        request,
        "ui/gallery.html",
        {
            "now_us": NOW,
            "columns": columns,
            "form": form,
            "chart": coming_back(),
            "bars": bars(),
            "here": "people",
            "people": [dict(zip(("name", "likes", "last", "every", "worth", "by"), p, strict=True)) for p in people],
            "work": SimpleNamespace(
                url="", done=48_211, total=69_659, label="Importing purchases.csv", note="", ended=True
            ),
            "heat": [
                ("Jan 2026", 412, [1, 0.31, 0.22, 0.18, 0.12]),
                ("Feb 2026", 388, [1, 0.29, 0.25, 0.2]),
                ("Mar 2026", 401, [1, 0.34, 0.27]),
            ],
            "tabs": [
                ("all", "All", "?tab=all"),
                ("bought", "Bought", "?tab=bought"),
                ("said", "Said", "?tab=said"),
            ],
        },
    )
