"""The people behind the repeat rate: new customers of a year who bought again within its days, or did not."""

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _

from regulars.core.models import Business
from regulars.insights import queries
from regulars.insights.calendar import day_of
from regulars.team.permissions import allowed
from regulars.ui.tables import csv_response
from regulars.web import directory
from regulars.web.pages.people import columns

YEAR = 365
# the second purchase day; the first one is the prediction's, in the business's time zone
AGAIN = (
    "EXISTS (SELECT 1 FROM people_node n JOIN commerce_order o ON o.node_id = n.id WHERE n.person_id = p.person_id"
    " AND o.cancelled_us IS NULL AND o.base_total IS NOT NULL"
    " AND o.day > p.first_day AND o.day <= p.first_day + %s)"
)


@allowed("people.view")
def repeat(request: HttpRequest) -> HttpResponse:
    """?back=yes or no, ?year=before for the year before; as of the last night, like the rate."""
    found = queries.retention()
    before, back = request.GET.get("year") == "before", request.GET.get("back", "yes") != "no"
    rate = found and (found.repeat_year_before if before else found.repeat)
    if not rate:
        raise Http404(_("There is no repeat rate yet."))
    edge = day_of(found.as_of_us, Business.load().timezone) - found.repeat_within - (YEAR if before else 0)
    if request.GET.get("format") == "csv":
        return _csv(request, edge, found.repeat_within, back)
    rows, after = _page(edge, found.repeat_within, back, request.GET.get("after", ""), directory.PAGE)
    context = {"here": "retention", "rows": rows, "after": after, "rate": rate, "days": found.repeat_within,
               "back": back, "before": before, "total": rate.hits if back else rate.trials - rate.hits,
               "columns": columns(sortable=False)}  # fmt: skip
    return render(request, "web/repeat.html", context)


def _page(edge: int, within: int, back: bool, after: str, limit: int) -> tuple[list[directory.Row], str | None]:
    """First purchases on the 365 days up to `edge`, newest last."""
    condition = f"p.first_day > %s AND p.first_day <= %s AND {'' if back else 'NOT '}{AGAIN}"
    params = [edge - YEAR, edge, within]
    return directory.rising("insights_prediction p", condition, params, by="p.first_day", after=after, limit=limit)


@allowed("people.export")
def _csv(request: HttpRequest, edge: int, within: int, back: bool) -> HttpResponse:
    currency = Business.load().currency
    rows = (directory.csv_row(row, currency) for row in _everybody(edge, within, back))
    return csv_response("bought-again" if back else "bought-once", directory.CSV_HEAD, rows)


def _everybody(edge: int, within: int, back: bool):
    after: str | None = ""
    while after is not None:
        rows, after = _page(edge, within, back, after, 1000)
        yield from rows
