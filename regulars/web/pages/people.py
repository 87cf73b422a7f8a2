"""People: find anyone, sort, export."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from regulars.core.models import Business
from regulars.people import queries
from regulars.team.permissions import allowed
from regulars.ui.tables import Column, csv_response
from regulars.web import directory

FOUND = 100


@allowed("people.view")
def people(request: HttpRequest) -> HttpResponse:
    """The list; with ?q= what a search finds; a search that finds one person leads to that person."""
    if text := request.GET.get("q", "").strip():
        return _search(request, text)
    sort = request.GET.get("sort", "-last")
    if request.GET.get("format") == "csv":
        return _csv(request, directory.everybody(sort))
    page = directory.listing(sort=sort, after=request.GET.get("after", ""))
    return render(request, "web/people.html", {"here": "people", "page": page, "columns": columns()})


def _search(request: HttpRequest, text: str) -> HttpResponse:
    found = queries.search(text, limit=FOUND)
    if len(found) == 1 and not request.htmx and request.GET.get("format") != "csv":
        return redirect("web:person", found[0].id)
    rows = directory.rows_of([person.id for person in found])
    if request.GET.get("format") == "csv":
        return _csv(request, rows)
    page = directory.Listing(rows, None, None)
    context = {"here": "people", "page": page, "columns": columns(sortable=False), "searched": text, "most": FOUND}
    return render(request, "web/people.html", context)


def columns(*, sortable: bool = True) -> list[Column]:
    """The head of every list of people."""
    heads = [
        Column(_("Person"), sort="name"),
        Column(_("Last seen"), sort="last", down_first=True),
        Column(_("First seen"), sort="first", down_first=True, wide=True),
        Column(_("Orders"), sort="orders", num=True, down_first=True),
        Column(_("Spent"), sort="spent", num=True, down_first=True),
        Column(_("Reach by"), wide=True),
    ]
    return heads if sortable else [Column(c.label, num=c.num, wide=c.wide) for c in heads]


@allowed("people.export")
def _csv(request: HttpRequest, rows) -> HttpResponse:
    currency = Business.load().currency
    return csv_response("people", directory.CSV_HEAD, (directory.csv_row(row, currency) for row in rows))
