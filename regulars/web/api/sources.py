"""Sources of events and their write keys."""

from __future__ import annotations

from django.http import HttpRequest
from ninja import Router, Schema

from regulars.core import clock
from regulars.events import actions
from regulars.events.models import Source
from regulars.web.api.frame import Key, PathId, Text, by, responses

router = Router(tags=["Sources"])


class SourceOut(Schema):
    """Where events come from. `key` is the write key of the tracking API; it is shown to who manages sources."""

    id: int
    name: str
    kind: str
    namespace: str
    key: str | None
    created_us: int
    revoked_us: int | None


class NewSource(Schema):
    """Sources with one namespace share accounts; when left out it is made from the name."""

    name: Text
    kind: Text = "segment"
    namespace: Text = ""


@router.get("", response=responses(list[SourceOut]), auth=Key("sources.manage"), summary="Sources")
def list_sources(request: HttpRequest):
    """All sources by name, with their write keys."""
    return list(Source.objects.order_by("name"))


@router.post("", response=responses(SourceOut, ok=201), auth=Key("sources.manage"), summary="Make a source")
def make_source(request: HttpRequest, new: NewSource):
    """A source with a fresh write key. Audited."""
    fields = {"name": new.name, "kind": new.kind, "namespace": new.namespace}
    return 201, actions.create_source(**fields, by=by(request), at=clock.now_us())


@router.post("/{source_id}/key", response=responses(SourceOut), auth=Key("sources.manage"), summary="Rotate a key")
def rotate_key(request: HttpRequest, source_id: PathId):
    """A new write key; the old one works for another day. Audited."""
    return actions.rotate_key(source_id=source_id, by=by(request), at=clock.now_us())


@router.delete("/{source_id}", response=responses(SourceOut), auth=Key("sources.manage"), summary="Revoke a source")
def revoke_source(request: HttpRequest, source_id: PathId):
    """Its write keys end at once; what it sent stays. Audited."""
    actions.revoke_source(source_id=source_id, by=by(request), at=clock.now_us())
    return Source.objects.get(id=source_id)
