"""A stored request, opened: its events and where they come from."""

from __future__ import annotations

from regulars.events.inbox import RawRequest
from regulars.events.models import Source
from regulars.events.pipeline import Origin, kind_in, split

HOOKS = "/webhooks/"  # deliveries of shops and tills (sources/door.py)


def split_request(request: RawRequest) -> tuple[list[bytes], Origin]:
    """The events of a raw request, each as JSON, and what is known of all of them."""
    origin = origin_of(request.source_id, request.received_us, request.seq, kind_in(request.path))
    if request.path.startswith(HOOKS):
        from regulars.events.sources.opening import open_delivery

        return open_delivery(request, origin)
    try:
        return split(request.body, origin)
    except (ValueError, RecursionError):
        return [request.body], origin


def origin_of(source_id: int, received_us: int, raw_seq: int = 0, kind: str = "") -> Origin:
    """Where an event comes from."""
    return Origin(source_id, namespace_of(source_id), received_us, raw_seq, kind)


_namespaces: dict[int, str] = {}


def namespace_of(source_id: int) -> str:
    """Where equal user ids mean one account. It never changes for a source."""
    if source_id not in _namespaces:
        _namespaces.update(Source.objects.values_list("id", "namespace"))
    return _namespaces.get(source_id) or f"source-{source_id}"
