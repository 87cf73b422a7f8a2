"""Segments: which there are, who is in one, who came and went and why."""

from dataclasses import replace

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy
from django.views.decorators.http import require_POST

from regulars.core.clock import MINUTE, from_us, now_us
from regulars.people.models import Person
from regulars.segments import actions, queries
from regulars.segments.definition import DefinitionError
from regulars.segments.models import Change, Segment, SegmentVersion
from regulars.team.permissions import allowed
from regulars.team.queries import who
from regulars.ui import toasts
from regulars.ui.tables import Column, csv_response
from regulars.web import directory
from regulars.web.pages.people import columns

PAGE = 50
WHY = {
    "event": lazy("they did or bought something"), "time": lazy("time passed"), "merge": lazy("profiles were merged"),
    "unmerge": lazy("profiles were separated"), "definition": lazy("the definition was changed"),
    "consent": lazy("their consent changed"), "erase": lazy("they were erased"),
    "trait": lazy("what is known of them changed"),
    "derived": lazy("an order or prediction changed"), "segment": lazy("another segment changed"),
    "manual": lazy("by hand"), "check": lazy("the full recount found them"),
}  # fmt: skip


@allowed("segments.view")
def segments(request: HttpRequest) -> HttpResponse:
    """All segments that are in use, biggest first."""
    found = Segment.objects.filter(archived_us=None, owner="").order_by("-people", "name")
    if request.GET.get("format") == "csv":
        rows = ((s.id, s.name, s.kind, s.people, s.version, s.description) for s in found)
        return csv_response("segments", ("segment", "name", "kind", "people", "version", "description"), rows)
    have = {segment.name for segment in found}
    context = {
        "here": "segments",
        "segments": found,
        "late": _late(now_us()),
        "offers": [offer for offer in queries.ready_made() if offer.name not in have],
    }
    return render(request, "web/segments.html", context)


def _late(now: int) -> queries.Freshness | None:
    """How far the segments are behind, where it is more than the moment they always are."""
    fresh = queries.freshness(at=now)
    behind = fresh.waiting or fresh.due
    return fresh if behind and fresh.ticked_us and now - fresh.ticked_us > MINUTE else None


@allowed("segments.view")
def segment(request: HttpRequest, segment_id: int) -> HttpResponse:
    """One segment: who is in it, ?tab=changes who came and went, ?tab=versions how it was defined."""
    found = get_object_or_404(Segment, id=segment_id)
    tab = request.GET.get("tab", "members")
    show = {"changes": _changes, "versions": _versions}.get(tab, _members)
    shown = show(request, found)
    if not isinstance(shown, dict):
        return shown  # a file: it streams, so it is no HttpResponse
    tabs = [("members", _("Who is in"), "?"), ("changes", _("Who came and went"), "?tab=changes")]
    tabs += [("versions", _("Definitions"), "?tab=versions")] if found.kind == "live" else []
    people = queries.list_size(found.id) if found.kind == "list" else found.people
    context = {"here": "segments", "segment": found, "tabs": tabs, "tab": tab, "sentences": queries.sentences(found)}
    context["counting"] = found.kind == "live" and not found.evaluated_us and not found.archived_us
    return render(request, "web/segment.html", {**context, "people": people, **shown})


def _members(request: HttpRequest, found: Segment) -> dict | HttpResponse:
    if request.GET.get("format") == "csv":
        return _members_csv(request, found)
    page = _who_is_in(found)(segment_id=found.id, after=request.GET.get("after", ""), limit=PAGE)
    rows = directory.rows_of([row.person_id for row in page.rows])
    shown = {"page": {"rows": rows, "after": page.next}, "columns": columns(sortable=False)}
    if found.kind == "list" and not found.archived_us and request.user.may("segments.edit"):
        shown["columns"] = [replace(column, wide=n > 0) for n, column in enumerate(shown["columns"])] + [Column("")]
        shown["off"] = reverse("web:list_change", args=[found.id])
    return shown


def _who_is_in(segment: Segment):
    """A list says who stands on it, at once; a live segment, whom the last tick found."""
    return queries.list_page if segment.kind == "list" else queries.members_page


def _changes(request: HttpRequest, found: Segment) -> dict | HttpResponse:
    if request.GET.get("format") == "csv":
        return _changes_csv(request, found)
    page = queries.changes_page(segment_id=found.id, after=request.GET.get("after", ""), limit=PAGE)
    people = Person.objects.filter(merged_into=None).in_bulk([change.person_id for change in page.rows])
    lines = [(change, people.get(change.person_id), WHY.get(change.cause, change.cause)) for change in page.rows]
    return {"page": {"changes": lines, "after": page.next}}


def _versions(request: HttpRequest, found: Segment) -> dict:
    versions = list(SegmentVersion.objects.filter(segment_id=found.id).order_by("-version"))
    names = who(version.by for version in versions)
    return {"versions": [(version, names[version.by], queries.sentences(version)) for version in versions]}


@allowed("people.export")
def _members_csv(request: HttpRequest, found: Segment) -> HttpResponse:
    return directory.people_file(f"segment-{found.id}", _all_members(found))


def _all_members(found: Segment):
    after: str = ""
    while True:
        page = _who_is_in(found)(segment_id=found.id, after=after, limit=1000)
        yield from directory.rows_of([row.person_id for row in page.rows])
        after = page.next
        if not after:
            return


@allowed("people.export")
def _changes_csv(request: HttpRequest, found: Segment) -> HttpResponse:
    rows = Change.objects.filter(segment_id=found.id).order_by("-id").iterator(chunk_size=2000)
    lines = ((from_us(c.at).isoformat(timespec="seconds"), c.person_id, "entered" if c.entered else "left", c.cause,
              c.version) for c in rows)  # fmt: skip
    return csv_response(f"segment-{found.id}-changes", ("at", "person", "what", "cause", "version"), lines)


@require_POST
@allowed("segments.edit")
def archive(request: HttpRequest, segment_id: int) -> HttpResponse:
    """Take a segment out of use; its history stays."""
    found = get_object_or_404(Segment, id=segment_id, archived_us=None)
    try:
        actions.archive_segment(segment_id=found.id, by=request.user.by, at=now_us())
    except DefinitionError as error:
        toasts.warn(request, str(error))
        return redirect("web:segment", found.id)
    toasts.say(request, _("“%s” is archived.") % found.name)
    return redirect(reverse("web:segments"))
