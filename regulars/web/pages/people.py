"""People: find anyone, only those of a segment, sort, export."""

from functools import partial

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _

from regulars.people import queries
from regulars.segments.models import Segment
from regulars.team.permissions import allowed
from regulars.ui.tables import Column
from regulars.web import directory

FOUND = 100


@allowed("people.view")
def people(request: HttpRequest) -> HttpResponse:
    """The list, of all or of a segment (?in=); with ?q= what a search finds; one person found is opened."""
    segment = _segment(request.GET.get("in", ""))
    if text := request.GET.get("q", "").strip():
        return _search(request, text, segment)
    sort = request.GET.get("sort", "-last")
    if request.GET.get("format") == "csv":
        return _csv(request, directory.everybody(sort, segment))
    listing = partial(directory.within, segment) if segment else directory.listing
    page = listing(sort=sort, after=request.GET.get("after", ""))
    heads = columns(sortable=not segment or segment.people <= directory.SORTED)
    return render(request, "web/people.html", {"page": page, "columns": heads, **_beside(segment)})


def _segment(text: str) -> Segment | None:
    number = int(text) if text.isascii() and text.isdecimal() and len(text) < 19 else 0
    return get_object_or_404(Segment, id=number, archived_us=None, owner="") if text else None


def _beside(segment: Segment | None) -> dict:
    segments = Segment.objects.filter(archived_us=None, owner="").order_by("name")
    return {"here": "people", "segments": segments, "segment": segment}


def _search(request: HttpRequest, text: str, segment: Segment | None) -> HttpResponse:
    found = queries.search(text, limit=FOUND)
    if len(found) == 1 and not segment and not request.htmx and request.GET.get("format") != "csv":
        return redirect("web:person", found[0].id)
    rows = directory.rows_of([person.id for person in found])
    rows = directory.only_in(rows, segment) if segment else rows
    if request.GET.get("format") == "csv":
        return _csv(request, rows)
    page = directory.Listing(rows, None, None)
    context = {"page": page, "columns": columns(sortable=False), "searched": text, "most": FOUND}
    return render(request, "web/people.html", {**context, **_beside(segment)})


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
    return directory.people_file("people", rows)
