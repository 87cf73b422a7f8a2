"""The people behind a cell of the retention grid: who first bought in a month, and who of them came back later."""

import re
from datetime import date

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.dateformat import format as date_format
from django.utils.translation import gettext as _

from regulars.commerce.models import Customer
from regulars.core import bulk
from regulars.core.clock import DAY
from regulars.core.models import Business
from regulars.insights.calendar import start_of
from regulars.team.permissions import allowed
from regulars.ui.tables import csv_response
from regulars.web import directory
from regulars.web.pages.people import columns

MONTH = re.compile(r"(19|20)\d\d-(0[1-9]|1[0-2])")
EPOCH = date(1970, 1, 1)
# An order that stands on a day of the later month. The index has instants, not days: they narrow it down first,
# with two days to spare on both sides, which no time zone needs. OFFSET keeps PostgreSQL at asking person by person;
# all orders of a month are more.
BACK = (
    " AND EXISTS (SELECT 1 FROM people_node n JOIN commerce_order o ON o.node_id = n.id"
    " WHERE n.person_id = c.person_id AND o.ts >= %s AND o.ts < %s"
    " AND o.day >= %s AND o.day < %s AND o.cancelled_us IS NULL LIMIT 1 OFFSET 0)"
)


@allowed("people.view")
def cohort(request: HttpRequest) -> HttpResponse:
    """?month=2025-03: who first bought then; with &later=2 those of them who bought two months after."""
    first, later = _month(request.GET.get("month", "")), request.GET.get("later", "")
    if later and not (later.isdecimal() and 0 < int(later) <= 240):
        raise Http404(_("There is no such month in the grid."))
    back = _later(first, int(later)) if later else None
    if request.GET.get("format") == "csv":
        return _csv(request, first, back)
    rows, after = _page(first, back, request.GET.get("after", ""), directory.PAGE)
    size, came = _count(first, None), _count(first, back) if back else None
    context = {"here": "retention", "rows": rows, "after": after, "size": size, "came": came, "later": later,
               "month": f"{first:%Y-%m}", "label": date_format(first, "F Y"), "columns": columns(sortable=False),
               "back_label": date_format(back, "F Y") if back else "", "choices": range(1, 24)}  # fmt: skip
    return render(request, "web/cohort.html", context)


def _month(text: str) -> date:
    if not MONTH.fullmatch(text):
        raise Http404(_("Name a month as 2025-03."))
    return date.fromisoformat(f"{text}-01")


def _later(month: date, by: int) -> date:
    years, months = divmod(month.month - 1 + by, 12)
    return date(month.year + years, months + 1, 1)


def _where(first: date, back: date | None) -> tuple[str, list]:
    zone = Business.load().timezone
    begin, end = ((day - EPOCH).days for day in (first, _later(first, 1)))
    condition, params = "c.first_us >= %s AND c.first_us < %s", [start_of(begin, zone), start_of(end, zone)]
    if back is None:
        return condition, params
    begin, end = ((day - EPOCH).days for day in (back, _later(back, 1)))
    return condition + BACK, [*params, (begin - 2) * DAY, (end + 2) * DAY, begin, end]


def _count(first: date, back: date | None) -> int:
    condition, params = _where(first, back)
    return bulk.query(f"SELECT count(*) FROM {Customer._meta.db_table} c WHERE {condition}", params)[0][0]


def _page(first: date, back: date | None, after: str, limit: int) -> tuple[list[directory.Row], str | None]:
    condition, params = _where(first, back)
    table = f"{Customer._meta.db_table} c"
    return directory.rising(table, condition, params, by="c.first_us", after=after, limit=limit)


@allowed("people.export")
def _csv(request: HttpRequest, first: date, back: date | None) -> HttpResponse:
    currency = Business.load().currency
    rows = (directory.csv_row(row, currency) for row in _everybody(first, back))
    return csv_response(f"first-bought-{first:%Y-%m}", directory.CSV_HEAD, rows)


def _everybody(first: date, back: date | None):
    after: str | None = ""
    while after is not None:
        rows, after = _page(first, back, after, 1000)
        yield from rows
