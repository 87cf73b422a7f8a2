"""Segments: which there are, who is in, who came and went and why, and the builder."""

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST
from django_htmx.http import HttpResponseClientRedirect

from regulars.core.clock import from_us, now_us
from regulars.core.models import Business
from regulars.segments import actions, queries
from regulars.segments.definition import DefinitionError
from regulars.segments.models import Segment, SegmentVersion
from regulars.segments.parsing import parse
from regulars.team.permissions import allowed
from regulars.ui import toasts
from regulars.ui.tables import csv_response
from regulars.web import directory
from regulars.web.builder.choices import choices_now
from regulars.web.builder.lines import Drawer
from regulars.web.builder.reading import Reader, Tree
from regulars.web.builder.steps import change

EMPTY: Tree = {"all": []}
START: Tree = {"all": [{"fact": "orders", "op": ">=", "value": 2}]}
PAGE = 50


@allowed("segments.view")
def segments(request: HttpRequest) -> HttpResponse:
    """All segments that are in use, biggest first."""
    found = Segment.objects.filter(archived_us=None).order_by("-people", "name")
    if request.GET.get("format") == "csv":
        rows = ((s.id, s.name, s.kind, s.people, s.version, s.description) for s in found)
        return csv_response("segments", ("segment", "name", "kind", "people", "version", "description"), rows)
    return render(request, "web/segments.html", {"here": "segments", "segments": found})


@allowed("segments.view")
def segment(request: HttpRequest, segment_id: int) -> HttpResponse:
    """One segment: who is in it, ?tab=changes who came and went, ?tab=versions how it was defined."""
    found = get_object_or_404(Segment, id=segment_id)
    tab = request.GET.get("tab", "members")
    tabs = [("members", _("Who is in"), "?"), ("changes", _("Who came and went"), "?tab=changes"),
            ("versions", _("Definitions"), "?tab=versions")]  # fmt: skip
    context = {"here": "segments", "segment": found, "tabs": tabs, "tab": tab, "sentences": queries.sentences(found)}
    after = request.GET.get("after", "")
    if tab == "changes":
        return _changes(request, found, context, after)
    if tab == "versions":
        versions = SegmentVersion.objects.filter(segment_id=found.id).order_by("-version")
        return render(request, "web/segment.html", {**context, "versions": versions})
    if request.GET.get("format") == "csv":
        return _members_csv(request, found)
    page = queries.members_page(segment_id=found.id, after=after, limit=PAGE)
    return render(request, "web/segment.html", {**context, "page": page})


def _changes(request: HttpRequest, found: Segment, context: dict, after: str) -> HttpResponse:
    page = queries.changes_page(segment_id=found.id, after=after, limit=PAGE)
    return render(request, "web/segment.html", {**context, "page": page})
