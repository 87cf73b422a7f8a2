"""One event as clients send it: the fields of the tracking API, undecoded where they are only passed on."""

from __future__ import annotations

from typing import Any

import msgspec

NOTHING = msgspec.Raw(b"")


class Refused(Exception):
    """This event cannot be taken in. `code` is for programs, the message is a sentence for people."""

    def __init__(self, code: str, reason: str) -> None:
        super().__init__(reason)
        self.code, self.reason = code, reason


class Item(msgspec.Struct, rename={"user_id": "userId", "anonymous_id": "anonymousId", "message_id": "messageId",
                                   "original_timestamp": "originalTimestamp", "sent_at": "sentAt",
                                   "previous_id": "previousId", "group_id": "groupId",
                                   "merge_properties": "mergeProperties"}):  # fmt: skip
    """Any type is let in, so that a wrong one gets a sentence of ours instead of a decoder's."""

    type: Any = None
    event: Any = None
    name: Any = None
    category: Any = None
    user_id: Any = None
    anonymous_id: Any = None
    previous_id: Any = None
    group_id: Any = None
    message_id: Any = None
    timestamp: Any = None
    original_timestamp: Any = None
    sent_at: Any = None
    merge_properties: Any = None
    properties: msgspec.Raw = NOTHING
    traits: msgspec.Raw = NOTHING
    context: msgspec.Raw = NOTHING


class Envelope(msgspec.Struct, rename={"sent_at": "sentAt", "original_timestamp": "originalTimestamp"}):
    """A request with many events; what stands on it counts for each."""

    batch: list[msgspec.Raw]
    sent_at: Any = None
    timestamp: Any = None
    original_timestamp: Any = None
    context: msgspec.Raw = NOTHING


decode_item = msgspec.json.Decoder(Item).decode
decode_envelope = msgspec.json.Decoder(Envelope).decode
decode_any = msgspec.json.Decoder().decode
encode = msgspec.json.Encoder().encode

DEEPEST = 40


def text_of(value: Any, field: str, longest: int) -> str:
    """An id or name as text; "" when there is none. Numbers are accepted. Raises Refused."""
    if value is None:
        return ""
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    if isinstance(value, bool) or not isinstance(value, (str, int, float)):
        raise Refused("wrong_type", f"{field} must be text or a number, not {kind_of(value)}.")
    text = str(value).strip()
    if len(text) > longest:
        raise Refused("too_long", f"{field} has {len(text)} characters; at most {longest} are possible.")
    return text


def kind_of(value: Any) -> str:
    """What people call a JSON value's type."""
    names = {bool: "true or false", dict: "an object", list: "a list", str: "text", type(None): "null"}
    return names.get(type(value), "a number")


def fields_of(raw: msgspec.Raw | bytes, field: str) -> dict[str, Any]:
    """The object in a field; {} when it is absent or null. Raises Refused when it is something else."""
    if not raw:
        return {}
    found = decode_any(raw)
    if found is None:
        return {}
    if not isinstance(found, dict):
        raise Refused("wrong_type", f"{field} must be an object, not {kind_of(found)}.")
    return found


def check_text(raw: bytes) -> None:
    """Refuse what no database keeps and no program reads: NUL characters and endless nesting."""
    if b"\\u0000" in raw and _has_nul(decode_any(raw)):
        raise Refused("nul_character", "A text contains the NUL character (\\u0000), which cannot be stored.")
    if raw.count(b"{") + raw.count(b"[") > DEEPEST and _depth(decode_any(raw)) > DEEPEST:
        raise Refused("too_deep", f"The event is nested more than {DEEPEST} levels deep.")


def _has_nul(value: Any) -> bool:
    if isinstance(value, str):
        return "\0" in value
    if isinstance(value, dict):
        return any("\0" in key or _has_nul(found) for key, found in value.items())
    return isinstance(value, list) and any(map(_has_nul, value))


def _depth(value: Any) -> int:
    """Levels of nesting, without recursion."""
    level, values = 0, [value]
    while values:
        nested = [v for v in values if isinstance(v, (dict, list))]
        values = [inner for v in nested for inner in (v.values() if isinstance(v, dict) else v)]
        level += bool(nested)
    return level
