"""Charts: a Vega-Lite dict becomes SVG on the server, in one look, with a table behind it.

The SVG stands in the page itself: vl-convert writes presentation attributes only (no style, no script), so it
passes `style-src 'self'`, and colours stay names of CSS variables, so one rendering serves light and dark.
Mail and PDF know no variables: `theme="light"` or "dark" puts the colours in.

Measured: importing and first rendering cost 85 MB and 0.4 s once per process, then about 30 ms per chart; so
the import waits for the first chart, and finished SVG is kept in memory. It never touches the disk, so
erasing a person leaves nothing behind in a chart.
"""

import json
import re
from collections import OrderedDict
from collections.abc import Sequence
from dataclasses import dataclass, field
from hashlib import blake2b
from html import escape
from threading import Lock

LIGHT = {
    "accent": "#0b6b5d",
    "chart-1": "#0b6b5d",
    "chart-2": "#b5651d",
    "chart-3": "#3b6ea5",
    "chart-4": "#84508f",
    "ink": "#23211d",
    "ink-2": "#5f5a51",
    "ink-3": "#6d675c",
    "line": "#e4dfd6",
    "sheet": "#ffffff",
    "sunk": "#f3f0ea",
    "good": "#256b29",
    "warn": "#8a5200",
    "bad": "#b3261e",
}
DARK = {
    "accent": "#5cc4b2",
    "chart-1": "#5cc4b2",
    "chart-2": "#e0a15e",
    "chart-3": "#85b4e3",
    "chart-4": "#c79ad1",
    "ink": "#ece8e1",
    "ink-2": "#b3ac9f",
    "ink-3": "#9a9387",
    "line": "#34312c",
    "sheet": "#1f1e1b",
    "sunk": "#121110",
    "good": "#86c98a",
    "warn": "#e5b567",
    "bad": "#f2938c",
}
SERIES = [f"var(--chart-{n})" for n in (1, 2, 3, 4)]
FONT = "system-ui, 'Segoe UI', Roboto, 'Helvetica Neue', sans-serif"
LOOK = {
    "background": None,
    "font": FONT,
    "padding": 2,
    "autosize": {"type": "fit-x", "contains": "padding"},
    "view": {"stroke": None},
    "aria": False,
    "range": {"category": SERIES, "ordinal": SERIES},
    "line": {"strokeWidth": 2.5, "strokeJoin": "round", "strokeCap": "round"},
    "area": {"opacity": 0.15},
    "bar": {"cornerRadiusEnd": 3},
    "point": {"filled": True, "size": 50},
    "mark": {"color": SERIES[0]},
    "rule": {"color": "var(--ink-3)", "strokeDash": [4, 4]},
    "text": {"color": "var(--ink-2)", "fontSize": 12},
    "axis": {
        "labelColor": "var(--ink-2)",
        "titleColor": "var(--ink-2)",
        "labelFontSize": 12,
        "titleFontSize": 12,
        "titleFontWeight": "normal",
        "gridColor": "var(--line)",
        "domain": False,
        "tickColor": "var(--line)",
        "titlePadding": 8,
        "labelPadding": 6,
        "labelFlush": True,
    },
    "axisX": {"grid": False, "ticks": True, "tickSize": 4, "labelOverlap": "greedy", "labelSeparation": 8},
    "axisY": {
        "ticks": False,
        "titleAlign": "left",
        "titleAngle": 0,
        "titleAnchor": "end",
        "titleY": -10,
        "titleX": -4,
        "tickCount": 5,
    },
    "legend": {
        "labelColor": "var(--ink-2)",
        "titleColor": "var(--ink-2)",
        "labelFontSize": 12,
        "orient": "top",
        "title": None,
        "symbolStrokeWidth": 2.5,
        "offset": 26,
    },
    "headerColumn": {"labelColor": "var(--ink-2)"},
}
KEPT = 200
_kept: OrderedDict[str, str] = OrderedDict()
_lock = Lock()


@dataclass(frozen=True)
class Chart:
    """A chart as a page shows it: a title that states the finding, the same in words, its numbers as a table."""

    title: str
    spec: dict
    text: str = ""
    head: Sequence[str] = ()
    rows: Sequence[Sequence[object]] = field(default_factory=list)

    def svg(self, *, width: int = 720, theme: str = "page") -> str:
        """The drawing `width` pixels wide."""
        return svg(self.spec, width=width, theme=theme, title=self.title, text=self.text)


def svg(spec: dict, *, width: int = 720, theme: str = "page", title: str = "", text: str = "") -> str:
    """SVG of a Vega-Lite spec. theme: page (CSS variables), light or dark (colours put in)."""
    drawn = _cached({"height": 240, **spec, "width": width, "config": {**LOOK, **spec.get("config", {})}})
    if theme != "page":
        colours = LIGHT if theme == "light" else DARK
        drawn = re.sub(r"var\(--([\w-]+)\)", lambda found: colours[found[1]], drawn)
    return _named(drawn, title, text)


def _cached(spec: dict) -> str:
    key = blake2b(json.dumps(spec, sort_keys=True, default=str).encode(), digest_size=16).hexdigest()
    with _lock:
        if key in _kept:
            _kept.move_to_end(key)
            return _kept[key]
    drawn = _draw(spec)
    with _lock:
        _kept[key] = drawn
        if len(_kept) > KEPT:
            _kept.popitem(last=False)
    return drawn


def _draw(spec: dict) -> str:
    import vl_convert  # 85 MB: only where a chart is drawn

    return _tidy(vl_convert.vegalite_to_svg(json.loads(json.dumps(spec, default=str)), vl_version="v5_20"))


def _tidy(drawn: str) -> str:
    """Marks' descriptions become tooltips; what no browser needs goes; style or script is refused."""
    if re.search(r"<script|\son\w+=|javascript:|\sstyle=", drawn, re.I):
        raise ValueError("A chart came out with script or style in it. Take links and HTML out of its data.")
    drawn = re.sub(
        r'<(path|line|rect|text)([^>]*?) aria-label="([^"]*)"([^>]*?)/>',
        r"<\1\2\4><title>\3</title></\1>",
        drawn,
    )
    return re.sub(r' (?:aria-roledescription|aria-label|role|class|aria-hidden)="[^"]*"', "", drawn)


def _named(drawn: str, title: str, text: str) -> str:
    """One image with a name, so that a screen reader reads the finding and not every dot."""
    opening, rest = drawn.split(">", 1)
    box = re.search(r'viewBox="([^"]*)"', opening)
    name = escape(f"{title}. {text}".strip())
    return f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="{box[1]}" role="img" aria-label="{name}">{rest}'
