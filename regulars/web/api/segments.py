"""Segments: read them, their members and changes; make, change and try definitions."""

from __future__ import annotations

from typing import Annotated, Any

from django.http import HttpRequest
from ninja import Query, Router, Schema

from regulars.core import clock
from regulars.segments import actions, queries
from regulars.segments.models import Segment
from regulars.web.api.frame import LARGEST, After, Key, Limit, PathId, Problem, Text, by, responses

router = Router(tags=["Segments"])
Place = Annotated[int, Query(ge=0, le=LARGEST)]


class SegmentOut(Schema):
    """A segment. kind: live (a definition) or list (edited by hand); `ticked_us`: as of when it is right."""

    id: int
    name: str
    description: str
    kind: str
    version: int
    people: int
    ticked_us: int | None
    created_us: int


class SegmentWhole(SegmentOut):
    """With its definition, as JSON and in words."""

    definition: dict[str, Any]
    words: list[str]


class MemberOut(Schema):
    person_id: int
    since_us: int


class MembersPage(Schema):
    items: list[MemberOut]
    after: str | None


class ChangeOut(Schema):
    """Somebody entered or left. cause: event, time, merge, unmerge, definition, consent, erase, …"""

    id: int
    segment_id: int
    person_id: int
    version: int
    entered: bool
    cause: str
    at: int


class Changes(Schema):
    """Changes in the order they happened, and where to read on: ask again with `after`."""

    items: list[ChangeOut]
    after: int


class NewSegment(Schema):
    """A name and a definition (see docs/api.md for its form)."""

    name: Text
    definition: dict[str, Any]
    description: Text = ""


class ChangedSegment(Schema):
    """What to change; what is left out stays."""

    name: Text | None = None
    definition: dict[str, Any] | None = None
    description: Text | None = None


class Tried(Schema):
    """How many people a definition describes, some of them, and as of when."""

    count: int
    sample: list[int]
    as_of: int


class Definition(Schema):
    definition: dict[str, Any]


@router.get("", response=responses(list[SegmentOut]), auth=Key("segments.view"), summary="Segments")
def list_segments(request: HttpRequest):
    """All segments in use, by name."""
    return list(Segment.objects.filter(archived_us=None, owner="").order_by("name"))


@router.post("", response=responses(SegmentWhole, ok=201), auth=Key("segments.edit"), summary="Make a segment")
def make_segment(request: HttpRequest, new: NewSegment):
    """It fills within moments. Audited."""
    fields = {"name": new.name, "definition": new.definition, "description": new.description}
    return 201, _whole(actions.create_segment(**fields, by=by(request), at=clock.now_us()))


@router.post("/preview", response=responses(Tried), auth=Key("segments.view"), summary="Try a definition")
def preview(request: HttpRequest, asked: Definition):
    """Counts the people a definition describes without making a segment."""
    return queries.preview(asked.definition, at=clock.now_us())


@router.get("/changes", response=responses(Changes), auth=Key("segments.view"), summary="Who entered and left")
def changes(request: HttpRequest, segment: Place = 0, after: Place = 0, limit: Limit = 100):
    """Of all segments, or of one; from the beginning, in order."""
    ids = [segment] if segment else list(Segment.objects.filter(owner="").values_list("id", flat=True))
    rows = queries.changes_since(after=after, segment_ids=ids, limit=limit)
    return {"items": rows, "after": rows[-1].id if rows else after}


@router.get("/{segment_id}", response=responses(SegmentWhole), auth=Key("segments.view"), summary="Read one segment")
def get_segment(request: HttpRequest, segment_id: PathId):
    """With its definition as JSON and in words."""
    return _whole(_in_use(segment_id))


@router.patch(
    "/{segment_id}", response=responses(SegmentWhole), auth=Key("segments.edit"), summary="Change a segment"
)
def change_segment(request: HttpRequest, segment_id: PathId, changed: ChangedSegment):
    """A new definition is a new version; who enters and leaves by it has the cause “definition”. Audited."""
    fields = changed.dict(exclude_none=True)
    if not fields:
        raise Problem(422, "invalid", "Say what to change: name, definition or description.")
    _in_use(segment_id)
    actions.change_segment(segment_id=segment_id, **fields, by=by(request), at=clock.now_us())
    return _whole(_in_use(segment_id))


@router.get("/{segment_id}/members", response=responses(MembersPage), auth=Key("segments.view"), summary="Who is in")
def members(request: HttpRequest, segment_id: PathId, after: After = "", limit: Limit = 100):
    """Newest members first."""
    _in_use(segment_id)
    if after and not all(part.isascii() and part.isdigit() and int(part) <= LARGEST for part in after.split(".")):
        raise Problem(422, "invalid", "This cursor is damaged: start at the first page.")
    page = queries.members_page(segment_id=segment_id, after=after, limit=limit)
    return {"items": page.rows, "after": page.next or None}


def _in_use(segment_id: int) -> Segment:
    return Segment.objects.get(id=segment_id, archived_us=None)


def _whole(segment: Segment) -> dict[str, Any]:
    shown = {name: getattr(segment, name) for name in SegmentOut.model_fields}
    return shown | {"definition": segment.definition, "words": queries.sentences(segment)}
