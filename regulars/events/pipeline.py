"""From what a client sent to what the log keeps, outside of any transaction: named steps, each may refuse.

split -> check -> ids to text -> correct the clock -> canonical name -> who it speaks of. A refused event is a
dead letter with a code and a sentence; its neighbours go on.
"""

from __future__ import annotations

import hashlib
import json
import logging
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, NamedTuple

import msgspec
from django.db import DatabaseError

from regulars.events import item as items
from regulars.events.item import Item, Refused, decode_any, decode_item, encode, text_of
from regulars.events.sightings import sighting_of
from regulars.events.times import happened_at
from regulars.events.vocabulary import canonical
from regulars.people.sighting import Sighting

log = logging.getLogger(__name__)
KINDS = {kind[0]: kind for kind in ("identify", "track", "page", "screen", "group", "alias")}
LONG_KINDS = frozenset(KINDS.values()) | {"merge"}
REDACTED = b'{"redacted":true}'
LONGEST_MESSAGE_ID = 100
LONGEST_NAME = 120
KEPT_CONTEXT = ("app", "campaign", "channel", "device", "library", "locale", "network", "os", "page", "referrer",
                "screen", "timezone", "userAgent")  # fmt: skip


@dataclass(frozen=True, slots=True)
class Origin:
    """The request an event came in, and what its envelope says for every event in it."""

    source_id: int
    namespace: str
    received_us: int
    raw_seq: int = 0
    kind: str = ""  # from the address, where it says so
    sent_at: Any = None
    original: Any = None
    context: bytes = b""
    whole: bool = False  # its events speak of one thing: in the raw inbox they stay or go together
    refused: tuple[str, str] | None = None  # (code, reason): nothing in it can be read


class Ready(NamedTuple):
    """An event that passed every step."""

    source_id: int
    message_id: str
    raw_seq: int
    position: int
    name: str
    ts: int
    received_us: int
    properties: str
    context: str
    shape: tuple[str, ...]
    values: dict[str, Any]  # the properties as objects; empty where only their text is at hand
    sighting: Sighting
    whole: bool = False


class Rejected(NamedTuple):
    """An event that did not, and why."""

    source_id: int
    raw_seq: int
    position: int
    received_us: int
    code: str
    reason: str
    body: str


def kind_in(path: str) -> str:
    """The kind of event an address stands for: "/v1/t" and "/v1/track" are "track"; "" for batches."""
    last = path.rstrip("/").rpartition("/")[2]
    return KINDS.get(last, last if last in LONG_KINDS else "")


def split(body: bytes, origin: Origin) -> tuple[list[bytes], Origin]:
    """The events of a request, each as JSON, and the origin with what the envelope says."""
    if origin.kind:
        return [body], origin
    try:
        said = items.decode_envelope(body)
    except (msgspec.DecodeError, RecursionError, UnicodeDecodeError):
        return _split_slowly(body, origin)
    original = first_given(said.original_timestamp, said.timestamp)
    return said.batch, _told(origin, said.sent_at, original, bytes(said.context))


def first_given(*values: Any) -> Any:
    """The first that is neither null nor empty text; None when there is none."""
    for value in values:
        if value is not None and value != "":
            return value
    return None


def _told(origin: Origin, sent: Any, original: Any, context: bytes) -> Origin:
    return Origin(
        origin.source_id, origin.namespace, origin.received_us, origin.raw_seq, origin.kind, sent, original, context
    )


def _split_slowly(body: bytes, origin: Origin) -> tuple[list[bytes], Origin]:
    """For bodies only a lenient reader takes: one event with half a surrogate pair must not cost the others."""
    found = json.loads(body.decode("utf-8", "replace"))
    batch = found.get("batch") if isinstance(found, dict) else None
    if not isinstance(batch, list):
        return [body], origin  # no batch at all: one event, or one dead letter
    context = json.dumps(found.get("context")).encode()
    original = first_given(found.get("originalTimestamp"), found.get("timestamp"))
    return [json.dumps(entry).encode() for entry in batch], _told(origin, found.get("sentAt"), original, context)


