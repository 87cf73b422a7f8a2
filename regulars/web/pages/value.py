"""Value: what the base is worth, who holds it, the RFM map, and whether the model tells the truth."""

from functools import partial

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _

from regulars.core.clock import now_us
from regulars.insights import charts, queries
from regulars.insights.models import Prediction
from regulars.insights.rfm import MEANING
from regulars.team.permissions import allowed
from regulars.ui.tables import csv_response
from regulars.web import directory
from regulars.web.pages.today import attention_csv

OF_TODAY = ("regulars", "new_regulars", "came_back")


@allowed("insights.view")
def value(request: HttpRequest) -> HttpResponse:
    """The page as of the last night."""
    found = queries.value(at=now_us())
    if request.GET.get("format") == "csv" and found:
        head = ("place", "meaning", "people", "share", "value 12 months (minor units)")
        return csv_response(
            "rfm-map", head, ((p.name, p.meaning, p.customers, p.share, p.value) for p in found.places)
        )
    context = {"here": "value", "found": found}
    if found:
        context |= {
            "map": _grid(found),
            "calibration": charts.calibration(found.check) if found.check else None,
            "concentration": charts.concentration(found) if found.shares else None,
        }
    return render(request, "web/value.html", context)


def _grid(found) -> list[list]:
    """The map as rows, lately bought on top; each cell with its share of the fullest."""
    cells = {(c.recency, c.frequency): c for c in found.map}
    top = max((c.customers for c in found.map), default=1) or 1
    return [
        [(cells.get((r, f)), cells[r, f].customers / top if (r, f) in cells else 0) for f in range(1, 6)]
        for r in range(5, 0, -1)
    ]


@allowed("people.view")
def people(request: HttpRequest) -> HttpResponse:
    """The people behind one name on the map (?cell=) or behind a figure (?group=)."""
    cell, at = request.GET.get("cell", ""), now_us()
    if "group" in request.GET:
        return _group(request, request.GET["group"], at)
    if cell not in MEANING:
        raise Http404(_("There is no such place on the map."))
    if request.GET.get("format") == "csv":
        return attention_csv(request, cell, partial(queries.people_on_map, cell=cell, at=at))
    page = queries.people_on_map(cell=cell, at=at, after=request.GET.get("after", ""), limit=directory.PAGE)
    total = Prediction.objects.filter(cell=cell).count()
    context = {"here": "value", "name": cell, "meaning": MEANING[cell], "rows": page.rows}
    return render(request, "web/value_people.html", {**context, "after": page.after, "total": total})


def _group(request: HttpRequest, name: str, at: int) -> HttpResponse:
    """The people behind a figure of Today or Value."""
    if name not in queries.GROUPS:
        raise Http404(_("There is no such group."))
    if request.GET.get("format") == "csv":
        return attention_csv(request, name, partial(queries.people_in_group, name, at=at))
    page = queries.people_in_group(name, at=at, after=request.GET.get("after", ""), limit=directory.PAGE)
    group = queries.GROUPS[name]
    context = {"here": "today" if name in OF_TODAY else "value", "name": group.title, "meaning": group.meaning}
    context |= {"rows": page.rows, "after": page.after, "total": queries.group_size(name, at=at)}
    return render(request, "web/value_people.html", context)
