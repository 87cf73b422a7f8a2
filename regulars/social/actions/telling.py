"""What people we know said about us in public, as events of theirs."""

from __future__ import annotations

from collections.abc import Sequence

from regulars.events.actions import create_source
from regulars.events.inside import Noticed, note_events
from regulars.events.models import Source
from regulars.social.listening.finding import Found
from regulars.social.models import Topic

SOURCE, NAMESPACE = "Listening", "listening"
EVENT = "Mentioned Us"
ABOUT_US = ("brand", "product")


def tell_event_log(found: Sequence[Found], *, at: int) -> None:
    """One event per item of a proven author that is about us, once for ever, without its words."""
    known = [one for one in found if one.node_id is not None and one.fold != "repost"]
    if not known:
        return
    topics = {
        number: name
        for number, name in Topic.objects.filter(kind__in=ABOUT_US, id__in={one.topic_id for one in known})
        .values_list("id", "name")
    }  # fmt: skip
    events = {one.item_id: _event(one, topics[one.topic_id]) for one in reversed(known) if one.topic_id in topics}
    if events:
        note_events(source_id=source_id(at), items=list(events.values()), at=at)


def _event(one: Found, topic: str) -> Noticed:
    properties = {"network": one.network, "topic": topic, "feels": one.feels, "intent": one.intent}
    assert one.node_id is not None
    return Noticed(one.node_id, EVENT, one.at, f"mention-{one.item_id}", {k: v for k, v in properties.items() if v})


def source_id(at: int) -> int:
    """The source of these events; made on first use."""
    found = Source.objects.filter(namespace=NAMESPACE).values_list("id", flat=True).first()
    return found or create_source(name=SOURCE, kind="internal", namespace=NAMESPACE, by="system", at=at).id