def prepare(events: list, origin: Origin, *, first: int = 0) -> Iterator[Ready | Rejected | None]:
    """Run the steps over the events of one request; `first` is the position of the first one given.

    Yields one for one, in order; None where an event was redacted.
    """
    if origin.refused:
        yield from (rejected(raw, origin, position, *origin.refused) for position, raw in enumerate(events, first))
        return
    for position, raw in enumerate(events, first):
        try:
            content = bytes(raw)
            yield None if content == REDACTED else _steps(content, origin, position)
        except Refused as why:
            yield rejected(raw, origin, position, why.code, why.reason)
        except (msgspec.DecodeError, UnicodeDecodeError, RecursionError, ValueError) as why:
            yield rejected(raw, origin, position, "unreadable", f"The event cannot be read: {why}.")
        except DatabaseError:
            raise  # nothing wrong with the event
        except Exception:  # a mistake of ours must not stop everything behind it
            log.exception("A step failed on an event of source %s", origin.source_id)
            yield rejected(raw, origin, position, "failed", "Regulars itself failed on this event; see its log.")


def rejected(raw: Any, origin: Origin, position: int, code: str, reason: str) -> Rejected:
    """A dead letter; what no database keeps is shown escaped."""
    body = bytes(raw).decode("utf-8", "backslashreplace").replace("\0", "\\u0000")
    return Rejected(origin.source_id, origin.raw_seq, position, origin.received_us, code, reason, body)


def _steps(raw: bytes, origin: Origin, position: int) -> Ready:
    item = _decode(raw)
    kind = origin.kind or _kind(item)
    properties, traits = items.fields_of(item.properties, "properties"), items.fields_of(item.traits, "traits")
    context, kept = _context(item.context, origin.context)
    original = first_given(item.original_timestamp, item.timestamp, origin.original)
    ts = happened_at(original, first_given(item.sent_at, origin.sent_at), origin.received_us)
    name, stored = _name_and_properties(item, kind, properties, traits)
    return Ready(
        origin.source_id,
        _message_id(item, origin, position),
        origin.raw_seq,
        position,
        name,
        ts,
        origin.received_us,
        stored,
        kept,
        tuple(properties),
        properties,
        sighting_of(
            item, kind=kind, traits=traits, properties=properties, context=context, namespace=origin.namespace, at=ts
        ),
        origin.whole,
    )


def _decode(raw: bytes) -> Item:
    items.check_text(raw)
    try:
        return decode_item(raw)
    except msgspec.ValidationError:
        found = decode_any(raw)
        if isinstance(found, dict):
            raise
        raise Refused("not_an_object", f"An event must be an object, not {items.kind_of(found)}.") from None


def _kind(item: Item) -> str:
    if item.type is None and item.event is not None:
        return "track"
    kind = item.type.lower() if isinstance(item.type, str) else item.type
    if not isinstance(kind, str) or kind not in LONG_KINDS:
        known = ", ".join(sorted(LONG_KINDS))
        raise Refused("unknown_type", f"The type is {str(item.type)[:40]!r}; known types are {known}.")
    return kind


def _message_id(item: Item, origin: Origin, position: int) -> str:
    """Without an id of its own an event gets one from the request it came in; overlong ones are hashed."""
    given = text_of(item.message_id, "messageId", 4_000_000)
    if not given:
        return f"raw-{origin.received_us:x}-{origin.raw_seq}-{position}"
    return given if len(given) <= LONGEST_MESSAGE_ID else hashlib.sha256(given.encode()).hexdigest()


def _name_and_properties(item: Item, kind: str, properties: dict, traits: dict) -> tuple[str, str]:
    """The log's name of the event, and its properties as JSON text."""
    if kind == "track":
        name = canonical(text_of(item.event, "event", LONGEST_NAME))
        if not name:
            raise Refused("no_event_name", "A track call needs the name of the event in the field “event”.")
        return name, bytes(item.properties).decode() if properties else "{}"
    said = {"page": properties, "screen": properties, "group": traits}.get(kind, {})
    more = {"name": item.name, "category": item.category, "groupId": item.group_id}
    said = said | {key: value for key, value in more.items() if value is not None}
    return kind.capitalize(), encode(said).decode() if said else "{}"


_contexts: dict[tuple[bytes, bytes], tuple[dict, str]] = {}


def _context(own: msgspec.Raw, shared: bytes) -> tuple[dict, str]:
    """(context, the part that is kept as JSON text). The same one comes again and again, so it is remembered."""
    key = (bytes(own), shared)
    found = _contexts.get(key)
    if found is None:
        context = items.fields_of(shared, "context") | items.fields_of(own, "context")
        found = context, encode({name: context[name] for name in KEPT_CONTEXT if name in context}).decode()
        if len(_contexts) > 2000:
            _contexts.clear()
        _contexts[key] = found
    return found
